"""Lower bounds of sums between any two routers, from the sums to and from a few landmarks (ALT).

By the triangle inequality a path from s to v has at least d(l, v) - d(l, s) and d(s, l) - d(v, l) for each
landmark l; under filters there are only fewer paths, and with larger weights only longer ones (Goldberg and
Harrelson 2005). So bounds of a floor, what each link weighs at least, hold in every graph of the same links
that keeps above it. Each landmark is the router farthest from those before it; large graphs have more of
them. Sums are kept in 15 bits, scaled by a power of two: bounds stay admissible by giving one step away.
O(landmarks x (m + n log n)) to make, O(landmarks) to ask.
"""

from cpython.mem cimport PyMem_RawFree
from cython cimport final
from libc.stdint cimport uintptr_t
from libc.string cimport memset

from pathcalc.core.graph cimport Layer, Scratch, allocate, layer_of, usable
from pathcalc.core.search cimport reach_all

cdef enum:
    NO_SUM = 0xFFFFFFFF
    NOT_REACHED = 32767
    LINE_BYTES = 64
    TWO_LINES_ABOVE = 5_000  # routers: the fewer labels are worth the longer bound
    FOUR_LINES_ABOVE = 50_000


@final
cdef class Landmarks:
    def __cinit__(self, Graph graph not None, int objective, int allow, floor=None):
        cdef Layer layer
        cdef Scratch scratch
        cdef uint32_t* sums
        cdef uint64_t* nearest
        cdef size_t count
        cdef bint fits = True
        self.n = graph.n
        self.m = graph.m
        self.objective = objective
        self.wiring = graph.wiring
        self.given = floor
        self.n_lines = 1 if graph.n <= TWO_LINES_ABOVE else 2 if graph.n <= FOUR_LINES_ABOVE else 4
        self.ends = ends_of(graph)
        self.floor = <uint32_t*>allocate(graph.m, sizeof(uint32_t))
        if floor is None:
            lowest_of(graph, objective, allow, self.floor)
        else:
            copy_floor(floor, self.floor, graph.m)
        self.memory = allocate(<size_t>graph.n * self.n_lines + 1, LINE_BYTES)
        self.lines = <Line*>((<uintptr_t>self.memory + LINE_BYTES - 1) & ~(<uintptr_t>LINE_BYTES - 1))
        if graph.n == 0:
            return
        count = <size_t>graph.n * self.n_lines * 2 * A_LINE
        sums = <uint32_t*>allocate(count, sizeof(uint32_t))
        nearest = NULL
        try:
            nearest = <uint64_t*>allocate(graph.n, sizeof(uint64_t))
            layer = layer_of(graph, self.floor)
            scratch = graph.take()
            with nogil:
                fits = measure(graph, layer, scratch, self.n_lines, sums, nearest)
                self.scale = scale_of(sums, count)
                pack(self.lines, sums, <size_t>graph.n * self.n_lines, self.scale)
            graph.give(scratch)
        finally:
            PyMem_RawFree(sums)
            PyMem_RawFree(nearest)
        if not fits:
            raise OverflowError("a sum to a landmark exceeds 32 bits")

    def __dealloc__(self):
        PyMem_RawFree(self.floor)
        PyMem_RawFree(self.memory)

    def attach(self, Graph graph not None, int allow):
        """See `landmarks.pyi`."""
        cdef Layer layer = graph.layer(self.objective, allow)
        cdef uint32_t* weight = graph.weight[self.objective]
        cdef uint32_t link
        if self.wiring is not graph.wiring and (self.m != graph.m or self.ends != ends_of(graph)):
            raise ValueError("the landmarks are of other routers or links")
        for link in range(graph.m):
            if layer.key[link] != 0 and weight[link] < self.floor[link]:
                return False
        layer.landmarks = self
        return True

    cdef uint64_t least(self, uint32_t router, uint32_t target) noexcept nogil:
        """A lower bound of the sum from the router to the target."""
        cdef uint32_t most = 0, i
        for i in range(self.n_lines):
            most = max(
                most,
                suanlu_most(&self.lines[target * self.n_lines + i], &self.lines[router * self.n_lines + i]),
            )
        return in_full(most, self.scale)


cdef uint64_t ends_of(Graph graph) noexcept nogil:
    """A checksum of where links begin and end (FNV)."""
    cdef uint64_t sum = 0xCBF29CE484222325
    cdef uint32_t link
    for link in range(graph.m):
        sum = times(sum ^ (<uint64_t>graph.tail[link] << 32 | graph.head[link]))
    return sum


cdef extern from *:
    """
    static inline uint64_t suanlu_times(uint64_t sum) { return sum * 0x100000001B3ULL; }
    """
    uint64_t times "suanlu_times"(uint64_t sum) noexcept nogil  # modulo 2^64 by intent


cdef void lowest_of(Graph graph, int objective, int allow, uint32_t* floor) noexcept nogil:
    """The graph's own weights as the floor: what is not usable is not used at all."""
    cdef uint32_t link
    for link in range(graph.m):
        floor[link] = graph.weight[objective][link] if usable(graph, link, allow) else <uint32_t>NO_SUM


cdef int copy_floor(const uint32_t[::1] given, uint32_t* floor, uint32_t m) except -1:
    cdef uint32_t link
    if given.shape[0] != m:
        raise ValueError("a floor has one weight a link")
    for link in range(m):
        floor[link] = given[link]
    return 0


cdef bint measure(
    Graph graph, Layer layer, Scratch scratch, uint32_t n_lines, uint32_t* sums, uint64_t* nearest
) noexcept nogil:
    """Fill the rows of all routers, a line after the other: 16 sums from landmarks, then 16 to them.

    Each landmark is the router farthest from those before it, the first one from router 0; what none
    reaches is farthest of all. Return whether all sums fit into 32 bits.
    """
    cdef uint32_t number, chosen = 0
    cdef size_t stride = <size_t>n_lines * 2 * A_LINE, at
    cdef bint fits = True
    reach_all(graph, layer, scratch, 0, False)
    memset(nearest, 0xFF, graph.n * sizeof(uint64_t))
    chosen = farthest(graph, scratch, nearest)
    memset(nearest, 0xFF, graph.n * sizeof(uint64_t))
    for number in range(n_lines * A_LINE):
        at = number // A_LINE * 2 * A_LINE + number % A_LINE
        reach_all(graph, layer, scratch, chosen, True)
        fits &= keep(graph, scratch, sums + at + A_LINE, stride)
        reach_all(graph, layer, scratch, chosen, False)
        fits &= keep(graph, scratch, sums + at, stride)
        chosen = farthest(graph, scratch, nearest)
    return fits


cdef uint32_t farthest(Graph graph, Scratch scratch, uint64_t* nearest) noexcept nogil:
    """Take the last search into what is nearest to each router; return the first that is farthest."""
    cdef uint32_t v, chosen = 0
    for v in range(graph.n):
        if scratch.mark[v] == scratch.stamp and scratch.dist[v] < nearest[v]:
            nearest[v] = scratch.dist[v]
        if nearest[v] > nearest[chosen]:
            chosen = v
    return chosen


cdef bint keep(Graph graph, Scratch scratch, uint32_t* column, size_t stride) noexcept nogil:
    cdef uint32_t v
    cdef uint64_t value
    cdef bint fits = True
    for v in range(graph.n):
        value = NO_SUM
        if scratch.mark[v] == scratch.stamp:
            value = scratch.dist[v] >> graph.shift
            fits &= value < NO_SUM
        column[v * stride] = <uint32_t>min(value, <uint64_t>NO_SUM)
    return fits


cdef uint32_t scale_of(const uint32_t* sums, size_t count) noexcept nogil:
    cdef uint32_t largest = 0, scale = 0
    cdef size_t i
    for i in range(count):
        if sums[i] != NO_SUM and sums[i] > largest:
            largest = sums[i]
    while largest >> scale >= NOT_REACHED:
        scale += 1
    return scale


cdef void pack(Line* lines, const uint32_t* sums, size_t count, uint32_t scale) noexcept nogil:
    cdef size_t at
    cdef uint32_t i
    for at in range(count):
        for i in range(<uint32_t>A_LINE):
            lines[at].each.since[i] = scaled(sums[at * 2 * A_LINE + i], scale)
            lines[at].each.to[i] = scaled(sums[at * 2 * A_LINE + A_LINE + i], scale)


cdef inline int16_t scaled(uint32_t value, uint32_t scale) noexcept nogil:
    return NOT_REACHED if value == NO_SUM else <int16_t>(value >> scale)
