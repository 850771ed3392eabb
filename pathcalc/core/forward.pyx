"""Where packets go: shares of traffic on the links of the IGP's shortest-path graph to one destination.

Every router splits equally over its next-hop *links*, so parallel circuits count one each. A link is a next
hop if it lies on a shortest path by `igp_metric`; of links with metric 0 only those that also come nearer
by the least hop count on shortest paths, so that nothing loops. Drained links cost so much that packets take
them only where nothing else leads to the destination.
"""

from cython cimport final
from libc.stdint cimport int64_t, uint32_t, uint64_t

from pathcalc.core.graph cimport DRAINED, Graph, Layer, Query, Scratch, passes
from pathcalc.core.search cimport reverse_search


@final
cdef class Destination:
    """The distances of all routers to a query's targets, from one search; the query's sources play no part."""

    cdef Graph graph
    cdef Query query
    cdef Layer layer
    cdef Scratch scratch
    cdef tuple router_ids

    def __cinit__(self, Query query not None, tuple router_ids not None):
        self.graph = query.graph
        self.query = query
        self.layer = query.layer
        self.router_ids = router_ids
        self.scratch = self.graph.take()
        reverse_search(query, self.layer, self.scratch, False)

    def close(self):
        """Give the search's memory back; the object cannot be asked any more."""
        self.graph.give(self.scratch)
        self.scratch = None

    def shares(self, tuple sources not None):
        """Return ([ingress router], [(link, share)]) for one unit of traffic from the sources.

        The unit enters in equal parts at the `doors`. Links come in an order in which each router's in-links
        precede its out-links; it depends on distances and ids alone, so the sums are the same to the last
        bit whatever the order of the input. Both are empty where no source reaches a target.
        """
        cdef Graph graph = self.graph
        cdef uint32_t u, link, head
        cdef double part
        cdef list ingress = self.doors(sources)
        cdef dict share = dict.fromkeys(ingress, 1.0 / (len(ingress) or 1))
        cdef dict next_hops = {}
        cdef list inside = list(share), result = []
        for u in inside:  # grows while it is walked
            hops = []
            for link in range(graph.first[u], graph.first[u + 1]):
                if self.is_next_hop(link):
                    head = graph.head[link]
                    hops.append(link)
                    if head not in share:
                        share[head] = 0.0
                        inside.append(head)
            next_hops[u] = hops
        inside.sort(key=self.farthest_first)
        for u in inside:
            hops = next_hops[u]
            for link in hops:
                head = graph.head[link]
                part = <double>share[u] / len(hops)
                share[head] += part
                result.append((link, part))
        return ingress, result

    def sole_next_hop(self, uint32_t router):
        """Return the one link by which packets leave the router; -1 where there is none or a choice."""
        cdef Graph graph = self.graph
        cdef uint32_t link
        cdef int64_t found = -1
        if router >= graph.n:
            raise IndexError(f"there is no router with index {router}")
        for link in range(graph.first[router], graph.first[router + 1]):
            if self.is_next_hop(link):
                if found >= 0:
                    return -1
                found = link
        return found

    cdef list doors(self, tuple sources):
        """The sources that reach a target; those that are drained whole only where no other does."""
        cdef uint32_t u
        cdef list reaching = [u for u in sources if self.scratch.mark[u] == self.scratch.stamp]
        return [u for u in reaching if not self.is_drained(u)] or reaching

    cdef bint is_drained(self, uint32_t router) noexcept:
        """Whether every link that leaves the router, of those in use, is drained."""
        cdef Graph graph = self.graph
        cdef uint32_t link
        for link in range(graph.first[router], graph.first[router + 1]):
            if self.layer.key[link] == 0 or not passes(&self.query.filter, link):
                continue
            if graph.state[link] != DRAINED:
                return False
        return True

    def farthest_first(self, uint32_t router):
        """Sort key by which every router comes before its next hops."""
        return ~self.scratch.dist[router], self.router_ids[router]

    cdef inline bint is_next_hop(self, uint32_t link) noexcept:
        """Whether packets at the link's tail use it; nothing leaves a router that has arrived (distance 0)."""
        cdef Scratch scratch = self.scratch
        cdef uint32_t u = self.graph.tail[link], v = self.graph.head[link], shift = self.graph.shift
        cdef uint64_t key = self.layer.key[link]
        if key == 0 or scratch.mark[v] != scratch.stamp or not passes(&self.query.filter, link):
            return False
        if key == 1:  # metric 0: the hop count below the metric decides; elsewhere it plays no part
            return scratch.dist[v] + 1 == scratch.dist[u]
        return (key >> shift) + (scratch.dist[v] >> shift) == scratch.dist[u] >> shift
