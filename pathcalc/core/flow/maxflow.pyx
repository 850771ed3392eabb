"""Maximum flow between two sets of routers by push-relabel, exact, and its least cut.

Goldberg and Tarjan 1988, the highest router first, with exact heights from time to time and the gap heuristic
(Cherkassky and Goldberg 1997): O(n^2 sqrt(m)). Parallel links are one arc and both ways between two routers
are each other's residual. Only the first phase runs for the value and the cut: excess that cannot arrive
stays where it is until the flow of links is asked for.

A source is a router like others that starts with excess: what its links carry, and no more than all targets
can take. Nothing enters a source and nothing leaves a target, so their arcs the other way start without room.
Sums of capacities stay below 2^63; the caller sees to that.
"""

from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from cython cimport final
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from pathcalc.core.flow.decompose cimport settled, taken_apart
from pathcalc.core.graph cimport SOURCE, TARGET, Graph, Query
from pathcalc.core.flow.network cimport Arc, Network, Node, Room

cdef enum:
    NOBODY = 0xFFFFFFFF
    MANY_ARCS = 10_000  # from here on a flow takes long enough to let other threads run
    RELABEL_COST = 12  # of one relabelling, in arcs looked at


cdef struct Search:
    uint32_t n
    uint32_t n_arcs
    const uint32_t* first
    Arc* arcs
    Node* nodes
    uint32_t* level
    uint32_t* active
    uint32_t* queue
    const uint8_t* role
    const uint32_t* targets
    uint32_t n_targets
    uint32_t highest  # no active router is higher; NOBODY: there is none


@final
cdef class MaxFlow:
    """A maximum flow between a query's ends; of the query nothing else counts. `value` in bit/s.

    The cut, the links and the paths are found when they are asked for.
    """

    cdef Network network
    cdef Query query
    cdef Arc* arcs  # the residual network; NULL once the flow is settled
    cdef readonly object value
    cdef object found_cut
    cdef object found_links
    cdef object found_paths

    def __cinit__(self, Network network not None, Query query not None):
        cdef Room room = network.take()
        cdef Search search
        if query.graph is not network.graph:
            raise ValueError("the ends are of another graph")
        self.network = network
        self.query = query
        self.arcs = <Arc*>PyMem_RawMalloc((<size_t>network.n_arcs + 1) * sizeof(Arc))
        if self.arcs == NULL:
            raise MemoryError("no memory for a flow")
        memcpy(self.arcs, network.arcs, network.n_arcs * sizeof(Arc))
        memset(room.nodes, 0, <size_t>network.graph.n * sizeof(Node))
        search = Search(
            network.graph.n, network.n_arcs, network.first, self.arcs, room.nodes, room.level, room.active,
            room.queue, room.role, query.targets, query.n_targets, NOBODY,
        )
        room.set_roles(query)
        self.open(&search)
        if search.n_arcs < MANY_ARCS:
            push_relabel(&search)
        else:
            with nogil:
                push_relabel(&search)
        self.value = arrived(&search)
        room.clear_roles(query)
        network.pool.append(room)

    def __dealloc__(self):
        PyMem_RawFree(self.arcs)

    cdef void open(self, Search* search) noexcept:
        """Close the arcs into sources and out of targets, and give the sources their excess."""
        cdef uint64_t most = 0, out
        cdef uint32_t i, arc, mate, u
        cdef Arc* arcs = search.arcs
        for i in range(self.query.n_targets):
            u = self.query.targets[i]
            for arc in range(search.first[u], search.first[u + 1]):
                mate = arcs[arc].mate
                arcs[arc].room = 0
                if search.role[arcs[arc].to] & TARGET:
                    arcs[mate].room = 0
                most += arcs[mate].room
        for i in range(self.query.n_sources):
            u = self.query.sources[i]
            out = 0
            for arc in range(search.first[u], search.first[u + 1]):
                arcs[arcs[arc].mate].room = 0
                if search.role[arcs[arc].to] & SOURCE:
                    arcs[arc].room = 0
                out += arcs[arc].room
            search.nodes[u].excess = min(out, most)

    @property
    def cut(self):
        """Indexes of the links that limit the flow, ascending: of all least cuts the one next to the targets."""
        if self.found_cut is None:
            self.found_cut = self.find_cut()
        return self.found_cut

    cdef tuple find_cut(self):
        cdef Network network = self.network
        cdef Graph graph = network.graph
        cdef Room room = network.take()
        cdef uint32_t i, u, v, arc, done = 0, count = 0
        cdef list found = []
        memset(room.role, 0, graph.n)
        for i in range(self.query.n_targets):
            u = self.query.targets[i]
            room.role[u] = TARGET
            room.queue[count] = u
            count += 1
        while done < count:
            v = room.queue[done]
            done += 1
            for arc in range(network.first[v], network.first[v + 1]):
                u = self.arcs[arc].to
                if not room.role[u] and self.arcs[self.arcs[arc].mate].room:
                    room.role[u] = TARGET
                    room.queue[count] = u
                    count += 1
        for i in range(count):
            v = room.queue[i]
            for arc in range(network.first[v], network.first[v + 1]):
                u = self.arcs[arc].to
                if not room.role[u] and network.arcs[self.arcs[arc].mate].room:
                    found.append((u, v))
        memset(room.role, 0, graph.n)
        network.pool.append(room)
        return links_between(network, found)

    @property
    def links(self):
        """((link, bit/s), …) by index of those that carry some of the flow; each sum over `paths`."""
        if self.found_links is None:
            self.found_cut = self.cut  # the arcs are given up
            self.found_links = settled(self.network, self.query, self.arcs)
            PyMem_RawFree(self.arcs)
            self.arcs = NULL
        return self.found_links

    @property
    def paths(self):
        """((links, bit/s), …): simple paths that add up to the flow, at most as many as links carry it."""
        if self.found_paths is None:
            self.found_paths = taken_apart(self.network, self.query, self.links)
        return self.found_paths


cdef tuple links_between(Network network, list pairs):
    """The links that carry something from one to the other router of any of the pairs, ascending."""
    cdef Graph graph = network.graph
    cdef uint32_t u, v, link
    cdef list found = []
    for u, v in pairs:
        for link in range(graph.first[u], graph.first[u + 1]):
            if graph.head[link] == v and network.capacity[link] != 0:
                found.append(link)
    return tuple(sorted(found))


cdef uint64_t arrived(const Search* search) noexcept:
    cdef uint64_t total = 0
    cdef uint32_t i
    for i in range(search.n_targets):
        total += search.nodes[search.targets[i]].excess
    return total


cdef void push_relabel(Search* search) noexcept nogil:
    """Move all excess that can arrive to the targets."""
    cdef uint64_t work = 0, enough = 6 * <uint64_t>search.n + search.n_arcs // 2
    cdef uint32_t v
    measure(search)
    while search.highest != NOBODY:
        v = search.active[search.highest]
        if v == NOBODY:
            search.highest = search.highest - 1 if search.highest else NOBODY
            continue
        search.active[search.highest] = search.nodes[v].next_active
        work += discharge(search, v)
        if work > enough:
            work = 0
            measure(search)


cdef void measure(Search* search) noexcept nogil:
    """Set all heights to the exact distances, and list the routers by height."""
    cdef Node* nodes = search.nodes
    cdef Arc* arcs = search.arcs
    cdef uint32_t v, u, arc, i, done = 0, count = 0, far
    for v in range(search.n):
        nodes[v].height = search.n
    for i in range(search.n + 1):
        search.level[i] = NOBODY
        search.active[i] = NOBODY
    search.highest = NOBODY
    for i in range(search.n_targets):
        nodes[search.targets[i]].height = 0
        search.queue[count] = search.targets[i]
        count += 1
    while done < count:
        v = search.queue[done]
        done += 1
        far = nodes[v].height + 1
        for arc in range(search.first[v], search.first[v + 1]):
            u = arcs[arc].to
            if nodes[u].height == search.n and arcs[arcs[arc].mate].room:
                nodes[u].height = far
                nodes[u].current = search.first[u]
                enter_level(search, u)
                if nodes[u].excess:
                    activate(search, u)
                    search.highest = far
                search.queue[count] = u
                count += 1


cdef uint64_t discharge(Search* search, uint32_t v) noexcept nogil:
    """Push the router's excess on and lift it until it has none or no way; return the arcs looked at."""
    cdef Node* nodes = search.nodes
    cdef Arc* arcs = search.arcs
    cdef uint64_t excess = nodes[v].excess, amount, work = 0
    cdef uint32_t end = search.first[v + 1], arc = nodes[v].current, u, height = nodes[v].height, lowest, old
    while True:
        while arc < end:
            u = arcs[arc].to
            if arcs[arc].room and nodes[u].height + 1 == height:
                amount = min(excess, arcs[arc].room)
                if nodes[u].excess == 0 and not search.role[u] & TARGET:
                    activate(search, u)
                nodes[u].excess += amount
                arcs[arc].room -= amount
                arcs[arcs[arc].mate].room += amount
                excess -= amount
                if excess == 0:
                    nodes[v].excess = 0
                    nodes[v].current = arc
                    return work
            arc += 1
        old = height
        lowest = search.n
        for arc in range(search.first[v], end):
            if arcs[arc].room and nodes[arcs[arc].to].height < lowest:
                lowest = nodes[arcs[arc].to].height
                nodes[v].current = arc
        work += RELABEL_COST + end - search.first[v]
        arc = nodes[v].current
        height = lowest + 1
        leave_level(search, v)
        if search.level[old] == NOBODY:
            bury(search, old + 1)
            height = search.n
        if height >= search.n:
            nodes[v].height = search.n
            nodes[v].excess = excess
            return work
        nodes[v].height = height
        search.highest = height
        enter_level(search, v)


cdef inline void activate(Search* search, uint32_t v) noexcept nogil:
    search.nodes[v].next_active = search.active[search.nodes[v].height]
    search.active[search.nodes[v].height] = v


cdef inline void enter_level(Search* search, uint32_t v) noexcept nogil:
    cdef uint32_t next = search.level[search.nodes[v].height]
    search.nodes[v].next = next
    search.nodes[v].before = NOBODY
    if next != NOBODY:
        search.nodes[next].before = v
    search.level[search.nodes[v].height] = v


cdef inline void leave_level(Search* search, uint32_t v) noexcept nogil:
    cdef Node* node = &search.nodes[v]
    if node.before == NOBODY:
        search.level[node.height] = node.next
    else:
        search.nodes[node.before].next = node.next
    if node.next != NOBODY:
        search.nodes[node.next].before = node.before


cdef void bury(Search* search, uint32_t height) noexcept nogil:
    """Nobody is one step lower: from all routers this high or higher there is no way to a target."""
    cdef uint32_t v
    while height < search.n and search.level[height] != NOBODY:
        v = search.level[height]
        while v != NOBODY:
            search.nodes[v].height = search.n
            v = search.nodes[v].next
        search.level[height] = NOBODY
        height += 1
