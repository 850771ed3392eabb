"""Many rows of a matrix at once: up from the sources, then one sweep down over the hierarchy for all of them.

Sixteen sources have a lane each. Up, only routers above a source are looked at; down, every router asked for
and those above it, once, the highest first, each by the arcs from those above it (PHAST: Delling, Goldberg,
Nowatzyk, Werneck 2011; over the elimination tree as in Dibbelt, Strasser, Wagner 2016). Values are kept in 30
bits, which is proved to suffice when the weights are laid: no sum of a way up and a way down exceeds them.
O(arcs) for sixteen rows, four vectors of four lanes an arc.
"""

from cpython.mem cimport PyMem_RawFree
from cython cimport final
from libc.math cimport NAN
from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t, uintptr_t
from libc.string cimport memset

from pathcalc.core.graph cimport Query, allocate
from pathcalc.core.hierarchy.contraction cimport NO_WAY, Hierarchy, contract, lay_links, perfect
from pathcalc.core.hierarchy.order cimport NOBODY

cdef extern from "lanes.h":
    enum:
        FAR "SUANLU_FAR"
    ctypedef struct Four "suanlu_four":
        pass
    ctypedef struct LaneArc "suanlu_arc":
        uint32_t above
        int32_t cost
    void rise "suanlu_rise"(
        uint32_t n, const uint8_t* on, const uint32_t* first, const LaneArc* arcs, Four* lanes, int width,
        int narrowest
    ) noexcept nogil
    void fall "suanlu_fall"(
        uint32_t count, const uint32_t* places, const uint8_t* on, const uint32_t* first, const LaneArc* arcs,
        Four* lanes, int width, int narrowest
    ) noexcept nogil
    bint write "suanlu_write"(
        uint32_t count, const uint32_t* slots, const Four* lanes, int width, uint32_t n_rows, double** rows
    ) noexcept nogil

cdef enum:
    N_LANES = 16
    LINE_BYTES = 64


cdef struct Side:  # arcs that lead one way, by their lower end
    uint32_t* first
    LaneArc* arcs


@final
cdef class Lanes:  # working memory of one matrix
    cdef void* memory
    cdef Four* four
    cdef uint8_t* on  # [n], places above a source
    cdef uint8_t* asked  # [n], places asked for, and all above them
    cdef uint32_t* places  # [n], those, the highest first
    cdef uint32_t* slots  # [n_columns], where a column's lanes are
    cdef uint32_t* order  # [n_rows], rows by the place of their first router
    cdef uint32_t* count  # [n + 2]
    cdef uint32_t most_rows
    cdef uint32_t most_columns

    def __cinit__(self, uint32_t n, uint32_t n_rows, uint32_t n_columns):
        self.most_rows = n_rows
        self.most_columns = n_columns
        # Columns of several routers, or none, have a slot of their own behind those of the places.
        self.memory = allocate(<size_t>n + n_columns + 1, LINE_BYTES)
        self.four = <Four*>((<uintptr_t>self.memory + LINE_BYTES - 1) & ~(<uintptr_t>LINE_BYTES - 1))
        self.on = <uint8_t*>allocate(n, 1)
        self.asked = <uint8_t*>allocate(n, 1)
        self.places = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.slots = <uint32_t*>allocate(n_columns, sizeof(uint32_t))
        self.order = <uint32_t*>allocate(n_rows, sizeof(uint32_t))
        self.count = <uint32_t*>allocate(<size_t>n + 2, sizeof(uint32_t))

    def __dealloc__(self):
        PyMem_RawFree(self.memory)
        PyMem_RawFree(self.on)
        PyMem_RawFree(self.asked)
        PyMem_RawFree(self.places)
        PyMem_RawFree(self.slots)
        PyMem_RawFree(self.order)
        PyMem_RawFree(self.count)


@final
cdef class Rows:
    cdef readonly uint32_t n
    cdef readonly uint32_t kept  # arcs, both ways, that a sweep looks at
    cdef bint narrowest
    cdef Hierarchy hierarchy
    cdef Side up
    cdef Side down
    cdef double* worth  # what each cost of the narrowest link stands for

    def __cinit__(
        self, Hierarchy hierarchy not None, Query query not None, const uint32_t[::1] cost=None,
        const double[::1] worth=None
    ):
        cdef size_t n_arcs = hierarchy.n_arcs
        cdef size_t i
        cdef const uint32_t* costs = NULL
        cdef bint fits
        if hierarchy.n != query.graph.n or hierarchy.m != query.graph.m:
            raise ValueError("the hierarchy is of another structure")
        if (cost is None) != (worth is None) or (cost is not None and cost.shape[0] != hierarchy.m):
            raise ValueError("give a cost for each link, and what each cost is worth")
        self.hierarchy = hierarchy
        self.n = hierarchy.n
        if cost is not None:
            self.narrowest = True
            costs = &cost[0] if hierarchy.m else NULL
            self.worth = <double*>allocate(worth.shape[0], sizeof(double))
            for i in range(<size_t>worth.shape[0]):
                self.worth[i] = worth[i]
        cdef uint64_t* values = <uint64_t*>allocate(4 * n_arcs + self.n, sizeof(uint64_t))
        self.up.first = <uint32_t*>allocate(<size_t>self.n + 1, sizeof(uint32_t))
        self.down.first = <uint32_t*>allocate(<size_t>self.n + 1, sizeof(uint32_t))
        try:
            with nogil:
                lay(self, query, costs, values)
                fits = measure(self, values, 0 if self.narrowest else query.graph.shift)
            if not fits:
                raise OverflowError("a sum over the hierarchy exceeds 30 bits")
            self.up.arcs = <LaneArc*>allocate(self.up.first[self.n], sizeof(LaneArc))
            self.down.arcs = <LaneArc*>allocate(self.down.first[self.n], sizeof(LaneArc))
            with nogil:
                pack(self, &self.up, values, 0 if self.narrowest else query.graph.shift)
                pack(self, &self.down, values + n_arcs, 0 if self.narrowest else query.graph.shift)
        finally:
            PyMem_RawFree(values)
        self.kept = self.up.first[self.n] + self.down.first[self.n]

    def __dealloc__(self):
        PyMem_RawFree(self.up.first)
        PyMem_RawFree(self.up.arcs)
        PyMem_RawFree(self.down.first)
        PyMem_RawFree(self.down.arcs)
        PyMem_RawFree(self.worth)

    def fill(
        self, const uint32_t[::1] sources not None, const uint32_t[::1] source_first not None,
        const uint32_t[::1] targets not None, const uint32_t[::1] target_first not None,
        double[:, ::1] values not None, bint backwards=False
    ):
        cdef uint32_t n_rows = <uint32_t>(source_first.shape[0] - 1)
        cdef uint32_t n_columns = <uint32_t>(target_first.shape[0] - 1)
        cdef Lanes lanes
        cdef Places rows, columns
        if n_rows != values.shape[0] or n_columns != values.shape[1]:
            raise ValueError("one row a source and one column a target")
        if n_rows == 0 or n_columns == 0:
            return
        rows = as_places(self.n, sources, source_first)
        columns = as_places(self.n, targets, target_first)
        lanes = take(self.hierarchy, n_rows, n_columns)
        with nogil:
            fill_all(self, lanes, &rows, &columns, &values[0, 0], backwards)
        self.hierarchy.pool.append(lanes)


cdef Lanes take(Hierarchy hierarchy, uint32_t n_rows, uint32_t n_columns):
    """Lend lanes to one caller; threads that ask at once have some each."""
    cdef Lanes lanes
    try:
        lanes = <Lanes>hierarchy.pool.pop()
    except IndexError:
        return Lanes(hierarchy.n, n_rows, n_columns)
    if lanes.most_rows >= n_rows and lanes.most_columns >= n_columns:
        return lanes
    return Lanes(hierarchy.n, max(n_rows, lanes.most_rows), max(n_columns, lanes.most_columns))


cdef struct Places:  # rows or columns; each is reached where the best of its routers is
    uint32_t count
    const uint32_t* routers
    const uint32_t* first  # [count + 1], into routers


cdef Places as_places(uint32_t n, const uint32_t[::1] routers, const uint32_t[::1] first) except *:
    cdef Places places
    cdef size_t i
    places.count = <uint32_t>(first.shape[0] - 1)
    places.first = &first[0]
    places.routers = &routers[0] if routers.shape[0] else NULL
    for i in range(places.count):
        if first[i] > first[i + 1]:
            raise ValueError("places must follow each other")
    if first[0] != 0 or first[places.count] != <uint32_t>routers.shape[0]:
        raise ValueError("every router must belong to a place")
    for i in range(<size_t>routers.shape[0]):
        if routers[i] >= n:
            raise IndexError(f"there is no router with index {routers[i]}")
    return places


cdef void lay(Rows laid, Query query, const uint32_t* cost, uint64_t* values) noexcept nogil:
    """Customise: values up, values down; arcs that need not be looked at lead nowhere."""
    cdef size_t n_arcs = laid.hierarchy.n_arcs, i
    cdef uint64_t* best = values + 2 * n_arcs
    lay_links(laid.hierarchy, query.graph, query, cost, values, values + n_arcs)
    contract(laid.hierarchy, values, values + n_arcs, laid.narrowest)
    for i in range(2 * n_arcs):
        best[i] = values[i]
    perfect(laid.hierarchy, best, best + n_arcs, laid.narrowest)
    for i in range(2 * n_arcs):
        if best[i] < values[i]:
            values[i] = NO_WAY


cdef bint measure(Rows laid, const uint64_t* values, uint32_t shift) noexcept nogil:
    """Count the arcs that are kept; return whether the longest way up and the longest way down fit."""
    cdef uint64_t* highest = <uint64_t*>values + 4 * <size_t>laid.hierarchy.n_arcs
    cdef uint64_t most = longest(laid, &laid.up, values, highest, shift)
    most += longest(laid, &laid.down, values + laid.hierarchy.n_arcs, highest, shift)
    return most < FAR


cdef uint64_t longest(
    Rows laid, Side* side, const uint64_t* values, uint64_t* highest, uint32_t shift
) noexcept nogil:
    cdef const uint32_t* first = laid.hierarchy.order.first
    cdef const uint32_t* above = laid.hierarchy.order.above
    cdef uint32_t v, i
    cdef uint64_t most = 0
    for v in range(laid.n, 0, -1):
        highest[v - 1] = 0
        for i in range(first[v - 1], first[v]):
            if values[i] < NO_WAY:
                side.first[v] += 1
                if not laid.narrowest:
                    highest[v - 1] = max(highest[v - 1], highest[above[i]] + (values[i] >> shift))
        highest[v - 1] = min(highest[v - 1], <uint64_t>FAR)
        most = max(most, highest[v - 1])
    for v in range(laid.n):
        side.first[v + 1] += side.first[v]
    return most


cdef void pack(Rows laid, Side* side, const uint64_t* values, uint32_t shift) noexcept nogil:
    cdef const uint32_t* above = laid.hierarchy.order.above
    cdef uint32_t i, at = 0
    for i in range(laid.hierarchy.n_arcs):
        if values[i] < NO_WAY:
            side.arcs[at] = LaneArc(above[i], <int32_t>(values[i] >> shift))
            at += 1


cdef void fill_all(
    Rows laid, Lanes lanes, const Places* rows, const Places* columns, double* values, bint backwards
) noexcept nogil:
    """Fill values[row, column], sixteen rows at a time; `backwards`: the ways from columns to rows."""
    cdef const Side* rising = &laid.down if backwards else &laid.up
    cdef const Side* falling = &laid.up if backwards else &laid.down
    cdef uint32_t at = 0, lane, n_rows, width
    cdef uint32_t n_places = select(laid, lanes, columns)
    cdef double* out[N_LANES]
    by_place(laid, lanes, rows)
    while at < rows.count:
        n_rows = min(<uint32_t>N_LANES, rows.count - at)
        width = 1 if n_rows <= 4 else 4
        start(laid, lanes, rows, lanes.order + at, n_rows, width)
        rise(laid.n, lanes.on, rising.first, rising.arcs, lanes.four, width, laid.narrowest)
        fall(n_places, lanes.places, lanes.on, falling.first, falling.arcs, lanes.four, width, laid.narrowest)
        gather(laid, lanes, columns, width)
        for lane in range(n_rows):
            out[lane] = values + <size_t>lanes.order[at + lane] * columns.count
        if write(columns.count, lanes.slots, lanes.four, width, n_rows, out) or laid.narrowest:
            for lane in range(n_rows):
                translate(laid, out[lane], columns.count)
        at += n_rows
    for at in range(n_places):
        lanes.asked[lanes.places[at]] = 0


cdef uint32_t select(Rows laid, Lanes lanes, const Places* columns) noexcept nogil:
    """List the places to come down to; return how many they are."""
    cdef const uint32_t* rank = laid.hierarchy.order.rank
    cdef const uint32_t* parent = laid.hierarchy.order.parent
    cdef uint32_t i, v, count = 0
    for i in range(columns.count):
        if columns.first[i + 1] - columns.first[i] == 1:
            lanes.slots[i] = rank[columns.routers[columns.first[i]]]
        else:
            lanes.slots[i] = laid.n + i
    for i in range(columns.first[columns.count]):
        v = rank[columns.routers[i]]
        while v != NOBODY and not lanes.asked[v]:
            lanes.asked[v] = 1
            v = parent[v]
    for v in range(laid.n, 0, -1):
        if lanes.asked[v - 1]:
            lanes.places[count] = v - 1
            count += 1
    return count


cdef void by_place(Rows laid, Lanes lanes, const Places* rows) noexcept nogil:
    """Put rows in order of their places: neighbours in the hierarchy have most of their way up in common."""
    cdef const uint32_t* rank = laid.hierarchy.order.rank
    cdef uint32_t i, v
    if rows.count <= N_LANES:
        for i in range(rows.count):
            lanes.order[i] = i
        return
    memset(lanes.count, 0, (<size_t>laid.n + 2) * sizeof(uint32_t))
    for i in range(rows.count):
        lanes.count[place_of(rank, rows, i) + 1] += 1
    for v in range(laid.n):
        lanes.count[v + 1] += lanes.count[v]
    for i in range(rows.count):
        v = place_of(rank, rows, i)
        lanes.order[lanes.count[v]] = i
        lanes.count[v] += 1


cdef inline uint32_t place_of(const uint32_t* rank, const Places* rows, uint32_t i) noexcept nogil:
    return rank[rows.routers[rows.first[i]]] if rows.first[i] < rows.first[i + 1] else 0


cdef void start(
    Rows laid, Lanes lanes, const Places* rows, const uint32_t* order, uint32_t n_rows, uint32_t width
) noexcept nogil:
    """Put each row's routers at 0 in its lane, and all places above them on."""
    cdef const uint32_t* rank = laid.hierarchy.order.rank
    cdef const uint32_t* parent = laid.hierarchy.order.parent
    cdef int32_t* each = <int32_t*>lanes.four
    cdef uint32_t lane, i, v, k, n_lanes = 4 * width
    memset(lanes.on, 0, laid.n)
    for lane in range(n_rows):
        for i in range(rows.first[order[lane]], rows.first[order[lane] + 1]):
            v = rank[rows.routers[i]]
            while v != NOBODY and not lanes.on[v]:
                lanes.on[v] = 1
                for k in range(n_lanes):
                    each[<size_t>v * n_lanes + k] = FAR
                v = parent[v]
            each[<size_t>rank[rows.routers[i]] * n_lanes + lane] = 0


cdef void gather(Rows laid, Lanes lanes, const Places* columns, uint32_t width) noexcept nogil:
    """Give columns of several routers the best of each lane, and those of none what is out of reach."""
    cdef const uint32_t* rank = laid.hierarchy.order.rank
    cdef int32_t* each = <int32_t*>lanes.four
    cdef int32_t* here
    cdef uint32_t i, j, k, n_lanes = 4 * width
    for i in range(columns.count):
        if lanes.slots[i] < laid.n:
            continue
        here = each + <size_t>lanes.slots[i] * n_lanes
        for k in range(n_lanes):
            here[k] = FAR
        for j in range(columns.first[i], columns.first[i + 1]):
            for k in range(n_lanes):
                here[k] = min(here[k], each[<size_t>rank[columns.routers[j]] * n_lanes + k])


cdef void translate(Rows laid, double* row, uint32_t count) noexcept nogil:
    """Replace what is out of reach by nan, and costs by what they are worth."""
    cdef uint32_t i
    for i in range(count):
        if row[i] == FAR:
            row[i] = NAN
        elif laid.narrowest:
            row[i] = laid.worth[<uint32_t>row[i]]
