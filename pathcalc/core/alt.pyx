"""One best path, guided by landmarks where its layer has them: A* backwards under their bounds (ALT).

The bounds are admissible but not consistent, so a label that gets better is opened again. The search goes on
until no label can be on a path as good as the best, so that every router on one of the best paths knows its
exact distance. Where no two ways to a router were found equally good there is one best path, and the links
that made the labels are it; else `smallest_walk` reads the same links as after a search without landmarks.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.hierarchy.climb cimport Climb, climb_path, climbs
from pathcalc.core.hierarchy.moves cimport moved_path
from pathcalc.core.graph cimport (
    HIERARCHY, SEARCHES_BEFORE, SOURCE, UNREACHED, Arc, Filter, Graph, Layer, Query, Scratch, as_tuple, passes,
)
from pathcalc.core.heap cimport Heap, Item, heap_pop, heap_push_tagged
from pathcalc.core.landmarks cimport A_LINE, Landmarks, Line, in_full, suanlu_most
from pathcalc.core.search cimport reverse_search, smallest_walk

cdef enum:
    FILTERED_BEFORE = 128  # what weights of a query's own cost in guided searches
    MOST_OPENED = 4  # times the number of routers; beyond, a plain search costs less
    SLACK_SHIFT = 2  # where links are below the floor by a quarter of the way, bounds say too little
    LINES_ASKED = 2  # of a router: those that say most of the two ends
    LARGEST_MEAN = 48  # bits


cdef struct Aim:  # where the bounds lead to
    const Line* lines
    uint32_t n_lines
    uint32_t scale
    uint32_t asked
    uint32_t which[LINES_ASKED]
    Line start[LINES_ASKED]


cdef extern from *:
    """
    #define suanlu_fetch(place) __builtin_prefetch(place)
    """
    void fetch "suanlu_fetch"(const void* place) noexcept nogil


cdef inline void fetch_router(const Aim* aim, const uint64_t* dist, const uint32_t* mark, uint32_t v) noexcept nogil:
    """Begin to read what the search will look at of a router."""
    cdef const Line* lines = &aim.lines[<size_t>v * aim.n_lines]
    fetch(&mark[v])
    fetch(&dist[v])
    fetch(&lines[aim.which[0]])
    fetch(&lines[aim.which[1]])


cdef inline uint32_t bound(const Aim* aim, uint32_t v) noexcept nogil:
    """What any path from the start to v has at least."""
    cdef const Line* lines = &aim.lines[<size_t>v * aim.n_lines]
    cdef uint32_t most = suanlu_most(&lines[aim.which[0]], &aim.start[0])
    if aim.asked > 1:
        most = max(most, suanlu_most(&lines[aim.which[1]], &aim.start[1]))
    return in_full(most, aim.scale)


cdef inline uint64_t within(uint32_t least, uint64_t slack) noexcept nogil:
    """The bound where links are below the floor by so much in sum: a path has each of them at most once."""
    return least - slack if least > slack else 0


cdef void take_aim(Aim* aim, Query query, Landmarks landmarks) noexcept nogil:
    """Ask those lines that bound the way from the sources to the first target best."""
    cdef uint32_t i, j, most
    cdef uint32_t best[LINES_ASKED]
    cdef Line start
    aim.lines = landmarks.lines
    aim.n_lines = landmarks.n_lines
    aim.scale = landmarks.scale
    aim.asked = 0
    for i in range(landmarks.n_lines):
        start = start_of(query, landmarks, i)
        most = suanlu_most(&aim.lines[<size_t>query.targets[0] * aim.n_lines + i], &start)
        if aim.asked < LINES_ASKED:
            j = aim.asked
            aim.asked += 1
        else:
            j = 0 if best[0] < best[1] else 1
            if most <= best[j]:
                continue
        best[j] = most
        aim.which[j] = i
        aim.start[j] = start


cdef Line start_of(Query query, Landmarks landmarks, uint32_t which) noexcept nogil:
    """The bounds of whichever source is nearest: farthest from the landmarks, and nearest to them."""
    cdef Line start = landmarks.lines[<size_t>query.sources[0] * landmarks.n_lines + which]
    cdef uint32_t i, number
    cdef const Line* line
    for i in range(1, query.n_sources):
        line = &landmarks.lines[<size_t>query.sources[i] * landmarks.n_lines + which]
        for number in range(<uint32_t>A_LINE):
            start.each.since[number] = max(start.each.since[number], line.each.since[number])
            start.each.to[number] = min(start.each.to[number], line.each.to[number])
    return start


cdef uint64_t guided_search(
    Graph graph, Query query, Layer layer, Scratch scratch, Landmarks landmarks, uint32_t stretch,
    uint64_t* limit, bint* ended, bint* ties
) noexcept nogil:
    """Return the least key from a source, or UNREACHED; `ended` is False where it opened too many labels.

    Without `ties` there is one best path, along the links in scratch.onward from the source. `limit` is that
    path's key and so many times its mean link's: routers on ways from a source that have no larger key have
    exact labels, and no label suggests that other routers are on such ways.
    """
    cdef Heap* heap = &scratch.heap
    cdef uint64_t* dist = scratch.dist
    cdef uint32_t* mark = scratch.mark
    cdef uint32_t* onward = scratch.onward
    cdef uint8_t* role = scratch.role
    cdef const Filter* filter = &query.filter
    cdef Aim aim
    cdef uint64_t best = UNREACHED, key, value, at_least, slack = layer.slack
    cdef bint ahead = landmarks.n_lines > 1  # large: what is read next is fetched before
    cdef uint64_t budget = <uint64_t>graph.n * MOST_OPENED
    cdef size_t room = 2 * (<size_t>graph.m + graph.n)
    cdef uint32_t shift = graph.shift, stamp, v, u, i
    cdef const Arc* arc
    cdef Item item
    ended[0] = True
    ties[0] = False
    limit[0] = UNREACHED
    take_aim(&aim, query, landmarks)
    if slack > bound(&aim, query.targets[0]) >> SLACK_SHIFT:
        ended[0] = False
        return UNREACHED
    scratch.fresh()
    stamp = scratch.stamp
    for i in range(query.n_targets):
        v = query.targets[i]
        dist[v] = 0  # less than any way to it: nothing leaves a target
        mark[v] = stamp
        heap_push_tagged(heap, within(bound(&aim, v), slack) << shift, v, 0)
    while heap.size > 0:
        item = heap_pop(heap)
        if item.key > limit[0]:
            break
        v = item.value
        value = dist[v]
        if item.tag != <uint32_t>value:  # the label got better since
            continue
        if role[v] & SOURCE:
            ties[0] |= value == best
            if value < best:
                best = value
                limit[0] = best + stretch * min(mean_key(best, shift), <uint64_t>1 << LARGEST_MEAN)
            continue
        if budget == 0 or heap.size + (layer.first[v + 1] - layer.first[v]) > room:
            ended[0] = False
            return UNREACHED
        budget -= 1
        if ahead:
            for i in range(layer.first[v], layer.first[v + 1]):
                fetch_router(&aim, dist, mark, layer.arcs[i].tail)
            if heap.size > 0:
                fetch(&layer.arcs[layer.first[heap.items[0].value]])
        for i in range(layer.first[v], layer.first[v + 1]):
            arc = &layer.arcs[i]
            u = arc.tail
            key = value + arc.key
            if mark[u] == stamp and dist[u] <= key:
                ties[0] |= dist[u] == key
                continue
            if not passes(filter, arc.link):
                continue
            mark[u] = stamp
            dist[u] = key
            onward[u] = arc.link
            at_least = key + (within(bound(&aim, u), slack) << shift)
            if at_least <= limit[0]:
                heap_push_tagged(heap, at_least, u, <uint32_t>key)
    return best


cdef inline uint64_t mean_key(uint64_t key, uint32_t shift) noexcept nogil:
    """What a link of a path has in the mean."""
    return key // max(key & ((<uint64_t>1 << shift) - 1), <uint64_t>1)


cdef uint32_t read_onward(Graph graph, Query query, Layer layer, Scratch scratch, uint64_t best) noexcept nogil:
    """Write to scratch.path the links that made the labels of the one best path; return its length."""
    cdef uint32_t v = query.sources[0], i = 0, link, count = 0
    while scratch.mark[v] != scratch.stamp or scratch.dist[v] != best:
        i += 1
        v = query.sources[i]
    while best > 0:
        link = scratch.onward[v]
        scratch.path[count] = link
        count += 1
        best -= layer.key[link]
        v = graph.head[link]
    return count


cdef void count_search(Query query, Layer layer, bint by_hierarchy) noexcept:
    """Note a search that something could make faster, and when that costs no more than those before it."""
    if layer.climb is None and (layer.landmarks is None or by_hierarchy):
        layer.searches += 1
        query.due = query.due or layer.searches == SEARCHES_BEFORE
    elif by_hierarchy:
        query.searches += 1
        query.due = query.due or query.searches == FILTERED_BEFORE


cdef uint64_t best_path(Query query, Scratch scratch, uint32_t* count) noexcept:
    """Write the best path to scratch.path and its length to `count`; return its key, or UNREACHED.

    0 where a router is both source and target. The path is that of a search without landmarks.
    """
    cdef Graph graph = query.graph
    cdef Layer layer = query.layer
    cdef uint64_t best = UNREACHED, limit
    cdef bint ended = False, ties = True
    count[0] = 0
    if query.n_sources == 0 or query.n_targets == 0:
        return UNREACHED
    if query.climb is not None and climbs(<Climb>query.climb, query):
        return climb_path(<Climb>query.climb, query, scratch.path, count)
    if layer.climb is not None and climbs(<Climb>layer.climb, query):
        if (<Climb>layer.climb).laid != NULL:
            return moved_path(<Climb>layer.climb, query, scratch.path, count)
        return climb_path(<Climb>layer.climb, query, scratch.path, count)
    count_search(query, layer, graph.wiring.choice[query.objective] == HIERARCHY)
    scratch.set_roles(query)
    # Hops over links that are left by a floor: landmarks say little there, and a search by levels is quick.
    if layer.landmarks is not None and (layer.step == 0 or query.filter.bandwidth == NULL):
        best = guided_search(graph, query, layer, scratch, <Landmarks>layer.landmarks, 0, &limit, &ended, &ties)
    if not ended:
        ties = True
        best = reverse_search(query, layer, scratch, True)
    if best != 0 and best != UNREACHED:
        if ties:
            count[0] = smallest_walk(graph, query, layer, scratch, best)
        else:
            count[0] = read_onward(graph, query, layer, scratch, best)
    scratch.clear_roles(query)
    return best


def shortest_guided(Query query not None):
    """See `alt.pyi`."""
    cdef Scratch scratch = query.graph.take()
    cdef uint32_t count
    cdef uint64_t best = best_path(query, scratch, &count)
    found = None if best == UNREACHED else as_tuple(scratch.path, count)
    query.graph.give(scratch)
    if best == 0:
        raise ValueError("a router is both source and target: there is no path to find")
    return found
