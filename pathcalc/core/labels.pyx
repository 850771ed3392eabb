"""Best path under bounds on sums and past way points, by labels: exact (resource-constrained shortest path).

Label setting in the order of value plus least rest (A*). Searches backwards give for every router the least
value and the least of each bounded sum to the target; landmarks give weaker bounds of the sums at once, for
what needs few labels. A label that cannot keep its bounds even with those is dropped. A label is dominated by
another at its router that is no worse in value and in every bounded sum; of equals the one whose sequence of
link ids is smaller stays, so ties end as everywhere. All keys are positive, so labels never go round in
circles. NP-hard: labels are bounded by a budget (Joksch 1966; Aneja, Aggarwal and Nair 1983 for the bounds).

Way points make layers: a state is a router and the number of stops passed, and the best walk through the
layers may pass a router twice. Then that router becomes critical: labels remember which critical routers
they have passed, never pass one again, and dominate only labels that have passed all of those too; and the
search starts anew. The first best walk that is simple is the best path, for simple paths are some of the
walks (decremental state space relaxation: Boland, Dethridge and Dumitrescu 2006; Righini and Salani 2008).
"""

from cpython.mem cimport PyMem_RawFree, PyMem_RawRealloc
from cython cimport final
from libc.string cimport memcpy, memset

from pathcalc.core.clock cimport NO_GLANCE, is_past
from pathcalc.core.graph cimport (
    BARRED, HOPS, SOURCE, TARGET, UNREACHED, Arc, Graph, Layer, allocate, as_tuple, passes,
)
from pathcalc.core.heap cimport Item, heap_pop, heap_push
from pathcalc.core.landmarks cimport Landmarks
from pathcalc.core.search cimport reverse_search, smallest_walk

cdef enum:
    NO_WEIGHT = 0xFFFFFFFF
    NO_LINK = 0xFFFFFFFF
    MOST_CRITICAL = 64  # bits of Label.seen
    LABELS_A_GLANCE = 256  # at the clock
    MET_A_GLANCE = 100_000
    MOST_MET = 400_000  # where nobody looks at the clock: a millisecond or two


@final
cdef class LabelSearch:
    """Searches for one query and its bounds; may run several times, from other starts and with more barred.

    With a deadline of NO_GLANCE and by landmarks no other thread has its turn meanwhile.
    """

    def __cinit__(self, Query query not None, tuple bounds not None, tuple stops not None, size_t budget,
                  double deadline_s):
        cdef Graph graph = query.graph
        cdef uint32_t i
        self.graph = graph
        self.query = query
        self.layer = query.layer
        self.budget = budget
        self.deadline_s = deadline_s
        self.n_bounds = <uint32_t>len(bounds)
        self.n_stops = <uint32_t>len(stops)
        if self.n_bounds > N_OBJECTIVES or (<uint64_t>self.n_stops + 1) * graph.n >= NO_WEIGHT:
            raise ValueError("too many bounds or way points")
        self.n_states = (self.n_stops + 1) * graph.n
        self.newest = <int32_t*>allocate(<size_t>self.n_states + 1, sizeof(int32_t))
        self.found = <uint32_t*>allocate(graph.n, sizeof(uint32_t))
        if self.n_stops > 0:
            self.at_stop = <uint8_t*>allocate(<size_t>self.n_stops * graph.n, 1)
            self.critical = <uint64_t*>allocate(graph.n, sizeof(uint64_t))
            for i in range(self.n_stops):
                for router in stops[i]:
                    if router >= graph.n:
                        raise IndexError(f"there is no router with index {router}")
                    self.at_stop[i * graph.n + <uint32_t>router] = 1
        self.roles = graph.take()
        self.rest = <uint64_t*>allocate(self.n_states, sizeof(uint64_t))
        for i in range(self.n_bounds):
            which, most = bounds[i]
            if not 0 <= which < N_OBJECTIVES:
                raise IndexError(f"there is no weight {which}")
            self.which[i] = which
            self.weight[i] = graph.weight[self.which[i]]
            self.most[i] = most
            self.rest_of[i] = <uint64_t*>allocate(self.n_states, sizeof(uint64_t))

    def __dealloc__(self):
        for i in range(N_OBJECTIVES):
            PyMem_RawFree(self.rest_of[i])
        PyMem_RawFree(self.rest)
        PyMem_RawFree(self.at_stop)
        PyMem_RawFree(self.critical)
        PyMem_RawFree(self.labels)
        PyMem_RawFree(self.sums)
        PyMem_RawFree(self.newest)
        PyMem_RawFree(self.found)
        PyMem_RawFree(self.heap.items)

    cdef void open(self) noexcept:
        """Look at the query's ends: to be called once, before any search."""
        self.roles.set_roles(self.query)

    cdef void close(self) noexcept:
        """Give the scratch back; the search cannot run any more."""
        self.roles.clear_roles(self.query)
        self.graph.give(self.roles)
        self.roles = None

    cdef uint32_t pass_stops(self, uint32_t router, uint32_t stop) noexcept:
        """Return the number of stops passed once this router is."""
        while stop < self.n_stops and self.at_stop[stop * self.graph.n + router]:
            stop += 1
        return stop

    cdef int fill_rest(self) except -1:
        """Fill `rest` with lower bounds of the key to the target: exact ones below that of the best walk."""
        if self.n_stops > 0:
            self.least = self.layered_rest(self.layer, UNREACHED, False, self.rest)
        else:
            self.least = self.plain_rest(self.layer, self.roles, self.rest)
        return 0

    cdef uint64_t plain_rest(self, Layer layer, Scratch scratch, uint64_t* out) noexcept:
        """As `layered_rest`, without way points and a limit; the scratch has its roles set."""
        cdef uint32_t v
        cdef uint64_t horizon = reverse_search(self.query, layer, scratch, True)
        for v in range(self.graph.n):
            out[v] = horizon
            if scratch.mark[v] == scratch.stamp and scratch.dist[v] < horizon:
                out[v] = scratch.dist[v]
        return horizon

    cdef bint fill_bounds(self) except -1:
        """Fill `rest_of` with lower bounds of the sums to the target; return whether each can be kept alone."""
        cdef Graph graph = self.graph
        cdef uint32_t i, state
        cdef uint64_t limit, least
        cdef uint64_t* out
        cdef Layer layer
        for i in range(self.n_bounds):
            out = self.rest_of[i]
            limit = UNREACHED
            if self.most[i] < UNREACHED >> (graph.shift + 1):
                limit = (self.most[i] + 1) << graph.shift
            layer = graph.layer(self.which[i], self.query.allow)
            if self.n_stops == 0 and self.which[i] != HOPS:
                least = self.plain_rest(layer, self.roles, out)
            else:
                least = self.layered_rest(layer, limit, self.which[i] == HOPS, out)
            if least >= limit:
                return False
            for state in range(self.n_states):
                out[state] >>= graph.shift
        return True

    cdef bint unbounded(self) noexcept:
        """Take the best path without bounds if it keeps them; return whether it does."""
        cdef uint32_t count, i, r
        cdef uint64_t total
        count = smallest_walk(self.graph, self.query, self.layer, self.roles, self.least)
        for r in range(self.n_bounds):
            total = 0
            for i in range(count):
                if self.weight[r][self.roles.path[i]] == NO_WEIGHT:
                    return False
                total += self.weight[r][self.roles.path[i]]
            if total > self.most[r]:
                return False
        memcpy(self.found, self.roles.path, count * sizeof(uint32_t))
        self.n_found = count
        return True

    cdef bint use_landmarks(self, tuple landmarks) noexcept:
        """Take all lower bounds from landmarks, of the key and then of each sum; return whether there are any."""
        cdef uint32_t i
        if self.n_stops > 0 or <size_t>len(landmarks) != self.n_bounds + 1:
            return False
        self.landmarks = landmarks
        self.least = 0
        memset(self.rest, 0xFF, self.n_states * sizeof(uint64_t))
        for i in range(self.n_bounds):
            memset(self.rest_of[i], 0xFF, self.n_states * sizeof(uint64_t))
        return True

    cdef uint64_t least_of(self, uint32_t which, uint32_t router) noexcept:
        cdef Landmarks landmarks = <Landmarks>self.landmarks[which]
        cdef uint64_t least = UNREACHED
        cdef uint32_t i
        for i in range(self.query.n_targets):
            least = min(least, landmarks.least(router, self.query.targets[i]))
        return least

    cdef int by_landmarks(self, tuple landmarks) except -3:
        """As `best_path`, by landmarks alone and with no more labels than exact bounds are worth."""
        cdef uint64_t none[N_OBJECTIVES]
        cdef size_t budget = self.budget
        cdef int32_t label
        if not self.use_landmarks(landmarks):
            return OVER_BUDGET
        memset(none, 0, sizeof(none))
        self.budget = min(budget, <size_t>FEW_LABELS)
        label = self.run(self.query.sources, self.query.n_sources, 0, none, 0, NULL, 0)
        self.budget = budget
        return label if label < 0 else <int>self.n_found

    cdef int best_path(self, tuple landmarks) except -3:
        """Write the links of the best path to `found`; return how many, NO_LABEL or OVER_BUDGET.

        What needs few labels is found by landmarks, where there are any: exact bounds take a search each.
        """
        cdef uint64_t none[N_OBJECTIVES]
        cdef int32_t label
        cdef int count = self.by_landmarks(landmarks)
        if count != OVER_BUDGET:
            return count
        self.fill_rest()
        if self.least == UNREACHED:
            return NO_LABEL
        if self.n_stops == 0 and self.unbounded():
            return <int>self.n_found
        if not self.fill_bounds():
            return NO_LABEL
        memset(none, 0, sizeof(none))
        label = self.run(self.query.sources, self.query.n_sources, 0, none, 0, NULL, 0)
        return label if label < 0 else <int>self.n_found

    cdef uint64_t layered_rest(self, Layer layer, uint64_t limit, bint by_hops, uint64_t* out) except? 0:
        """Fill out[state] with lower bounds of the key to the target; return the least key from a source.

        Dijkstra backwards over the layers of way points, until a source is met: what is less far has its
        exact key, and all else at least that one. UNREACHED where no source has a key less than the limit;
        then `out` means nothing. `by_hops`: all links have equal keys, so a queue will do.
        """
        cdef uint32_t n = self.graph.n, i, v, u, stop, before, state
        cdef const Arc* arc
        cdef uint64_t key, horizon = UNREACHED
        cdef size_t front = 0
        cdef Item item
        memset(out, 0xFF, self.n_states * sizeof(uint64_t))
        self.heap.size = 0
        for i in range(self.query.n_targets):
            state = self.n_stops * n + self.query.targets[i]
            out[state] = 0
            self.push(0, state)
        while self.heap.size > front:
            if by_hops:
                item = self.heap.items[front]
                front += 1
            else:
                item = heap_pop(&self.heap)
                if item.key != out[item.value]:
                    continue
            stop, v = item.value // n, item.value % n
            if self.roles.role[v] & SOURCE:
                if self.pass_stops(v, 0) == stop:
                    horizon = item.key
                    break
                continue
            for i in range(layer.first[v], layer.first[v + 1]):
                arc = &layer.arcs[i]
                u = arc.tail
                key = item.key + arc.key
                if key >= limit or self.roles.role[u] & TARGET or not passes(&self.query.filter, arc.link):
                    continue
                before = stop
                while True:
                    state = before * n + u
                    # A router of the next stop passes it, so it is in no layer before.
                    if key < out[state] and self.pass_stops(u, before) == before:
                        out[state] = key
                        self.push(key, state)
                    if before == 0 or not self.at_stop[(before - 1) * n + v]:
                        break
                    before -= 1
        for i in range(self.n_states):
            out[i] = min(out[i], horizon)
        return horizon

    cdef int push(self, uint64_t key, uint32_t value) except -1:
        cdef void* grown
        if self.heap.size == self.heap_room:
            self.heap_room = 2 * self.heap_room + 256
            grown = PyMem_RawRealloc(self.heap.items, self.heap_room * sizeof(Item))
            if grown == NULL:
                raise MemoryError("no memory for the labels of a bounded search")
            self.heap.items = <Item*>grown
        heap_push(&self.heap, key, value)
        return 0

    cdef int32_t run(
        self, const uint32_t* starts, uint32_t n_starts, uint64_t key, const uint64_t* sums, uint32_t stop,
        const uint32_t* banned_mark, uint32_t banned
    ) except -3:
        """Return the best label at the target, its links in `found`, or NO_LABEL or OVER_BUDGET.

        `key`, `sums` and `stop` (number of stops passed) are of the way before the starts. Links with
        banned_mark[link] == banned may not come first. Over the budget, `found` holds the best path seen,
        if `found_key` is not UNREACHED, and `proved` a lower bound.
        """
        cdef int32_t label
        self.spent = 0
        self.met = 0
        self.proved = 0
        self.found_key = UNREACHED
        while True:
            label = self.relaxed(starts, n_starts, key, sums, stop, banned_mark, banned)
            if label < 0:
                return label
            self.proved = self.labels[label].key
            if self.n_stops == 0 or self.is_simple(label, True):
                self.n_found = self.walk(label, self.found)
                return label
            if self.n_critical > MOST_CRITICAL:
                return OVER_BUDGET

    cdef int32_t relaxed(
        self, const uint32_t* starts, uint32_t n_starts, uint64_t key, const uint64_t* sums, uint32_t stop,
        const uint32_t* banned_mark, uint32_t banned
    ) except -3:
        """As `run`, but the way may pass a router twice if it is not critical."""
        cdef uint32_t i, state
        cdef int32_t at, best = NO_LABEL
        cdef Item item
        cdef Label start
        cdef uint64_t least = UNREACHED
        memset(self.newest, 0xFF, (<size_t>self.n_states + 1) * sizeof(int32_t))
        self.n_labels = 0
        self.heap.size = 0
        for i in range(n_starts):
            state = self.pass_stops(starts[i], stop) * self.graph.n + starts[i]
            if self.least != UNREACHED:
                start = Label(key, 0, state, NO_LINK, -1, -1, False)
                if self.critical != NULL:
                    start.seen = self.critical[starts[i]]
                self.add(start, sums, 0 if self.rest[state] == UNREACHED else self.rest[state])
        while self.heap.size > 0:
            item = heap_pop(&self.heap)
            if item.key > least:
                break
            at = <int32_t>item.value
            if self.labels[at].dead:
                continue
            if self.labels[at].state == self.n_states:
                # Ways as good must all be seen: each newer one is smaller, or it would be dominated.
                least = item.key
                best = at
                continue
            if self.over_budget():
                self.proved = max(self.proved, item.key)
                return OVER_BUDGET
            self.expand(at, banned_mark, banned)
        return best

    cdef bint over_budget(self) noexcept:
        """Count one more label; whether the labels or the time are spent."""
        self.spent += 1
        if self.spent > self.budget:
            return True
        if self.deadline_s == NO_GLANCE:
            return self.met > MOST_MET
        if self.spent % LABELS_A_GLANCE != 0 and self.met < MET_A_GLANCE:
            return False
        self.met = 0
        return is_past(self.deadline_s)

    cdef int expand(self, int32_t at, const uint32_t* banned_mark, uint32_t banned) except -1:
        """Add labels one link further on."""
        cdef Graph graph = self.graph
        cdef Label label = self.labels[at]  # a copy: adding may move the labels
        cdef Label way
        cdef uint64_t sums[N_OBJECTIVES]
        cdef uint32_t n = graph.n, node = label.state % n, stop = label.state // n, link, v, r, state
        cdef uint64_t key, rest
        cdef bint kept
        for link in range(graph.first[node], graph.first[node + 1]):
            key = self.layer.key[link]
            if key == 0 or not passes(&self.query.filter, link):
                continue
            if label.parent < 0 and banned_mark != NULL and banned_mark[link] == banned:
                continue
            v = graph.head[link]
            if self.roles.role[v] & (SOURCE | BARRED):
                continue
            way = Label(label.key + key, label.seen, v, link, at, -1, False)
            state = v
            if self.n_stops > 0:
                if label.seen & self.critical[v]:
                    continue
                way.seen |= self.critical[v]
                state = self.pass_stops(v, stop) * n + v
                if self.roles.role[v] & TARGET and state < self.n_stops * n:
                    continue
            rest = self.rest[state]
            if rest == UNREACHED:
                rest = self.rest[state] = self.least_of(0, v) << graph.shift
            kept = True
            for r in range(self.n_bounds):
                sums[r] = self.sums[<size_t>at * self.n_bounds + r] + self.weight[r][link]
                if self.rest_of[r][state] == UNREACHED:
                    self.rest_of[r][state] = self.least_of(r + 1, v)
                if (
                    self.weight[r][link] == NO_WEIGHT
                    or sums[r] + self.rest_of[r][state] > self.most[r]
                ):
                    kept = False
                    break
            if not kept:
                continue
            way.state = self.n_states if self.roles.role[v] & TARGET else state
            if not self.dominated(&way, sums):
                self.add(way, sums, rest)
        return 0

    cdef bint dominated(self, const Label* way, const uint64_t* sums) noexcept:
        """Whether a label of the state makes this way needless; labels that this way makes needless die."""
        cdef int32_t at = self.newest[way.state]
        cdef Label* other
        cdef const uint64_t* others
        while at >= 0:
            self.met += 1
            other = &self.labels[at]
            others = self.sums + <size_t>at * self.n_bounds
            if not other.dead:
                if other.key <= way.key and self.no_worse(way.state, other.seen, others, way.seen, sums):
                    if (
                        other.key < way.key
                        or self.compare(other.link, other.parent, way.link, way.parent) <= 0
                    ):
                        return True
                if way.key <= other.key and self.no_worse(way.state, way.seen, sums, other.seen, others):
                    if way.key < other.key or self.compare(way.link, way.parent, other.link, other.parent) < 0:
                        other.dead = True
            at = other.next
        return False

    cdef bint no_worse(
        self, uint32_t state, uint64_t seen, const uint64_t* sums, uint64_t other_seen, const uint64_t* other_sums
    ) noexcept:
        """Whether all that the other way may still do, this one may; at a target nothing is left to do."""
        cdef uint32_t r
        if state == self.n_states:
            return True
        if seen & ~other_seen:
            return False
        for r in range(self.n_bounds):
            if sums[r] > other_sums[r]:
                return False
        return True

    cdef int compare(self, uint32_t link_a, int32_t parent_a, uint32_t link_b, int32_t parent_b) noexcept:
        """Compare the link ids of two ways of equally many hops, from their starts on: < 0, 0 or > 0."""
        cdef int order = 0
        cdef uint32_t rank_a, rank_b
        while link_a != NO_LINK and link_b != NO_LINK:
            rank_a = self.graph.rank[link_a]
            rank_b = self.graph.rank[link_b]
            if rank_a != rank_b:
                order = -1 if rank_a < rank_b else 1
            if parent_a == parent_b:
                break
            link_a = self.labels[parent_a].link
            link_b = self.labels[parent_b].link
            parent_a = self.labels[parent_a].parent
            parent_b = self.labels[parent_b].parent
        return order

    cdef int add(self, Label way, const uint64_t* sums, uint64_t rest) except -1:
        cdef uint32_t r
        if self.n_labels == self.room:
            self.grow()
        way.next = self.newest[way.state]
        self.labels[self.n_labels] = way
        for r in range(self.n_bounds):
            self.sums[self.n_labels * self.n_bounds + r] = sums[r]
        self.newest[way.state] = <int32_t>self.n_labels
        self.push(way.key + rest, <uint32_t>self.n_labels)
        self.n_labels += 1
        if way.state == self.n_states and way.key < self.found_key:
            if self.n_stops == 0 or self.is_simple(<int32_t>self.n_labels - 1, False):
                self.found_key = way.key
                self.n_found = self.walk(<int32_t>self.n_labels - 1, self.found)
        return 0

    cdef int grow(self) except -1:
        cdef void* grown
        self.room = 2 * self.room + 256
        grown = PyMem_RawRealloc(self.labels, self.room * sizeof(Label))
        if grown == NULL:
            raise MemoryError("no memory for the labels of a bounded search")
        self.labels = <Label*>grown
        grown = PyMem_RawRealloc(self.sums, self.room * max(1, self.n_bounds) * sizeof(uint64_t))
        if grown == NULL:
            raise MemoryError("no memory for the labels of a bounded search")
        self.sums = <uint64_t*>grown
        return 0

    cdef bint is_simple(self, int32_t label, bint make_critical) noexcept:
        """Whether the way passes no router twice; those that it does become critical if asked for."""
        cdef int32_t at = label, earlier
        cdef uint32_t v
        cdef bint simple = True
        while at >= 0:
            v = self.router_of(at)
            earlier = self.labels[at].parent
            while earlier >= 0:
                if self.router_of(earlier) == v:
                    simple = False
                    if make_critical and self.critical[v] == 0:
                        if self.n_critical < MOST_CRITICAL:
                            self.critical[v] = <uint64_t>1 << self.n_critical
                        self.n_critical += 1
                earlier = self.labels[earlier].parent
            at = self.labels[at].parent
        return simple

    cdef inline uint32_t router_of(self, int32_t label) noexcept:
        if self.labels[label].link != NO_LINK:
            return self.graph.head[self.labels[label].link]
        return self.labels[label].state % self.graph.n

    cdef uint32_t walk(self, int32_t label, uint32_t* links) noexcept:
        """Write the links of a label, first to last, if they fit a simple path; return how many."""
        cdef uint32_t count = 0
        cdef int32_t at = label
        while self.labels[at].parent >= 0:
            count += 1
            at = self.labels[at].parent
        at = label
        for i in range(count):
            links[count - 1 - i] = self.labels[at].link
            at = self.labels[at].parent
        return count


def bounded(
    Query query not None, tuple bounds not None, tuple stops not None, size_t budget, double deadline_s,
    tuple landmarks=(),
):
    """See `labels.pyi`."""
    cdef LabelSearch search = LabelSearch(query, bounds, stops, budget, deadline_s)
    cdef int count
    search.open()
    try:
        count = search.best_path(landmarks)
        if count == OVER_BUDGET:
            found = None if search.found_key == UNREACHED else as_tuple(search.found, search.n_found)
            return found, search.proved >> search.graph.shift
        return None if count == NO_LABEL else as_tuple(search.found, count), None
    finally:
        search.close()
