"""Disjoint paths of minimum sum, exact, at link, circuit or router level: successive shortest paths.

Suurballe 1974, Bhandari 1999, for any number of paths: each further path is a shortest one in the residual
graph, where links of the flow so far may be taken back at what they cost. For router level the routers inside
the flow are split: who comes to one can only go back along the flow, and who has gone back can leave. Circuit
level needs no work of its own: if both directions of a circuit were used, exchanging the tails of the paths
there would spare both links, and all keys are positive.

Searches run forwards in A* order, bounded by the key from each state to the targets. The bounds are exact
keys of the graph without flow; keys to the targets only grow as the flow does, so they stay bounds, and they
are raised after each path by what its labels prove (Johnson's potentials), so that no label is opened twice.
k searches, O(k (m + n log n)). Where the layer has landmarks, these give the bounds where no label has been
yet: weaker, and not consistent, so labels may be opened again, but no search of the whole graph comes first.

Ties. Of equally good flows there may be many; which one is taken must not depend on what guided the searches.
So a search labels every state of every shortest walk exactly, and the walk is then chosen by those keys alone:
backwards from the targets over the arcs that keep the keys, fewest arcs first, then in order of links.
"""

from cpython.mem cimport PyMem_RawFree, PyMem_RawRealloc
from cython cimport final
from libc.stdint cimport uint8_t

from pathcalc.core.alt cimport best_path
from pathcalc.core.graph cimport SOURCE, TARGET, SEARCHES_BEFORE, UNREACHED, Arc, allocate, as_tuple, passes
from pathcalc.core.heap cimport Heap, Item, heap_pop, heap_push
from pathcalc.core.landmarks cimport A_LINE, Landmarks, in_full, suanlu_most
from pathcalc.core.search cimport reverse_search, smallest_walk

cdef enum:
    NO_ENTRY = 0xFFFFFFFF
    NO_STATE = 0xFFFFFFFF
    GONE = 0xFFFFFFFE  # a link of the flow that a walk takes back
    MOST_OPENED = 4  # times the number of routers; beyond, plain searches cost less


cdef inline uint32_t bound(const Aim* aim, uint32_t v) noexcept nogil:
    """What any path from v to the nearest target has at least."""
    cdef const Line* lines = &aim.lines[<size_t>v * aim.n_lines]
    cdef uint32_t most = suanlu_most(&aim.end[0], &lines[aim.which[0]])
    if aim.asked > 1:
        most = max(most, suanlu_most(&aim.end[1], &lines[aim.which[1]]))
    return in_full(most, aim.scale)


cdef void take_aim(Aim* aim, Query query, Landmarks landmarks) noexcept nogil:
    """Ask those lines that bound the way from the first source to the targets best."""
    cdef uint32_t i, j, most
    cdef uint32_t best[2]
    cdef Line end
    aim.lines = landmarks.lines
    aim.n_lines = landmarks.n_lines
    aim.scale = landmarks.scale
    aim.asked = 0
    for i in range(landmarks.n_lines):
        end = end_of(query, landmarks, i)
        most = suanlu_most(&end, &aim.lines[<size_t>query.sources[0] * aim.n_lines + i])
        j = aim.asked
        if aim.asked < 2:
            aim.asked += 1
        else:
            j = 0 if best[0] < best[1] else 1
            if most <= best[j]:
                continue
        best[j] = most
        aim.which[j] = i
        aim.end[j] = end


cdef Line end_of(Query query, Landmarks landmarks, uint32_t which) noexcept nogil:
    """The bounds of whichever target is nearest: nearest from the landmarks, and farthest to them."""
    cdef Line end = landmarks.lines[<size_t>query.targets[0] * landmarks.n_lines + which]
    cdef uint32_t i, number
    cdef const Line* line
    for i in range(1, query.n_targets):
        line = &landmarks.lines[<size_t>query.targets[i] * landmarks.n_lines + which]
        for number in range(<uint32_t>A_LINE):
            end.each.since[number] = min(end.each.since[number], line.each.since[number])
            end.each.to[number] = max(end.each.to[number], line.each.to[number])
    return end


@final
cdef class Residual:
    """A flow of paths for one query. States: v for a router, or for where one comes into a split router; n + v
    for where one leaves a split router.

    Open for one query at a time: `base` is filled then, with the query's own filter; `filter` may rule out more
    links after that. Without `guided` landmarks are left alone, and no search fails.
    """

    def __cinit__(self, Graph graph not None, uint32_t most_walks):
        self.graph = graph
        self.most_walks = most_walks
        self.walks = <Walk*>allocate(most_walks, sizeof(Walk))
        self.base, self.walk = graph.take(), graph.take()
        self.states = <State*>allocate(2 * <size_t>graph.n + 1, sizeof(State))
        self.touched = <uint32_t*>allocate(2 * <size_t>graph.n + 1, sizeof(uint32_t))
        self.leaving, self.entering = self.base.leaves, self.walk.leaves
        self.heap = &self.walk.heap

    def __dealloc__(self):
        PyMem_RawFree(self.states)
        PyMem_RawFree(self.touched)
        PyMem_RawFree(self.used)
        PyMem_RawFree(self.taken)
        PyMem_RawFree(self.walks)

    cdef void open(self, Query query, bint split, bint guided) noexcept:
        """Begin with a query of the graph that has sources and targets."""
        self.query = query
        self.layer = query.layer
        self.filter = query.filter
        self.split = split
        self.failed = False
        self.n_used = 0
        self.n_paths = 0
        self.key = 0
        self.forget_rests()
        self.guided = guided and query.layer.landmarks is not None
        if self.guided:
            take_aim(&self.aim, query, <Landmarks>query.layer.landmarks)
            self.base.set_roles(query)
        else:
            query.layer.searches += 1
            query.due = query.due or query.layer.searches == SEARCHES_BEFORE
            self.base.set_roles(query)
            reverse_search(query, query.layer, self.base, False)

    cdef void close(self) noexcept:
        """End with the query; what was decomposed can still be read."""
        self.forget()
        self.n_used = 0
        self.base.clear_roles(self.query)

    cdef void give(self) noexcept:
        """Give the scratches back; the last thing that is done."""
        self.graph.give(self.base)
        self.graph.give(self.walk)

    cdef void fresh(self) noexcept:
        """Forget all labels."""
        cdef size_t state
        self.heap.size = 0
        self.stamp += 1
        if self.stamp == 0:
            for state in range(2 * <size_t>self.graph.n + 1):
                self.states[state].mark = 0
            self.stamp = 1

    cdef void forget_rests(self) noexcept:
        cdef size_t state
        self.rest_stamp += 1
        if self.rest_stamp == 0:
            for state in range(2 * <size_t>self.graph.n + 1):
                self.states[state].rest_mark = 0
            self.rest_stamp = 1

    cdef void begin(self) noexcept:
        """Drop the flow and all that was learnt from it."""
        self.forget()
        self.forget_rests()
        self.n_used = 0
        self.n_paths = 0
        self.key = 0

    cdef bint start(self) except -1:
        """Find the best path, the same as a search for one; return whether there is one."""
        cdef Graph graph = self.graph
        cdef uint32_t i, v, count = 0
        cdef uint64_t key = UNREACHED
        if self.guided:
            self.base.clear_roles(self.query)
            key = best_path(self.query, self.base, &count)
            self.base.set_roles(self.query)
        else:
            for i in range(self.query.n_sources):
                v = self.query.sources[i]
                if self.base.mark[v] == self.base.stamp:
                    key = min(key, self.base.dist[v])
            if key != UNREACHED:
                count = smallest_walk(graph, self.query, self.layer, self.base, key)
        if key == UNREACHED:
            return False
        self.key = key
        self.n_paths = 1
        for i in range(count):
            v = graph.tail[self.base.path[i]]
            self.states[v].rest_mark = self.states[graph.n + v].rest_mark = self.rest_stamp
            self.states[v].rest = self.states[graph.n + v].rest = key
            key -= self.layer.key[self.base.path[i]]
            self.add(self.base.path[i])
        self.join()
        return True

    cdef bint solve(self, uint32_t count, uint64_t most) except -1:
        """Find `count` paths anew; return whether there are so many of a sum of at most `most`.

        Where not, the flow has as many as there are, or the sum is beyond.
        """
        self.begin()
        while self.n_paths < count:
            if self.key > most or not self.augment(most - self.key):
                return False
        return True

    cdef bint augment(self, uint64_t most) except -1:
        """Add the path that costs least, if it costs at most `most`."""
        cdef uint32_t i, state
        cdef uint64_t least
        self.search(most)
        if self.best == UNREACHED:
            return False
        for i in range(self.n_touched):
            state = self.touched[i]
            if self.states[state].key < self.best:
                least = self.best - self.states[state].key
                if least > self.states[state].rest:
                    self.states[state].rest = least
        self.flow(self.trace())
        self.key += self.best
        self.n_paths += 1
        return True

    cdef void search(self, uint64_t most) noexcept:
        """Label what may be on a shortest walk from the sources; `best` is its key, or UNREACHED."""
        cdef Heap* heap = self.heap
        cdef uint64_t budget = 0 if not self.guided else <uint64_t>MOST_OPENED * self.graph.n
        cdef size_t room = 2 * (<size_t>self.graph.m + self.graph.n)
        cdef uint32_t i, v
        cdef Item item
        room -= min(room, <size_t>self.most_walks)
        self.fresh()
        self.n_touched = 0
        self.best = most
        for i in range(self.query.n_sources):
            self.reach(self.query.sources[i], 0)
        while heap.size > 0:
            item = heap_pop(heap)
            if item.key > self.best:
                break
            if item.key == self.states[item.value].key + self.states[item.value].rest:
                if self.guided:
                    v = item.value if item.value < self.graph.n else item.value - self.graph.n
                    if budget == 0 or heap.size + self.graph.first[v + 1] - self.graph.first[v] > room:
                        self.failed = True
                        break
                    budget -= 1
                self.expand(item.value)
        for i in range(self.query.n_targets):
            if self.states[self.query.targets[i]].mark == self.stamp:
                return
        self.best = UNREACHED

    cdef void estimate(self, uint32_t state) noexcept:
        """Bound the key from the state to the targets for the first time."""
        cdef uint32_t v = state if state < self.graph.n else state - self.graph.n
        self.states[state].rest_mark = self.rest_stamp
        if self.guided:
            self.states[state].rest = <uint64_t>bound(&self.aim, v) << self.graph.shift
        else:
            self.states[state].rest = self.base.dist[v] if self.base.mark[v] == self.base.stamp else UNREACHED

    cdef void reach(self, uint32_t state, uint64_t key) noexcept:
        """Label the state, unless it has a better label or no path through it can be good enough."""
        cdef State* at = &self.states[state]
        cdef bint is_new = at.mark != self.stamp
        if not is_new and at.key <= key:
            return
        if is_new and at.rest_mark != self.rest_stamp:
            self.estimate(state)
        if at.rest == UNREACHED or key + at.rest > self.best:
            return
        if is_new:
            at.mark = self.stamp
            self.touched[self.n_touched] = state
            self.n_touched += 1
        at.key = key
        if state < self.graph.n and self.base.role[state] & TARGET:
            self.best = key
        else:
            heap_push(self.heap, key + at.rest, state)

    cdef void expand(self, uint32_t state) noexcept:
        """Reach all that an arc of the residual graph leads to from the state."""
        cdef Graph graph = self.graph
        cdef const uint8_t* role = self.base.role
        cdef uint64_t key = self.states[state].key
        cdef uint32_t v = state if state < graph.n else state - graph.n, link, entry
        cdef bint on = self.leaving[v] != NO_ENTRY
        if on and not role[v] & SOURCE:
            if state >= graph.n:
                self.reach(v, key)
            else:
                entry = self.entering[v]
                while entry != NO_ENTRY:
                    link = self.used[entry].link
                    if not role[graph.tail[link]] & SOURCE:
                        self.reach(
                            graph.tail[link] + (graph.n if self.split else 0), key - self.layer.key[link]
                        )
                    entry = self.used[entry].beside_in
                if self.split:
                    return
        self.reach_by_links(v, key, on)

    cdef void reach_by_links(self, uint32_t v, uint64_t key, bint on) noexcept:
        """Reach the heads of the links that the flow does not use. This is where the time goes."""
        cdef const uint32_t* heads = self.graph.head
        cdef const uint64_t* keys = self.layer.key
        cdef const uint8_t* role = self.base.role
        cdef const State* states = self.states
        cdef uint32_t stamp = self.stamp, link, head
        cdef uint64_t more
        for link in range(self.graph.first[v], self.graph.first[v + 1]):
            more = keys[link]
            head = heads[link]
            if more == 0 or (states[head].mark == stamp and states[head].key <= key + more):
                continue
            if role[head] & SOURCE or not passes(&self.filter, link) or (on and self.is_used(v, link)):
                continue
            self.reach(head, key + more)

    cdef bint is_used(self, uint32_t tail, uint32_t link) noexcept:
        cdef uint32_t entry = self.leaving[tail]
        while entry != NO_ENTRY:
            if self.used[entry].link == link:
                return True
            entry = self.used[entry].beside_out
        return False

    cdef bint is_split(self, uint32_t router) noexcept:
        return (
            self.split and self.leaving[router] != NO_ENTRY and not self.base.role[router] & (SOURCE | TARGET)
        )

    cdef uint32_t trace(self) noexcept:
        """Choose the walk; return the state where it begins. `walk.via` is each state's link, `onward` its next.

        A state whose key is not exact is on no arc that keeps the keys.
        """
        cdef Graph graph = self.graph
        cdef uint32_t* queue = self.base.via
        cdef uint32_t i, v, tail, entry, link, state, done = 0
        cdef size_t count
        cdef uint64_t key
        cdef const Arc* arc
        self.walk.fresh()
        count = 0
        for i in range(self.query.n_targets):
            v = self.query.targets[i]
            if self.visit(v, self.best, NO_LINK, NO_STATE):
                queue[count] = v
                count += 1
        while True:
            state = queue[done]
            done += 1
            key = self.states[state].key
            v = state if state < graph.n else state - graph.n
            if self.base.role[v] & SOURCE:
                return state
            if self.leaving[v] != NO_ENTRY:
                if self.split and state < graph.n:
                    if self.visit(graph.n + v, key, NO_LINK, state):
                        queue[count] = graph.n + v
                        count += 1
                else:
                    entry = self.leaving[v]
                    while entry != NO_ENTRY:
                        link = self.used[entry].link
                        if not self.base.role[graph.head[link]] & TARGET:
                            if self.visit(graph.head[link], key + self.layer.key[link], link, state):
                                queue[count] = graph.head[link]
                                count += 1
                        entry = self.used[entry].beside_out
                    if self.split:
                        continue
            for i in range(self.layer.first[v], self.layer.first[v + 1]):
                arc = &self.layer.arcs[i]
                tail = arc.tail
                if arc.key > key or self.base.role[tail] & TARGET:
                    continue
                if self.is_split(tail):
                    tail += graph.n
                if self.states[tail].mark != self.stamp or self.states[tail].key != key - arc.key:
                    continue
                if self.is_used(arc.tail, arc.link) or not passes(&self.filter, arc.link):
                    continue
                if self.visit(tail, key - arc.key, arc.link, state):
                    queue[count] = tail
                    count += 1

    cdef bint visit(self, uint32_t state, uint64_t key, uint32_t link, uint32_t onward) noexcept:
        """Put the state on the way back if its key is this one and it is not there yet."""
        if self.states[state].mark != self.stamp or self.states[state].key != key:
            return False
        if self.walk.mark[state] == self.walk.stamp:
            return False
        self.walk.mark[state] = self.walk.stamp
        self.walk.via[state] = link
        self.walk.onward[state] = onward
        return True

    cdef int flow(self, uint32_t state) except -1:
        """Let the flow take the walk that begins at the state: its links join, those taken back go."""
        cdef Graph graph = self.graph
        cdef uint32_t link, entry
        while self.walk.onward[state] != NO_STATE:
            if state < graph.n and self.leaving[state] == NO_ENTRY:  # may be split from now on
                self.states[graph.n + state].rest_mark = self.rest_stamp
                self.states[graph.n + state].rest = self.states[state].rest
            link = self.walk.via[state]
            state = self.walk.onward[state]
            if link == NO_LINK:
                continue
            entry = self.leaving[graph.tail[link]]
            while entry != NO_ENTRY and self.used[entry].link != link:
                entry = self.used[entry].beside_out
            if entry == NO_ENTRY:
                self.add(link)
            else:
                self.used[entry].beside_in = GONE
        self.join()
        return 0

    cdef void forget(self) noexcept:
        """No router is on the flow."""
        cdef size_t i
        for i in range(self.n_used):
            self.leaving[self.graph.tail[self.used[i].link]] = NO_ENTRY
            self.entering[self.graph.head[self.used[i].link]] = NO_ENTRY

    cdef void join(self) noexcept:
        """Drop the links that are gone and list the others by the routers that they join, in order of ids."""
        cdef const uint32_t* rank = self.graph.rank
        cdef uint32_t* place
        cdef size_t i, kept = 0
        cdef uint32_t link
        self.forget()
        for i in range(self.n_used):
            if self.used[i].beside_in != GONE:
                self.used[kept] = self.used[i]
                kept += 1
        self.n_used = kept
        for i in range(kept):
            link = self.used[i].link
            place = &self.leaving[self.graph.tail[link]]
            while place[0] != NO_ENTRY and rank[self.used[place[0]].link] < rank[link]:
                place = &self.used[place[0]].beside_out
            self.used[i].beside_out = place[0]
            place[0] = <uint32_t>i
            self.used[i].beside_in = self.entering[self.graph.head[link]]
            self.entering[self.graph.head[link]] = <uint32_t>i

    cdef int add(self, uint32_t link) except -1:
        cdef void* grown
        if self.n_used == self.room:
            self.room = 2 * self.room + 64
            grown = PyMem_RawRealloc(self.used, self.room * sizeof(Used))
            if grown == NULL:
                raise MemoryError("no memory for the links of disjoint paths")
            self.used = <Used*>grown
            grown = PyMem_RawRealloc(self.taken, self.room * sizeof(uint32_t))
            if grown == NULL:
                raise MemoryError("no memory for the links of disjoint paths")
            self.taken = <uint32_t*>grown
        self.used[self.n_used] = Used(link, NO_ENTRY, NO_ENTRY)
        self.n_used += 1
        return 0

    cdef void decompose(self) noexcept:
        """Take the flow apart into `walks`, best first; where two pass one router the smaller id goes on first."""
        cdef Graph graph = self.graph
        cdef uint32_t i, j, link, entry, v, n_taken = 0, n_walks = 0
        cdef Walk walk
        for i in range(self.query.n_sources):
            v = self.query.sources[i]
            while self.leaving[v] != NO_ENTRY:
                entry = self.leaving[v]
                self.leaving[v] = self.used[entry].beside_out
                self.walks[n_walks] = Walk(0, self.used[entry].link, 0)
                n_walks += 1
        sort_walks(graph, self.walks, n_walks)  # so far by their first links
        for i in range(n_walks):
            link = self.walks[i].first
            walk = Walk(0, n_taken, 0)
            while True:
                self.taken[n_taken] = link
                n_taken += 1
                walk.count += 1
                walk.key += self.layer.key[link]
                v = graph.head[link]
                if self.base.role[v] & TARGET:
                    break
                entry = self.leaving[v]
                self.leaving[v] = self.used[entry].beside_out
                link = self.used[entry].link
            self.walks[i] = walk
        for i in range(1, n_walks):  # of equal keys the one whose first link is smaller stays first
            walk = self.walks[i]
            j = i
            while j > 0 and self.walks[j - 1].key > walk.key:
                self.walks[j] = self.walks[j - 1]
                j -= 1
            self.walks[j] = walk

    cdef bint find(self, Query query, uint32_t count, bint split) except -1:
        """Find the paths, as many as there are; a `cut` can be made before they are decomposed. Then close."""
        cdef bint guided = True
        while True:
            self.open(query, split, guided)
            if self.start():
                while self.n_paths < count and self.augment(UNREACHED):
                    pass
            if not self.failed:
                return self.n_paths == count
            self.close()
            guided = False

    cdef tuple answer(self, Query query, uint32_t count, bint split):
        """See `disjoint_paths`."""
        cdef uint32_t i
        try:
            found = self.find(query, count, split)
            cut = ((), ()) if found or self.n_paths == 0 else self.cut()
            self.decompose()
            return self.key, tuple([self.links(i) for i in range(self.n_paths)]), cut
        finally:
            self.close()

    cdef tuple links(self, uint32_t number):
        """The links of one path of the flow."""
        return as_tuple(self.taken + self.walks[number].first, self.walks[number].count)

    cdef tuple cut(self):
        """After a search in vain: (links, routers) of the flow that all its paths go through, one each."""
        cdef Graph graph = self.graph
        cdef uint32_t v, link
        cdef size_t i
        links, routers = [], []
        for i in range(self.n_used):
            link = self.used[i].link
            v = graph.tail[link]
            if self.is_split(v):
                if self.is_labelled(v) and not self.is_labelled(graph.n + v):
                    routers.append(v)
                v += graph.n
            if (self.is_labelled(v) or self.base.role[v % graph.n] & SOURCE) and not self.is_labelled(graph.head[link]):
                links.append(link)
        return tuple(sorted(links)), tuple(sorted(routers))

    cdef bint is_labelled(self, uint32_t state) noexcept:
        return self.states[state].mark == self.stamp


cdef void sort_walks(Graph graph, Walk* walks, uint32_t count) noexcept:
    """Order walks that are no more than a first link yet by its id."""
    cdef uint32_t i, j
    cdef Walk walk
    for i in range(1, count):
        walk = walks[i]
        j = i
        while j > 0 and graph.rank[walks[j - 1].first] > graph.rank[walk.first]:
            walks[j] = walks[j - 1]
            j -= 1
        walks[j] = walk


cdef int refuse_meeting_ends(Query query) except -1:
    cdef uint32_t i, j
    for i in range(query.n_sources):
        for j in range(query.n_targets):
            if query.sources[i] == query.targets[j]:
                raise ValueError("a router is both source and target: there is no path to find")
    return 0


def disjoint_paths(Query query not None, uint32_t count, bint split):
    """See `disjoint.pyi`."""
    cdef Residual residual
    if query.n_sources == 0 or query.n_targets == 0 or count == 0:
        return 0, (), ((), ())
    refuse_meeting_ends(query)
    residual = Residual(query.graph, count)
    try:
        paths = residual.answer(query, count, split)
    finally:
        residual.give()
    return paths
