"""The path of most bandwidth: Dijkstra on the narrowest link."""

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


def widest_bandwidth(Query query not None, int basis):
    """Return the most bandwidth (bit/s) that any path keeps on all its links, or None."""
    cdef Graph graph = query.graph
    cdef Scratch scratch = graph.take()
    cdef uint64_t best
    scratch.set_roles(query)
    best = reverse_widest(query, query.layer, graph.bandwidth[basis], scratch, True)
    scratch.clear_roles(query)
    graph.give(scratch)
    return None if best == 0 else best - 1
