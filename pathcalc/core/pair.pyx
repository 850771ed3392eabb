"""Two disjoint paths of minimum sum (Suurballe 1974, Bhandari 1999), exact, at link, circuit or router level.

The first path is the best one. The second is searched for in the residual graph, where links of the first
may be taken back; distances to the target make all its costs non-negative. For router level the routers
inside the first path are split: who comes to one can only go back along the first path, and who has gone
back can leave. Both paths together are then what remains of the two.

Circuit level needs no work of its own: if the two directions of a circuit were used, exchanging the tails
of the paths there would spare both links, and all keys are positive; so no minimum uses both.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport BARRED, SOURCE, TARGET, UNREACHED, Arc, Graph, Layer, Query, Scratch, passes
from pathcalc.core.heap cimport Heap, Item, heap_pop, heap_push
from pathcalc.core.search cimport reverse_search, smallest_walk

cdef enum:
    NO_LINK = 0xFFFFFFFF


cdef struct Residual:  # the first path, and distances to the target before it was taken
    uint32_t n
    const uint64_t* potential
    uint64_t source_potential
    uint32_t* leaves  # [n] first path's link that leaves the router, NO_LINK off it
    bint split


def disjoint_pair(Query query not None, bint split):
    """Return (key of both together, links, links), paths in no particular order, or None.

    `split`: the paths share no router (source and target apart), else no circuit.
    """
    cdef Graph graph = query.graph
    cdef Scratch first = graph.take()
    cdef Scratch second = graph.take()
    cdef uint64_t best, more
    cdef uint32_t count, i
    cdef Residual residual
    first.set_roles(query)
    second.set_roles(query)
    reverse_search(query, query.layer, first, False)
    best = least_at_sources(query, first)
    found = None
    if best != UNREACHED:
        count = smallest_walk(graph, query, query.layer, first, best)
        residual = Residual(
            graph.n, first.dist, best, first.leaves, split
        )
        for i in range(count):
            residual.leaves[graph.tail[first.path[i]]] = first.path[i]
        more = residual_search(graph, query, query.layer, second, &residual)
        if more != UNREACHED:
            kept = {first.path[i] for i in range(count)}
            for link in residual_walk(graph, second):
                kept ^= {link}  # a link of the first path that is taken back cancels
            found = (2 * best + more, *apart(graph, first.role, kept))
        for i in range(count):
            residual.leaves[graph.tail[first.path[i]]] = NO_LINK
    first.clear_roles(query)
    second.clear_roles(query)
    graph.give(first)
    graph.give(second)
    return found


cdef uint64_t least_at_sources(Query query, Scratch scratch) noexcept:
    cdef uint64_t best = UNREACHED
    cdef uint32_t i, v
    for i in range(query.n_sources):
        v = query.sources[i]
        if scratch.mark[v] == scratch.stamp and scratch.dist[v] < best:
            best = scratch.dist[v]
    return best


cdef inline uint64_t potential(const Residual* residual, const uint8_t* role, uint32_t v) noexcept nogil:
    """Distance to the target; the source is one node, its own the least of its routers'."""
    return residual.source_potential if role[v] & SOURCE else residual.potential[v]


cdef uint64_t residual_search(
    Graph graph, Query query, Layer layer, Scratch scratch, Residual* residual
) noexcept nogil:
    """Search from the target against the residual links; return the source's reduced distance.

    States: v for a router, or for where one comes into a split router; n + v for where one leaves a split
    router; 2n for the source. scratch.via[state] is the link taken there, scratch.onward[state] the next.
    """
    cdef Heap* heap = &scratch.heap
    cdef uint32_t n = residual.n, state, v, y, i, source = 2 * residual.n
    cdef Item item
    scratch.fresh()
    for i in range(query.n_targets):
        v = query.targets[i]
        scratch.dist[v] = 0
        scratch.mark[v] = scratch.stamp
        heap_push(heap, 0, v)
    while heap.size > 0:
        item = heap_pop(heap)
        state = item.value
        if item.key != scratch.dist[state]:
            continue
        if state == source:
            return item.key
        if state >= n or (not residual.split and residual.leaves[state] != NO_LINK):
            # The first path's link that leaves here may be taken back, by who came to its head.
            v = state - n if state >= n else state
            y = graph.head[residual.leaves[v]]
            if not scratch.role[y] & TARGET:
                reach(scratch, y, item.key, residual.leaves[v], state)
        if state < n:
            if residual.split and residual.leaves[state] != NO_LINK:
                reach(scratch, n + state, item.key, NO_LINK, state)  # gone back to a router, and further back
            reach_by_links(query, layer, scratch, residual, state, item.key)
    return UNREACHED


cdef void reach_by_links(
    Query query, Layer layer, Scratch scratch, Residual* residual, uint32_t state, uint64_t distance
) noexcept nogil:
    """Reach the tails of the links into a router that the first path does not use."""
    cdef const Arc* arc
    cdef uint32_t i, tail, n = residual.n
    cdef uint64_t key
    for i in range(layer.first[state], layer.first[state + 1]):
        arc = &layer.arcs[i]
        tail = arc.tail
        if residual.leaves[tail] == arc.link or scratch.role[tail] & (TARGET | BARRED):
            continue
        if not passes(&query.filter, arc.link):
            continue
        key = distance + arc.key + residual.potential[state] - potential(residual, scratch.role, tail)
        if scratch.role[tail] & SOURCE:
            tail = 2 * n
        elif residual.split and residual.leaves[tail] != NO_LINK:
            tail += n
        reach(scratch, tail, key, arc.link, state)


cdef inline void reach(
    Scratch scratch, uint32_t state, uint64_t key, uint32_t via, uint32_t onward
) noexcept nogil:
    if scratch.mark[state] == scratch.stamp and scratch.dist[state] <= key:
        return
    scratch.dist[state] = key
    scratch.mark[state] = scratch.stamp
    scratch.via[state] = via
    scratch.onward[state] = onward
    heap_push(&scratch.heap, key, state)


cdef list residual_walk(Graph graph, Scratch scratch):
    """Return the links of the second path, taken back ones among them."""
    cdef uint32_t state = 2 * graph.n
    cdef list links = []
    while state >= graph.n or not scratch.role[state] & TARGET:
        if scratch.via[state] != NO_LINK:
            links.append(scratch.via[state])
        state = scratch.onward[state]
    return links


cdef tuple apart(Graph graph, const uint8_t* role, set kept):
    """Take the links of two paths apart; where both pass one router the smaller link id goes first."""
    cdef dict onward = {}
    cdef list starts = []
    for link in sorted(kept, key=lambda link: link_rank(graph, link)):
        if role[graph.tail[<uint32_t>link]] & SOURCE:
            starts.append(link)
        else:
            onward.setdefault(graph.tail[<uint32_t>link], []).append(link)
    paths = []
    for link in starts:
        path = [link]
        while not role[graph.head[<uint32_t>link]] & TARGET:
            link = onward[graph.head[<uint32_t>link]].pop(0)
            path.append(link)
        paths.append(tuple(path))
    return tuple(paths)


cdef object link_rank(Graph graph, uint32_t link):
    return graph.rank[link]
