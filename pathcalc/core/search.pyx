"""The search that every additive question begins with: Dijkstra, and the reading of its best path.

The search runs backwards, from the target, so that afterwards every router near the best paths knows its
exact distance to the target. The path is then read forwards, at each router by the first link (in order of
ids) that keeps the distance: among all best paths this is the one whose sequence of link ids is smallest,
whatever the order in which the heap or the input had them.
"""

from libc.math cimport INFINITY, NAN
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport (
    BARRED, SOURCE, TARGET, UNREACHED, Arc, Filter, Graph, Layer, Query, Scratch, as_tuple, passes,
)
from pathcalc.core.heap cimport Heap, Item, heap_pop, heap_push
from pathcalc.core.widest cimport reverse_widest


cdef uint64_t reverse_search(Query query, Layer layer, Scratch scratch, bint early) noexcept nogil:
    """Dijkstra from the targets against the links; return the least key from a source, or UNREACHED.

    With `early` it ends at the first source: then every router nearer than that has its exact distance.
    Without, all routers that reach the target have theirs (and the return value means nothing).
    O(m + n log n) with lazy deletion, Dijkstra 1959; O(m) where all links weigh the same.
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
    if layer.step != 0:
        return reverse_levels(query, layer, scratch, early)
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
                return item.key
            continue
        for i in range(layer.first[v], layer.first[v + 1]):
            arc = &layer.arcs[i]
            u = arc.tail
            key = item.key + arc.key
            if mark[u] == stamp and dist[u] <= key:
                continue
            if role[u] & (TARGET | BARRED) or not passes(filter, arc.link):
                continue
            dist[u] = key
            mark[u] = stamp
            heap_push(heap, key, u)
    return UNREACHED


cdef uint64_t reverse_levels(Query query, Layer layer, Scratch scratch, bint early) noexcept nogil:
    """What reverse_search does where all links have one key: breadth first, with no heap."""
    cdef uint64_t* dist = scratch.dist
    cdef uint32_t* mark = scratch.mark
    cdef uint32_t* queue = scratch.path
    cdef uint8_t* role = scratch.role
    cdef const Filter* filter = &query.filter
    cdef uint32_t stamp, v, u, i, at = 0, end = 0
    cdef uint64_t key
    cdef const Arc* arc
    scratch.fresh()
    stamp = scratch.stamp
    for i in range(query.n_targets):
        v = query.targets[i]
        dist[v] = 0
        mark[v] = stamp
        queue[end] = v
        end += 1
    while at < end:
        v = queue[at]
        at += 1
        if role[v] & SOURCE:
            if early:
                return dist[v]
            continue
        key = dist[v] + layer.step
        for i in range(layer.first[v], layer.first[v + 1]):
            arc = &layer.arcs[i]
            u = arc.tail
            if mark[u] == stamp or role[u] & (TARGET | BARRED) or not passes(filter, arc.link):
                continue
            dist[u] = key
            mark[u] = stamp
            queue[end] = u
            end += 1
    return UNREACHED


cdef uint32_t smallest_walk(
    Graph graph, Query query, Layer layer, Scratch scratch, uint64_t best
) noexcept nogil:
    """Write to scratch.path the best path whose sequence of link ids is smallest; return its length.

    To be called after a reverse_search that returned `best`.
    """
    cdef const Filter* filter = &query.filter
    cdef uint64_t* dist = scratch.dist
    cdef uint32_t* mark = scratch.mark
    cdef uint32_t stamp = scratch.stamp, i, u, v, link, chosen, count = 0
    cdef uint64_t rest = best
    cdef bint found = False
    chosen = 0
    for i in range(query.n_sources):
        u = query.sources[i]
        if mark[u] != stamp or dist[u] != best:
            continue
        for link in range(graph.first[u], graph.first[u + 1]):
            if is_tight(graph, layer, filter, dist, mark, stamp, link, best):
                if not found or graph.rank[link] < graph.rank[chosen]:
                    chosen = link
                    found = True
                break  # the links of one router are in order of their ids
    while True:
        scratch.path[count] = chosen
        count += 1
        v = graph.head[chosen]
        rest = rest - layer.key[chosen]
        if rest == 0:
            return count
        for link in range(graph.first[v], graph.first[v + 1]):
            if is_tight(graph, layer, filter, dist, mark, stamp, link, rest):
                chosen = link
                break


cdef inline bint is_tight(
    Graph graph, Layer layer, const Filter* filter, const uint64_t* dist, const uint32_t* mark, uint32_t stamp,
    uint32_t link, uint64_t rest
) noexcept nogil:
    """Whether a best path of length `rest` may begin with this link."""
    cdef uint64_t key = layer.key[link]
    cdef uint32_t v = graph.head[link]
    return key != 0 and mark[v] == stamp and dist[v] + key == rest and passes(filter, link)


cdef void reach_all(Graph graph, Layer layer, Scratch scratch, uint32_t start, bint backwards) noexcept nogil:
    """Dijkstra from the start along the links, or against them."""
    cdef uint32_t v, link, i
    cdef Item item
    scratch.fresh()
    scratch.dist[start] = 0
    scratch.mark[start] = scratch.stamp
    heap_push(&scratch.heap, 0, start)
    while scratch.heap.size > 0:
        item = heap_pop(&scratch.heap)
        v = item.value
        if item.key != scratch.dist[v]:
            continue
        if backwards:
            for i in range(layer.first[v], layer.first[v + 1]):
                reach(scratch, layer.arcs[i].tail, item.key + layer.arcs[i].key)
        else:
            for link in range(graph.first[v], graph.first[v + 1]):
                if layer.key[link] != 0:
                    reach(scratch, graph.head[link], item.key + layer.key[link])


cdef inline void reach(Scratch scratch, uint32_t v, uint64_t key) noexcept nogil:
    if scratch.mark[v] != scratch.stamp or key < scratch.dist[v]:
        scratch.mark[v] = scratch.stamp
        scratch.dist[v] = key
        heap_push(&scratch.heap, key, v)


def shortest(Query query not None):
    """Return the links of the best path as a tuple of indexes, or None."""
    cdef Graph graph = query.graph
    cdef Scratch scratch = graph.take()
    cdef uint64_t best
    cdef uint32_t count = 0
    scratch.set_roles(query)
    best = reverse_search(query, query.layer, scratch, True)
    if best != 0 and best != UNREACHED:
        count = smallest_walk(graph, query, query.layer, scratch, best)
    scratch.clear_roles(query)
    found = None if best == UNREACHED else as_tuple(scratch.path, count)
    graph.give(scratch)
    if best == 0:
        raise ValueError("a router is both source and target: there is no path to find")
    return found


def column(Query query not None, double[::1] values not None, int basis=-1):
    """Fill values[router] with the best value from each router to the query's targets; nan where none.

    The value is the objective's sum or, with a `basis`, the widest bandwidth (inf at the targets). The
    query's sources are not looked at. Releases the GIL.
    """
    cdef Graph graph = query.graph
    cdef Layer layer = query.layer
    cdef Scratch scratch = graph.take()
    cdef uint32_t v
    if values.shape[0] != graph.n:
        raise ValueError("one value a router")
    with nogil:
        if basis < 0:
            reverse_search(query, layer, scratch, False)
        else:
            reverse_widest(query, layer, graph.bandwidth[basis], scratch, False)
        for v in range(graph.n):
            if scratch.mark[v] != scratch.stamp:
                values[v] = NAN
            elif basis < 0:
                values[v] = <double>(scratch.dist[v] >> graph.shift)
            elif scratch.dist[v] == 0:
                values[v] = INFINITY
            else:
                values[v] = <double>(~scratch.dist[v] - 1)
    graph.give(scratch)
