"""The k best simple paths, exact and in order (Yen 1971 with Lawler's rule, 1972).

Every accepted path is left again at each of its routers from where it deviated on; the best way on from
there, without what has been used before, is a candidate. That way is found by A* with distances to the target
in the whole graph as bounds, or not at all where the unrestricted best way on is still open. With bounds on
sums or way points the ways on come from labels instead. Ties by link ids throughout, so the order of the
answer is a total one. O(k n (m + n log n)).

Where there are landmarks, distances to the target are found only for routers on ways that are little longer
than the best one; if fewer than k paths are that short, for more routers, and all is done again.
"""

from cpython.mem cimport PyMem_RawFree, PyMem_RawRealloc
from cython cimport final
from libc.stdint cimport int32_t
from libc.string cimport memcpy, memmove, memset

from pathcalc.core.alt cimport count_search, guided_search
from pathcalc.core.clock cimport NO_GLANCE, is_past
from pathcalc.core.graph cimport (
    BARRED, HIERARCHY, SOURCE, TARGET, UNREACHED, Arc, Graph, Layer, Query, Scratch, allocate, as_tuple, passes,
)
from pathcalc.core.heap cimport Heap, Item, heap_pop, heap_push
from pathcalc.core.labels cimport OVER_BUDGET, LabelSearch
from pathcalc.core.landmarks cimport Landmarks
from pathcalc.core.search cimport reverse_search, smallest_walk

cdef enum:
    STRETCH = 1  # mean links of the best path by which others are longer, as a first guess
    MORE_STRETCH = 4  # times that as a second guess, and again
    MOST_STRETCH = 16  # beyond, no landmarks are asked
    ROUTERS_A_GLANCE = 262_144  # at the clock: so many are searched at most, mostly far fewer


@final
cdef class KPaths:
    def __cinit__(self, Graph graph not None):
        self.graph = graph
        self.banned_mark = <uint32_t*>allocate(graph.m, sizeof(uint32_t))
        self.open_mark = <uint32_t*>allocate(graph.n, sizeof(uint32_t))
        self.onward = <Onward*>allocate(graph.n, sizeof(Onward))

    def __dealloc__(self):
        PyMem_RawFree(self.accepted)
        PyMem_RawFree(self.waiting)
        PyMem_RawFree(self.shares_prefix)
        PyMem_RawFree(self.banned_mark)
        PyMem_RawFree(self.open_mark)
        PyMem_RawFree(self.onward)
        PyMem_RawFree(self.pool)

    cdef bint find(self, Query query, uint32_t wanted, LabelSearch labels, double deadline_s) except -1:
        """Find up to so many best paths, `accepted` in order; return whether no wanted one was left out.

        To be closed afterwards; the paths stay until the next call. With a deadline of NO_GLANCE and no
        labels no other thread has its turn meanwhile.
        """
        cdef uint32_t stretch = STRETCH
        self.query = query
        self.layer = query.layer
        self.labels = labels
        self.deadline_s = deadline_s
        self.n_accepted = 0
        self.exhausted = False
        self.make_room(wanted)
        self.rest = self.graph.take()
        self.ahead = self.graph.take()
        self.rest.set_roles(query)
        self.ahead.set_roles(query)
        if labels is not None:
            labels.fill_rest()
            if labels.least == UNREACHED or not labels.fill_bounds():
                return True
            stretch = 0
        while self.first(stretch):
            self.others()
            if self.n_accepted == wanted or self.exhausted or self.limit == UNREACHED - 1 or not self.was_cut:
                break
            stretch = stretch * MORE_STRETCH if stretch < MOST_STRETCH else 0
        return not self.exhausted

    cdef void close(self) noexcept:
        """Give back what was lent."""
        if self.rest is not None:
            self.rest.clear_roles(self.query)
            self.graph.give(self.rest)
        if self.ahead is not None:
            self.ahead.clear_roles(self.query)
            self.graph.give(self.ahead)
        self.rest = self.ahead = None
        self.query = self.layer = self.labels = None

    cdef int make_room(self, uint32_t wanted) except -1:
        self.wanted = wanted
        if wanted <= self.room:
            return 0
        self.room = 0
        PyMem_RawFree(self.accepted)
        PyMem_RawFree(self.waiting)
        PyMem_RawFree(self.shares_prefix)
        self.accepted = self.waiting = NULL
        self.shares_prefix = NULL
        self.accepted = <Candidate*>allocate(wanted, sizeof(Candidate))
        self.waiting = <Candidate*>allocate(<size_t>wanted + 1, sizeof(Candidate))
        self.shares_prefix = <bint*>allocate(wanted, sizeof(bint))
        self.room = wanted
        return 0

    cdef void renew(self) noexcept:
        """Forget all paths and marks."""
        self.n_accepted = self.n_waiting = 0
        self.pool_size = 0
        self.was_cut = False
        self.onward_stamp += 1
        if self.onward_stamp == 0:
            memset(self.onward, 0, self.graph.n * sizeof(Onward))
            self.onward_stamp = 1
        # Far from their ends, so that no search finds old marks that look like its own.
        if self.banned > UNREACHED >> 33 or self.open_stamp > UNREACHED >> 33:
            memset(self.banned_mark, 0, self.graph.m * sizeof(uint32_t))
            memset(self.open_mark, 0, self.graph.n * sizeof(uint32_t))
            self.banned = self.open_stamp = 0

    cdef bint first(self, uint32_t stretch) except -1:
        """Accept the best path; return whether there is one."""
        cdef uint32_t count
        cdef int32_t label
        cdef uint64_t best
        self.renew()
        best = self.least(stretch) if self.labels is None else self.labels.least
        if best == UNREACHED or best == 0:
            return False
        if self.labels is None:
            count = smallest_walk(self.graph, self.query, self.layer, self.rest, best)
        else:
            memset(self.sums, 0, sizeof(self.sums))
            label = self.labels.run(self.query.sources, self.query.n_sources, 0, self.sums, 0, NULL, 0)
            if label < 0:
                self.exhausted = label == OVER_BUDGET
                return False
            count = self.labels.n_found
            memcpy(self.rest.path, self.labels.found, count * sizeof(uint32_t))
        self.accepted[0] = Candidate(0, self.keep(0, count), count, 0)
        self.n_accepted = 1
        return True

    cdef uint64_t least(self, uint32_t stretch) noexcept:
        """Find the least key of a path, UNREACHED where none, and keys to the targets.

        With a stretch and landmarks those for paths that are not longer than by so many mean links.
        """
        cdef Layer layer = self.layer
        cdef bint ended = False, ties
        cdef uint64_t best
        self.horizon = self.known = 0
        self.far = UNREACHED >> 1
        if stretch > 0 and self.query.n_sources > 0 and self.query.n_targets > 0:
            count_search(self.query, layer, self.graph.wiring.choice[self.query.objective] == HIERARCHY)
            if layer.landmarks is not None and layer.step == 0:
                best = guided_search(
                    self.graph, self.query, layer, self.rest, <Landmarks>layer.landmarks, stretch, &self.known,
                    &ended, &ties,
                )
                if ended:
                    self.limit = self.known
                    return best
        self.limit = UNREACHED - 1
        self.known = 0
        self.horizon = self.far = reverse_search(self.query, layer, self.rest, True)
        return self.horizon

    cdef int others(self) except -1:
        """Accept one path after the other, as long as there are any and they are wanted."""
        while self.n_accepted < self.wanted:
            self.deviate()
            if self.exhausted or self.n_waiting == 0:
                break
            self.accepted[self.n_accepted] = self.waiting[0]
            self.n_accepted += 1
            self.n_waiting -= 1
            memmove(self.waiting, self.waiting + 1, self.n_waiting * sizeof(Candidate))
        return 0

    cdef size_t keep(self, uint32_t n_prefix, uint32_t n_links) except? 0:
        """Append room for n_prefix links, then n_links of rest.path, to the pool; return where it begins."""
        cdef void* grown
        cdef size_t at = self.pool_size
        if at + n_prefix + n_links > self.pool_room:
            self.pool_room = 2 * self.pool_room + n_prefix + n_links + 1024
            grown = PyMem_RawRealloc(self.pool, self.pool_room * sizeof(uint32_t))
            if grown == NULL:
                raise MemoryError("no memory for the candidates of k paths")
            self.pool = <uint32_t*>grown
        memcpy(self.pool + at + n_prefix, self.rest.path, n_links * sizeof(uint32_t))
        self.pool_size += n_prefix + n_links
        return at

    cdef int deviate(self) except -1:
        """Leave the path accepted last at each of its routers, from its own deviation on."""
        cdef Graph graph = self.graph
        cdef Candidate path = self.accepted[self.n_accepted - 1]
        cdef uint32_t i, j, link
        cdef uint64_t key = 0
        cdef uint32_t stop = 0, r
        memset(self.sums, 0, sizeof(self.sums))
        for j in range(self.n_accepted):
            self.shares_prefix[j] = self.same_prefix(self.accepted[j], path)
        for i in range(path.count):
            link = self.pool[path.at + i]
            if i > 0:
                self.bar(graph.tail[link])
            if i >= path.deviation:
                self.ban_used(i, link)
                self.spur(path, i, key, stop)
                if self.exhausted:
                    break
            key += self.layer.key[link]
            if self.labels is not None:
                stop = self.labels.pass_stops(graph.head[link], self.labels.pass_stops(graph.tail[link], stop))
                for r in range(self.labels.n_bounds):
                    self.sums[r] += self.labels.weight[r][link]
        for i in range(1, path.count):
            self.unbar(graph.tail[self.pool[path.at + i]])
        return 0

    cdef bint same_prefix(self, Candidate other, Candidate path) noexcept:
        cdef uint32_t i
        if other.count <= path.deviation:
            return False
        for i in range(path.deviation):
            if self.pool[other.at + i] != self.pool[path.at + i]:
                return False
        return True

    cdef void ban_used(self, uint32_t i, uint32_t own) noexcept:
        """Ban the links by which accepted paths with the same i first links go on."""
        cdef uint32_t j, link
        self.banned += 1
        for j in range(self.n_accepted):
            if self.shares_prefix[j]:
                link = self.pool[self.accepted[j].at + i]
                self.banned_mark[link] = self.banned
                self.shares_prefix[j] = link == own and self.accepted[j].count > i + 1

    cdef void bar(self, uint32_t router) noexcept:
        self.ahead.role[router] |= BARRED
        if self.labels is not None:
            self.labels.roles.role[router] |= BARRED

    cdef void unbar(self, uint32_t router) noexcept:
        self.ahead.role[router] &= ~BARRED
        if self.labels is not None:
            self.labels.roles.role[router] &= ~BARRED

    cdef int spur(self, Candidate path, uint32_t i, uint64_t key, uint32_t stop) except -1:
        """Add the best path that shares the first i links and goes on by a link not yet used, if any."""
        cdef uint32_t start = 0, n_starts = 1, count = 0
        cdef uint32_t* starts = &start
        cdef uint64_t bound = self.bound(), found
        cdef int32_t label
        if i == 0:
            starts = self.query.sources
            n_starts = self.query.n_sources
        else:
            start = self.graph.tail[self.pool[path.at + i]]
        if self.labels is not None:
            # The start itself must not be passed again; labels see to that by dominance.
            label = self.labels.run(starts, n_starts, key, self.sums, stop, self.banned_mark, self.banned)
            if label < 0:
                self.exhausted = self.exhausted or label == OVER_BUDGET
                return 0
            count = self.labels.walk(label, self.rest.path)
            return self.add(path, i, self.labels.labels[label].key, count)
        found = self.open_way(starts, n_starts, key, bound, &count)
        if found == UNREACHED:
            return 0
        if count == 0:
            self.unseen += self.graph.n
            if self.unseen > ROUTERS_A_GLANCE and self.deadline_s != NO_GLANCE:
                self.unseen = 0
                self.exhausted = is_past(self.deadline_s)
            found = self.search(starts, n_starts, key, bound, &count)
            if found == UNREACHED:
                return 0
        return self.add(path, i, found, count)

    cdef uint64_t bound(self) noexcept:
        """The key above which a candidate can no longer be among those wanted."""
        if self.n_accepted + self.n_waiting < self.wanted:
            return self.limit
        return min(self.limit, self.waiting[self.wanted - self.n_accepted - 1].key)

    cdef inline uint64_t rest_from(self, uint32_t router, uint64_t key) noexcept nogil:
        """A lower bound of the key to the target from a router, that of the way to it being given.

        It is exact, or `far`.
        """
        cdef uint64_t rest
        if self.rest.mark[router] == self.rest.stamp:
            rest = self.rest.dist[router]
            if rest < self.horizon or key + rest <= self.known:
                return rest
        return self.far

    cdef inline bint open_link(self, uint32_t link, bint is_first) noexcept nogil:
        """Whether the spur's path may use a link, its head's rest apart."""
        if self.layer.key[link] == 0 or (is_first and self.banned_mark[link] == self.banned):
            return False
        if self.ahead.role[self.graph.head[link]] & (SOURCE | BARRED):
            return False
        return passes(&self.query.filter, link)

    cdef uint64_t open_way(
        self, const uint32_t* starts, uint32_t n_starts, uint64_t key, uint64_t bound, uint32_t* count
    ) noexcept:
        """Try the best way on in the whole graph: if it is open, it is the best here too.

        Returns UNREACHED if nothing can be within the bound. Otherwise the links are in rest.path and
        `count` is set, or `count` is 0 if a search must tell.
        """
        cdef Graph graph = self.graph
        cdef uint32_t i, link, v, chosen = 0
        cdef uint64_t least = UNREACHED, whole, rest
        for i in range(n_starts):
            for link in range(graph.first[starts[i]], graph.first[starts[i] + 1]):
                if not self.open_link(link, True):
                    continue
                whole = key + self.layer.key[link]
                whole += self.rest_from(graph.head[link], whole)
                if whole < least or (whole == least and graph.rank[link] < graph.rank[chosen]):
                    least = whole
                    chosen = link
        count[0] = 0
        if least > bound or least == UNREACHED:
            self.was_cut = self.was_cut or least != UNREACHED
            return UNREACHED
        v = graph.head[chosen]
        key += self.layer.key[chosen]
        rest = self.rest_from(v, key)
        if rest == self.far:
            return least
        self.rest.path[0] = chosen
        count[0] = 1
        while rest > 0:
            link = self.link_onward(v, key, rest)
            v = graph.head[link]
            if self.ahead.role[v] & (SOURCE | BARRED):
                count[0] = 0
                return least
            key += self.layer.key[link]
            rest -= self.layer.key[link]
            self.rest.path[count[0]] = link
            count[0] += 1
        return least

    cdef uint32_t link_onward(self, uint32_t v, uint64_t key, uint64_t rest) noexcept:
        """The smallest link by which a best way goes on from a router whose key to the target is exact."""
        cdef Onward* onward = &self.onward[v]
        cdef uint32_t link
        cdef uint64_t step
        if onward.mark != self.onward_stamp:
            onward.mark = self.onward_stamp
            for link in range(self.graph.first[v], self.graph.first[v + 1]):
                step = self.layer.key[link]
                if step == 0 or not passes(&self.query.filter, link):
                    continue
                if step + self.rest_from(self.graph.head[link], key + step) == rest:
                    onward.link = link
                    break
        return onward.link

    cdef uint64_t search(
        self, const uint32_t* starts, uint32_t n_starts, uint64_t key, uint64_t bound, uint32_t* count
    ) noexcept:
        """A* from the spur; the smallest of the best ways is written to rest.path. UNREACHED: none in bound."""
        cdef Scratch ahead = self.ahead
        cdef Heap* heap = &ahead.heap
        cdef Graph graph = self.graph
        cdef Item item
        cdef uint32_t i, u, v, link
        cdef uint64_t least = UNREACHED, way, whole
        cdef bint is_first
        ahead.fresh()
        for i in range(n_starts):
            ahead.dist[starts[i]] = key
            ahead.mark[starts[i]] = ahead.stamp
            heap_push(heap, key, starts[i])
        while heap.size > 0:
            item = heap_pop(heap)
            u = item.value
            # Ways as good as the best must all be seen, or ties would depend on the heap.
            if item.key > least:
                break
            is_first = ahead.dist[u] == key
            if not is_first and item.key != ahead.dist[u] + self.rest_from(u, ahead.dist[u]):
                continue
            if ahead.role[u] & TARGET:
                least = item.key
                continue
            for link in range(graph.first[u], graph.first[u + 1]):
                if not self.open_link(link, is_first):
                    continue
                v = graph.head[link]
                way = ahead.dist[u] + self.layer.key[link]
                whole = way + self.rest_from(v, way)
                if whole > bound:
                    self.was_cut = True
                    continue
                if ahead.mark[v] == ahead.stamp and ahead.dist[v] <= way:
                    continue
                ahead.dist[v] = way
                ahead.mark[v] = ahead.stamp
                heap_push(heap, whole, v)
        if least != UNREACHED:
            self.mark_open(least, key)
            count[0] = self.smallest_open(starts, n_starts, key)
        return least

    cdef void mark_open(self, uint64_t least, uint64_t key) noexcept:
        """Mark the routers that lie on some best way from the spur, backwards from the targets."""
        cdef Scratch ahead = self.ahead
        cdef Layer layer = self.layer
        cdef uint32_t* stack = ahead.onward
        cdef uint32_t size = 0, i, u, v
        cdef const Arc* arc
        self.open_stamp += 1
        for i in range(self.query.n_targets):
            v = self.query.targets[i]
            if ahead.mark[v] == ahead.stamp and ahead.dist[v] == least:
                self.open_mark[v] = self.open_stamp
                stack[size] = v
                size += 1
        while size > 0:
            size -= 1
            v = stack[size]
            for i in range(layer.first[v], layer.first[v + 1]):
                arc = &layer.arcs[i]
                u = arc.tail
                if self.open_mark[u] == self.open_stamp or ahead.mark[u] != ahead.stamp:
                    continue
                if ahead.role[u] & TARGET or ahead.dist[u] + arc.key != ahead.dist[v]:
                    continue
                if self.open_link(arc.link, ahead.dist[u] == key):
                    self.open_mark[u] = self.open_stamp
                    stack[size] = u
                    size += 1

    cdef uint32_t smallest_open(self, const uint32_t* starts, uint32_t n_starts, uint64_t key) noexcept:
        """Walk from the spur over marked routers, at each by the smallest link; return the number of links."""
        cdef Graph graph = self.graph
        cdef Scratch ahead = self.ahead
        cdef uint32_t i, link, v, count = 0, chosen = 0
        cdef bint found = False
        for i in range(n_starts):
            for link in range(graph.first[starts[i]], graph.first[starts[i] + 1]):
                if self.leads_on(link, key, True):
                    if not found or graph.rank[link] < graph.rank[chosen]:
                        chosen = link
                        found = True
                    break
        while True:
            self.rest.path[count] = chosen
            count += 1
            v = graph.head[chosen]
            if ahead.role[v] & TARGET:
                return count
            for link in range(graph.first[v], graph.first[v + 1]):
                if self.leads_on(link, ahead.dist[v], False):
                    chosen = link
                    break

    cdef inline bint leads_on(self, uint32_t link, uint64_t way, bint is_first) noexcept:
        cdef uint32_t v = self.graph.head[link]
        if self.open_mark[v] != self.open_stamp or not self.open_link(link, is_first):
            return False
        return way + self.layer.key[link] == self.ahead.dist[v]

    cdef int add(self, Candidate path, uint32_t i, uint64_t key, uint32_t count) except -1:
        """Insert the path of i old links and `count` new ones (in rest.path) in order; drop what is too many."""
        cdef size_t at = self.keep(i, count)
        cdef Candidate candidate = Candidate(key, at, i + count, i)
        cdef uint32_t place = self.n_waiting, most = self.wanted - self.n_accepted
        memcpy(self.pool + at, self.pool + path.at, i * sizeof(uint32_t))
        while place > 0 and self.precedes(candidate, self.waiting[place - 1]):
            place -= 1
        if place >= most:
            self.pool_size = at
            return 0
        memmove(self.waiting + place + 1, self.waiting + place, (self.n_waiting - place) * sizeof(Candidate))
        self.waiting[place] = candidate
        self.n_waiting = min(self.n_waiting + 1, most)
        return 0

    cdef bint precedes(self, Candidate a, Candidate b) noexcept:
        cdef uint32_t i, rank_a, rank_b
        if a.key != b.key:
            return a.key < b.key
        for i in range(min(a.count, b.count)):
            rank_a = self.graph.rank[self.pool[a.at + i]]
            rank_b = self.graph.rank[self.pool[b.at + i]]
            if rank_a != rank_b:
                return rank_a < rank_b
        return a.count < b.count


def k_shortest(
    Query query not None, uint32_t k, tuple bounds not None, tuple stops not None, size_t budget,
    double deadline_s
):
    """Return (up to k best simple paths as tuples of links, whether those are all): see `kpaths.pyi`."""
    cdef LabelSearch labels = None
    cdef KPaths search = KPaths(query.graph)
    cdef uint32_t i
    cdef bint complete
    if bounds or stops:
        labels = LabelSearch(query, bounds, stops, budget, deadline_s)
        labels.open()
    try:
        complete = search.find(query, k, labels, deadline_s)
    finally:
        search.close()
        if labels is not None:
            labels.close()
    return [
        as_tuple(search.pool + search.accepted[i].at, search.accepted[i].count) for i in range(search.n_accepted)
    ], complete
