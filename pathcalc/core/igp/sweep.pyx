"""What failures do to all that goes to one destination, one failure after the other.

Only routers of which a way used a failed link are computed anew: their distances by a Dijkstra search among
them that begins at the others, which keep theirs (after Ramalingam and Reps 1996). Afterwards everything is
put back as it was.
"""

from cython cimport final
from cpython.mem cimport PyMem_RawFree
from libc.math cimport INFINITY, isnan
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

from pathcalc.core.igp.forward cimport (
    Destination, is_next_hop, mean_at, mean_of_all, mean_onward,
)
from pathcalc.core.graph cimport UNREACHED, Arc, Bans, Filter, Graph, Layer, Query, Scratch, allocate, passes
from pathcalc.core.heap cimport Item, heap_pop, heap_push
from pathcalc.core.search cimport reverse_search


@final
cdef class Sweep:
    """Values from rows of routers to one destination: means of the forwarded traffic, or those of best paths.

    `to` is a Destination, then `which` is the weight of the graph whose mean counts; or a Query (its targets)
    on the graph, then `which` plays no part. `rows` are tuples of routers.
    """

    cdef Graph graph
    cdef Layer layer
    cdef Query query  # None: forwarded
    cdef Filter filter
    cdef const uint32_t* weight
    cdef uint64_t* dist  # [n]
    cdef double* mean  # [n], of forwarded traffic
    cdef uint64_t* old_dist  # [n], of the routers that are computed anew
    cdef double* old_mean  # [n]
    cdef uint32_t* first  # [n_rows + 1]
    cdef uint32_t* router
    cdef double* before  # [n_rows]
    cdef uint32_t n_rows
    cdef uint8_t* matters  # [m], the links whose failure can touch a row

    def __cinit__(self, Graph graph not None, to not None, tuple rows not None, int which=0):
        cdef uint32_t row, u
        cdef size_t n, total = sum([len(routers) for routers in rows])
        self.graph = graph
        n = self.graph.n
        self.n_rows = <uint32_t>len(rows)
        self.weight = self.graph.weight[which]
        self.dist = <uint64_t*>allocate(n, sizeof(uint64_t))
        self.mean = <double*>allocate(n, sizeof(double))
        self.old_dist = <uint64_t*>allocate(n, sizeof(uint64_t))
        self.old_mean = <double*>allocate(n, sizeof(double))
        self.first = <uint32_t*>allocate(len(rows) + 1, sizeof(uint32_t))
        self.router = <uint32_t*>allocate(total, sizeof(uint32_t))
        self.before = <double*>allocate(len(rows), sizeof(double))
        self.matters = <uint8_t*>allocate(self.graph.m, 1)
        total = 0
        for row in range(self.n_rows):
            for u in rows[row]:
                if u >= n:
                    raise IndexError(f"there is no router with index {u}")
                self.router[total] = u
                total += 1
            self.first[row + 1] = <uint32_t>total
        if isinstance(to, Destination):
            self.take_forwarded(to, which)
        else:
            self.take_best(to)
        for row in range(self.n_rows):
            self.before[row] = self.value(row, NULL)
        self.mark_links()

    def __dealloc__(self):
        PyMem_RawFree(self.matters)
        PyMem_RawFree(self.dist)
        PyMem_RawFree(self.mean)
        PyMem_RawFree(self.old_dist)
        PyMem_RawFree(self.old_mean)
        PyMem_RawFree(self.first)
        PyMem_RawFree(self.router)
        PyMem_RawFree(self.before)

    cdef int take_forwarded(self, Destination to, int which) except -1:
        if to.graph.wiring is not self.graph.wiring:
            raise ValueError("the links are not the same")
        to.reach_all()
        self.layer = to.layer
        memcpy(self.dist, to.dist, self.graph.n * sizeof(uint64_t))
        mean_of_all(to, self.graph, which, self.mean)
        return 0

    cdef int take_best(self, Query query) except -1:
        cdef Scratch scratch = self.graph.take()
        cdef uint32_t u
        if query.graph is not self.graph:
            raise ValueError("a query of another graph")
        self.query = query  # keeps what the filter points to
        self.filter = query.filter
        self.layer = query.layer
        reverse_search(query, self.layer, scratch, False)
        for u in range(self.graph.n):
            self.dist[u] = scratch.dist[u] if scratch.mark[u] == scratch.stamp else <uint64_t>UNREACHED
        self.graph.give(scratch)
        return 0

    cdef int mark_links(self) except -1:
        """Mark the links on the rows' ways, and those by which one of several routers can be left."""
        cdef Scratch scratch = self.graph.take()
        cdef uint32_t row, i, u, v, link, count = 0, at = 0
        scratch.fresh()
        for row in range(self.n_rows):
            for i in range(self.first[row], self.first[row + 1]):
                u = self.router[i]
                if scratch.mark[u] != scratch.stamp:
                    scratch.mark[u] = scratch.stamp
                    scratch.path[count] = u
                    count += 1
                if self.first[row + 1] - self.first[row] > 1:
                    for link in range(self.graph.first[u], self.graph.first[u + 1]):
                        self.matters[link] = 1
        while at < count:
            u = scratch.path[at]
            at += 1
            for link in range(self.graph.first[u], self.graph.first[u + 1]):
                if self.is_used(u, link):
                    self.matters[link] = 1
                    v = self.graph.head[link]
                    if scratch.mark[v] != scratch.stamp:
                        scratch.mark[v] = scratch.stamp
                        scratch.path[count] = v
                        count += 1
        self.graph.give(scratch)
        return 0

    cdef bint can_matter(self, tuple failed) noexcept:
        cdef uint32_t link
        for link in failed:
            if self.matters[link]:
                return True
        return False

    @property
    def values(self):
        """Each row's value as things are: nan where unknown, inf where nothing arrives."""
        return [self.before[row] for row in range(self.n_rows)]

    cdef int collect(self, Bans gone, tuple failed, Scratch scratch, list found, object number) except -1:
        """Add (number, row, value) of each row that the failure hits."""
        cdef uint32_t row, count
        cdef double value
        if not self.can_matter(failed):
            return 0
        scratch.fresh()
        count = self.find_hit(failed, scratch)
        self.compute_anew(gone.banned, scratch, count)
        for row in range(self.n_rows):
            if self.is_hit(row, scratch, 0):
                found.append((number, row, self.value(row, gone.banned)))
            elif self.first[row + 1] - self.first[row] > 1 and self.is_hit(row, scratch, self.graph.n):
                value = self.value(row, gone.banned)
                if value != self.before[row] and not (isnan(value) and isnan(self.before[row])):
                    found.append((number, row, value))
        self.put_back(scratch, count)
        return 0

    cdef bint is_hit(self, uint32_t row, Scratch scratch, uint32_t plus) noexcept:
        """Whether a router of the row is marked, `plus` being 0 for its ways or n for its links."""
        cdef uint32_t i
        for i in range(self.first[row], self.first[row + 1]):
            if scratch.mark[self.router[i] + plus] == scratch.stamp:
                return True
        return False

    cdef double value(self, uint32_t row, const uint8_t* gone) noexcept:
        cdef const uint32_t* routers = self.router + self.first[row]
        cdef uint32_t i, count = self.first[row + 1] - self.first[row]
        cdef uint64_t least = UNREACHED
        if self.query is None:
            return mean_at(self.graph, self.layer, gone, self.dist, routers, count, self.mean)
        for i in range(count):
            least = min(least, self.dist[routers[i]])
        return INFINITY if least == UNREACHED else <double>(least >> self.graph.shift)

    cdef inline bint is_used(self, uint32_t u, uint32_t link) noexcept:
        """Whether the link, which leaves u, is on a way from there."""
        cdef uint64_t ahead
        if self.query is None:
            return is_next_hop(self.graph, self.layer, self.dist, u, link)
        ahead = self.dist[self.graph.head[link]]
        return (
            self.layer.key[link] != 0 and ahead != UNREACHED and passes(&self.filter, link)
            and ahead + self.layer.key[link] == self.dist[u]
        )

    cdef uint32_t find_hit(self, tuple failed, Scratch scratch) noexcept:
        """Write to scratch.path the routers from which a way leads over a failed link; return their number."""
        cdef uint32_t link, u, v, i, count = 0, at = 0
        for link in failed:
            u = self.graph.tail[link]
            scratch.mark[self.graph.n + u] = scratch.stamp
            if scratch.mark[u] != scratch.stamp and self.is_used(u, link):
                scratch.mark[u] = scratch.stamp
                scratch.path[count] = u
                count += 1
        while at < count:
            v = scratch.path[at]
            at += 1
            for i in range(self.layer.first[v], self.layer.first[v + 1]):
                u = self.layer.arcs[i].tail
                if scratch.mark[u] != scratch.stamp and self.is_used(u, self.layer.arcs[i].link):
                    scratch.mark[u] = scratch.stamp
                    scratch.path[count] = u
                    count += 1
        return count

    cdef void compute_anew(self, const uint8_t* gone, Scratch scratch, uint32_t count) noexcept:
        cdef uint32_t i, u, v, link
        cdef uint64_t key
        cdef Item item
        cdef const Arc* arc
        for i in range(count):
            u = scratch.path[i]
            self.old_dist[i], self.old_mean[i] = self.dist[u], self.mean[u]
        for i in range(count):
            u = scratch.path[i]
            self.dist[u] = UNREACHED
            for link in range(self.graph.first[u], self.graph.first[u + 1]):
                v = self.graph.head[link]
                if self.layer.key[link] == 0 or gone[link] or scratch.mark[v] == scratch.stamp:
                    continue
                if self.dist[v] != UNREACHED and passes(&self.filter, link):
                    self.dist[u] = min(self.dist[u], self.dist[v] + self.layer.key[link])
            if self.dist[u] != UNREACHED:
                heap_push(&scratch.heap, self.dist[u], u)
        while scratch.heap.size > 0:
            item = heap_pop(&scratch.heap)
            v = item.value
            if item.key != self.dist[v]:
                continue
            if self.query is None:
                self.mean[v] = mean_onward(
                    self.graph, self.layer, gone, self.dist, self.weight, v, self.mean
                )
            for i in range(self.layer.first[v], self.layer.first[v + 1]):
                arc = &self.layer.arcs[i]
                key = item.key + arc.key
                if scratch.mark[arc.tail] != scratch.stamp or key >= self.dist[arc.tail]:
                    continue
                if not gone[arc.link] and passes(&self.filter, arc.link):
                    self.dist[arc.tail] = key
                    heap_push(&scratch.heap, key, arc.tail)

    cdef void put_back(self, Scratch scratch, uint32_t count) noexcept:
        cdef uint32_t i
        for i in range(count):
            self.dist[scratch.path[i]] = self.old_dist[i]
            self.mean[scratch.path[i]] = self.old_mean[i]


def after_failure(Graph graph not None, tuple sweeps not None, Bans gone not None, tuple failed not None):
    """Return [(sweep, row, value)] of the rows whose ways used a failed link or that enter elsewhere for it.

    `failed` are the links, `gone` a byte for each of them; `sweep` is the place in `sweeps`, all on the graph.
    """
    cdef Scratch scratch
    cdef list found = []
    cdef Sweep sweep
    cdef uint32_t link
    if gone.m != graph.m:
        raise ValueError("a failure of another graph")
    for link in failed:
        if link >= graph.m:
            raise IndexError(f"there is no link with index {link}")
    scratch = graph.take()
    for number, sweep in enumerate(sweeps):
        if sweep.graph is not graph:
            raise ValueError("a sweep of another graph")
        sweep.collect(gone, failed, scratch, found, number)
    graph.give(scratch)
    return found
