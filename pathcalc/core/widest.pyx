"""The most bandwidth of any path: from one target to everywhere, or between two ends with one threshold."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport (
    BARRED, SOURCE, TARGET, UNREACHED, Arc, Filter, Graph, Layer, Query, Scratch, passes,
)
from pathcalc.core.heap cimport Heap, Item, heap_pop, heap_push


cdef uint64_t reverse_widest(
    Query query, Layer layer, const uint64_t* bandwidth, Scratch scratch, bint early
) noexcept nogil:
    """Dijkstra on the narrowest link, from the targets; return the most bandwidth + 1 from a source, or 0.

    Labels are the complement of bandwidth + 1, so that the least key is the widest; links of unknown
    bandwidth (0) are not used.
    """
    cdef Heap* heap = &scratch.heap
    cdef uint64_t* dist = scratch.dist
    cdef uint32_t* mark = scratch.mark
    cdef uint8_t* role = scratch.role
    cdef const Filter* filter = &query.filter
    cdef uint32_t stamp, v, u, i
    cdef uint64_t key
    cdef const Arc* arc
    cdef Item item
    scratch.fresh()
    stamp = scratch.stamp
    for i in range(query.n_targets):
        v = query.targets[i]
        dist[v] = 0
        mark[v] = stamp
        heap_push(heap, 0, v)
    while heap.size > 0:
        item = heap_pop(heap)
        v = item.value
        if item.key != dist[v]:
            continue
        if role[v] & SOURCE:
            if early:
                return ~item.key
            continue
        for i in range(layer.first[v], layer.first[v + 1]):
            arc = &layer.arcs[i]
            u = arc.tail
            key = ~bandwidth[arc.link]
            if key < item.key:
                key = item.key
            if key == UNREACHED or (mark[u] == stamp and dist[u] <= key):
                continue
            if role[u] & (TARGET | BARRED) or not passes(filter, arc.link):
                continue
            dist[u] = key
            mark[u] = stamp
            heap_push(heap, key, u)
    return 0


cdef struct Side:  # what is reached from one end over links not below the threshold
    uint32_t* mark  # [n]; reached where it is the stamp
    uint32_t stamp
    uint32_t* open  # [n], routers whose links were not looked at
    uint32_t n_open
    Heap* waiting  # links below the threshold by complement of bandwidth + 1, to the router they lead to


cdef uint64_t most_bandwidth(
    Graph graph, Query query, Layer layer, const uint64_t* bandwidth, Scratch ahead, Scratch back
) noexcept nogil:
    """Return the most bandwidth + 1 that a path from the sources to the targets keeps, 0 where there is none.

    Both ends reach out over links of at least one threshold, in any order; links below it wait. When one end
    has nothing left to open no path keeps the threshold, and it falls to the best link that waits there. So
    it always is an upper bound, and that of a path as soon as the two ends meet. O(m log m), far less where
    they meet soon.
    """
    cdef const Filter* filter = &query.filter
    cdef Side sides[2]
    cdef uint64_t threshold = UNREACHED
    cdef uint32_t v, link, i
    cdef int which
    begin(&sides[0], ahead, query.sources, query.n_sources)
    begin(&sides[1], back, query.targets, query.n_targets)
    while True:
        while sides[0].n_open > 0 and sides[1].n_open > 0:
            v = opened(&sides[0])
            for link in range(graph.first[v], graph.first[v + 1]):
                if layer.key[link] != 0 and passes(filter, link):
                    if lead(&sides[0], &sides[1], graph.head[link], bandwidth[link], threshold):
                        return threshold
            v = opened(&sides[1])
            for i in range(layer.first[v], layer.first[v + 1]):
                link = layer.arcs[i].link
                if passes(filter, link):
                    if lead(&sides[1], &sides[0], layer.arcs[i].tail, bandwidth[link], threshold):
                        return threshold
        for which in range(2):
            if sides[which].n_open == 0:
                threshold = min(threshold, best_waiting(&sides[which]))
        if threshold == 0:
            return 0
        for which in range(2):
            if fall(&sides[which], &sides[1 - which], threshold):
                return threshold


cdef void begin(Side* side, Scratch scratch, const uint32_t* routers, uint32_t count) noexcept nogil:
    cdef uint32_t i
    scratch.fresh()
    side.mark = scratch.mark
    side.stamp = scratch.stamp
    side.open = scratch.via
    side.n_open = count
    side.waiting = &scratch.heap
    for i in range(count):
        side.open[i] = routers[i]
        side.mark[routers[i]] = side.stamp


cdef inline uint32_t opened(Side* side) noexcept nogil:
    side.n_open -= 1
    return side.open[side.n_open]


cdef inline bint lead(
    Side* side, const Side* other, uint32_t v, uint64_t bandwidth, uint64_t threshold
) noexcept nogil:
    """Follow a link to a router, or let it wait; return whether the other side is met."""
    if bandwidth == 0 or side.mark[v] == side.stamp:
        return False
    if bandwidth < threshold:
        heap_push(side.waiting, ~bandwidth, v)
        return False
    side.mark[v] = side.stamp
    side.open[side.n_open] = v
    side.n_open += 1
    return other.mark[v] == other.stamp


cdef uint64_t best_waiting(Side* side) noexcept nogil:
    """The bandwidth + 1 of the best link that waits to lead somewhere new, 0 where there is none."""
    while side.waiting.size > 0 and side.mark[side.waiting.items[0].value] == side.stamp:
        heap_pop(side.waiting)
    return ~side.waiting.items[0].key if side.waiting.size > 0 else 0


cdef bint fall(Side* side, const Side* other, uint64_t threshold) noexcept nogil:
    """Follow all waiting links that the threshold has fallen to; return whether the other side is met."""
    cdef Item item
    while side.waiting.size > 0 and ~side.waiting.items[0].key >= threshold:
        item = heap_pop(side.waiting)
        if lead(side, other, item.value, ~item.key, threshold):
            return True
    return False


def widest_bandwidth(Query query not None, int basis):
    """Return the most bandwidth (bit/s) that any path keeps on all its links, or None."""
    cdef Graph graph = query.graph
    cdef Scratch ahead = graph.take()
    cdef Scratch back = graph.take()
    cdef uint64_t best = most_bandwidth(graph, query, query.layer, graph.bandwidth[basis], ahead, back)
    graph.give(back)
    graph.give(ahead)
    return None if best == 0 else best - 1
