"""A tree of best paths from fixed routers, repaired where links change rather than searched for anew.

What a change may touch is bounded by the tree (after Ramalingam and Reps 1996, whose repairs go along all
tight links): a link that gets worse outside the tree, or better to no avail, touches nothing, in O(1). One
of the tree that gets worse loses the routers below it; each of them is joined again by its best way in from
a router that keeps its distance, and a Dijkstra search among them settles the rest. Several changes are one
repair. O(a log a), a being the links at the routers that are touched; where much changes, a search of all is
quicker.
"""

from cpython.mem cimport PyMem_RawFree
from cython cimport final
from libc.math cimport NAN
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport UNREACHED, Graph, Query, Scratch, allocate, as_tuple, passes, usable
from pathcalc.core.heap cimport Heap, Item, heap_pop, heap_push

cdef enum:
    NO_LINK = 0xFFFFFFFF
    NO_WEIGHT = 0xFFFFFFFF
    FEW = 8  # a repair of more than one in so many routers begins anew
    MOST_BITS = 62


cdef struct Branch:  # what the tree knows of a router
    uint64_t dist
    uint32_t parent  # the link it is reached by; NO_LINK at the roots and where nothing leads
    uint32_t mark


cdef struct Out:  # a link as seen from its tail
    uint64_t key  # 0 where it is not usable
    uint32_t head


@final
cdef class Tree:
    """Best paths from the sources of a query to all routers, over links whose weights may be changed."""

    cdef Graph graph
    cdef Branch* branch  # [n]
    cdef Out* out  # [m]
    cdef uint8_t* barred  # [m], links that stay unusable whatever their weight
    cdef uint32_t* below  # [n], routers to be joined again
    cdef uint32_t* root
    cdef uint32_t n_roots
    cdef uint32_t stamp
    cdef readonly uint64_t touched  # routers computed anew so far
    cdef readonly uint64_t most  # the largest weight whose sums cannot overflow

    def __cinit__(self, Query query not None):
        cdef Graph graph = query.graph
        cdef uint32_t i
        self.graph = graph
        self.branch = <Branch*>allocate(graph.n, sizeof(Branch))
        self.out = <Out*>allocate(graph.m, sizeof(Out))
        self.barred = <uint8_t*>allocate(graph.m, 1)
        self.below = <uint32_t*>allocate(graph.n, sizeof(uint32_t))
        self.n_roots = query.n_sources
        self.root = <uint32_t*>allocate(self.n_roots, sizeof(uint32_t))
        for i in range(self.n_roots):
            self.root[i] = query.sources[i]
        # n + 1 links of that weight and one hop each, the hops below the weight.
        self.most = min((1 << (MOST_BITS - <object>graph.shift)) // (<object>graph.n + 1) - 1, NO_WEIGHT - 1)
        self.load(query)
        self.grow_all()

    def __dealloc__(self):
        PyMem_RawFree(self.branch)
        PyMem_RawFree(self.out)
        PyMem_RawFree(self.barred)
        PyMem_RawFree(self.below)
        PyMem_RawFree(self.root)

    cdef void load(self, Query query) noexcept:
        cdef Graph graph = self.graph
        cdef uint32_t link
        for link in range(graph.m):
            self.out[link].head = graph.head[link]
            self.barred[link] = not (usable(graph, link, query.allow) and passes(&query.filter, link))
            self.out[link].key = 0 if self.barred[link] else query.layer.key[link]

    def change(self, uint32_t link, value):
        """Set the weight of a link, None: not usable. Return how many routers are computed anew for it."""
        cdef uint64_t key, before = self.touched
        if link >= self.graph.m:
            raise IndexError(f"there is no link with index {link}")
        key = self.key_of(link, value)
        if self.put(link, key):
            self.repair(&link, 1)
        return self.touched - before

    def change_all(self, dict values not None):
        """Set the weights of links {link: value} at once; see `change`."""
        cdef uint32_t link, count = 0
        cdef uint64_t key, before = self.touched
        cdef uint32_t* links
        keys = {}
        for link, value in values.items():
            if link >= self.graph.m:
                raise IndexError(f"there is no link with index {link}")
            keys[link] = self.key_of(link, value)
        links = <uint32_t*>allocate(len(keys), sizeof(uint32_t))
        for link, key in keys.items():
            if self.put(link, key):
                links[count] = link
                count += 1
        self.mend(links, count)
        return self.touched - before

    def follow(self, Query query not None):
        """Take all weights, states and filters from a query on a graph of the same wiring; see `change`."""
        cdef Graph graph = query.graph
        cdef uint32_t link, count = 0
        cdef uint64_t key, before = self.touched
        cdef uint32_t* links
        if graph.wiring is not self.graph.wiring:
            raise ValueError("the links are not the same")
        self.graph = graph
        links = <uint32_t*>allocate(graph.m, sizeof(uint32_t))
        for link in range(graph.m):
            self.barred[link] = not (usable(graph, link, query.allow) and passes(&query.filter, link))
            key = 0 if self.barred[link] else query.layer.key[link]
            if self.out[link].key != key and self.put(link, key):
                links[count] = link
                count += 1
        self.mend(links, count)
        return self.touched - before

    cdef uint64_t key_of(self, uint32_t link, value) except? 2:
        cdef uint64_t weight
        if value is None:
            return 0
        weight = value
        if weight > self.most:
            raise OverflowError(f"a weight is from 0 to {self.most}")
        return 0 if self.barred[link] else (weight << self.graph.shift) + 1

    cdef inline bint put(self, uint32_t link, uint64_t key) noexcept:
        """Set a link's key; return whether that touches the tree."""
        cdef uint64_t old = self.out[link].key
        cdef uint64_t from_tail
        self.out[link].key = key
        if key == 0 or (old != 0 and key >= old):
            return key != old and self.branch[self.out[link].head].parent == link
        from_tail = self.branch[self.graph.tail[link]].dist
        return from_tail != UNREACHED and from_tail + key < self.branch[self.out[link].head].dist

    cdef int mend(self, uint32_t* links, uint32_t count) except -1:
        """Repair the tree, or begin anew where that is quicker; free the links."""
        try:
            if count > self.graph.n // FEW:
                self.grow_all()
            elif count:
                self.repair(links, count)
        finally:
            PyMem_RawFree(links)
        return 0

    cdef int repair(self, const uint32_t* links, uint32_t count) except -1:
        """Mend the tree after all changes that touch it were put."""
        cdef Scratch scratch = self.graph.take()
        cdef Heap* heap = &scratch.heap
        cdef Branch* branch = self.branch
        cdef uint32_t i, u, v, below
        cdef uint64_t key
        self.renew_stamp()
        heap.size = 0
        below = self.cut(links, count)
        self.join_again(below, heap)
        for i in range(count):  # those that got better
            u, v = self.graph.tail[links[i]], self.out[links[i]].head
            if self.out[links[i]].key != 0 and branch[u].dist != UNREACHED:
                key = branch[u].dist + self.out[links[i]].key
                if key < branch[v].dist:
                    branch[v].dist, branch[v].parent = key, links[i]
                    heap_push(heap, key, v)
        self.grow(heap)
        self.graph.give(scratch)
        return 0

    cdef void renew_stamp(self) noexcept:
        cdef uint32_t u
        self.stamp += 1
        if self.stamp == 0:
            for u in range(self.graph.n):
                self.branch[u].mark = 0
            self.stamp = 1

    cdef uint32_t cut(self, const uint32_t* links, uint32_t count) noexcept:
        """Write to `below` the routers that the tree reaches over links that got worse; return their number."""
        cdef uint32_t i, u, v, link, at = 0, below = 0
        for i in range(count):
            link = links[i]
            u, v = self.graph.tail[link], self.out[link].head
            if self.branch[v].parent != link or self.branch[v].mark == self.stamp:
                continue
            if self.out[link].key != 0 and self.branch[u].dist + self.out[link].key <= self.branch[v].dist:
                continue
            self.branch[v].mark = self.stamp
            self.below[below] = v
            below += 1
            while at < below:
                u = self.below[at]
                at += 1
                for link in range(self.graph.first[u], self.graph.first[u + 1]):
                    v = self.out[link].head
                    if self.branch[v].parent == link and self.branch[v].mark != self.stamp:
                        self.branch[v].mark = self.stamp
                        self.below[below] = v
                        below += 1
        return below

    cdef void join_again(self, uint32_t below, Heap* heap) noexcept:
        """Give the routers cut off their best ways in from those that were not."""
        cdef uint32_t i, j, u, link
        cdef Branch* tail
        cdef Branch* branch
        cdef uint64_t key
        for i in range(below):
            u = self.below[i]
            branch = &self.branch[u]
            branch.dist, branch.parent = <uint64_t>UNREACHED, NO_LINK
            for j in range(self.graph.wiring.in_first[u], self.graph.wiring.in_first[u + 1]):
                link = self.graph.wiring.in_link[j]
                tail = &self.branch[self.graph.tail[link]]
                if tail.mark == self.stamp or tail.dist == UNREACHED or self.out[link].key == 0:
                    continue
                key = tail.dist + self.out[link].key
                if key < branch.dist:
                    branch.dist, branch.parent = key, link
            if branch.parent != NO_LINK:
                heap_push(heap, branch.dist, u)
        self.touched += below

    cdef void grow(self, Heap* heap) noexcept:
        """Dijkstra 1959 from what is in the heap."""
        cdef Item item
        cdef uint32_t u, link
        cdef uint64_t key
        cdef Branch* head
        while heap.size > 0:
            item = heap_pop(heap)
            u = item.value
            if item.key != self.branch[u].dist:
                continue
            self.touched += self.branch[u].mark != self.stamp
            for link in range(self.graph.first[u], self.graph.first[u + 1]):
                if self.out[link].key == 0:
                    continue
                head = &self.branch[self.out[link].head]
                key = item.key + self.out[link].key
                if key < head.dist:
                    head.dist, head.parent = key, link
                    heap_push(heap, key, self.out[link].head)

    cdef int grow_all(self) except -1:
        cdef Scratch scratch = self.graph.take()
        cdef uint32_t u, i
        scratch.heap.size = 0
        self.renew_stamp()
        for u in range(self.graph.n):
            self.branch[u].dist, self.branch[u].parent = <uint64_t>UNREACHED, NO_LINK
        for i in range(self.n_roots):
            self.branch[self.root[i]].dist = 0
            heap_push(&scratch.heap, 0, self.root[i])
        self.grow(&scratch.heap)
        self.graph.give(scratch)
        return 0

    def value(self, tuple targets not None):
        """Return the least sum to any of the targets, None where none is reached."""
        cdef uint64_t least = self.least(targets)
        return None if least == UNREACHED else least >> self.graph.shift

    cdef uint64_t least(self, tuple targets) except? 0:
        cdef uint64_t least = UNREACHED
        cdef uint32_t v
        for v in targets:
            if v >= self.graph.n:
                raise IndexError(f"there is no router with index {v}")
            least = min(least, self.branch[v].dist)
        return least

    def values(self, double[::1] values not None):
        """Fill values[router] with the least sum to it, nan where it is not reached."""
        cdef uint32_t v
        if values.shape[0] != self.graph.n:
            raise ValueError("one value a router")
        for v in range(self.graph.n):
            values[v] = NAN if self.branch[v].dist == UNREACHED else <double>(
                self.branch[v].dist >> self.graph.shift
            )

    def links_to(self, tuple targets not None):
        """Return the links of the best path to any of the targets, None where there is none.

        Of equally good ones that of fewest hops, and of those the one whose sequence of link ids is smallest:
        the routers from which tight links lead to the targets are marked, and the path keeps to them.
        """
        cdef Graph graph = self.graph
        cdef Scratch scratch
        cdef uint64_t best = self.least(targets)
        cdef uint32_t u, v, i, link, count = 0, at = 0, chosen = NO_LINK
        if best == UNREACHED:
            return None
        scratch = graph.take()
        scratch.fresh()
        for v in targets:
            if self.branch[v].dist == best and scratch.mark[v] != scratch.stamp:
                scratch.mark[v] = scratch.stamp
                scratch.path[count] = v
                count += 1
        while at < count:
            v = scratch.path[at]
            at += 1
            for i in range(graph.wiring.in_first[v], graph.wiring.in_first[v + 1]):
                link = graph.wiring.in_link[i]
                u = graph.tail[link]
                if scratch.mark[u] != scratch.stamp and self.is_tight(link):
                    scratch.mark[u] = scratch.stamp
                    scratch.path[count] = u
                    count += 1
        for i in range(self.n_roots):
            link = self.first_onward(self.root[i], scratch)
            if link != NO_LINK and (chosen == NO_LINK or graph.rank[link] < graph.rank[chosen]):
                chosen = link
        count = 0
        while chosen != NO_LINK:
            scratch.path[count] = chosen
            count += 1
            u = self.out[chosen].head
            chosen = NO_LINK if self.branch[u].dist == best else self.first_onward(u, scratch)
        found = as_tuple(scratch.path, count)
        graph.give(scratch)
        return found

    cdef inline bint is_tight(self, uint32_t link) noexcept:
        cdef uint64_t from_tail = self.branch[self.graph.tail[link]].dist
        if self.out[link].key == 0 or from_tail == UNREACHED:
            return False
        return from_tail + self.out[link].key == self.branch[self.out[link].head].dist

    cdef uint32_t first_onward(self, uint32_t u, Scratch scratch) noexcept:
        """The first tight link from u to a marked router; a router's links are in order of their ids."""
        cdef uint32_t link
        for link in range(self.graph.first[u], self.graph.first[u + 1]):
            if scratch.mark[self.out[link].head] == scratch.stamp and self.is_tight(link):
                return link
        return NO_LINK

    def links_back_from(self, tuple targets not None):
        """Return the links of the best path from any of the targets to a root, where all links are turned.

        As `links_to`, told from the target's end: the smallest sequence of ids begins there.
        """
        cdef Graph graph = self.graph
        cdef Scratch scratch
        cdef uint64_t best = self.least(targets)
        cdef uint32_t v, link, count = 0, chosen = NO_LINK
        if best == UNREACHED:
            return None
        scratch = graph.take()
        for v in targets:
            link = self.first_back(v) if self.branch[v].dist == best else NO_LINK
            if link != NO_LINK and (chosen == NO_LINK or graph.rank[link] < graph.rank[chosen]):
                chosen = link
        while chosen != NO_LINK:
            scratch.path[count] = chosen
            count += 1
            chosen = self.first_back(graph.tail[chosen])
        found = as_tuple(scratch.path, count)
        graph.give(scratch)
        return found

    cdef uint32_t first_back(self, uint32_t v) noexcept:
        """The tight link into v of the smallest id; none at a root."""
        cdef uint32_t i, link, chosen = NO_LINK
        for i in range(self.graph.wiring.in_first[v], self.graph.wiring.in_first[v + 1]):
            link = self.graph.wiring.in_link[i]
            if self.is_tight(link) and (chosen == NO_LINK or self.graph.rank[link] < self.graph.rank[chosen]):
                chosen = link
        return chosen
