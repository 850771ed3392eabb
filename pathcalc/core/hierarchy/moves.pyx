"""Links' keys move, and those arcs of a hierarchy with them whose best way that changes.

An arc is worth its links and the ways by those below it, so a change goes upwards: from each arc to those of
the triangles it is a lower side of, and only where they have their best way by it, or get a better one. An arc
whose own best way got worse is worked out anew from all triangles below it, once all of those are final: all
lower ends are above the first one in the elimination tree, and are come to in that order (Dibbelt, Strasser,
Wagner 2016, "Customizable Contraction Hierarchies", partial updates). O(triangles of the arcs that change).

What got worse is laid over the arcs once it is on a path that was found: no key is more than the link's then, so
a path whose links have their keys is the best, and what nobody asks about costs nothing.

Only loose climbs move: which arcs are never worth it is true of one set of weights alone. What says that there
is another way as good may stay when that way has become worse: then paths are walked that need not be.
"""

from libc.stddef cimport size_t
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport UNREACHED, Graph, Layer, Query
from pathcalc.core.hierarchy.climb cimport DOWN, MOST_LATE, TIED, UP, Climb, Step, Under, climb_path
from pathcalc.core.hierarchy.contraction cimport NO_ARC, NO_WAY, Hierarchy
from pathcalc.core.hierarchy.order cimport Order
from pathcalc.core.landmarks cimport Landmarks


cdef struct Worth:
    uint64_t key
    Under under
    bint tied


cdef enum Waiting:
    CHANGED = 1  # it is worth something else
    OUTDATED = 2  # its best way is worth less than it was
    BETTER = 4  # it is worth more, to anyone


cdef void change_key(Climb climb, uint32_t link, uint64_t key) noexcept:
    """Let a loose climb know that the link has this key in its layer by now.

    The link is usable, and joins two routers.
    """
    if key == climb.laid[link]:
        strike(climb, link)
    elif climb.late_at[link] == 0:
        climb.late[climb.n_late] = link
        climb.n_late += 1
        climb.late_at[link] = climb.n_late
        if climb.n_late == MOST_LATE:
            catch_up(climb)


cdef void strike(Climb climb, uint32_t link) noexcept:
    """Take a link off the list of those that are late, if it is there."""
    cdef uint32_t at = climb.late_at[link], last
    if at != 0:
        climb.n_late -= 1
        last = climb.late[climb.n_late]
        climb.late[at - 1] = last
        climb.late_at[last] = at
        climb.late_at[link] = 0


cdef void catch_up(Climb climb) noexcept:
    """Lay all keys that are late."""
    cdef uint32_t link
    while climb.n_late > 0:
        climb.n_late -= 1
        link = climb.late[climb.n_late]
        climb.late_at[link] = 0
        lay_key(climb, link)


cdef uint64_t moved_path(Climb climb, Query query, uint32_t* path, uint32_t* count) noexcept:
    """As `climb_path`, by the keys of the layer."""
    cdef uint64_t best = climb_path(climb, query, path, count)
    if climb.n_late > 0 and not is_still_best(climb, query, best, path, count[0]):
        catch_up(climb)
        best = climb_path(climb, query, path, count)
    return best


cdef bint is_still_best(Climb climb, Query query, uint64_t best, const uint32_t* path, uint32_t count) noexcept:
    """Whether the best path by what is known is the best by the keys of the layer."""
    cdef const uint64_t* keys = query.layer.key
    cdef uint32_t i
    for i in range(count):
        if climb.late_at[path[i]] != 0:
            return False
    for i in range(climb.n_late):
        if keys[climb.late[i]] < climb.laid[climb.late[i]] and may_be_on(query, climb.late[i], best):
            return False
    return True


cdef bint may_be_on(Query query, uint32_t link, uint64_t best) noexcept:
    """Whether the link may be on a path that is as good as the best so far."""
    cdef Graph graph = query.graph
    cdef Layer layer = query.layer
    cdef uint64_t most = (best >> graph.shift) + layer.slack, least = layer.key[link] >> graph.shift
    cdef Landmarks landmarks
    if layer.landmarks is None:
        return True
    landmarks = <Landmarks>layer.landmarks
    least += least_from(landmarks, query, graph.tail[link])
    return least <= most and least + least_to(landmarks, query, graph.head[link]) <= most


cdef uint64_t least_from(Landmarks landmarks, Query query, uint32_t router) noexcept:
    """What any path from the sources to a router has at least."""
    cdef uint64_t least = UNREACHED
    cdef uint32_t i
    for i in range(query.n_sources):
        least = min(least, landmarks.least(query.sources[i], router))
    return least


cdef uint64_t least_to(Landmarks landmarks, Query query, uint32_t router) noexcept:
    """What any path from a router to the targets has at least."""
    cdef uint64_t least = UNREACHED
    cdef uint32_t i
    for i in range(query.n_targets):
        least = min(least, landmarks.least(router, query.targets[i]))
    return least


cdef void lay_key(Climb climb, uint32_t link) noexcept:
    """Lay one link's key over the arcs."""
    cdef uint64_t key = climb.weights.layer.key[link]
    cdef Hierarchy hierarchy = climb.hierarchy
    cdef Order order = hierarchy.order
    cdef Graph graph = climb.weights.graph
    cdef uint32_t arc = hierarchy.arc[link], place = hierarchy.low[arc]
    cdef int way = UP if order.rank[graph.tail[link]] < order.rank[graph.head[link]] else DOWN
    cdef uint32_t n_left
    climb.laid[link] = key
    n_left = offer(climb, hierarchy.low, way, arc, key, False, Under(NO_ARC, link))
    while n_left > 0:  # the last place has nobody above it, so nothing is left then
        if climb.n_waiting[place] > 0:
            n_left -= climb.n_waiting[place]
            climb.n_waiting[place] = 0
            n_left += pass_on(climb, hierarchy, order, place)
        place = order.parent[place]


cdef uint32_t pass_on(Climb climb, Hierarchy hierarchy, Order order, uint32_t place) noexcept:
    """Tell those above of the arcs that changed at a place; return how many arcs wait for it since."""
    cdef uint32_t first = order.first[place], end = order.first[place + 1], i, n_new = 0
    cdef uint8_t* waiting
    cdef int way
    for way in range(2):
        waiting = climb.waiting + <size_t>way * order.n_arcs
        for i in range(first, end):
            if waiting[i]:
                if not waiting[i] & OUTDATED or work_out(climb, hierarchy, order, way, i):
                    n_new += tell(climb, hierarchy.low, order, way, i, waiting[i] & BETTER != 0)
                waiting[i] = 0
    return n_new


cdef uint32_t tell(
    Climb climb, const uint32_t* low, Order order, int way, uint32_t arc, bint everyone
) noexcept:
    """Offer an arc that changed, with each other of its place, to the arc between their upper ends.

    If not to `everyone`, to those that have their best way by it: to others it is worth no more than before.
    """
    cdef const Step* own = &climb.sides[way].steps[arc]
    cdef const Step* others = climb.sides[1 - way].steps
    cdef uint32_t place = low[arc], above = own.above, k = order.first[above], between, other, n_new = 0
    cdef uint32_t left = climb.users[way * <size_t>order.n_arcs + arc]
    cdef Under under
    cdef int onto
    cdef bint tied
    if left == 0 and not everyone:
        return 0
    for other in range(order.first[place], order.first[place + 1]):
        if other == arc:
            continue
        if other < arc:
            onto = way
            between = arc_between(order, order.above[other], above)
        else:
            onto = 1 - way
            while order.above[k] != order.above[other]:
                k += 1
            between = k
        under = Under(other, arc) if way == UP else Under(arc, other)
        if not everyone:
            if not is_same(&climb.under[onto][between], &under):
                continue
            left -= 1
        tied = ((own.arc | others[other].arc) & <uint32_t>TIED) != 0
        n_new += offer(climb, low, onto, between, own.key + others[other].key, tied, under)
        if left == 0 and not everyone:
            break
    return n_new


cdef inline bint is_same(const Under* one, const Under* other) noexcept:
    return one.down == other.down and one.up == other.up


cdef inline void go_under(Climb climb, Under* own, uint64_t key, Under under) noexcept:
    """Let an arc have its best way by others than before; `key`: what it was worth."""
    cdef size_t n_arcs = climb.hierarchy.n_arcs
    if key < NO_WAY and own.down != NO_ARC:
        climb.users[n_arcs + own.down] -= 1
        climb.users[own.up] -= 1
    own[0] = under
    if under.down != NO_ARC:
        climb.users[n_arcs + under.down] += 1
        climb.users[under.up] += 1


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
    Climb climb, const uint32_t* low, int way, uint32_t arc, uint64_t key, bint tied, Under under
) noexcept:
    """Let an arc know what a way under it is worth now; return 1 where it begins to wait."""
    cdef Step* step = &climb.sides[way].steps[arc]
    cdef Under* own = &climb.under[way][arc]
    cdef uint8_t* waiting = &climb.waiting[way * <size_t>climb.hierarchy.n_arcs + arc]
    cdef uint8_t before = waiting[0]
    if before & OUTDATED:
        return 0
    if key < step.key:
        go_under(climb, own, step.key, under)
        step.key = key
        step.arc = arc | (<uint32_t>TIED if tied else 0)
        waiting[0] = CHANGED | BETTER
    elif is_same(own, &under):
        if key > step.key:
            waiting[0] = OUTDATED
        elif tied and not step.arc & <uint32_t>TIED:
            step.arc |= <uint32_t>TIED
            waiting[0] |= CHANGED
    elif key == step.key and key < NO_WAY and not step.arc & <uint32_t>TIED:
        step.arc |= <uint32_t>TIED
        waiting[0] |= CHANGED
    if before or not waiting[0]:
        return 0
    climb.n_waiting[low[arc]] += 1
    return 1


cdef bint work_out(Climb climb, Hierarchy hierarchy, Order order, int way, uint32_t arc) noexcept:
    """Find an arc's best way anew; return whether it is worth something else then."""
    cdef Step* step = &climb.sides[way].steps[arc]
    cdef Worth now = worth_of(climb, hierarchy, order, way, arc)
    cdef uint32_t named = arc | (<uint32_t>TIED if now.tied else 0)
    go_under(climb, &climb.under[way][arc], step.key, now.under)
    if step.key == now.key and step.arc == named:
        return False
    step.key = now.key
    step.arc = named
    return True


cdef Worth worth_of(Climb climb, Hierarchy hierarchy, Order order, int way, uint32_t arc) noexcept:
    """The best of an arc's links and of the ways by those below both of its ends."""
    cdef Worth best = Worth(NO_WAY, Under(NO_ARC, 0), False)
    cdef Graph graph = climb.weights.graph
    cdef uint32_t low = hierarchy.low[arc], high = order.above[arc]
    cdef uint32_t tail = order.router[low if way == UP else high]
    cdef uint32_t head = order.router[high if way == UP else low]
    cdef uint32_t link, at, i, j, end
    for link in range(graph.first[tail], graph.first[tail + 1]):
        if graph.head[link] == head and climb.laid[link] != 0:
            take_better(&best, climb.laid[link], False, Under(NO_ARC, link))
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
