"""Where packets go: shares of traffic on the links of the IGP's shortest-path graph to one destination.

Every router splits equally over its next-hop *links*, so parallel circuits count one each. A link is a next
hop if it lies on a shortest path by `igp_metric`; of links with metric 0 only those that also come nearer
by the least hop count on shortest paths, so that nothing loops.
"""

from libc.stdint cimport uint32_t, uint64_t

from pathcalc._core cimport Graph, Layer, Query, Scratch, reverse_search


def shares(Query query not None, tuple router_ids not None):
    """Return ([ingress router], [(link, share)]) for one unit of traffic from the query's sources.

    The unit enters in equal parts at the sources that reach a target. Links come in an order in which each
    router's in-links precede its out-links; it depends on distances and ids alone, so the sums are the same
    to the last bit whatever the order of the input. Both are empty where no source reaches the target.
    """
    cdef Graph graph = query.graph
    cdef Layer layer = query.layer
    cdef Scratch scratch = graph.take()
    cdef uint32_t u, link, i
    cdef list ingress = [], result = [], inside
    reverse_search(query, layer, scratch, False)
    for i in range(query.n_sources):
        if scratch.mark[query.sources[i]] == scratch.stamp:
            ingress.append(query.sources[i])
    cdef dict share = dict.fromkeys(ingress, 1.0 / (len(ingress) or 1))
    inside = list(share)
    for u in inside:  # grows while it is walked
        for link in range(graph.first[u], graph.first[u + 1]):
            if is_next_hop(graph, layer, scratch, link) and graph.head[link] not in share:
                share[graph.head[link]] = 0.0
                inside.append(graph.head[link])
    inside.sort(key=lambda u: (-scratch_distance(scratch, u), router_ids[u]))
    for u in inside:
        next_hops = [
            link for link in range(graph.first[u], graph.first[u + 1]) if is_next_hop(graph, layer, scratch, link)
        ]
        for link in next_hops:
            part = share[u] / len(next_hops)
            share[graph.head[link]] += part
            result.append((link, part))
    graph.give(scratch)
    return ingress, result


cdef object scratch_distance(Scratch scratch, uint32_t router):
    return scratch.dist[router]


cdef inline bint is_next_hop(Graph graph, Layer layer, Scratch scratch, uint32_t link) noexcept nogil:
    """Whether packets at the link's tail use it; nothing leaves a router that has arrived (distance 0)."""
    cdef uint32_t u = graph.tail[link], v = graph.head[link], shift = graph.shift
    cdef uint64_t key = layer.key[link]
    if key == 0 or scratch.mark[v] != scratch.stamp:
        return False
    if key == 1:  # metric 0: the hop count below the metric decides; elsewhere it plays no part
        return scratch.dist[v] + 1 == scratch.dist[u]
    return (key >> shift) + (scratch.dist[v] >> shift) == scratch.dist[u] >> shift
