"""The k best simple paths, exact and in order (Yen 1971 with Lawler's rule, 1972).

Every accepted path is left again at each of its routers from where it deviated on; the best way on from
there, without what has been used before, is a candidate. That way is found by A* with exact distances to
the target in the whole graph as bounds, or not at all where the unrestricted best way on is still open.
With bounds on sums or way points the ways on come from labels instead. Ties by link ids throughout, so the
order of the answer is a total one. O(k n (m + n log n)).
"""

from cpython.mem cimport PyMem_RawFree, PyMem_RawRealloc
from cython cimport final
from libc.stddef cimport size_t
from libc.stdint cimport int32_t, uint32_t, uint64_t
from libc.string cimport memcpy, memmove, memset

from pathcalc.core.clock cimport is_past
from pathcalc.core.graph cimport (
    BARRED, N_OBJECTIVES, SOURCE, TARGET, UNREACHED, Arc, Graph, Layer, Query, Scratch, allocate, as_tuple, passes,
)
from pathcalc.core.heap cimport Heap, Item, heap_pop, heap_push
from pathcalc.core.labels cimport OVER_BUDGET, LabelSearch
from pathcalc.core.search cimport reverse_search, smallest_walk

cdef enum:
    ROUTERS_A_GLANCE = 1 << 18  # at the clock: so many are searched at most, mostly far fewer

cdef struct Candidate:
    uint64_t key
    size_t at  # of its links in the pool
    uint32_t count
    uint32_t deviation  # number of its links that are a prefix of an earlier path


@final
cdef class KPaths:
    cdef Graph graph
    cdef Query query
    cdef Layer layer
    cdef Scratch rest  # least keys to the target in the whole graph, exact below `horizon`
    cdef Scratch ahead  # of the search from one spur
    cdef LabelSearch labels  # None without bounds and way points
    cdef uint64_t sums[N_OBJECTIVES]  # of the bounds, along the prefix
    cdef bint exhausted  # a search ended at its budget, or the time is past
    cdef double deadline_s
    cdef uint32_t unseen  # routers that were perhaps searched since the last look at the clock
    cdef uint64_t horizon
    cdef uint32_t wanted
    cdef uint32_t* pool
    cdef size_t pool_size
    cdef size_t pool_room
    cdef Candidate* accepted
    cdef Candidate* waiting  # best first
    cdef uint32_t n_accepted
    cdef uint32_t n_waiting
    cdef bint* shares_prefix  # [wanted], of the accepted paths
    cdef uint32_t* banned_mark  # [m]
    cdef uint32_t banned
    cdef uint32_t* open_mark  # [n], routers that lead on to the target
    cdef uint32_t open_stamp

    def __cinit__(self, Query query not None, uint32_t wanted, LabelSearch labels, double deadline_s):
        cdef Graph graph = query.graph
        self.graph = graph
        self.query = query
        self.layer = query.layer
        self.wanted = wanted
        self.deadline_s = deadline_s
        self.labels = labels
        self.accepted = <Candidate*>allocate(wanted, sizeof(Candidate))
        self.waiting = <Candidate*>allocate(<size_t>wanted + 1, sizeof(Candidate))
        self.shares_prefix = <bint*>allocate(wanted, sizeof(bint))
        self.banned_mark = <uint32_t*>allocate(graph.m, sizeof(uint32_t))
        self.open_mark = <uint32_t*>allocate(graph.n, sizeof(uint32_t))
        self.rest = graph.take()
        self.ahead = graph.take()
        self.rest.set_roles(query)
        self.ahead.set_roles(query)

    def __dealloc__(self):
        PyMem_RawFree(self.accepted)
        PyMem_RawFree(self.waiting)
        PyMem_RawFree(self.shares_prefix)
        PyMem_RawFree(self.banned_mark)
        PyMem_RawFree(self.open_mark)
        PyMem_RawFree(self.pool)

    def close(self):
        self.rest.clear_roles(self.query)
        self.ahead.clear_roles(self.query)
        self.graph.give(self.rest)
        self.graph.give(self.ahead)
        self.rest = self.ahead = None

    def run(self):
        """Return the paths as tuples of links, best first, and whether no wanted one was left out."""
        cdef uint32_t i
        if (self.labels is not None and not self.labels.fill_bounds()) or not self.first():
            return [], not self.exhausted
        while self.n_accepted < self.wanted:
            self.deviate()
            if self.exhausted:
                break
            if self.n_waiting == 0:
                break
            self.accepted[self.n_accepted] = self.waiting[0]
            self.n_accepted += 1
            self.n_waiting -= 1
            memmove(self.waiting, self.waiting + 1, self.n_waiting * sizeof(Candidate))
        return [
            as_tuple(self.pool + self.accepted[i].at, self.accepted[i].count) for i in range(self.n_accepted)
        ], not self.exhausted

    cdef bint first(self) except -1:
        cdef uint32_t count
        cdef int32_t label
        self.horizon = reverse_search(self.query, self.layer, self.rest, True)
        if self.horizon == UNREACHED:
            return False
        if self.labels is None:
            count = smallest_walk(self.graph, self.query, self.layer, self.rest, self.horizon)
        else:
            label = self.labels.run(self.query.sources, self.query.n_sources, 0, self.sums, 0, NULL, 0)
            if label < 0:
                self.exhausted = label == OVER_BUDGET
                return False
            count = self.labels.walk(label, self.rest.path)
        self.accepted[0] = Candidate(0, self.keep(0, count), count, 0)
        self.n_accepted = 1
        return True

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
            if i >= path.deviation:
                self.ban_used(i, link)
                self.spur(path, i, key, stop)
                if self.exhausted:
                    break
            if i > 0:
                self.bar(graph.tail[link])
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
            if self.unseen > ROUTERS_A_GLANCE:
                self.unseen = 0
                self.exhausted = is_past(self.deadline_s)
            found = self.search(starts, n_starts, key, bound, &count)
            if found == UNREACHED:
                return 0
        return self.add(path, i, found, count)

    cdef uint64_t bound(self) noexcept:
        """The key above which a candidate can no longer be among those wanted."""
        if self.n_accepted + self.n_waiting < self.wanted:
            return UNREACHED - 1
        return self.waiting[self.wanted - self.n_accepted - 1].key

    cdef inline uint64_t least_rest(self, uint32_t router) noexcept nogil:
        """A lower bound of the key from a router to the target, exact if less than the horizon."""
        if self.rest.mark[router] == self.rest.stamp and self.rest.dist[router] < self.horizon:
            return self.rest.dist[router]
        return self.horizon

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
                whole = key + self.layer.key[link] + self.least_rest(graph.head[link])
                if whole < least or (whole == least and graph.rank[link] < graph.rank[chosen]):
                    least = whole
                    chosen = link
        if least > bound or least == UNREACHED:
            return UNREACHED
        v = graph.head[chosen]
        rest = self.least_rest(v)
        count[0] = 0
        if rest == self.horizon:
            return least
        self.rest.path[0] = chosen
        count[0] = 1
        while rest > 0:
            for link in range(graph.first[v], graph.first[v + 1]):
                if self.layer.key[link] == 0 or not passes(&self.query.filter, link):
                    continue
                if self.layer.key[link] + self.least_rest(graph.head[link]) == rest:
                    break
            v = graph.head[link]
            if self.ahead.role[v] & BARRED or self.is_start(v, starts, n_starts):
                count[0] = 0
                return least
            rest -= self.layer.key[link]
            self.rest.path[count[0]] = link
            count[0] += 1
        return least

    cdef inline bint is_start(self, uint32_t v, const uint32_t* starts, uint32_t n_starts) noexcept:
        return self.ahead.role[v] & SOURCE or (n_starts == 1 and v == starts[0])

    cdef uint64_t search(
        self, const uint32_t* starts, uint32_t n_starts, uint64_t key, uint64_t bound, uint32_t* count
    ) noexcept:
        """A* from the spur; the smallest of the best ways is written to rest.path. UNREACHED: none in bound."""
        cdef Scratch ahead = self.ahead
        cdef Heap* heap = &ahead.heap
        cdef Graph graph = self.graph
        cdef Item item
        cdef uint32_t i, u, v, link
        cdef uint64_t least = UNREACHED, way
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
            if not is_first and item.key != ahead.dist[u] + self.least_rest(u):
                continue
            if ahead.role[u] & TARGET:
                least = item.key
                continue
            for link in range(graph.first[u], graph.first[u + 1]):
                if not self.open_link(link, is_first):
                    continue
                v = graph.head[link]
                way = ahead.dist[u] + self.layer.key[link]
                if way + self.least_rest(v) > bound:
                    continue
                if ahead.mark[v] == ahead.stamp and ahead.dist[v] <= way:
                    continue
                ahead.dist[v] = way
                ahead.mark[v] = ahead.stamp
                heap_push(heap, way + self.least_rest(v), v)
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
    cdef KPaths search
    if bounds or stops:
        labels = LabelSearch(query, bounds, stops, budget, deadline_s)
    search = KPaths(query, k, labels, deadline_s)
    try:
        return search.run()
    finally:
        search.close()
        if labels is not None:
            labels.close()
