"""The customisable contraction hierarchy: structure once, weights in a moment.

Routers leave the network one after the other (`order`); an *arc* joins each to everyone above it. Any path,
whatever the weights, can then be walked first up and then down over arcs that stand for its parts, so all that
weights must do is to give each arc the best value of the paths under it (Dibbelt, Strasser, Wagner 2016,
"Customizable Contraction Hierarchies"). Parallel links share an arc, the better one counts; links that are down
or excluded leave theirs without a way. Values may be sums, or the cost of the narrowest link: all that is used
of them is that a longer path is never better.

O(triangles) a set of weights: in each triangle the arc between the upper two may be worth going by the lowest.
"""

from cpython.mem cimport PyMem_RawFree
from cython cimport final
from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport Wiring, Query, Wiring, allocate, passes
from pathcalc.core.hierarchy.order cimport Order


@final
cdef class Hierarchy:
    def __cinit__(self, Wiring wiring not None):
        cdef uint64_t degree
        cdef uint32_t v
        self.n = wiring.n
        self.m = wiring.m
        self.pool = []
        self.order = Order(wiring)
        if not self.order.complete:
            raise OverflowError("the network is too dense for a hierarchy")
        self.n_arcs = self.order.n_arcs
        for v in range(self.n):
            degree = self.order.first[v + 1] - self.order.first[v]
            if degree > 1:
                self.n_triangles += degree * (degree - 1) // 2
        self.arc = <uint32_t*>allocate(self.m, sizeof(uint32_t))
        with nogil:
            find_arcs(self, self.order, wiring)

    def __dealloc__(self):
        PyMem_RawFree(self.arc)
        PyMem_RawFree(self.below_first)
        PyMem_RawFree(self.below)
        PyMem_RawFree(self.low)

    cdef int look_below(self) except -1:
        """Sort the arcs by their upper ends, once."""
        cdef Order order = self.order
        cdef uint32_t* first
        cdef uint32_t v, i, x
        if self.below != NULL:
            return 0
        first = <uint32_t*>allocate(<size_t>self.n + 2, sizeof(uint32_t))
        self.below_first = first
        self.low = <uint32_t*>allocate(self.n_arcs, sizeof(uint32_t))
        self.below = <uint32_t*>allocate(self.n_arcs, sizeof(uint32_t))
        for i in range(self.n_arcs):
            first[order.above[i] + 2] += 1
        for v in range(2, self.n + 2):
            first[v] += first[v - 1]
        for v in range(self.n):  # first[x + 1] is the next free place of x until all are placed
            for i in range(order.first[v], order.first[v + 1]):
                x = order.above[i]
                self.low[i] = v
                self.below[first[x + 1]] = i
                first[x + 1] += 1
        return 0


cdef void find_arcs(Hierarchy hierarchy, Order order, Wiring wiring) noexcept nogil:
    cdef uint32_t link, tail, head, low, high, middle, upper
    for link in range(wiring.m):
        tail, head = order.rank[wiring.tail[link]], order.rank[wiring.head[link]]
        if tail == head:
            hierarchy.arc[link] = NO_ARC
            continue
        upper = max(tail, head)
        low = order.first[min(tail, head)]
        high = order.first[min(tail, head) + 1]
        while high - low > 1:
            middle = low + (high - low) // 2
            if order.above[middle] <= upper:
                low = middle
            else:
                high = middle
        hierarchy.arc[link] = low


cdef void lay_links(
    Hierarchy hierarchy, Graph graph, Query query, const uint32_t* cost, uint64_t* up, uint64_t* down
) noexcept nogil:
    """Give each arc the least key, or the least `cost`, of its own links that the query may use."""
    cdef const uint32_t* rank = hierarchy.order.rank
    cdef uint32_t link, arc
    cdef uint64_t key
    for arc in range(hierarchy.n_arcs):
        up[arc] = down[arc] = NO_WAY
    for link in range(hierarchy.m):
        key = query.layer.key[link]
        if key != 0 and cost != NULL:
            key = cost[link]
        if key == 0 or not passes(&query.filter, link):
            continue
        arc = hierarchy.arc[link]
        if rank[graph.tail[link]] < rank[graph.head[link]]:
            up[arc] = min(up[arc], key)
        else:
            down[arc] = min(down[arc], key)


cdef inline uint64_t joined(uint64_t a, uint64_t b, bint narrowest) noexcept nogil:
    if narrowest:
        return max(a, b)
    return a + b


cdef inline void contract_by(
    Hierarchy hierarchy, uint64_t* up, uint64_t* down, bint narrowest
) noexcept nogil:
    cdef const uint32_t* first = hierarchy.order.first
    cdef const uint32_t* above = hierarchy.order.above
    cdef uint32_t v, i, j, k, end
    cdef uint64_t here, back
    for v in range(hierarchy.n):
        end = first[v + 1]
        for i in range(first[v], end):
            here, back = up[i], down[i]
            k = first[above[i]]
            for j in range(i + 1, end):
                while above[k] != above[j]:
                    k += 1
                up[k] = min(up[k], joined(back, up[j], narrowest))
                down[k] = min(down[k], joined(down[j], here, narrowest))


cdef void contract(Hierarchy hierarchy, uint64_t* up, uint64_t* down, bint narrowest) noexcept nogil:
    """Give each arc the best value of the ways below it, from the lowest router to the highest.

    `up[arc]` leads to the upper end, `down[arc]` from it.
    """
    if narrowest:
        contract_by(hierarchy, up, down, True)
    else:
        contract_by(hierarchy, up, down, False)


cdef inline void perfect_by(
    Hierarchy hierarchy, uint64_t* up, uint64_t* down, bint narrowest
) noexcept nogil:
    cdef const uint32_t* first = hierarchy.order.first
    cdef const uint32_t* above = hierarchy.order.above
    cdef uint32_t v, i, j, k, end
    for v in range(hierarchy.n, 0, -1):
        end = first[v]
        for i in range(first[v - 1], end):
            k = first[above[i]]
            for j in range(i + 1, end):
                while above[k] != above[j]:
                    k += 1
                up[i] = min(up[i], joined(up[j], down[k], narrowest))
                down[i] = min(down[i], joined(up[k], down[j], narrowest))
                up[j] = min(up[j], joined(up[i], up[k], narrowest))
                down[j] = min(down[j], joined(down[k], down[i], narrowest))


cdef void perfect(
    Hierarchy hierarchy, uint64_t* up, uint64_t* down, bint narrowest
) noexcept nogil:
    """Give each contracted arc the best value of all ways, from the highest router to the lowest.

    An arc that was worse needs not be looked at: there is a way up and down that is better.
    """
    if narrowest:
        perfect_by(hierarchy, up, down, True)
    else:
        perfect_by(hierarchy, up, down, False)
