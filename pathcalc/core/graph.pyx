"""The graph in C, and what a query asks of it. See `graph.pxd` for keys and layouts."""

from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_New, PyTuple_SET_ITEM
from cython cimport final
from libc.string cimport memcpy, memset

from pathcalc.core.heap cimport Item

COSTED_OUT = COSTED_OUT_BY


cdef void* allocate(size_t count, size_t size) except NULL:
    cdef void* memory = PyMem_RawCalloc(count if count else 1, size)
    if memory == NULL:
        raise MemoryError("no memory for the path core's arrays")
    return memory


@final
cdef class Layer:
    def __dealloc__(self):
        PyMem_RawFree(self.key)
        PyMem_RawFree(self.first)
        PyMem_RawFree(self.arcs)


@final
cdef class Scratch:
    def __cinit__(self, Wiring graph):
        self.n_labels = 2 * graph.n + 1
        self.dist = <uint64_t*>allocate(self.n_labels, sizeof(uint64_t))
        self.mark = <uint32_t*>allocate(self.n_labels, sizeof(uint32_t))
        self.role = <uint8_t*>allocate(graph.n, sizeof(uint8_t))
        # A search pushes at most once a link and direction, and once a seed.
        self.heap.items = <Item*>allocate(2 * (<size_t>graph.m + graph.n) + 16, sizeof(Item))
        self.heap.size = 0
        self.path = <uint32_t*>allocate(graph.n, sizeof(uint32_t))
        self.via = <uint32_t*>allocate(self.n_labels, sizeof(uint32_t))
        self.onward = <uint32_t*>allocate(self.n_labels, sizeof(uint32_t))
        self.leaves = <uint32_t*>allocate(graph.n, sizeof(uint32_t))
        memset(self.leaves, 0xFF, graph.n * sizeof(uint32_t))
        self.stamp = 0

    def __dealloc__(self):
        PyMem_RawFree(self.path)
        PyMem_RawFree(self.via)
        PyMem_RawFree(self.onward)
        PyMem_RawFree(self.leaves)
        PyMem_RawFree(self.dist)
        PyMem_RawFree(self.mark)
        PyMem_RawFree(self.role)
        PyMem_RawFree(self.heap.items)

    cdef void fresh(self) noexcept nogil:
        """Forget all labels, in constant time but once in 2^32 calls."""
        self.heap.size = 0
        self.stamp += 1
        if self.stamp == 0:
            memset(self.mark, 0, self.n_labels * sizeof(uint32_t))
            self.stamp = 1

    cdef void set_roles(self, Query query) noexcept nogil:
        cdef uint32_t i
        for i in range(query.n_sources):
            self.role[query.sources[i]] |= SOURCE
        for i in range(query.n_targets):
            self.role[query.targets[i]] |= TARGET

    cdef void clear_roles(self, Query query) noexcept nogil:
        cdef uint32_t i
        for i in range(query.n_sources):
            self.role[query.sources[i]] = 0
        for i in range(query.n_targets):
            self.role[query.targets[i]] = 0


@final
cdef class Wiring:
    def __cinit__(
        self,
        *,
        const uint32_t[::1] node_first not None,
        const uint32_t[::1] tail not None,
        const uint32_t[::1] head not None,
        const uint32_t[::1] rank not None,
        const uint8_t[::1] ingress=None,
    ):
        cdef uint32_t v
        self.n = <uint32_t>(node_first.shape[0] - 1)
        self.m = <uint32_t>tail.shape[0]
        self.shift = (<object>self.n).bit_length()
        if not (head.shape[0] == rank.shape[0] == self.m):
            raise ValueError("the arrays of links must have one length")
        if ingress is not None and ingress.shape[0] != self.n:
            raise ValueError(f"there are {self.n} routers, but ingress says something of {ingress.shape[0]}")
        self.first = copy_u4(node_first)
        self.tail = copy_u4(tail)
        self.head = copy_u4(head)
        self.rank = copy_u4(rank)
        self.ingress = <uint8_t*>allocate(self.n, 1)
        for v in range(self.n):
            self.ingress[v] = 1 if ingress is None else ingress[v]
        self.in_first = <uint32_t*>allocate(<size_t>self.n + 2, sizeof(uint32_t))
        self.in_link = <uint32_t*>allocate(self.m, sizeof(uint32_t))
        self.guides = [None] * N_OBJECTIVES
        for which in range(N_OBJECTIVES):
            self.choice[which] = UNDECIDED
        self.pool = []
        self.sort_by_head()

    def __dealloc__(self):
        PyMem_RawFree(self.first)
        PyMem_RawFree(self.tail)
        PyMem_RawFree(self.head)
        PyMem_RawFree(self.rank)
        PyMem_RawFree(self.ingress)
        PyMem_RawFree(self.in_first)
        PyMem_RawFree(self.in_link)

    def chosen(self, int objective):
        """See `graph.pyi`."""
        return self.choice[objective]

    def choose(self, int objective, int choice):
        """See `graph.pyi`."""
        if not 0 <= objective < N_OBJECTIVES or not UNDECIDED <= choice <= HIERARCHY:
            raise ValueError("there is no such objective or choice")
        self.choice[objective] = choice

    cdef void sort_by_head(self) noexcept nogil:
        cdef uint32_t link, v
        for link in range(self.m):
            self.in_first[self.head[link] + 2] += 1
        for v in range(2, self.n + 2):
            self.in_first[v] += self.in_first[v - 1]
        for link in range(self.m):  # in_first[v + 1] is the next free place of v until all are placed
            v = self.head[link]
            self.in_link[self.in_first[v + 1]] = link
            self.in_first[v + 1] += 1


@final
cdef class Numbers:
    def __dealloc__(self):
        PyMem_RawFree(self.at)


@final
cdef class Graph:
    def __cinit__(
        self, Wiring wiring not None, *, state, tuple weights not None, tuple bandwidths not None,
        Graph like=None,
    ):
        self.wiring = wiring
        self.n = wiring.n
        self.m = wiring.m
        self.shift = wiring.shift
        self.first = wiring.first
        self.tail = wiring.tail
        self.head = wiring.head
        self.rank = wiring.rank
        if like is not None and like.wiring is not wiring:
            raise ValueError("graphs share numbers where they share their wiring")
        if len(weights) != N_OBJECTIVES - 1 or len(bandwidths) != N_BANDWIDTHS:
            raise ValueError("there is one array for each weight and bandwidth")
        given = [*weights[:HOPS], None, *weights[HOPS:], *bandwidths, state]
        self.numbers = [
            like.numbers[i] if values is None and like is not None else numbers_of(values, i, self.m)
            for i, values in enumerate(given)
        ]
        self.point()
        self.layers = [None] * (N_OBJECTIVES * N_ALLOW)

    cdef void point(self) noexcept:
        """Take the addresses of the numbers, after some were replaced."""
        for which in range(N_OBJECTIVES):
            self.weight[which] = <uint32_t*>(<Numbers>self.numbers[which]).at
        for which in range(N_BANDWIDTHS):
            self.bandwidth[which] = <uint64_t*>(<Numbers>self.numbers[N_OBJECTIVES + which]).at
        self.state = <uint8_t*>(<Numbers>self.numbers[N_OBJECTIVES + N_BANDWIDTHS]).at

    cdef int own(self, int which) except -1:
        """Let the graph have a copy for itself of what links weigh."""
        cdef Numbers copy = Numbers()
        copy.at = allocate(self.m, sizeof(uint32_t))
        memcpy(copy.at, self.weight[which], self.m * sizeof(uint32_t))
        self.numbers[which] = copy
        self.point()
        return 0

    cdef Layer layer(self, int objective, int allow):
        """Return the layer of an objective under a choice of states, a sum of `Allow`."""
        cdef Layer layer
        found = self.layers[objective * N_ALLOW + allow]
        if found is None:
            found = build_layer(self, self.weight[objective], allow)
            self.layers[objective * N_ALLOW + allow] = found
        layer = <Layer>found
        if layer.landmarks is None and not allow & LAST_RESORT:
            guide = self.wiring.guides[objective]
            if layer.asked is not guide:
                layer.asked = guide  # before it asks for this layer itself
                guide.attach(self, allow)
        return layer

    def is_guided(self, int objective, int allow):
        """See `graph.pyi`."""
        return self.layer(objective, allow).landmarks is not None

    def is_laid(self, int objective, int allow):
        """See `graph.pyi`."""
        return self.layer(objective, allow).climb is not None

    cdef Scratch take(self):
        """Lend a scratch to one caller; threads that query at once have one each."""
        try:
            return <Scratch>self.wiring.pool.pop()
        except IndexError:
            return Scratch(self.wiring)

    cdef void give(self, Scratch scratch):
        self.wiring.pool.append(scratch)


cdef Numbers numbers_of(values, int place, size_t m):
    """Copy one value a link; `place` says of which kind they are."""
    cdef Numbers numbers = Numbers()
    cdef size_t link
    if values is None and place != HOPS:
        raise TypeError("values are left out where another graph has them")
    cdef bint is_pair = type(values) is tuple
    for array in values if is_pair else () if values is None else (values,):
        if len(array) != m:
            raise ValueError("the arrays of links must have one length")
    if is_pair:
        numbers.at = copy_least_known(values[0], values[1], m)
    elif place == HOPS:
        numbers.at = allocate(m, sizeof(uint32_t))
        for link in range(m):
            (<uint32_t*>numbers.at)[link] = 1
    elif place < N_OBJECTIVES:
        numbers.at = copy_u4(values)
    elif place < N_OBJECTIVES + N_BANDWIDTHS:
        numbers.at = copy_known_u8(values, m)
    else:
        numbers.at = copy_u1(values, m)
    return numbers


cdef uint8_t* copy_u1(const uint8_t[::1] values, size_t length) except NULL:
    cdef uint8_t* copy = <uint8_t*>allocate(length, 1)
    if length > 0:
        memcpy(copy, &values[0], length)
    return copy


cdef uint32_t* copy_u4(const uint32_t[::1] values) except NULL:
    cdef size_t count = values.shape[0]
    cdef uint32_t* copy
    copy = <uint32_t*>allocate(count, sizeof(uint32_t))
    if count > 0:
        memcpy(copy, &values[0], count * sizeof(uint32_t))
    return copy


cdef uint64_t* copy_known_u8(const uint64_t[::1] values, size_t length) except NULL:
    """Copy bit/s as value + 1, so that null (all ones) becomes 0 and fails every floor."""
    cdef size_t i
    cdef uint64_t* copy = <uint64_t*>allocate(length, sizeof(uint64_t))
    for i in range(length):
        copy[i] = 0 if values[i] == UNREACHED else values[i] + 1
    return copy


cdef uint64_t* copy_least_known(
    const uint64_t[::1] one, const uint64_t[::1] other, size_t length
) except NULL:
    """Copy the less of two values each as that does, null where either is."""
    cdef size_t i
    cdef uint64_t* copy = <uint64_t*>allocate(length, sizeof(uint64_t))
    for i in range(length):
        copy[i] = 0 if one[i] == UNREACHED or other[i] == UNREACHED else min(one[i], other[i]) + 1
    return copy


cdef bint usable(Graph graph, uint32_t link, int allow) noexcept nogil:
    cdef uint8_t state = graph.state[link]
    if graph.tail[link] == graph.head[link]:
        return False  # a self-loop is on no simple path
    if allow & ANY_STATE:
        return True
    if state < STALE:
        return True
    if state == STALE:
        return allow & ALLOW_STALE
    return state == DRAINED and allow & (ALLOW_DRAINED | LAST_RESORT)


cdef Layer layer_of(Graph graph, const uint32_t* weight):
    """Return the layer of any weight [m], null where a link is not usable, whatever the links' states."""
    return build_layer(graph, weight, ANY_STATE)


cdef uint64_t key_of(Graph graph, const uint32_t* weight, uint32_t link, int allow) noexcept nogil:
    """What a link adds to the key of a path, 0 where it is not usable."""
    cdef uint64_t cost = weight[link]
    if cost == NO_WEIGHT or not usable(graph, link, allow):
        return 0
    if allow & LAST_RESORT and graph.state[link] == DRAINED:
        cost += COSTED_OUT_BY
    return (cost << graph.shift) + 1


cdef Layer build_layer(Graph graph, const uint32_t* weight, int allow):
    cdef Layer layer = Layer()
    cdef Wiring wiring = graph.wiring
    cdef uint32_t link, v, i, total = 0
    cdef bint even = True
    layer.key = <uint64_t*>allocate(graph.m, sizeof(uint64_t))
    layer.first = <uint32_t*>allocate(<size_t>graph.n + 1, sizeof(uint32_t))
    layer.arcs = <Arc*>allocate(graph.m, sizeof(Arc))
    for link in range(graph.m):
        layer.key[link] = key_of(graph, weight, link, allow)
    for v in range(graph.n):
        layer.first[v] = total
        for i in range(wiring.in_first[v], wiring.in_first[v + 1]):
            link = wiring.in_link[i]
            if layer.key[link] != 0:
                even = even and (total == 0 or layer.key[link] == layer.arcs[0].key)
                layer.arcs[total] = Arc(graph.tail[link], link, layer.key[link])
                total += 1
    layer.first[graph.n] = total
    layer.step = layer.arcs[0].key if even and total > 0 else 0
    return layer


@final
cdef class Bans:
    """The links that a query excludes, one byte a link."""

    def __cinit__(self, Graph graph not None, links):
        self.m = graph.m
        self.banned = <uint8_t*>allocate(self.m, 1)
        self.add(links)

    def __dealloc__(self):
        PyMem_RawFree(self.banned)

    def add(self, links):
        cdef uint32_t link
        for link in links:
            if link >= self.m:
                raise IndexError(f"there is no link with index {link}")
            self.banned[link] = 1

    def add_mask(self, const uint8_t[::1] mask not None):
        cdef uint32_t link
        if mask.shape[0] != self.m:
            raise ValueError("a mask has one byte a link")
        for link in range(self.m):
            self.banned[link] |= mask[link]

    def copy(self, Graph graph not None):
        cdef Bans other = Bans(graph, ())
        memcpy(other.banned, self.banned, self.m)
        return other


@final
cdef class Query:
    def __cinit__(
        self, Graph graph not None, tuple sources not None, tuple targets not None, int objective, int allow,
        int basis, floor, Bans bans,
    ):
        self.graph = graph
        self.objective = objective
        self.allow = allow
        self.layer = graph.layer(objective, allow)
        self.bans = bans
        self.filter.bandwidth = NULL
        self.filter.floor = 0
        self.filter.banned = NULL
        if floor is not None:
            self.filter.bandwidth = graph.bandwidth[basis]
            self.filter.floor = <uint64_t>floor + 1
        if bans is not None:
            self.filter.banned = bans.banned
        self.sources = copy_routers(graph, sources)
        self.targets = copy_routers(graph, targets)
        self.n_sources = <uint32_t>len(sources)
        self.n_targets = <uint32_t>len(targets)

    @property
    def is_filtered(self):
        """See `graph.pyi`."""
        return self.filter.bandwidth != NULL or self.filter.banned != NULL

    def __dealloc__(self):
        PyMem_RawFree(self.sources)
        PyMem_RawFree(self.targets)


cdef uint32_t* copy_routers(Graph graph, tuple routers) except? NULL:
    """The routers by index; NULL of none, as others lend such a query their own."""
    cdef Py_ssize_t i
    cdef uint32_t* copy
    if not routers:
        return NULL
    copy = <uint32_t*>allocate(len(routers), sizeof(uint32_t))
    for i in range(len(routers)):
        copy[i] = routers[i]
        if copy[i] >= graph.n:
            PyMem_RawFree(copy)
            raise IndexError(f"there is no router with index {routers[i]}")
    return copy


cdef tuple as_tuple(const uint32_t* links, size_t count):
    cdef tuple found = PyTuple_New(count)
    cdef object link
    cdef size_t i
    for i in range(count):
        link = links[i]
        Py_INCREF(link)  # the tuple takes a reference of its own
        PyTuple_SET_ITEM(found, i, link)
    return found
