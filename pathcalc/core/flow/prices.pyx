"""The cheapest ways when links have prices: what an allocation of many demands asks for again and again.

Dijkstra 1959 on (price, cost): of equally cheap ways the one of least cost, then the one found first. Prices are
floats, as they come from a linear programme, and most are 0; costs are at least 1. O(m + n log n).
"""

from cpython.mem cimport PyMem_RawFree
from cython cimport final
from libc.stdint cimport int64_t, uint32_t, uint64_t

from pathcalc.core.graph cimport Graph, allocate
from pathcalc.core.flow.network cimport Network

cdef enum:
    NO_LINK = 0xFFFFFFFF

cdef struct Label:
    double price
    uint64_t cost
    uint32_t router


cdef inline bint less(const Label* one, const Label* other) noexcept nogil:
    return one.price < other.price or (one.price == other.price and one.cost < other.cost)


@final
cdef class Prices:
    """The links of a network that carry something, each with a cost; the ways of the last search."""

    cdef Network network
    cdef uint64_t* costs  # [m]
    cdef Label* labels  # [n], price below 0: not reached
    cdef uint32_t* via  # [n], the last link of the way
    cdef Label* heap  # [m + n + 1]
    cdef uint32_t size

    def __cinit__(self, Network network not None, const uint64_t[::1] costs not None):
        cdef Graph graph = network.graph
        cdef uint32_t link
        if costs.shape[0] != graph.m:
            raise ValueError("a cost for each link")
        self.network = network
        self.costs = <uint64_t*>allocate(graph.m, sizeof(uint64_t))
        self.labels = <Label*>allocate(graph.n, sizeof(Label))
        self.via = <uint32_t*>allocate(graph.n, sizeof(uint32_t))
        self.heap = <Label*>allocate(<size_t>graph.m + graph.n + 1, sizeof(Label))
        for link in range(graph.m):
            self.costs[link] = costs[link]

    def __dealloc__(self):
        PyMem_RawFree(self.costs)
        PyMem_RawFree(self.labels)
        PyMem_RawFree(self.via)
        PyMem_RawFree(self.heap)

    def search(self, tuple sources not None, const double[::1] prices not None):
        """Find the cheapest ways from any of the sources to all routers; `prices`: f8[m], none negative."""
        cdef Network network = self.network
        cdef Graph graph = network.graph
        cdef uint32_t u, v, link
        cdef Label label, found
        if prices.shape[0] != graph.m:
            raise ValueError("a price for each link")
        for v in range(graph.n):
            self.labels[v].price = -1
        self.size = 0
        for u in sources:
            if u >= graph.n:
                raise IndexError(f"there is no router with index {u}")
            if self.labels[u].price < 0:
                self.labels[u] = Label(0, 0, u)
                self.via[u] = NO_LINK
                self.push(&self.labels[u])
        while self.size:
            label = self.pop()
            u = label.router
            if less(&self.labels[u], &label):
                continue
            for link in range(graph.first[u], graph.first[u + 1]):
                if network.capacity[link] == 0:
                    continue
                v = graph.head[link]
                found = Label(label.price + prices[link], label.cost + self.costs[link], v)
                if self.labels[v].price < 0 or less(&found, &self.labels[v]):
                    self.labels[v] = found
                    self.via[v] = link
                    self.push(&found)

    def price(self, tuple targets not None):
        """The price of the cheapest way to any of the targets; None where there is none."""
        cdef int64_t best = self.nearest(targets)
        return None if best < 0 else self.labels[best].price

    def way(self, tuple targets not None):
        """The links of that way, to the first target on it; None where there is none."""
        cdef int64_t best = self.nearest(targets)
        cdef list links = []
        cdef uint32_t v
        if best < 0:
            return None
        v = <uint32_t>best
        while self.via[v] != NO_LINK:
            if v in targets:
                links = []  # a target on the way to another at no price: the way ends here
            links.append(self.via[v])
            v = self.network.graph.tail[self.via[v]]
        return tuple(reversed(links))

    cdef int64_t nearest(self, tuple targets):
        cdef int64_t best = -1
        cdef uint32_t v
        for v in targets:
            if self.labels[v].price >= 0 and (best < 0 or less(&self.labels[v], &self.labels[best])):
                best = v
        return best

    cdef void push(self, const Label* label) noexcept:
        cdef uint32_t at = self.size, parent
        cdef Label moved = label[0]
        self.size += 1
        while at > 0:
            parent = (at - 1) >> 1
            if not less(&moved, &self.heap[parent]):
                break
            self.heap[at] = self.heap[parent]
            at = parent
        self.heap[at] = moved

    cdef Label pop(self) noexcept:
        cdef Label top = self.heap[0], last
        cdef uint32_t at = 0, child
        self.size -= 1
        last = self.heap[self.size]
        while True:
            child = 2 * at + 1
            if child >= self.size:
                break
            if child + 1 < self.size and less(&self.heap[child + 1], &self.heap[child]):
                child += 1
            if not less(&self.heap[child], &last):
                break
            self.heap[at] = self.heap[child]
            at = child
        self.heap[at] = last
        return top
