"""From a preflow to the flow of links and of simple paths.

One search in depth from the sources over the arcs that carry something finds circles, which are cancelled as
they close (Sleator and Tarjan 1983, without their trees), and an order in which all that a router sends to
come before it. In that order excess that did not arrive goes back (second phase of Goldberg and Tarjan 1988).
What is left has no circle, so every way along it is a simple path, and one that is taken off uses up a link: no
more paths than links. O(m) a path; links and routers that carry nothing cost nothing.
"""

from cpython.mem cimport PyMem_RawFree
from cython cimport final
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport SOURCE, TARGET, UNREACHED, Graph, Query, allocate, as_tuple
from pathcalc.core.flow.network cimport NO_ARC, Arc, Network, Node, Room

cdef enum:
    NOBODY = 0xFFFFFFFF

cdef enum Seen:
    ON_STACK = 16
    DONE = 32

cdef struct Load:  # what a link carries
    uint64_t bps
    uint32_t link


cdef struct Taken:
    const uint32_t* first
    const Arc* rest
    Arc* arcs
    Node* nodes
    uint32_t* stack  # [n], arcs of the walk
    uint32_t* order  # [n]
    uint32_t n_order
    uint8_t* role


cdef tuple settled(Network network, Query query, Arc* arcs):
    """Return ((link, bit/s), …) by index of the flow in the preflow that the arcs' room leaves."""
    cdef Room room = network.take()
    cdef uint32_t i
    cdef uint32_t* stack = <uint32_t*>allocate(<size_t>network.graph.n + 1, sizeof(uint32_t))
    cdef Taken taken = Taken(network.first, network.arcs, arcs, room.nodes, stack, room.queue, 0, room.role)
    room.set_roles(query)
    try:
        for i in range(query.n_sources):
            if not room.role[query.sources[i]] & DONE:
                unroll(&taken, query.sources[i])
        send_back(&taken)
        return shared_out(network, &taken)
    finally:
        PyMem_RawFree(stack)
        for i in range(taken.n_order):
            room.role[room.queue[i]] = 0
        room.clear_roles(query)
        network.pool.append(room)


cdef inline uint64_t carried(const Taken* taken, uint32_t tail, uint32_t arc) noexcept:
    """What flows along an arc of a router; nothing enters a source, nothing leaves a target."""
    if taken.rest[arc].room <= taken.arcs[arc].room or taken.role[taken.arcs[arc].to] & SOURCE:
        return 0
    return 0 if taken.role[tail] & TARGET else taken.rest[arc].room - taken.arcs[arc].room


cdef inline void take_off(Taken* taken, uint32_t arc, uint64_t bps) noexcept:
    taken.arcs[arc].room += bps
    taken.arcs[taken.arcs[arc].mate].room -= bps


cdef void unroll(Taken* taken, uint32_t source) noexcept:
    """Walk all that flows from the source, cancel circles, and note every router after those it sends to."""
    cdef Node* nodes = taken.nodes
    cdef uint32_t v = source, u, arc, depth = 0
    nodes[v].current = taken.first[v]
    taken.role[v] |= ON_STACK
    while True:
        arc = nodes[v].current
        while arc < taken.first[v + 1] and carried(taken, v, arc) == 0:
            arc += 1
        nodes[v].current = arc
        if arc == taken.first[v + 1]:
            taken.role[v] = (taken.role[v] & ~ON_STACK) | DONE
            taken.order[taken.n_order] = v
            taken.n_order += 1
            if depth == 0:
                return
            depth -= 1
            v = taken.arcs[taken.arcs[taken.stack[depth]].mate].to
            nodes[v].current += 1
            continue
        u = taken.arcs[arc].to
        if taken.role[u] & DONE:
            nodes[v].current += 1
            continue
        taken.stack[depth] = arc
        depth += 1
        if not taken.role[u] & ON_STACK:
            nodes[u].current = taken.first[u]
            taken.role[u] |= ON_STACK
            v = u
            continue
        depth, v = cancel(taken, depth, u)


cdef (uint32_t, uint32_t) cancel(Taken* taken, uint32_t depth, uint32_t u) noexcept:
    """Cancel the circle at the end of the walk, which `u` closes; return the walk's new depth and end."""
    cdef uint32_t start = depth - 1, i, tail, cut = 0
    cdef uint64_t least = carried(taken, tail_of(taken, start), taken.stack[start]), bps
    while tail_of(taken, start) != u:
        start -= 1
        bps = carried(taken, tail_of(taken, start), taken.stack[start])
        least = min(least, bps)
    cut = depth
    for i in range(start, depth):
        take_off(taken, taken.stack[i], least)
        if cut == depth and carried(taken, tail_of(taken, i), taken.stack[i]) == 0:
            cut = i
    for i in range(cut + 1, depth):  # what lies behind the first arc that is used up is walked anew
        tail = tail_of(taken, i)
        taken.role[tail] &= ~ON_STACK
    return cut, tail_of(taken, cut)


cdef inline uint32_t tail_of(const Taken* taken, uint32_t place) noexcept:
    return taken.arcs[taken.arcs[taken.stack[place]].mate].to


cdef void send_back(Taken* taken) noexcept:
    """Take what did not arrive off the arcs it came by, from the last routers to the first."""
    cdef uint32_t i, v, arc, mate
    cdef uint64_t excess, bps
    for i in range(taken.n_order):
        taken.nodes[taken.order[i]].excess = 0
    for i in range(taken.n_order):
        v = taken.order[i]
        for arc in range(taken.first[v], taken.first[v + 1]):
            taken.nodes[taken.arcs[arc].to].excess += carried(taken, v, arc)
    for i in range(taken.n_order):
        v = taken.order[i]
        if taken.role[v] & (SOURCE | TARGET):
            continue
        excess = taken.nodes[v].excess  # what comes in, so far
        for arc in range(taken.first[v], taken.first[v + 1]):
            excess -= carried(taken, v, arc)
        for arc in range(taken.first[v], taken.first[v + 1]):
            if excess == 0:
                break
            mate = taken.arcs[arc].mate
            bps = min(excess, carried(taken, taken.arcs[arc].to, mate))
            take_off(taken, mate, bps)
            excess -= bps


cdef tuple shared_out(Network network, Taken* taken):
    """Share out what each arc carries among its links, first come first served."""
    cdef Graph graph = network.graph
    cdef uint32_t i, v, link, arc
    cdef uint64_t bps
    cdef list found = []
    for i in range(taken.n_order):
        v = taken.order[i]
        for link in range(graph.first[v], graph.first[v + 1]):
            arc = network.arc_of[link]
            if arc == NO_ARC:
                continue
            bps = min(network.capacity[link], carried(taken, v, arc))
            if bps:
                take_off(taken, arc, bps)
                found.append((link, bps))
    found.sort()
    return tuple(found)


cdef tuple taken_apart(Network network, Query query, tuple links):
    """Return ((links, bit/s), …): the simple paths that a flow of links without a circle is made of.

    The way of least cost is taken off first, then that of what is left: O(links of the flow) each.
    """
    cdef Apart apart = Apart(network, query, links)
    try:
        return apart.paths()
    finally:
        apart.close()


@final
cdef class Apart:
    """A flow that is taken apart, link by link, until nothing is left.

    The room's arrays are of routers: the loads of v are from level[v] to active[v], queue lists routers after
    all that they send to, and height is the load to go on by.
    """
    cdef Network network
    cdef Graph graph
    cdef Query query
    cdef Room room
    cdef Load* loads  # by tail
    cdef uint64_t* rest  # [n], the least cost to a target; UNREACHED where nothing leads there
    cdef uint32_t n_loads
    cdef uint32_t n_order

    def __cinit__(self, Network network, Query query, tuple links):
        cdef Graph graph = network.graph
        cdef Room room = network.take()
        cdef uint32_t i, v
        self.network = network
        self.graph = graph
        self.query = query
        self.room = room
        self.n_loads = <uint32_t>len(links)
        self.loads = <Load*>allocate(self.n_loads, sizeof(Load))
        self.rest = <uint64_t*>allocate(graph.n, sizeof(uint64_t))
        room.set_roles(query)
        for i in range(self.n_loads):  # links by index are links by tail
            self.loads[i] = Load(links[i][1], links[i][0])
            for v in (graph.tail[self.loads[i].link], graph.head[self.loads[i].link]):
                room.level[v] = room.active[v] = 0
        for i in range(query.n_sources):
            room.level[query.sources[i]] = room.active[query.sources[i]] = 0
        for i in range(self.n_loads):
            v = graph.tail[self.loads[i].link]
            if room.active[v] == 0:
                room.level[v] = i
            room.active[v] = i + 1
        for i in range(query.n_sources):
            if not room.role[query.sources[i]] & DONE:
                self.note(query.sources[i])

    def __dealloc__(self):
        PyMem_RawFree(self.loads)
        PyMem_RawFree(self.rest)

    cdef int close(self) except -1:
        cdef uint32_t i
        for i in range(self.n_order):
            self.room.role[self.room.queue[i]] = 0
        self.room.clear_roles(self.query)
        self.network.pool.append(self.room)

    cdef void note(self, uint32_t source) noexcept:
        """Note every router after those it sends to, in depth; `next` is the way back, `current` what is tried."""
        cdef Room room = self.room
        cdef uint32_t v = source, u
        room.nodes[v].next = v
        room.nodes[v].current = room.level[v]
        while True:
            if room.nodes[v].current < room.active[v] and not room.role[v] & TARGET:
                u = self.graph.head[self.loads[room.nodes[v].current].link]
                room.nodes[v].current += 1
                if not room.role[u] & DONE:
                    room.nodes[u].next = v
                    room.nodes[u].current = room.level[u]
                    v = u
                continue
            room.role[v] |= DONE
            room.queue[self.n_order] = v
            self.n_order += 1
            if v == source:
                return
            v = room.nodes[v].next

    cdef tuple paths(self):
        """Take off the best way until there is none."""
        cdef uint32_t* path = <uint32_t*>allocate(self.graph.n, sizeof(uint32_t))
        cdef uint32_t v, length
        cdef uint64_t bps
        cdef list found = []
        try:
            while True:
                v = self.aim()
                if v == NOBODY:
                    return tuple(found)
                length = 0
                bps = UNREACHED
                while not self.room.role[v] & TARGET:
                    path[length] = self.room.nodes[v].height
                    bps = min(bps, self.loads[path[length]].bps)
                    v = self.graph.head[self.loads[path[length]].link]
                    length += 1
                for v in range(length):
                    self.loads[path[v]].bps -= bps
                    path[v] = self.loads[path[v]].link
                found.append((as_tuple(path, length), bps))
        finally:
            PyMem_RawFree(path)

    cdef uint32_t aim(self) noexcept:
        """Find for each router the link by which it is least far to a target; return the best source."""
        cdef Graph graph = self.graph
        cdef Node* nodes = self.room.nodes
        cdef uint32_t i, k, v, best = NOBODY
        cdef uint64_t way
        for i in range(self.n_order):
            v = self.room.queue[i]
            self.rest[v] = 0 if self.room.role[v] & TARGET else UNREACHED
            for k in range(self.room.level[v], self.room.active[v]):
                if self.loads[k].bps == 0:
                    continue
                way = self.rest[graph.head[self.loads[k].link]]
                if way == UNREACHED:
                    continue
                way += self.network.cost[self.loads[k].link]
                if way < self.rest[v] or (way == self.rest[v] and self.precedes(k, nodes[v].height)):
                    self.rest[v] = way
                    nodes[v].height = k
        for i in range(self.query.n_sources):
            v = self.query.sources[i]
            if self.rest[v] == UNREACHED:
                continue
            if best == NOBODY or self.rest[v] < self.rest[best] or (
                self.rest[v] == self.rest[best] and self.precedes(nodes[v].height, nodes[best].height)
            ):
                best = v
        return best

    cdef inline bint precedes(self, uint32_t a, uint32_t b) noexcept:
        return self.graph.rank[self.loads[a].link] < self.graph.rank[self.loads[b].link]
