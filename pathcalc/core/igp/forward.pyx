"""Where packets go: shares of traffic on the links of the IGP's shortest-path graph to one destination.

Every router splits equally over its next-hop *links*, so parallel circuits count one each. A link is a next
hop if it lies on a shortest path by `igp_metric`; of links with metric 0 only those that also come nearer
by the least hop count on shortest paths, so that nothing loops. Drained links cost so much that packets take
them only where nothing else leads to the destination.

A `Destination` keeps the distances of routers to it, for all sources that ask; its search goes on only as
far as the farthest of them. `Ways` is what one source's traffic uses of it.
"""

from threading import Lock

from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_New, PyTuple_SET_ITEM
from cython cimport final
from libc.math cimport INFINITY, NAN, rint
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport qsort
from libc.string cimport memcpy, memset

from pathcalc.core.graph cimport LAST_RESORT, SOURCE, UNREACHED, Arc, Graph, Layer, Scratch, allocate
from pathcalc.core.heap cimport Heap, Item, heap_pop, heap_push

cdef extern from "Python.h":
    ctypedef struct PyTypeObject:
        object (*tp_alloc)(PyTypeObject* cls, Py_ssize_t count)

cdef enum:
    PPM = 1_000_000


@final
cdef class Destination:
    """The distances of routers to any of the targets, by the IGP."""

    def __cinit__(self, Graph graph not None, tuple targets not None):
        cdef uint32_t i, v, count = <uint32_t>len(targets)
        self.graph = graph
        self.layer = graph.layer(IGP_METRIC, LAST_RESORT)
        self.lock = Lock()
        self.dist = <uint64_t*>PyMem_RawMalloc(graph.n * sizeof(uint64_t) + 1)
        self.order = <uint32_t*>PyMem_RawMalloc(graph.n * sizeof(uint32_t) + 1)
        self.waiting = <Item*>allocate(count, sizeof(Item))
        if self.dist == NULL or self.order == NULL:
            raise MemoryError("no memory for the distances to a destination")
        memset(self.dist, 0xFF, graph.n * sizeof(uint64_t))
        for i in range(count):
            v = targets[i]
            if v >= graph.n:
                raise IndexError(f"there is no router with index {v}")
            self.dist[v] = 0
            self.waiting[i] = Item(0, v, 0)
        self.n_waiting = count

    def __dealloc__(self):
        PyMem_RawFree(self.dist)
        PyMem_RawFree(self.order)
        PyMem_RawFree(self.waiting)

    cdef int reach(self, tuple sources) except -1:
        """Search on until the distance of every source is exact. Releases the GIL."""
        cdef uint32_t u
        for u in sources:
            if u >= self.graph.n:
                raise IndexError(f"there is no router with index {u}")
            if self.dist[u] > self.settled and self.n_waiting:
                with self.lock:
                    self.search(sources)
                break
        return 0

    cdef int reach_all(self) except -1:
        """Search to the end. Releases the GIL."""
        if self.n_waiting:
            with self.lock:
                self.search(None)
        return 0

    cdef int search(self, tuple sources) except -1:
        cdef Scratch scratch = self.graph.take()
        cdef uint32_t u, unsettled = 0
        cdef Item* waiting
        for u in sources or ():
            if self.dist[u] > self.settled and scratch.role[u] == 0:
                scratch.role[u] = SOURCE
                unsettled += 1
        if unsettled or sources is None:
            memcpy(scratch.heap.items, self.waiting, self.n_waiting * sizeof(Item))
            scratch.heap.size = self.n_waiting
            with nogil:
                search_on(self, self.layer, scratch, unsettled)
            waiting = <Item*>allocate(scratch.heap.size, sizeof(Item))
            memcpy(waiting, scratch.heap.items, scratch.heap.size * sizeof(Item))
            PyMem_RawFree(self.waiting)
            self.waiting = waiting
            self.n_waiting = scratch.heap.size
        for u in sources or ():
            scratch.role[u] = 0
        self.graph.give(scratch)
        return 0

    def ways(self, Graph graph not None, tuple sources not None):
        """Return the `Ways` of traffic that enters in equal parts at those of the sources that reach a target.

        One whose every link is drained counts only where no other does. The graph is what metrics are read
        from: this one's own or another with the same links, states and metrics of the IGP.
        """
        return Ways(self, graph, sources)

    def column(
        self, Graph graph not None, const uint32_t[::1] routers not None, const uint32_t[::1] first not None,
        double[::1] values not None, int which, int basis=-1,
    ):
        """Fill values[row] with the mean of a weight's sum from routers[first[row]:first[row + 1]].

        Or, with a `basis`, the narrowest link's bandwidth. nan where a link used has no known value, and where
        no router of the row reaches a target; 0, or inf for bandwidth, where one is a target. O(m + n) beside
        the search, the sums made as `Ways` makes them. Releases the GIL.
        """
        cdef Scratch scratch
        cdef uint32_t row
        if graph.wiring is not self.graph.wiring:
            raise ValueError("the links are not the same")
        if first.shape[0] != values.shape[0] + 1 or first[values.shape[0]] > routers.shape[0]:
            raise ValueError("one value a row, one row between two places")
        for row in range(routers.shape[0]):
            if routers[row] >= self.graph.n:
                raise IndexError(f"there is no router with index {routers[row]}")
        self.reach_all()
        scratch = self.graph.take()
        with nogil:
            if basis < 0:
                mean_of_all(self, graph, which, <double*>scratch.dist)
            else:
                narrowest_of_all(self, graph, basis, scratch.dist)
            for row in range(values.shape[0]):
                if basis < 0:
                    values[row] = mean_at(
                        self.graph, self.layer, NULL, self.dist, &routers[0] + first[row],
                        first[row + 1] - first[row], <double*>scratch.dist,
                    )
                    if values[row] == INFINITY:
                        values[row] = NAN
                else:
                    values[row] = narrowest_at(
                        self, &routers[0] + first[row], first[row + 1] - first[row], scratch.dist
                    )
        self.graph.give(scratch)

    def sole_next_hop(self, uint32_t router):
        """Return the one link by which packets leave the router; -1 where there is none or a choice."""
        cdef Graph graph = self.graph
        cdef uint32_t link
        cdef int64_t found = -1
        self.reach((router,))
        if self.dist[router] == 0 or self.dist[router] == UNREACHED:
            return -1
        for link in range(graph.first[router], graph.first[router + 1]):
            if is_next_hop(graph, self.layer, self.dist, router, link):
                if found >= 0:
                    return -1
                found = link
        return found


cdef void search_on(Destination to, Layer layer, Scratch scratch, uint32_t unsettled) noexcept nogil:
    """Dijkstra 1959 against the links, from where it paused until so many marked routers are settled; 0: all.

    O(m + n log n) for all of its runs together.
    """
    cdef Heap* heap = &scratch.heap
    cdef uint64_t* dist = to.dist
    cdef const Arc* arc
    cdef const Arc* end
    cdef uint32_t v
    cdef uint64_t key
    cdef Item item
    while heap.size > 0:
        item = heap_pop(heap)
        v = item.value
        if item.key != dist[v]:
            continue
        to.order[to.n_settled] = v
        to.n_settled += 1
        arc = &layer.arcs[layer.first[v]]
        end = &layer.arcs[layer.first[v + 1]]
        while arc < end:
            key = item.key + arc.key
            if key < dist[arc.tail]:
                dist[arc.tail] = key
                heap_push(heap, key, arc.tail)
            arc += 1
        to.settled = item.key
        if scratch.role[v] & SOURCE:
            unsettled -= 1
            if unsettled == 0:
                return
    to.settled = UNREACHED - 1


cdef void mean_of_all(Destination to, Graph graph, int which, double* mean) noexcept nogil:
    """Fill mean[router] for every router that reaches the destination, nan where unknown."""
    cdef uint32_t i, u
    for i in range(to.n_settled):
        u = to.order[i]
        mean[u] = mean_onward(graph, to.layer, NULL, to.dist, graph.weight[which], u, mean)


cdef void narrowest_of_all(Destination to, Graph graph, int basis, uint64_t* narrowest) noexcept nogil:
    """Fill narrowest[router] with the bandwidth (bit/s + 1) of the narrowest link used from it; 0: unknown."""
    cdef const uint64_t* bandwidth = graph.bandwidth[basis]
    cdef uint32_t i, u, link
    for i in range(to.n_settled):
        u = to.order[i]
        narrowest[u] = UNREACHED
        if to.dist[u] == 0:
            continue
        for link in range(graph.first[u], graph.first[u + 1]):
            if is_next_hop(graph, to.layer, to.dist, u, link):
                narrowest[u] = min(narrowest[u], min(bandwidth[link], narrowest[graph.head[link]]))


cdef double narrowest_at(
    Destination to, const uint32_t* routers, uint32_t count, const uint64_t* narrowest
) noexcept nogil:
    cdef uint32_t i
    cdef uint64_t least = UNREACHED
    cdef int best = 0
    for i in range(count):
        if to.dist[routers[i]] == 0:
            return INFINITY
        if to.dist[routers[i]] != UNREACHED:
            best = max(best, fitness(to.graph, to.layer, NULL, routers[i]))
    for i in range(count):
        if to.dist[routers[i]] != UNREACHED and fitness(to.graph, to.layer, NULL, routers[i]) == best:
            least = min(least, narrowest[routers[i]])
    return NAN if least == 0 or least == UNREACHED else <double>(least - 1)


@final
cdef class Ways:
    """The links that traffic takes to one destination, and how much of it each.

    Links come router by router, the farthest first (ties: in canonical order), so each router's in-links
    precede its out-links; the order does not depend on that of the input, so sums are the same to the last
    bit. There are none where no source reaches a target.
    """

    cdef Graph graph
    cdef readonly uint32_t n_doors
    cdef readonly uint32_t n_links
    cdef uint32_t n_places  # routers passed
    cdef void* memory  # all the arrays
    cdef double* part  # [n_links]
    cdef double* mean  # [n_places], work area
    cdef uint64_t* least  # [n_places], work area
    cdef uint64_t* most  # [n_places], work area
    cdef uint32_t* link  # [n_links]
    cdef uint32_t* to  # [n_links], the place that the link leads to
    cdef uint32_t* first  # [n_places + 1], links by the place they leave
    cdef uint32_t* router  # [n_places]
    cdef uint32_t* door  # [n_doors], places where the traffic enters, in order of the sources

    def __cinit__(self, Destination to not None, Graph graph not None, tuple sources not None):
        cdef Scratch scratch
        if graph.wiring is not to.graph.wiring:
            raise ValueError("the links are not the same")
        self.graph = graph
        to.reach(sources)
        scratch = to.graph.take()
        scratch.fresh()
        self.find_doors(to, sources, scratch)
        self.find_links(to, scratch)
        try:
            self.lay_out()
            self.spread(scratch)
            for i in range(self.n_doors):
                self.door[i] = scratch.via[scratch.onward[i]]
        finally:
            to.graph.give(scratch)

    def __dealloc__(self):
        PyMem_RawFree(self.memory)

    cdef void find_doors(self, Destination to, tuple sources, Scratch scratch) noexcept:
        """Write to scratch.onward and scratch.path the routers where the traffic enters."""
        cdef uint32_t u
        cdef int best = 0
        if len(sources) > 1:
            for u in sources:
                if to.dist[u] != UNREACHED:
                    best = max(best, fitness(to.graph, to.layer, NULL, u))
        for u in sources:
            if to.dist[u] == UNREACHED or scratch.mark[u] == scratch.stamp:
                continue
            if len(sources) == 1 or fitness(to.graph, to.layer, NULL, u) == best:
                scratch.onward[self.n_doors] = u
                scratch.path[self.n_doors] = u
                scratch.mark[u] = scratch.stamp
                self.n_doors += 1

    cdef void find_links(self, Destination to, Scratch scratch) noexcept:
        """Write to scratch.path the routers that traffic passes, in order, and to the heap the links.

        Those of router u are from scratch.dist[u] to before scratch.dist[n + u].
        """
        cdef Graph graph = to.graph
        cdef Item* items = scratch.heap.items
        cdef uint32_t u, head, link, at = 0, links = 0, places = self.n_doors
        cdef bint in_order = True
        while at < places:
            u = scratch.path[at]
            if at > 0 and not comes_before(to.dist, scratch.path[at - 1], u):
                in_order = False
            at += 1
            scratch.dist[u] = links
            if to.dist[u] != 0:
                for link in range(graph.first[u], graph.first[u + 1]):
                    if is_next_hop(graph, to.layer, to.dist, u, link):
                        items[links].value = link
                        links += 1
                        head = graph.head[link]
                        if scratch.mark[head] != scratch.stamp:
                            scratch.mark[head] = scratch.stamp
                            scratch.path[places] = head
                            places += 1
            scratch.dist[graph.n + u] = links
        self.n_links = links
        self.n_places = places
        if not in_order:
            sort_farthest_first(to.dist, scratch.path, items + links, places)

    cdef int lay_out(self) except -1:
        cdef size_t places = self.n_places, links = self.n_links
        cdef size_t wide = links + 3 * places, narrow = 2 * links + (places + 1) + places + self.n_doors
        self.memory = PyMem_RawMalloc(wide * sizeof(double) + narrow * sizeof(uint32_t))
        if self.memory == NULL:
            raise MemoryError("no memory for the links that traffic takes")
        self.part = <double*>self.memory
        self.mean = self.part + links
        self.least = <uint64_t*>(self.mean + places)
        self.most = self.least + places
        self.link = <uint32_t*>(self.most + places)
        self.to = self.link + links
        self.first = self.to + links
        self.router = self.first + places + 1
        self.door = self.router + places
        return 0

    cdef void spread(self, Scratch scratch) noexcept:
        """Let one unit of traffic run from the doors."""
        cdef Graph graph = self.graph
        cdef uint32_t place, u, at = 0, before
        cdef uint64_t i
        cdef double* amount = self.mean
        cdef double part
        for place in range(self.n_places):
            self.router[place] = scratch.path[place]
            scratch.via[scratch.path[place]] = place
            amount[place] = 0.0
        for place in range(self.n_doors):
            amount[scratch.via[scratch.onward[place]]] = 1.0 / self.n_doors
        for place in range(self.n_places):
            u = self.router[place]
            self.first[place] = before = at
            for i in range(scratch.dist[u], scratch.dist[graph.n + u]):
                self.link[at] = scratch.heap.items[i].value
                self.to[at] = scratch.via[graph.head[self.link[at]]]
                at += 1
            if at == before:
                continue
            part = amount[place] / (at - before)
            while before < at:
                self.part[before] = part
                amount[self.to[before]] += part
                before += 1
        self.first[self.n_places] = at

    @property
    def doors(self):
        """The routers where the traffic enters, in order of the sources."""
        return tuple([self.router[self.door[i]] for i in range(self.n_doors)])

    @property
    def indexes(self):
        """Every link used, each before those that follow it."""
        return tuple([self.link[i] for i in range(self.n_links)])

    def shares(self, tuple link_ids not None, type share not None):
        """Return a `share`, a tuple of three, for each link: (its id, its fraction, the fraction in ppm)."""
        cdef uint32_t i
        cdef double part = -1.0
        cdef object fraction = None, ppm = None
        cdef PyTypeObject* cls = <PyTypeObject*>share
        if not issubclass(share, tuple):
            raise TypeError("shares are tuples")
        cdef tuple found = PyTuple_New(self.n_links)
        for i in range(self.n_links):
            if self.part[i] != part:
                part = fraction = self.part[i]
                # To the nearest integer, halves to even, as Python's round() does.
                ppm = <uint32_t>rint(part * PPM)
            one = cls.tp_alloc(cls, 3)
            put(one, 0, link_ids[self.link[i]])
            put(one, 1, fraction)
            put(one, 2, ppm)
            put(found, i, one)
        return found

    def spread_of(self, int which):
        """Return (least, mean, most) of a weight's sum over the branches; None where a link has none, or all.

        The mean is weighted by traffic. It is built from the destination outwards: at each router the mean
        over its next hops, in order of ids.
        """
        cdef const uint32_t* weight = self.graph.weight[which]
        cdef uint32_t i, to
        cdef int64_t place
        cdef uint64_t value, least, most
        cdef double mean
        if self.n_doors == 0:
            return None
        for place in range(<int64_t>self.n_places - 1, -1, -1):
            least, most, mean = <uint64_t>UNREACHED, 0, 0.0
            if self.first[place] == self.first[place + 1]:
                least = 0
            else:
                for i in range(self.first[place], self.first[place + 1]):
                    value, to = weight[self.link[i]], self.to[i]
                    if value == NO_WEIGHT:
                        return None
                    least = min(least, value + self.least[to])
                    most = max(most, value + self.most[to])
                    mean += value + self.mean[to]
                mean /= self.first[place + 1] - self.first[place]
            self.least[place], self.most[place], self.mean[place] = least, most, mean
        least, most, mean = <uint64_t>UNREACHED, 0, 0.0
        for i in range(self.n_doors):
            to = self.door[i]
            least = min(least, self.least[to])
            most = max(most, self.most[to])
            mean += self.mean[to]
        return least, mean / self.n_doors, most

    def narrowest(self, int basis):
        """Return the least bandwidth (bit/s) of the links used; None where one is unknown or there is none."""
        cdef const uint64_t* bandwidth = self.graph.bandwidth[basis]
        cdef uint64_t least = UNREACHED
        cdef uint32_t i
        for i in range(self.n_links):
            least = min(least, bandwidth[self.link[i]])
        return None if least == 0 or self.n_links == 0 else least - 1

    @property
    def n_branches(self):
        """How many branches there are; equal-cost branches multiply at every split."""
        cdef uint32_t i
        cdef int64_t place
        cdef list ways = [1] * self.n_places
        for place in range(<int64_t>self.n_places - 1, -1, -1):
            if self.first[place] < self.first[place + 1]:
                ways[place] = sum([ways[self.to[i]] for i in range(self.first[place], self.first[place + 1])])
        return sum([ways[self.door[i]] for i in range(self.n_doors)])


cdef inline void put(object items, Py_ssize_t at, object item) noexcept:
    """Set an item of a new tuple."""
    Py_INCREF(item)
    PyTuple_SET_ITEM(items, at, item)


cdef inline bint comes_before(const uint64_t* dist, uint32_t u, uint32_t v) noexcept nogil:
    return dist[u] > dist[v] or (dist[u] == dist[v] and u < v)


cdef void sort_farthest_first(
    const uint64_t* dist, uint32_t* routers, Item* items, uint32_t count
) noexcept nogil:
    """Sort the routers; `items` is room for as many."""
    cdef uint32_t i
    for i in range(count):
        items[i] = Item(~dist[routers[i]], routers[i], 0)
    qsort(items, count, sizeof(Item), compare_items)
    for i in range(count):
        routers[i] = items[i].value


cdef int compare_items(const void* one, const void* other) noexcept nogil:
    cdef const Item* a = <const Item*>one
    cdef const Item* b = <const Item*>other
    if a.key != b.key:
        return 1 if a.key > b.key else -1
    return (a.value > b.value) - (a.value < b.value)
