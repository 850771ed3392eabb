"""The IGP's distances to one destination, and who is whose next hop."""

from libc.math cimport INFINITY, NAN
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport DRAINED, UNREACHED, Graph, Layer
from pathcalc.core.heap cimport Item

cdef enum:
    IGP_METRIC = 2
    NO_WEIGHT = 0xFFFFFFFF


cdef class Destination:
    cdef readonly Graph graph
    cdef Layer layer
    cdef uint64_t* dist  # [n], UNREACHED where not (yet) seen; exact up to `settled`
    cdef uint32_t* order  # [n], routers by distance, the first n_settled of them
    cdef uint32_t n_settled
    cdef uint64_t settled  # the key up to which distances are exact; the largest once the search has ended
    cdef Item* waiting  # what the search's heap held when it paused
    cdef size_t n_waiting
    cdef object lock  # one thread at a time searches on

    cdef int reach(self, tuple sources) except -1
    cdef int reach_all(self) except -1
    cdef int search(self, tuple sources) except -1


cdef inline bint is_next_hop(
    Graph graph, Layer layer, const uint64_t* dist, uint32_t u, uint32_t link
) noexcept nogil:
    """Whether packets at u, the link's tail, use it; u is not where they have arrived."""
    cdef uint64_t key = layer.key[link]
    cdef uint64_t ahead = dist[graph.head[link]]
    if key == 0 or ahead == UNREACHED:
        return False
    if key == 1:  # metric 0: the hop count below the metric decides; elsewhere it plays no part
        return ahead + 1 == dist[u]
    return (key >> graph.shift) + (ahead >> graph.shift) == dist[u] >> graph.shift


cdef inline bint is_drained(Graph graph, Layer layer, const uint8_t* gone, uint32_t router) noexcept nogil:
    """Whether every link that leaves the router, of those in use, is drained."""
    cdef uint32_t link
    for link in range(graph.first[router], graph.first[router + 1]):
        if layer.key[link] != 0 and graph.state[link] != DRAINED and (gone == NULL or not gone[link]):
            return False
    return True


cdef inline double mean_onward(
    Graph graph, Layer layer, const uint8_t* gone, const uint64_t* dist, const uint32_t* weight, uint32_t u,
    const double* mean,
) noexcept nogil:
    """The mean of a weight's sum from u, that of its next hops being known; nan where unknown."""
    cdef uint32_t link, hops = 0
    cdef double total = 0.0
    if dist[u] == 0:
        return 0.0
    for link in range(graph.first[u], graph.first[u + 1]):
        if is_next_hop(graph, layer, dist, u, link) and (gone == NULL or not gone[link]):
            hops += 1
            total += NAN if weight[link] == NO_WEIGHT else weight[link] + mean[graph.head[link]]
    return total / hops


cdef inline int fitness(Graph graph, Layer layer, const uint8_t* gone, uint32_t router) noexcept nogil:
    """How fit a router is as a door: traffic enters at the fittest of a source that reach the target.

    One whose every link is drained is the last resort; before it come routers that are no ingress.
    """
    cdef int ingress = graph.wiring.ingress[router] != 0
    return ingress if is_drained(graph, layer, gone, router) else 2 + ingress


cdef inline double mean_at(
    Graph graph, Layer layer, const uint8_t* gone, const uint64_t* dist, const uint32_t* routers,
    uint32_t count, const double* mean,
) noexcept nogil:
    """The mean over those of the routers where traffic enters; inf for none, 0 where one is a target."""
    cdef uint32_t i, doors = 0
    cdef double total = 0.0
    cdef int best = 0
    for i in range(count):
        if dist[routers[i]] == 0:
            return 0.0
        if count > 1 and dist[routers[i]] != UNREACHED:
            best = max(best, fitness(graph, layer, gone, routers[i]))
    for i in range(count):
        if dist[routers[i]] != UNREACHED and (count == 1 or fitness(graph, layer, gone, routers[i]) == best):
            total += mean[routers[i]]
            doors += 1
    return total / doors if doors else INFINITY


cdef void mean_of_all(Destination to, Graph graph, int which, double* mean) noexcept nogil
