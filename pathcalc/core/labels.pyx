"""Best path under bounds on latency and hops, by labels: exact (resource-constrained shortest path).

Label setting in the order of value plus least rest (A*). Three searches backwards give for every router the
least value, latency and hops to the target; a label that cannot keep its bounds even with those is dropped.
A label is dominated by another at its router that is no worse in value, latency and hops; of equals the one
whose sequence of link ids is smaller stays, so ties end as everywhere. All keys are positive, so labels
never go round in circles. NP-hard: the number of labels is bounded by a budget (Joksch 1966; Aneja,
Aggarwal and Nair 1983 for the bounds).
"""

from cpython.mem cimport PyMem_RawFree, PyMem_RawRealloc
from cython cimport final
from libc.string cimport memset

from pathcalc.core.graph cimport BARRED, SOURCE, TARGET, UNREACHED, Layer, allocate, as_tuple, passes
from pathcalc.core.heap cimport Item, heap_pop, heap_push
from pathcalc.core.search cimport reverse_search

cdef enum:
    LATENCY = 0
    HOPS = 3
    NO_WEIGHT = 0xFFFFFFFF
    NO_LINK = 0xFFFFFFFF


@final
cdef class LabelSearch:
    """Searches for one query and its bounds; may run several times, from other starts and with more barred."""

    def __cinit__(self, Query query not None, max_latency_us, max_hops, size_t budget):
        cdef Graph graph = query.graph
        self.graph = graph
        self.query = query
        self.layer = query.layer
        self.budget = budget
        self.max_latency_us = UNREACHED if max_latency_us is None else max_latency_us
        self.max_hops = UNREACHED if max_hops is None else max_hops
        self.newest = <int32_t*>allocate(<size_t>graph.n + 1, sizeof(int32_t))
        self.rest = self.least_rest(query.layer)
        if max_latency_us is not None:
            self.rest_latency = self.least_rest(graph.layer(LATENCY, query.allow))
        if max_hops is not None:
            self.rest_hops = self.least_rest(graph.layer(HOPS, query.allow))

    def __dealloc__(self):
        PyMem_RawFree(self.labels)
        PyMem_RawFree(self.newest)
        PyMem_RawFree(self.heap.items)

    def least_rest(self, Layer layer not None):
        cdef Scratch scratch = self.graph.take()
        scratch.set_roles(self.query)
        reverse_search(self.query, layer, scratch, False)
        return scratch

    def close(self):
        """Give the scratches back; the search cannot run any more."""
        for scratch in (self.rest, self.rest_latency, self.rest_hops):
            if scratch is not None:
                (<Scratch>scratch).clear_roles(self.query)
                self.graph.give(scratch)
        self.rest = self.rest_latency = self.rest_hops = None

    cdef int32_t run(
        self, uint32_t* starts, uint32_t n_starts, uint64_t key, uint64_t latency_us,
        const uint32_t* banned_mark, uint32_t banned
    ) except -3:
        """Return the best label at the target, NO_LABEL or OVER_BUDGET.

        `key` and `latency_us` are of the way before the starts. Links with banned_mark[link] == banned may
        not come first.
        """
        cdef Graph graph = self.graph
        cdef uint32_t i
        cdef int32_t at, best = NO_LABEL
        cdef Item item
        cdef uint64_t least = UNREACHED
        memset(self.newest, 0xFF, (<size_t>graph.n + 1) * sizeof(int32_t))
        self.n_labels = 0
        self.heap.size = 0
        for i in range(n_starts):
            if self.rest.mark[starts[i]] == self.rest.stamp:
                self.add(starts[i], NO_LINK, -1, key, latency_us)
        while self.heap.size > 0:
            item = heap_pop(&self.heap)
            if item.key > least:
                break
            at = <int32_t>item.value
            if self.labels[at].dead:
                continue
            if self.labels[at].node == graph.n:
                least = item.key
                if best < 0 or self.compare(
                    self.labels[at].link, self.labels[at].parent, self.labels[best].link, self.labels[best].parent
                ) < 0:
                    best = at
                continue
            self.expand(at, banned_mark, banned)
            if self.n_labels > self.budget:
                return OVER_BUDGET
        return best  # NO_LABEL if there is none

    cdef int expand(self, int32_t at, const uint32_t* banned_mark, uint32_t banned) except -1:
        cdef Graph graph = self.graph
        cdef Label label = self.labels[at]
        cdef uint32_t link, v
        cdef uint64_t key, latency_us
        for link in range(graph.first[label.node], graph.first[label.node + 1]):
            key = self.layer.key[link]
            if key == 0 or not passes(&self.query.filter, link):
                continue
            if label.parent < 0 and banned_mark != NULL and banned_mark[link] == banned:
                continue
            v = graph.head[link]
            if self.rest.role[v] & (SOURCE | BARRED) or self.rest.mark[v] != self.rest.stamp:
                continue
            key += label.key
            latency_us = label.latency_us
            if self.rest_latency is not None:
                if graph.weight[LATENCY][link] == NO_WEIGHT or self.rest_latency.mark[v] != self.rest_latency.stamp:
                    continue
                latency_us += graph.weight[LATENCY][link]
                if latency_us + (self.rest_latency.dist[v] >> graph.shift) > self.max_latency_us:
                    continue
            if self.rest_hops is not None:
                if self.hops(key) + (self.rest_hops.dist[v] >> graph.shift) > self.max_hops:
                    continue
            if self.rest.role[v] & TARGET:
                v = graph.n
            if not self.dominated(v, link, at, key, latency_us):
                self.add(v, link, at, key, latency_us)
        return 0

    cdef inline uint64_t hops(self, uint64_t key) noexcept:
        return key & ((<uint64_t>1 << self.graph.shift) - 1)

    cdef bint dominated(
        self, uint32_t node, uint32_t link, int32_t parent, uint64_t key, uint64_t latency_us
    ) noexcept:
        """Whether a label of the node makes this way needless; labels that this way makes needless die."""
        cdef int32_t at = self.newest[node]
        cdef Label* other
        cdef bint no_more_hops, no_fewer_hops
        while at >= 0:
            other = &self.labels[at]
            if not other.dead:
                no_more_hops = self.rest_hops is None or self.hops(other.key) <= self.hops(key)
                if other.key <= key and other.latency_us <= latency_us and no_more_hops:
                    if other.key < key or self.compare(other.link, other.parent, link, parent) <= 0:
                        return True
                no_fewer_hops = self.rest_hops is None or self.hops(key) <= self.hops(other.key)
                if key <= other.key and latency_us <= other.latency_us and no_fewer_hops:
                    if key < other.key or self.compare(link, parent, other.link, other.parent) < 0:
                        other.dead = True
            at = other.next
        return False

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

    cdef int add(
        self, uint32_t node, uint32_t link, int32_t parent, uint64_t key, uint64_t latency_us
    ) except -1:
        cdef void* grown
        cdef uint64_t rest = 0 if node == self.graph.n else self.rest.dist[node]
        if self.n_labels == self.room:
            self.room = 2 * self.room + 256
            grown = PyMem_RawRealloc(self.labels, self.room * sizeof(Label))
            if grown == NULL:
                raise MemoryError("no memory for the labels of a bounded search")
            self.labels = <Label*>grown
            grown = PyMem_RawRealloc(self.heap.items, self.room * sizeof(Item))
            if grown == NULL:
                raise MemoryError("no memory for the labels of a bounded search")
            self.heap.items = <Item*>grown
        self.labels[self.n_labels] = Label(key, latency_us, node, link, parent, self.newest[node], False)
        self.newest[node] = <int32_t>self.n_labels
        heap_push(&self.heap, key + rest, <uint32_t>self.n_labels)
        self.n_labels += 1
        return 0

    cdef uint32_t walk(self, int32_t label, uint32_t* links) noexcept:
        """Write the links of a label, first to last; return how many."""
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


def bounded(Query query not None, max_latency_us, max_hops, size_t budget):
    """Return the links of the best path within the bounds; None if there is none, () past the budget."""
    cdef LabelSearch search = LabelSearch(query, max_latency_us, max_hops, budget)
    cdef int32_t label
    cdef uint32_t count
    try:
        label = search.run(query.sources, query.n_sources, 0, 0, NULL, 0)
        if label == OVER_BUDGET:
            return ()
        if label == NO_LABEL:
            return None
        count = search.walk(label, search.rest.path)
        return as_tuple(search.rest.path, count)
    finally:
        search.close()
