"""What fits between each two routers: parallel links together, and both ways as each other's residual."""

from cpython.mem cimport PyMem_RawFree
from cython cimport final
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport SOURCE, TARGET, Graph, Query, allocate, passes


@final
cdef class Room:
    def __cinit__(self, uint32_t n):
        self.nodes = <Node*>allocate(n, sizeof(Node))
        self.level = <uint32_t*>allocate(<size_t>n + 1, sizeof(uint32_t))
        self.active = <uint32_t*>allocate(<size_t>n + 1, sizeof(uint32_t))
        self.queue = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.role = <uint8_t*>allocate(n, 1)

    def __dealloc__(self):
        PyMem_RawFree(self.nodes)
        PyMem_RawFree(self.level)
        PyMem_RawFree(self.active)
        PyMem_RawFree(self.queue)
        PyMem_RawFree(self.role)

    cdef void set_roles(self, Query query) noexcept:
        cdef uint32_t i
        for i in range(query.n_sources):
            self.role[query.sources[i]] |= SOURCE
        for i in range(query.n_targets):
            self.role[query.targets[i]] |= TARGET

    cdef void clear_roles(self, Query query) noexcept:
        cdef uint32_t i
        for i in range(query.n_sources):
            self.role[query.sources[i]] = 0
        for i in range(query.n_targets):
            self.role[query.targets[i]] = 0


@final
cdef class Network:
    """What fits between each two routers: the links that pass a query's filters, at `capacity` u8[m] bit/s."""

    def __cinit__(
        self, Query query not None, const uint64_t[::1] capacity not None, const uint64_t[::1] cost not None
    ):
        cdef Graph graph = query.graph
        cdef uint32_t link
        if capacity.shape[0] != graph.m or cost.shape[0] != graph.m:
            raise ValueError("a capacity and a cost for each link")
        self.graph = graph
        self.pool = []
        self.capacity = <uint64_t*>allocate(graph.m, sizeof(uint64_t))
        self.cost = <uint64_t*>allocate(graph.m, sizeof(uint64_t))
        self.arc_of = <uint32_t*>allocate(graph.m, sizeof(uint32_t))
        self.first = <uint32_t*>allocate(<size_t>graph.n + 1, sizeof(uint32_t))
        for link in range(graph.m):
            self.cost[link] = cost[link]
            if query.layer.key[link] != 0 and passes(&query.filter, link):
                self.capacity[link] = capacity[link]
        join(self)

    def __dealloc__(self):
        PyMem_RawFree(self.capacity)
        PyMem_RawFree(self.cost)
        PyMem_RawFree(self.arc_of)
        PyMem_RawFree(self.first)
        PyMem_RawFree(self.arcs)

    cdef Room take(self):
        """Lend working memory; append it to `pool` afterwards."""
        try:
            return <Room>self.pool.pop()
        except IndexError:
            return Room(self.graph.n)


cdef int join(Network network) except -1:
    """Make one arc of all links from one router to another, and its mate; arcs by tail, then by head."""
    cdef Graph graph = network.graph
    cdef uint32_t n = graph.n, u, v, link, arc, i, total
    cdef uint32_t* start = <uint32_t*>allocate(<size_t>n + 2, sizeof(uint32_t))
    cdef uint32_t* end = <uint32_t*>allocate(n, sizeof(uint32_t))
    cdef uint32_t* partner = NULL
    cdef uint32_t* sorted_partner = NULL
    try:
        for link in range(graph.m):
            if network.capacity[link] != 0:
                start[graph.tail[link] + 2] += 1
                start[graph.head[link] + 2] += 1
        for u in range(2, n + 2):
            start[u] += start[u - 1]
        total = start[n + 1]
        partner = <uint32_t*>allocate(total, sizeof(uint32_t))
        sorted_partner = <uint32_t*>allocate(total, sizeof(uint32_t))
        for link in range(graph.m):  # start[u + 1] is the next free place of u until all are placed
            if network.capacity[link] != 0:
                u, v = graph.tail[link], graph.head[link]
                partner[start[u + 1]] = v
                start[u + 1] += 1
                partner[start[v + 1]] = u
                start[v + 1] += 1
        for u in range(n):
            end[u] = start[u]
        for u in range(n):  # u rises, so each router's partners come in order, the same one in a row
            for i in range(start[u], start[u + 1]):
                v = partner[i]
                if end[v] == start[v] or sorted_partner[end[v] - 1] != u:
                    sorted_partner[end[v]] = u
                    end[v] += 1
        for u in range(n):
            network.first[u + 1] = network.first[u] + end[u] - start[u]
        network.n_arcs = network.first[n]
        network.arcs = <Arc*>allocate(network.n_arcs, sizeof(Arc))
        for u in range(n):
            for i in range(end[u] - start[u]):
                network.arcs[network.first[u] + i].to = sorted_partner[start[u] + i]
            end[u] = network.first[u]
        for u in range(n):  # as u rises, each router's arcs meet their mates one after the other
            for arc in range(network.first[u], network.first[u + 1]):
                v = network.arcs[arc].to
                network.arcs[arc].mate = end[v]
                end[v] += 1
        fill(network, start)
    finally:
        PyMem_RawFree(start)
        PyMem_RawFree(end)
        PyMem_RawFree(partner)
        PyMem_RawFree(sorted_partner)
    return 0


cdef void fill(Network network, uint32_t* arc_to) noexcept:
    """Find each link's arc and add up what the arcs carry; `arc_to` is working memory."""
    cdef Graph graph = network.graph
    cdef uint32_t u, arc, link
    for u in range(graph.n):
        for arc in range(network.first[u], network.first[u + 1]):
            arc_to[network.arcs[arc].to] = arc
        for link in range(graph.first[u], graph.first[u + 1]):
            network.arc_of[link] = NO_ARC
            if network.capacity[link] != 0:
                arc = arc_to[graph.head[link]]
                network.arc_of[link] = arc
                network.arcs[arc].room += network.capacity[link]
