"""One best path by the hierarchy: up from both ends until they meet, and what lies under the arcs written out.

Everyone above a router is on its way to the root of the elimination tree, so there is no heap: both ends go up
place by place, the lower one first (Dibbelt, Strasser, Wagner 2016, elimination tree query; arcs that are worse
than another way are left out). Each arc remembers the two arcs below it that it stands for, or its link.
O(arcs above the two ends), and the length of the path.

Where two ways are equally good, which of them has the smaller link ids is not seen from above: arcs and labels
say so, and the path is then walked forwards over links that keep the distance. The distance of a router to the
target is found when it is asked for, from those above it (lazy RPHAST: Strasser, Zeitz 2021).
"""

from cpython.mem cimport PyMem_RawFree
from cython cimport final
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from pathcalc.core.graph cimport UNREACHED, Graph, Layer, Query, Scratch, allocate, as_tuple, passes
from pathcalc.core.hierarchy.contraction cimport NO_ARC, NO_WAY, Hierarchy, perfect
from pathcalc.core.hierarchy.order cimport NOBODY, Order

cdef enum:
    MOST_ENDS = 32  # routers of both ends


@final
cdef class Room:
    def __cinit__(self, uint32_t n):
        cdef uint32_t v
        cdef int way
        for way in range(2):
            self.labels[way] = <Label*>allocate(n, sizeof(Label))
            for v in range(n):
                self.labels[way][v].key = NO_WAY
        self.rest = <uint64_t*>allocate(n, sizeof(uint64_t))
        self.mark = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.chain = <uint32_t*>allocate(n, sizeof(uint32_t))

    def __dealloc__(self):
        PyMem_RawFree(self.labels[UP])
        PyMem_RawFree(self.labels[DOWN])
        PyMem_RawFree(self.rest)
        PyMem_RawFree(self.mark)
        PyMem_RawFree(self.chain)


@final
cdef class Climb:
    def __cinit__(self, Hierarchy hierarchy not None, Query weights not None, Climb like=None):
        cdef size_t n_arcs = hierarchy.n_arcs
        cdef int way
        if hierarchy.n != weights.graph.n or hierarchy.m != weights.graph.m:
            raise ValueError("the hierarchy is of another structure")
        if n_arcs >= TIED:
            raise OverflowError("too many arcs")
        self.n = hierarchy.n
        self.hierarchy = hierarchy
        self.weights = weights
        self.known = weights.layer.key
        self.room = Room(self.n)
        for way in range(2):
            self.sides[way].first = <uint32_t*>allocate(<size_t>self.n + 1, sizeof(uint32_t))
            self.under[way] = <Under*>allocate(n_arcs, sizeof(Under))
        if like is None:
            self.customise()
        else:
            self.loosen(like)
        self.kept = self.sides[UP].first[self.n] + self.sides[DOWN].first[self.n]

    cdef int customise(self) except -1:
        """Lay the weights over all arcs, and keep the steps that may be worth it."""
        cdef size_t n_arcs = self.hierarchy.n_arcs
        cdef uint64_t* best
        cdef int way
        self.keys = <uint64_t*>allocate(2 * n_arcs, sizeof(uint64_t))
        self.tied = <uint8_t*>allocate(2 * n_arcs, 1)
        best = <uint64_t*>allocate(2 * n_arcs, sizeof(uint64_t))
        try:
            with nogil:
                lay(self, self.weights.graph, self.weights.layer)
                contract_keeping(self, self.hierarchy.order)
                count_kept(self, self.hierarchy.order, best)
            for way in range(2):
                self.sides[way].steps = <Step*>allocate(self.sides[way].first[self.n], sizeof(Step))
                pack(self, self.hierarchy.order, way, best + way * n_arcs)
        finally:
            PyMem_RawFree(best)
        return 0

    cdef int loosen(self, Climb like) except -1:
        """Take all arcs of one that is laid: whatever weights become, no way is left out."""
        cdef Order order = self.hierarchy.order
        cdef size_t n_arcs = order.n_arcs
        cdef uint32_t i, at
        cdef int way
        self.laid = <uint64_t*>allocate(self.hierarchy.m, sizeof(uint64_t))
        memcpy(self.laid, like.known, self.hierarchy.m * sizeof(uint64_t))
        self.known = self.laid
        self.late = <uint32_t*>allocate(MOST_LATE, sizeof(uint32_t))
        self.late_at = <uint32_t*>allocate(self.hierarchy.m, sizeof(uint32_t))
        self.waiting = <uint8_t*>allocate(2 * n_arcs, 1)
        self.n_waiting = <uint32_t*>allocate(self.n, sizeof(uint32_t))
        self.users = <uint32_t*>allocate(2 * n_arcs, sizeof(uint32_t))
        for way in range(2):
            self.sides[way].steps = <Step*>allocate(n_arcs, sizeof(Step))
            memcpy(self.sides[way].first, order.first, (<size_t>self.n + 1) * sizeof(uint32_t))
            memcpy(self.under[way], like.under[way], n_arcs * sizeof(Under))
            for i in range(order.n_arcs):
                at = way * order.n_arcs + i
                self.sides[way].steps[i] = Step(
                    like.keys[at], order.above[i], i | (<uint32_t>TIED if like.tied[at] else 0)
                )
                if like.keys[at] < NO_WAY and self.under[way][i].down != NO_ARC:
                    self.users[n_arcs + self.under[way][i].down] += 1
                    self.users[self.under[way][i].up] += 1
        return 0

    def attach(self):
        """See `climb.pyi`."""
        if self.weights.filter.bandwidth != NULL or self.weights.filter.banned != NULL:
            self.weights.climb = self
        else:
            self.weights.layer.climb = self

    def __dealloc__(self):
        cdef int way
        for way in range(2):
            PyMem_RawFree(self.sides[way].first)
            PyMem_RawFree(self.sides[way].steps)
            PyMem_RawFree(self.under[way])
        PyMem_RawFree(self.keys)
        PyMem_RawFree(self.tied)
        PyMem_RawFree(self.laid)
        PyMem_RawFree(self.late)
        PyMem_RawFree(self.late_at)
        PyMem_RawFree(self.users)
        PyMem_RawFree(self.waiting)
        PyMem_RawFree(self.n_waiting)


cdef void lay(Climb climb, Graph graph, Layer layer) noexcept nogil:
    """Give each arc the best of its own links, the first of equals."""
    cdef uint64_t* keys = climb.keys
    cdef uint8_t* tied = climb.tied
    cdef const uint32_t* rank = climb.hierarchy.order.rank
    cdef uint32_t n_arcs = climb.hierarchy.n_arcs
    cdef uint32_t link, arc, at
    cdef uint64_t key
    cdef int way
    for at in range(2 * n_arcs):
        keys[at] = NO_WAY
    for link in range(graph.m):
        key = layer.key[link]
        if key == 0 or not passes(&climb.weights.filter, link):
            continue
        arc = climb.hierarchy.arc[link]
        way = UP if rank[graph.tail[link]] < rank[graph.head[link]] else DOWN
        at = way * n_arcs + arc
        if key < keys[at]:
            keys[at] = key
            tied[at] = 0
            climb.under[way][arc] = Under(NO_ARC, link)
        elif key == keys[at]:
            tied[at] = 1


cdef void contract_keeping(Climb climb, Order order) noexcept nogil:
    """Give each arc the best way below it, remembering which, and whether there is another as good."""
    cdef uint8_t* tied = climb.tied
    cdef const uint32_t* first = order.first
    cdef const uint32_t* above = order.above
    cdef uint32_t n_arcs = climb.hierarchy.n_arcs
    cdef uint64_t* up = climb.keys
    cdef uint64_t* down = climb.keys + n_arcs
    cdef uint32_t v, i, j, k
    for v in range(order.n):
        for i in range(first[v], first[v + 1]):
            k = first[above[i]]
            for j in range(i + 1, first[v + 1]):
                while above[k] != above[j]:
                    k += 1
                better(&up[k], &tied[k], &climb.under[UP][k], down[i] + up[j], tied[n_arcs + i] | tied[j], i, j)
                better(
                    &down[k], &tied[n_arcs + k], &climb.under[DOWN][k], down[j] + up[i],
                    tied[n_arcs + j] | tied[i], j, i
                )


cdef inline void better(
    uint64_t* key, uint8_t* tied, Under* under, uint64_t other, uint8_t other_tied, uint32_t down, uint32_t up
) noexcept nogil:
    if other < key[0]:
        key[0] = other
        tied[0] = other_tied
        under[0] = Under(down, up)
    elif other == key[0]:
        tied[0] = 1


cdef inline bint is_kept(uint64_t key, uint64_t best) noexcept nogil:
    """Whether an arc may be worth it: not where there is a better way up and down."""
    return key < NO_WAY and best == key


cdef void count_kept(Climb climb, Order order, uint64_t* best) noexcept nogil:
    """Find the best way between the ends of each arc, and count the arcs that are it."""
    cdef uint32_t n_arcs = climb.hierarchy.n_arcs, v, i, at
    cdef int way
    memcpy(best, climb.keys, 2 * <size_t>n_arcs * sizeof(uint64_t))
    perfect(climb.hierarchy, best, best + n_arcs, False)
    for way in range(2):
        for v in range(order.n):
            climb.sides[way].first[v + 1] = climb.sides[way].first[v]
            for i in range(order.first[v], order.first[v + 1]):
                at = way * n_arcs + i
                climb.sides[way].first[v + 1] += is_kept(climb.keys[at], best[at])


cdef void pack(Climb climb, Order order, int way, const uint64_t* best) noexcept nogil:
    cdef const uint64_t* keys = climb.keys + <size_t>way * order.n_arcs
    cdef const uint8_t* tied = climb.tied + <size_t>way * order.n_arcs
    cdef uint32_t i, at = 0
    for i in range(order.n_arcs):
        if is_kept(keys[i], best[i]):
            climb.sides[way].steps[at] = Step(keys[i], order.above[i], i | (<uint32_t>TIED if tied[i] else 0))
            at += 1


cdef inline void relax(const Side* side, Label* labels, uint32_t v) noexcept nogil:
    """Reach from a place those above it."""
    cdef uint32_t i, tied = labels[v].arc & <uint32_t>TIED
    cdef uint64_t key = labels[v].key, there
    cdef const Step* step
    cdef Label* label
    for i in range(side.first[v], side.first[v + 1]):
        step = &side.steps[i]
        there = key + step.key
        label = &labels[step.above]
        if there < label.key:
            label[0] = Label(there, v, step.arc | tied)
        elif there == label.key:
            label.arc |= <uint32_t>TIED


cdef struct Meeting:
    uint64_t key  # NO_WAY: the ends do not meet
    uint32_t top  # the place where they do
    bint tied  # there is another way as good


cdef inline uint32_t next_place(uint32_t* ends, uint32_t count, const uint32_t* parent) noexcept nogil:
    """Return the lowest place that the ends have come to, NOBODY at last, and let those who are there go up."""
    cdef uint32_t i, v = NOBODY
    for i in range(count):
        v = min(v, ends[i])
    if v != NOBODY:
        for i in range(count):
            if ends[i] == v:
                ends[i] = parent[v]
    return v


cdef uint32_t set_out(
    const uint32_t* rank, Label* labels, const uint32_t* routers, uint32_t count, uint32_t* ends
) noexcept nogil:
    cdef uint32_t i
    for i in range(count):
        ends[i] = rank[routers[i]]
        labels[ends[i]] = Label(0, NOBODY, 0)
    return count


cdef void clear(Order order, Label* labels, const uint32_t* routers, uint32_t count) noexcept nogil:
    cdef uint32_t i, v
    for i in range(count):
        v = order.rank[routers[i]]
        while v != NOBODY:
            labels[v].key = NO_WAY
            v = order.parent[v]


cdef Meeting meet(Climb climb, Order order, Query query, Room room) noexcept nogil:
    """Go up from both ends until they meet; their labels tell the way."""
    cdef Meeting best = Meeting(NO_WAY, NOBODY, False)
    cdef uint32_t ends[MOST_ENDS]
    cdef Label* forth = room.labels[UP]
    cdef Label* back = room.labels[DOWN]
    cdef uint32_t v, count
    cdef uint64_t key
    count = set_out(order.rank, forth, query.sources, query.n_sources, ends)
    count += set_out(order.rank, back, query.targets, query.n_targets, ends + count)
    while True:
        v = next_place(ends, count, order.parent)
        if v == NOBODY:
            return best
        key = forth[v].key + back[v].key
        if key < best.key:
            best = Meeting(key, v, ((forth[v].arc | back[v].arc) & <uint32_t>TIED) != 0)
        elif key == best.key and key < NO_WAY:
            best.tied = True
        if forth[v].key < best.key:
            relax(&climb.sides[UP], forth, v)
        if back[v].key < best.key:
            relax(&climb.sides[DOWN], back, v)


cdef uint32_t write_out(Climb climb, uint32_t arc, int way, uint32_t* path, uint32_t count) noexcept nogil:
    """Append the links under an arc; return how many there are by now. As deep as the elimination tree."""
    cdef Under under
    while True:
        under = climb.under[way][arc]
        if under.down == NO_ARC:
            path[count] = under.up
            return count + 1
        count = write_out(climb, under.down, DOWN, path, count)
        arc, way = under.up, UP


cdef uint32_t read_path(Climb climb, Room room, uint32_t top, uint32_t* path) noexcept nogil:
    """Write the links under the labels' arcs, up to the top and down from it."""
    cdef uint32_t v = top, n_arcs = 0, count = 0
    while room.labels[UP][v].below != NOBODY:
        room.chain[n_arcs] = room.labels[UP][v].arc & ~<uint32_t>TIED
        n_arcs += 1
        v = room.labels[UP][v].below
    while n_arcs > 0:
        n_arcs -= 1
        count = write_out(climb, room.chain[n_arcs], UP, path, count)
    v = top
    while room.labels[DOWN][v].below != NOBODY:
        count = write_out(climb, room.labels[DOWN][v].arc & ~<uint32_t>TIED, DOWN, path, count)
        v = room.labels[DOWN][v].below
    return count


cdef uint64_t rest_of(Climb climb, Order order, Room room, uint32_t place) noexcept nogil:
    """The key from a place to the target: what the target's labels say, or by someone above."""
    cdef uint32_t v = place, count = 0, i
    cdef const Step* step
    cdef uint64_t key
    while v != NOBODY and room.mark[v] != room.stamp:
        room.chain[count] = v
        count += 1
        v = order.parent[v]
    while count > 0:
        count -= 1
        v = room.chain[count]
        key = room.labels[DOWN][v].key
        for i in range(climb.sides[UP].first[v], climb.sides[UP].first[v + 1]):
            step = &climb.sides[UP].steps[i]
            key = min(key, step.key + room.rest[step.above])
        room.rest[v] = min(key, <uint64_t>NO_WAY)
        room.mark[v] = room.stamp
    return room.rest[place]


cdef inline bint is_tight(
    Climb climb, Order order, Graph graph, Room room, uint32_t link, uint64_t rest
) noexcept nogil:
    """Whether a best path of length `rest` may begin with this link."""
    cdef uint64_t key = climb.known[link]
    if key == 0 or key > rest or not passes(&climb.weights.filter, link):
        return False
    return rest_of(climb, order, room, order.rank[graph.head[link]]) + key == rest


cdef uint32_t walk(
    Climb climb, Order order, Graph graph, Query query, Room room, uint64_t best, uint32_t* path
) noexcept nogil:
    """Write the best path whose sequence of link ids is smallest; return its length."""
    cdef uint32_t ends[MOST_ENDS]
    cdef uint32_t i, v, u, link, chosen = 0, count
    cdef bint found = False
    room.stamp += 1
    if room.stamp == 0:
        memset(room.mark, 0, climb.n * sizeof(uint32_t))
        room.stamp = 1
    count = set_out(order.rank, room.labels[DOWN], query.targets, query.n_targets, ends)
    v = next_place(ends, count, order.parent)
    while v != NOBODY:
        relax(&climb.sides[DOWN], room.labels[DOWN], v)
        v = next_place(ends, count, order.parent)
    for i in range(query.n_sources):
        u = query.sources[i]
        if rest_of(climb, order, room, order.rank[u]) != best:
            continue
        for link in range(graph.first[u], graph.first[u + 1]):
            if is_tight(climb, order, graph, room, link, best):
                if not found or graph.rank[link] < graph.rank[chosen]:
                    chosen = link
                    found = True
                break  # the links of one router are in order of their ids
    count = 0
    while True:
        path[count] = chosen
        count += 1
        best -= climb.known[chosen]
        if best == 0:
            break
        u = graph.head[chosen]
        for link in range(graph.first[u], graph.first[u + 1]):
            if is_tight(climb, order, graph, room, link, best):
                chosen = link
                break
    clear(order, room.labels[DOWN], query.targets, query.n_targets)
    return count


cdef bint climbs(Climb climb, Query query) noexcept:
    """Whether the query's links are those that the weights were laid over, and its ends are few."""
    cdef Query weights = climb.weights
    return (
        query.layer is weights.layer
        and query.filter.bandwidth == weights.filter.bandwidth
        and query.filter.floor == weights.filter.floor
        and query.filter.banned == weights.filter.banned
        and query.n_sources + query.n_targets <= MOST_ENDS
    )


cdef uint64_t climb_path(Climb climb, Query query, uint32_t* path, uint32_t* count) noexcept:
    """Write the best path by the keys known to `path`, its length to `count`; return its key, or UNREACHED.

    0 where a router is both source and target. The GIL keeps others out of the labels.
    """
    cdef Order order = climb.hierarchy.order
    cdef Room room = climb.room
    cdef Meeting best = meet(climb, order, query, room)
    cdef bint found = 0 < best.key < NO_WAY
    count[0] = 0
    if found and not best.tied:
        count[0] = read_path(climb, room, best.top, path)
    clear(order, room.labels[UP], query.sources, query.n_sources)
    clear(order, room.labels[DOWN], query.targets, query.n_targets)
    if found and best.tied:
        count[0] = walk(climb, order, query.graph, query, room, best.key, path)
    return UNREACHED if best.key == NO_WAY else best.key


def shortest_climbed(Query query not None, Climb climb not None):
    """See `climb.pyi`."""
    cdef Scratch scratch
    cdef uint32_t count
    cdef uint64_t best
    if query.n_sources == 0 or query.n_targets == 0:
        return None
    if not climbs(climb, query):
        raise ValueError("the weights are of another graph, objective or choice of links")
    scratch = query.graph.take()
    best = climb_path(climb, query, scratch.path, &count)
    found = None if best == UNREACHED else as_tuple(scratch.path, count)
    query.graph.give(scratch)
    if best == 0:
        raise ValueError("a router is both source and target: there is no path to find")
    return found
