"""One best path, guided by landmarks: A* backwards under bounds that are one cache line a router (ALT).

By the triangle inequality a path from s to v has at least d(l, v) - d(l, s) and d(s, l) - d(v, l) for each
landmark l; under filters there are only fewer paths (Goldberg and Harrelson 2005). Sums are kept in 15 bits,
scaled by a power of two: bounds stay admissible by giving one step away, but are no longer consistent, so a
label that gets better is opened again. The search goes on until no label can be on a path as good as the
best, so that every router on one of the best paths knows its exact distance: `smallest_walk` then reads the
same links as after a search without landmarks.
"""

from cpython.mem cimport PyMem_RawFree
from cython cimport final
from libc.stdint cimport int16_t, uint8_t, uint32_t, uint64_t, uintptr_t

from pathcalc.core.graph cimport (
    BARRED, SOURCE, TARGET, UNREACHED, Arc, Filter, Graph, Layer, Query, Scratch, allocate, as_tuple, passes,
)
from pathcalc.core.heap cimport Heap, Item, heap_pop, heap_push
from pathcalc.core.search cimport reach_all, reverse_search, smallest_walk

cdef extern from *:
    """
    typedef int16_t suanlu_eight __attribute__((vector_size(16)));
    typedef union {
        struct { suanlu_eight since[2], to[2]; } eights;
        struct { int16_t since[16], to[16]; } each;
    } suanlu_line;

    static inline suanlu_eight suanlu_larger(suanlu_eight a, suanlu_eight b) {
        suanlu_eight more = a > b;
        return (a & more) | (b & ~more);
    }

    /* The largest of the 32 differences that bound a path from `start` to `line` from below; at least 0. */
    static inline uint32_t suanlu_most(const suanlu_line *line, const suanlu_line *start) {
        suanlu_eight a = suanlu_larger(line->eights.since[0] - start->eights.since[0],
                                       line->eights.since[1] - start->eights.since[1]);
        suanlu_eight b = suanlu_larger(start->eights.to[0] - line->eights.to[0],
                                       start->eights.to[1] - line->eights.to[1]);
        a = suanlu_larger(a, b);
        a = suanlu_larger(a, __builtin_shuffle(a, (suanlu_eight){4, 5, 6, 7, 0, 1, 2, 3}));
        a = suanlu_larger(a, __builtin_shuffle(a, (suanlu_eight){2, 3, 0, 1, 4, 5, 6, 7}));
        a = suanlu_larger(a, __builtin_shuffle(a, (suanlu_eight){1, 0, 3, 2, 5, 4, 7, 6}));
        return a[0] > 0 ? (uint32_t)a[0] : 0;
    }
    """
    ctypedef struct Each:
        int16_t since[16]
        int16_t to[16]
    ctypedef struct Line "suanlu_line":
        Each each
    uint32_t suanlu_most(const Line* line, const Line* start) noexcept nogil

cdef enum:
    N_LANDMARKS = 16
    NOT_REACHED = 32767
    LINE_BYTES = 64
    MOST_OPENED = 4  # times the number of routers; beyond, a plain search costs less


@final
cdef class Alt:
    """Sums of one weight, over the links of one choice of states, from and to sixteen far routers."""

    cdef readonly uint32_t n
    cdef readonly int objective
    cdef readonly int allow
    cdef readonly uint32_t scale  # sums are kept in steps of 1 << scale
    cdef void* memory
    cdef Line* lines  # [n], each in one cache line

    def __cinit__(self, Graph graph not None, int objective, int allow):
        cdef Layer layer = graph.layer(objective, allow)
        cdef Scratch scratch
        cdef uint64_t* sums
        self.n = graph.n
        self.objective = objective
        self.allow = allow
        self.memory = allocate(<size_t>graph.n + 1, LINE_BYTES)
        self.lines = <Line*>((<uintptr_t>self.memory + LINE_BYTES - 1) & ~(<uintptr_t>LINE_BYTES - 1))
        if graph.n == 0:
            return
        sums = <uint64_t*>allocate(<size_t>graph.n * 2 * N_LANDMARKS, sizeof(uint64_t))
        scratch = graph.take()
        with nogil:
            measure(graph, layer, scratch, sums)
            self.scale = scale_of(sums, <size_t>graph.n * 2 * N_LANDMARKS)
            pack(self.lines, sums, graph.n, self.scale)
        graph.give(scratch)
        PyMem_RawFree(sums)
        if self.scale > 17:
            raise OverflowError("a sum to a landmark exceeds 32 bits")

    def __dealloc__(self):
        PyMem_RawFree(self.memory)


cdef void measure(Graph graph, Layer layer, Scratch scratch, uint64_t* sums) noexcept nogil:
    """Fill sums[v * 32 + number] from each landmark to v, and 16 further on from v to it.

    Each landmark is the router farthest from those before it; what none reaches is farthest of all.
    """
    cdef uint64_t nearest, most
    cdef uint32_t number, earlier, v, chosen = 0
    for number in range(N_LANDMARKS):
        reach_all(graph, layer, scratch, chosen, False)
        keep(graph, scratch, sums + number)
        reach_all(graph, layer, scratch, chosen, True)
        keep(graph, scratch, sums + N_LANDMARKS + number)
        most = 0
        for v in range(graph.n):
            nearest = UNREACHED
            for earlier in range(number + 1):
                nearest = min(nearest, sums[<size_t>v * 2 * N_LANDMARKS + earlier])
            if nearest > most:
                most = nearest
                chosen = v


cdef void keep(Graph graph, Scratch scratch, uint64_t* column) noexcept nogil:
    cdef uint32_t v
    for v in range(graph.n):
        column[<size_t>v * 2 * N_LANDMARKS] = (
            scratch.dist[v] >> graph.shift if scratch.mark[v] == scratch.stamp else UNREACHED
        )


cdef uint32_t scale_of(const uint64_t* sums, size_t count) noexcept nogil:
    cdef uint64_t largest = 0
    cdef uint32_t scale = 0
    cdef size_t i
    for i in range(count):
        if sums[i] != UNREACHED and sums[i] > largest:
            largest = sums[i]
    while largest >> scale >= NOT_REACHED:
        scale += 1
    return scale


cdef void pack(Line* lines, const uint64_t* sums, uint32_t n, uint32_t scale) noexcept nogil:
    cdef uint32_t v, i
    cdef const uint64_t* row
    for v in range(n):
        row = sums + <size_t>v * 2 * N_LANDMARKS
        for i in range(N_LANDMARKS):
            lines[v].each.since[i] = scaled(row[i], scale)
            lines[v].each.to[i] = scaled(row[N_LANDMARKS + i], scale)


cdef inline int16_t scaled(uint64_t value, uint32_t scale) noexcept nogil:
    return NOT_REACHED if value == UNREACHED else <int16_t>(value >> scale)


cdef inline uint32_t bound(Alt alt, uint32_t v, const Line* start) noexcept nogil:
    """What any path from the start to v has at least; a difference of scaled sums may be one step too large."""
    cdef uint32_t most = suanlu_most(&alt.lines[v], start)
    if most == 0 or alt.scale == 0:
        return most
    return ((most - 1) << alt.scale) + 1


cdef Line start_of(Query query, Alt alt) noexcept nogil:
    """The bounds of whichever source is nearest: farthest from the landmarks, and nearest to them."""
    cdef Line start = alt.lines[query.sources[0]]
    cdef uint32_t i, number
    cdef const Line* line
    for i in range(1, query.n_sources):
        line = &alt.lines[query.sources[i]]
        for number in range(N_LANDMARKS):
            start.each.since[number] = max(start.each.since[number], line.each.since[number])
            start.each.to[number] = min(start.each.to[number], line.each.to[number])
    return start


cdef uint64_t guided_search(
    Graph graph, Query query, Layer layer, Scratch scratch, Alt alt, bint* ended
) noexcept nogil:
    """Return the least key from a source, or UNREACHED; `ended` is False where it opened too many labels."""
    cdef Heap* heap = &scratch.heap
    cdef uint64_t* dist = scratch.dist
    cdef uint32_t* mark = scratch.mark
    cdef uint32_t* rest = scratch.via  # the bound of each labelled router
    cdef uint8_t* role = scratch.role
    cdef const Filter* filter = &query.filter
    cdef Line start = start_of(query, alt)
    cdef uint64_t best = UNREACHED, key, value
    cdef uint64_t budget = <uint64_t>graph.n * MOST_OPENED
    cdef size_t room = 2 * (<size_t>graph.m + graph.n)
    cdef uint32_t shift = graph.shift, stamp, v, u, i
    cdef const Arc* arc
    cdef Item item
    ended[0] = True
    scratch.fresh()
    stamp = scratch.stamp
    for i in range(query.n_targets):
        v = query.targets[i]
        dist[v] = 0
        mark[v] = stamp
        rest[v] = bound(alt, v, &start)
        heap_push(heap, <uint64_t>rest[v] << shift, v)
    while heap.size > 0:
        item = heap_pop(heap)
        if item.key > best:
            break
        v = item.value
        value = dist[v]
        if item.key != value + (<uint64_t>rest[v] << shift):
            continue
        if role[v] & SOURCE:
            best = min(best, value)
            continue
        if budget == 0 or heap.size + (layer.first[v + 1] - layer.first[v]) > room:
            ended[0] = False
            return UNREACHED
        budget -= 1
        for i in range(layer.first[v], layer.first[v + 1]):
            arc = &layer.arcs[i]
            u = arc.tail
            key = value + arc.key
            if mark[u] == stamp:
                if dist[u] <= key:
                    continue
            if role[u] & (TARGET | BARRED) or not passes(filter, arc.link):
                continue
            if mark[u] != stamp:
                mark[u] = stamp
                rest[u] = bound(alt, u, &start)
            dist[u] = key
            key += <uint64_t>rest[u] << shift
            if key <= best:
                heap_push(heap, key, u)
    return best


def shortest_guided(Query query not None, Alt alt not None):
    """Return the links of the best path as a tuple of indexes, or None; those of `shortest`, sooner."""
    cdef Graph graph = query.graph
    cdef Scratch scratch
    cdef uint64_t best
    cdef uint32_t count = 0
    cdef bint ended = True
    if alt.n != graph.n or alt.objective != query.objective or alt.allow != query.allow:
        raise ValueError("the landmarks are of another graph, weight or choice of states")
    if query.n_sources == 0 or query.n_targets == 0:
        return None
    scratch = graph.take()
    scratch.set_roles(query)
    best = guided_search(graph, query, query.layer, scratch, alt, &ended)
    if not ended:
        best = reverse_search(query, query.layer, scratch, True)
    if best != 0 and best != UNREACHED:
        count = smallest_walk(graph, query, query.layer, scratch, best)
    scratch.clear_roles(query)
    found = None if best == UNREACHED else as_tuple(scratch.path, count)
    graph.give(scratch)
    if best == 0:
        raise ValueError("a router is both source and target: there is no path to find")
    return found
