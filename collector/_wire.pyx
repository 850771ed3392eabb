"""SubscribeResponse bytes into columns and the series table, without a Python object an update.

One `Columns` a process (_columns.pyx), one `Decoder` a target. A path is resolved once, in Python, by the decoder's
*handler*; from then on its bytes are found again in the path cache (_cache.pxd), so vendors' names and prefix
habits cost nothing. Numbers never become Python objects; what is state,
JSON subtrees and deletes are handed to the handler. Layout: gnmi.proto 0.8 to 0.14.
"""

from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from cython import final

from collector._cache cimport (
    NOWHERE, Cache, cache_add, cache_close, cache_find, cache_guess, cache_hash, cache_open,
)
from collector._columns cimport F64, FLAG_REMOVED, U64, Columns, grown
from collector._value cimport (
    MALFORMED, NOT_A_NUMBER, REAL, SIGNED, TREE, UINT_VAL, UNSIGNED, Form, Number,
    number_of, number_of_deprecated, real, scaled, whole_number,
)
from collector._wire cimport LENGTH, VARINT, Bytes, Field, Span, read_field, read_varint, whole
from collector.rates cimport RATE_JUMP, RATE_OK, RATE_RESET, Rate, advance

from collector.errors import WireError

IGNORED = -1      # a path that no leaf of ours has
CONTAINER = -2    # a node above leaves of ours: its value, if any, is a JSON subtree
SYNC_RESPONSE = 1
TARGET_ERROR = 2

cdef extern from *:
    """
    #define SUANLU_OLDEST_NS 86400000000000LL   /* clock skew that is still believed, backwards */
    #define SUANLU_NEWEST_NS 300000000000LL     /* and forwards */
    #define SUANLU_DISORDER_NS 60000000000LL    /* older than the newest by more: the clock was set back */
    """
    const int64_t OLDEST_NS "SUANLU_OLDEST_NS"
    const int64_t NEWEST_NS "SUANLU_NEWEST_NS"
    const int64_t DISORDER_NS "SUANLU_DISORDER_NS"

cdef enum:
    STATE_LEAF = 0xFF
    IGNORED_LEAF = -1
    CONTAINER_NODE = -2


cdef inline bytes to_bytes(Span span):
    return PyBytes_FromStringAndSize(<const char*>span.data, span.size) if span.size else b""


cdef struct Leaf:
    uint32_t row
    uint32_t session     # the RPC that told it last
    uint32_t mark        # the notification that told it last
    int32_t rate         # index of its rate, or -1
    uint8_t kind         # KIND_* or STATE_LEAF
    uint8_t stream
    uint8_t gone
    uint8_t plain        # neither multiplied nor divided
    int64_t multiplier
    int64_t divisor

cdef struct Counts:
    uint64_t messages, updates, points, states, trees
    uint64_t unmapped, unreadable, out_of_range, repeated, late, fillers, limited
    uint64_t deletes, empty_deletes, coalesced, malformed
    uint64_t timestamp_unit, timestamp_skew, timestamp_missing, rate_resets, rate_jumps


@final
cdef class Decoder:
    """One target's messages; `handler` is asked once a path and gets everything that is no plain number.

    `limit` bounds the distinct paths that are remembered; updates of paths past it are counted and dropped.
    """

    cdef readonly Columns columns
    cdef object handler
    cdef Counts counts
    cdef Leaf* leaves
    cdef uint32_t leaf_count, leaf_capacity
    cdef Rate* rates
    cdef uint32_t rate_count, rate_capacity
    cdef Cache cache
    cdef uint32_t limit, mark, session
    cdef uint8_t stream
    cdef int64_t observed, received
    cdef uint64_t taken

    def __cinit__(self, Columns columns not None, handler, uint32_t limit=200_000):
        self.columns = columns
        self.handler = handler
        self.limit = limit
        cache_open(&self.cache)

    def __dealloc__(self):
        cache_close(&self.cache)
        PyMem_Free(self.leaves)
        PyMem_Free(self.rates)

    # What the handler registers while it resolves a path

    def add_leaf(self, int row, int kind, int64_t multiplier=1, int64_t divisor=1):
        """Register a number of the series `row`; each value is multiplied and divided. Return its index."""
        if divisor < 1 or multiplier < 1 or multiplier > 1 << 32 or divisor > 1 << 32:
            raise ValueError(f"a scale of {multiplier}/{divisor} is none")
        return self._add_leaf(row, kind, multiplier, divisor)

    def add_state(self):
        """Register a leaf whose values go to `handler.state`. Return its index."""
        return self._add_leaf(NOWHERE, STATE_LEAF, 1, 1)

    cdef _add_leaf(self, uint32_t row, uint8_t kind, int64_t multiplier, int64_t divisor):
        cdef Leaf* leaf
        if self.leaf_count == self.leaf_capacity:
            self.leaf_capacity = self.leaf_capacity * 2 if self.leaf_capacity else 256
            self.leaves = <Leaf*>grown(self.leaves, self.leaf_capacity * sizeof(Leaf))
        leaf = &self.leaves[self.leaf_count]
        memset(leaf, 0, sizeof(Leaf))
        leaf.row = row
        leaf.kind = kind
        leaf.multiplier = multiplier
        leaf.divisor = divisor
        leaf.plain = multiplier == 1 and divisor == 1
        leaf.rate = -1
        self.leaf_count += 1
        return self.leaf_count - 1

    def add_rate(self, uint32_t leaf, uint32_t bps_row, uint32_t util_row):
        """Derive a rate from a leaf that counts octets, into two rows. Return the rate's index."""
        cdef Rate* rate
        if leaf >= self.leaf_count:
            raise IndexError(leaf)
        if self.rate_count == self.rate_capacity:
            self.rate_capacity = self.rate_capacity * 2 if self.rate_capacity else 64
            self.rates = <Rate*>grown(self.rates, self.rate_capacity * sizeof(Rate))
        rate = &self.rates[self.rate_count]
        memset(rate, 0, sizeof(Rate))
        rate.bps_row = bps_row
        rate.util_row = util_row
        self.leaves[leaf].rate = self.rate_count
        self.rate_count += 1
        return self.rate_count - 1

    def set_line(self, uint32_t rate, uint64_t line_bps):
        """Tell a rate the speed of its line; 0 where it is not known."""
        if rate >= self.rate_count:
            raise IndexError(rate)
        self.rates[rate].line_bps = line_bps

    def restart_rate(self, uint32_t rate):
        """The router says that this counter started anew: the next sample is a first one."""
        if rate >= self.rate_count:
            raise IndexError(rate)
        self.rates[rate].primed = 0

    def say_zeros(self, uint32_t session, int64_t now_ns):
        """Store a rate of zero for each octet counter that still is zero, from a router that leaves zeros out."""
        cdef uint32_t i
        self.columns.bind()
        self.observed = self.received = now_ns
        for i in range(self.leaf_count):
            if (self.leaves[i].rate >= 0 and self.leaves[i].session == session and not self.leaves[i].gone
                    and self.columns.last_bits[self.leaves[i].row] == 0):
                self._derive(&self.rates[self.leaves[i].rate], 0)

    # What Python asks

    def counters(self):
        """Return everything counted since construction, by name."""
        cdef dict counted = self.counts
        return counted

    def take_received(self):
        """Return how many updates came since the last call."""
        cdef uint64_t since = self.counts.updates - self.taken
        self.taken = self.counts.updates
        return since

    def unseen(self, int stream, uint32_t session):
        """Return the leaves that this stream told once, but not in this session; they are then seen as gone."""
        cdef uint32_t i
        found = []
        for i in range(self.leaf_count):
            if self.leaves[i].stream == stream and not self.leaves[i].gone and self.leaves[i].session != session:
                found.append(i)
        return found

    def unmarked(self, leaves):
        """Return those of `leaves` that the notification just decoded did not tell."""
        return [i for i in leaves if not self.leaves[<uint32_t>i].gone and self.leaves[<uint32_t>i].mark != self.mark]

    def is_gone(self, uint32_t leaf):
        """Whether the leaf was removed and not told since."""
        if leaf >= self.leaf_count:
            raise IndexError(leaf)
        return bool(self.leaves[leaf].gone)

    def remove(self, uint32_t leaf):
        """Take a leaf, and what is derived from it, out of the series table until it is told again."""
        cdef Rate* rate
        if leaf >= self.leaf_count:
            raise IndexError(leaf)
        if self.leaves[leaf].gone:
            return
        self.leaves[leaf].gone = 1
        if self.leaves[leaf].kind == STATE_LEAF:
            return
        self.columns.table.remove(self.leaves[leaf].row)
        if self.leaves[leaf].rate >= 0:
            rate = &self.rates[self.leaves[leaf].rate]
            rate.primed = 0
            self.columns.table.remove(rate.bps_row)
            self.columns.table.remove(rate.util_row)

    def count_unmapped(self, uint64_t updates):
        """Count leaves of a subtree that are none of ours."""
        self.counts.unmapped += updates

    def put(self, uint32_t leaf, bytes typed_value):
        """Store a value found inside a subtree, as if the router had sent it alone; for handlers only."""
        cdef Span value = whole(typed_value)
        if leaf >= self.leaf_count:
            raise IndexError(leaf)
        self.counts.updates += 1
        self._store(leaf, value, False)

    def decode(self, bytes message not None, int64_t received_at_ns, uint8_t stream, uint32_t session):
        """Take one SubscribeResponse; return SYNC_RESPONSE, TARGET_ERROR or 0. Raises WireError."""
        cdef Span span = whole(message)
        cdef Bytes at = span.data
        cdef Bytes end = at + span.size
        cdef Field field
        cdef int happened = 0
        self.counts.messages += 1
        self.received = received_at_ns
        self.stream = stream
        self.session = session
        self.columns.bind()
        try:
            while at < end:
                at = read_field(at, end, &field)
                if at == NULL:
                    raise WireError("the message ends inside a field")
                if field.number == 1 and field.wire_type == LENGTH:
                    self._notification(field.data, field.data + field.value)
                elif field.number == 3 and field.wire_type == VARINT:
                    happened |= SYNC_RESPONSE
                elif field.number == 4 and field.wire_type == LENGTH:
                    happened |= TARGET_ERROR
        except WireError:
            self.counts.malformed += 1
            raise
        return happened

    cdef int64_t _corrected(self, int64_t timestamp) noexcept:
        """The router's time in ns, whatever unit it uses; our own where it cannot be true."""
        cdef int64_t ns = timestamp
        if timestamp <= 0:
            self.counts.timestamp_missing += 1
            return self.received
        if timestamp < 100_000_000_000_000_000:    # in ns this would be before March 1973
            self.counts.timestamp_unit += 1
            if timestamp < 100_000_000_000:
                ns = timestamp * 1_000_000_000 if timestamp < 9_000_000_000 else 0
            elif timestamp < 100_000_000_000_000:
                ns = timestamp * 1_000_000 if timestamp < 9_000_000_000_000 else 0
            else:
                ns = timestamp * 1_000 if timestamp < 9_000_000_000_000_000 else 0
        if ns < self.received - OLDEST_NS or ns > self.received + NEWEST_NS:
            self.counts.timestamp_skew += 1
            return self.received
        return ns

    cdef int _notification(self, Bytes start, Bytes end) except -1:
        """Deletes first, then updates, as the specification has it (section 3.5.2.3), whatever their order."""
        cdef Field field
        cdef Span prefix
        cdef Bytes at = start
        cdef int64_t timestamp = 0
        cdef bint atomic = False, deletes = False
        cdef uint32_t parent
        prefix.data = NULL
        prefix.size = 0
        while at < end:
            at = read_field(at, end, &field)
            if at == NULL:
                raise WireError("the message ends inside a Notification")
            if field.wire_type == LENGTH:
                if field.number == 2:
                    prefix.data = field.data
                    prefix.size = field.value
                elif field.number == 5:
                    deletes = True
            elif field.wire_type == VARINT:
                if field.number == 1:
                    timestamp = <int64_t>field.value
                elif field.number == 6:
                    atomic = field.value != 0
        self.observed = self._corrected(timestamp)
        self.mark += 1
        if deletes:
            self._deletes(start, end, prefix)
        parent = self._find(NOWHERE, prefix)
        at = start
        while at < end:
            at = read_field(at, end, &field)
            if at == NULL:
                break
            if field.number == 4 and field.wire_type == LENGTH:
                self._update(parent, prefix, field.data, field.data + field.value)
        if atomic:
            self.handler.atomic(to_bytes(prefix), self.observed, self.received)
        return 0

    cdef int _deletes(self, Bytes at, Bytes end, Span prefix) except -1:
        cdef Field field
        while at < end:
            at = read_field(at, end, &field)
            if at == NULL:
                break
            if field.number == 5 and field.wire_type == LENGTH:
                self.counts.deletes += 1
                path = PyBytes_FromStringAndSize(<const char*>field.data, field.value)
                if not self.handler.delete(to_bytes(prefix), path, self.observed, self.received):
                    self.counts.empty_deletes += 1
        return 0

    cdef int _update(self, uint32_t parent, Span prefix, Bytes at, Bytes end) except -1:
        """Update {Path path = 1; Value value = 2 (deprecated); TypedValue val = 3; uint32 duplicates = 4}."""
        cdef Field field
        cdef Span path, value, old_value
        cdef uint32_t found
        cdef int32_t leaf
        path.data = value.data = old_value.data = NULL
        path.size = value.size = old_value.size = 0
        while at < end:
            at = read_field(at, end, &field)
            if at == NULL:
                raise WireError("the message ends inside an Update")
            if field.wire_type == LENGTH:
                if field.number == 1:
                    path.data = field.data
                    path.size = field.value
                elif field.number == 3:
                    value.data = field.data
                    value.size = field.value
                elif field.number == 2:
                    old_value.data = field.data
                    old_value.size = field.value
            elif field.number == 4 and field.wire_type == VARINT:
                self.counts.coalesced += <uint32_t>field.value
        self.counts.updates += 1
        if value.size == 0 and old_value.size == 0:
            self.counts.fillers += 1
            return 0
        if parent == NOWHERE:
            self.counts.limited += 1
            return 0
        found = self._find(parent, path)
        if found == NOWHERE:
            self.counts.limited += 1
            return 0
        leaf = self.cache.entries[found].leaf
        if leaf >= 0:
            if value.size:
                return self._store(leaf, value, False)
            return self._store(leaf, old_value, True)
        if leaf == IGNORED_LEAF:
            self.counts.unmapped += 1
            return 0
        self.counts.trees += 1
        self.handler.tree(
            to_bytes(prefix), to_bytes(path), to_bytes(value if value.size else old_value), value.size == 0
        )
        return 0

    cdef int _store(self, uint32_t index, Span value, bint deprecated) except -1:
        cdef Leaf* leaf = &self.leaves[index]
        cdef Number number
        cdef Form form
        cdef uint32_t row = leaf.row
        cdef Columns columns = self.columns
        cdef bint again = leaf.session == self.session and not leaf.gone
        cdef int64_t age
        leaf.session = self.session
        leaf.stream = self.stream
        leaf.mark = self.mark
        leaf.gone = 0
        if leaf.kind == STATE_LEAF:
            self.counts.states += 1
            self.handler.state(index, to_bytes(value), deprecated, self.observed, self.received)
            return 0
        if not self._is_plain_counter(leaf, value, deprecated, &number):
            form = number_of_deprecated(value, &number) if deprecated else number_of(value, &number)
            if form == MALFORMED:
                raise WireError("the message ends inside a value")
            if not self._fit(leaf, form, &number):
                return 0
        age = columns.observed_at_ns[row] - self.observed
        if age == 0 and columns.last_bits[row] == number.bits and not columns.flags[row] & FLAG_REMOVED:
            self.counts.repeated += 1
            columns.touch(row, self.received)
            return 0
        self.counts.points += 1
        columns.point(row, number.bits, self.observed)
        if again and 0 < age < DISORDER_NS:
            self.counts.late += 1
            return 0
        columns.latest(row, number.bits, self.observed, self.received)
        if leaf.rate >= 0:
            self._derive(&self.rates[leaf.rate], number.bits)
        return 0

    cdef inline bint _is_plain_counter(self, Leaf* leaf, Span value, bint deprecated, Number* number) noexcept:
        """Read what nearly every value is: one uint_val for a counter that is stored as it comes."""
        cdef Bytes end = value.data + value.size
        return (
            value.data[0] == UINT_VAL << 3 and leaf.kind == U64 and leaf.plain and not deprecated
            and read_varint(value.data + 1, end, &number.bits) == end
        )

    cdef bint _fit(self, Leaf* leaf, Form form, Number* number) noexcept:
        """Turn a number into the 64 bits of its leaf's pinned kind, scaled; False: counted, and not stored."""
        cdef double value
        if form == NOT_A_NUMBER or form == TREE:
            self.counts.unreadable += 1
            return False
        if leaf.kind == F64 or form == REAL:
            if form == REAL:
                memcpy(&value, &number.bits, 8)
            else:
                value = <double><int64_t>number.bits if form == SIGNED else <double>number.bits
            value = value * <double>leaf.multiplier / <double>leaf.divisor
            if leaf.kind == F64:
                return real(value, number) == REAL or self._refuse()
            return whole_number(value, leaf.kind == U64, number) or self._refuse()
        if leaf.plain:
            if (leaf.kind == U64) == (form == UNSIGNED) or number.bits >> 63 == 0:
                return True
            return self._refuse()
        return scaled(
            leaf.multiplier, leaf.divisor, leaf.kind == U64, form == SIGNED, number
        ) or self._refuse()

    cdef bint _refuse(self) noexcept:
        self.counts.out_of_range += 1
        return False

    cdef int _derive(self, Rate* rate, uint64_t octets) except -1:
        cdef uint64_t bps = 0
        cdef uint64_t bits
        cdef double share
        cdef int outcome = advance(rate, octets, self.observed, &bps)
        if outcome == RATE_OK:
            self.columns.point(rate.bps_row, bps, self.observed)
            self.columns.latest(rate.bps_row, bps, self.observed, self.received)
            if rate.line_bps:
                share = <double>bps / <double>rate.line_bps
                memcpy(&bits, &share, 8)
                self.columns.point(rate.util_row, bits, self.observed)
                self.columns.latest(rate.util_row, bits, self.observed, self.received)
        elif outcome == RATE_RESET:
            self.counts.rate_resets += 1
        elif outcome == RATE_JUMP:
            self.counts.rate_jumps += 1
        return 0

    # Paths

    cdef uint32_t _find(self, uint32_t parent, Span key) except? 0xFFFFFFFE:
        """Return the entry of a prefix (parent NOWHERE) or of a path under it; NOWHERE past the limit."""
        cdef uint32_t found = cache_guess(&self.cache, parent, key)
        cdef uint64_t hash_
        if found != NOWHERE:
            return found
        hash_ = cache_hash(parent, key)
        found = cache_find(&self.cache, parent, key, hash_)
        if found != NOWHERE or self.cache.count >= self.limit:
            return found
        return cache_add(&self.cache, parent, key, hash_, self._resolved(parent, key))

    cdef int32_t _resolved(self, uint32_t parent, Span key) except? -3:
        """Ask what a path means, once for all; a prefix alone means nothing."""
        cdef Span prefix
        cdef int64_t leaf
        if parent == NOWHERE:
            return IGNORED_LEAF
        prefix.data = self.cache.entries[parent].key
        prefix.size = self.cache.entries[parent].size
        leaf = self.handler.resolve(to_bytes(prefix), to_bytes(key))
        if leaf >= <int64_t>self.leaf_count or leaf < CONTAINER_NODE:
            raise IndexError(leaf)
        return <int32_t>leaf
