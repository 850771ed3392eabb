"""One weight moves, and those arcs of a hierarchy with it whose best way that changes.

An arc is worth its links and the ways by those below it, so a change goes upwards: from each arc to those of
the triangles it is a lower side of, and only where they have their best way by it, or get a better one. An arc
whose own best way got worse is worked out anew from all triangles below it. All lower ends are above the
first one in the elimination tree, and are come to in that order, so every arc is final when it is passed on
(Dibbelt, Strasser, Wagner 2016, "Customizable Contraction Hierarchies", partial updates).
O(triangles of the arcs that change).

Only loose climbs move: which arcs are never worth it is true of one set of weights alone. What says that there
is another way as good may stay when that way has become worse: then paths are walked that need not be.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport Graph, Layer
from pathcalc.core.hierarchy.climb cimport DOWN, TIED, UP, Climb, Step, Under
from pathcalc.core.hierarchy.contraction cimport NO_ARC, NO_WAY, Hierarchy
from pathcalc.core.hierarchy.order cimport NOBODY, Order


cdef struct Worth:
    uint64_t key
    Under under
    bint tied


cdef void move_key(Climb climb, uint32_t link, uint64_t key) noexcept:
    """Let a loose climb know that the link has this key in its layer by now.

    The link is usable, and joins two routers.
    """
    cdef Hierarchy hierarchy = climb.hierarchy
    cdef Order order = hierarchy.order
    cdef Graph graph = climb.weights.graph
    cdef uint32_t arc = hierarchy.arc[link], place
    cdef int way = UP if order.rank[graph.tail[link]] < order.rank[graph.head[link]] else DOWN
    cdef uint32_t n_left = offer(climb, hierarchy, order, way, arc, key, False, Under(NO_ARC, link))
    place = hierarchy.low[arc]
    while n_left > 0 and place != NOBODY:
        if climb.n_waiting[place] > 0:
            n_left -= climb.n_waiting[place]
            climb.n_waiting[place] = 0
            n_left += pass_on(climb, hierarchy, order, place)
        place = order.parent[place]


cdef uint32_t pass_on(Climb climb, Hierarchy hierarchy, Order order, uint32_t place) noexcept:
    """Tell those above of the arcs that changed at a place; return how many arcs wait for it since."""
    cdef uint32_t i, j, n_new = 0
    cdef uint8_t* up = climb.waiting
    cdef uint8_t* down = climb.waiting + order.n_arcs
    for i in range(order.first[place], order.first[place + 1]):
        if up[i] or down[i]:
            for j in range(order.first[place], order.first[place + 1]):
                if j != i:
                    if up[i]:
                        n_new += offer_way(climb, hierarchy, order, j, i)
                    if down[i]:
                        n_new += offer_way(climb, hierarchy, order, i, j)
            up[i] = down[i] = 0
    return n_new


cdef inline uint32_t offer_way(
    Climb climb, Hierarchy hierarchy, Order order, uint32_t down, uint32_t up
) noexcept:
    """Offer the way down one arc and up another to the arc between their upper ends."""
    cdef const Step* first = &climb.sides[DOWN].steps[down]
    cdef const Step* then = &climb.sides[UP].steps[up]
    cdef bint tied = ((first.arc | then.arc) & <uint32_t>TIED) != 0
    cdef uint64_t key = first.key + then.key
    if first.above < then.above:
        return offer(
            climb, hierarchy, order, UP, arc_between(order, first.above, then.above), key, tied, Under(down, up)
        )
    return offer(
        climb, hierarchy, order, DOWN, arc_between(order, then.above, first.above), key, tied, Under(down, up)
    )


cdef inline uint32_t arc_between(Order order, uint32_t low, uint32_t high) noexcept:
    cdef uint32_t first = order.first[low], end = order.first[low + 1], middle
    while end - first > 1:
        middle = first + (end - first) // 2
        if order.above[middle] <= high:
            first = middle
        else:
            end = middle
    return first


cdef inline uint32_t offer(
    Climb climb, Hierarchy hierarchy, Order order, int way, uint32_t arc, uint64_t key, bint tied, Under under
) noexcept:
    """Let an arc be worth what a way under it is now; return 1 where it begins to wait, having changed."""
    cdef Step* step = &climb.sides[way].steps[arc]
    cdef Under* own = &climb.under[way][arc]
    cdef Worth now
    if key < step.key:
        now = Worth(key, under, tied)
    elif own.down == under.down and own.up == under.up:
        if key > step.key:
            now = worth_of(climb, hierarchy, order, way, arc)
        else:
            now = Worth(key, under, tied or step.arc & <uint32_t>TIED != 0)
    elif key == step.key and key < NO_WAY:
        now = Worth(key, own[0], True)
    else:
        return 0
    own[0] = now.under
    if now.key == step.key and now.tied == (step.arc & <uint32_t>TIED != 0):
        return 0
    step.key = now.key
    step.arc = arc | (<uint32_t>TIED if now.tied else 0)
    if climb.waiting[way * order.n_arcs + arc]:
        return 0
    climb.waiting[way * order.n_arcs + arc] = 1
    climb.n_waiting[hierarchy.low[arc]] += 1
    return 1


cdef Worth worth_of(Climb climb, Hierarchy hierarchy, Order order, int way, uint32_t arc) noexcept:
    """The best of an arc's links and of the ways by those below both of its ends."""
    cdef Worth best = Worth(NO_WAY, Under(NO_ARC, 0), False)
    cdef Graph graph = climb.weights.graph
    cdef Layer layer = climb.weights.layer
    cdef uint32_t low = hierarchy.low[arc], high = order.above[arc]
    cdef uint32_t tail = order.router[low if way == UP else high]
    cdef uint32_t head = order.router[high if way == UP else low]
    cdef uint32_t link, at, i, j, end
    for link in range(graph.first[tail], graph.first[tail + 1]):
        if graph.head[link] == head and layer.key[link] != 0:
            take_better(&best, layer.key[link], False, Under(NO_ARC, link))
    for at in range(hierarchy.below_first[low], hierarchy.below_first[low + 1]):
        i = hierarchy.below[at]
        end = order.first[hierarchy.low[i] + 1]
        j = i + 1
        while j < end and order.above[j] < high:
            j += 1
        if j < end and order.above[j] == high:
            if way == UP:
                take_way(climb, &best, i, j)
            else:
                take_way(climb, &best, j, i)
    return best


cdef inline void take_way(Climb climb, Worth* best, uint32_t down, uint32_t up) noexcept:
    cdef const Step* first = &climb.sides[DOWN].steps[down]
    cdef const Step* then = &climb.sides[UP].steps[up]
    take_better(best, first.key + then.key, ((first.arc | then.arc) & <uint32_t>TIED) != 0, Under(down, up))


cdef inline void take_better(Worth* best, uint64_t key, bint tied, Under under) noexcept:
    if key < best.key:
        best[0] = Worth(key, under, tied)
    elif key == best.key:
        best.tied = True
