"""In which order routers are taken out of the network so that few shortcuts are needed: least degree first.

When a router leaves, all its neighbours become neighbours of each other, so that no path is lost; who is left
beside it then stands *above* it. A router with few neighbours does least harm, so the one with fewest leaves
next. Cliques are kept as one list each (an *element*: the router that left and those it joined), so that
memory stays linear in the network, and degrees are bounded from above in the time of reading those lists:
the approximate minimum degree of Amestoy, Davis and Duff 1996. What results is a chordal graph and its
elimination tree; places are then given anew in postorder, which changes no shortcut and keeps what is used
together side by side in memory.
"""

from cpython.mem cimport PyMem_RawFree, PyMem_RawRealloc
from cython cimport final
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.stdlib cimport qsort

from pathcalc.core.graph cimport Wiring, allocate

cdef enum:
    MOST_ABOVE = 64  # arcs a router, beyond which plain searches are as quick


cdef class Elimination:  # working memory of one run
    cdef uint32_t n
    cdef uint32_t* begin  # [n + 1], into beside
    cdef uint32_t* beside  # each router's elements, then those of its neighbours that no element joins it to
    cdef uint32_t* n_elements  # [n], of each router
    cdef uint32_t* n_beside  # [n], elements and neighbours
    cdef uint32_t* joined  # the members of all elements, one after the other
    cdef size_t room
    cdef size_t used
    cdef size_t* joined_at  # [n], where the element of a router that left begins
    cdef uint32_t* size  # [n], of the element
    cdef uint8_t* gone  # [n], 1: has left, 2: and its element is part of a later one
    cdef uint32_t* mark  # [n], stamp of the element that holds the router
    cdef uint32_t* outside  # [n], members of an element outside the newest
    cdef uint32_t* seen  # [n], stamp of that count
    cdef uint32_t* degree  # [n], an upper bound
    cdef uint32_t* lowest  # [n], a router for each degree, or NOBODY
    cdef uint32_t* next  # [n], another of the same degree
    cdef uint32_t* before  # [n]
    cdef uint32_t* list  # [n + 1], what a router will have beside it
    cdef uint32_t* out  # [n], routers as they left

    def __cinit__(self, Wiring wiring not None):
        cdef size_t n = wiring.n
        self.n = wiring.n
        self.begin = <uint32_t*>allocate(n + 2, sizeof(uint32_t))
        self.beside = <uint32_t*>allocate(2 * <size_t>wiring.m, sizeof(uint32_t))
        self.room = 8 * n + 1024
        self.joined = <uint32_t*>allocate(self.room, sizeof(uint32_t))
        self.joined_at = <size_t*>allocate(n, sizeof(size_t))
        self.gone = <uint8_t*>allocate(n, 1)
        self.n_elements = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.n_beside = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.size = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.mark = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.outside = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.seen = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.degree = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.lowest = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.next = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.before = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.list = <uint32_t*>allocate(n + 1, sizeof(uint32_t))
        self.out = <uint32_t*>allocate(n, sizeof(uint32_t))
        with nogil:
            neighbours(self, wiring)

    def __dealloc__(self):
        PyMem_RawFree(self.begin)
        PyMem_RawFree(self.beside)
        PyMem_RawFree(self.joined)
        PyMem_RawFree(self.joined_at)
        PyMem_RawFree(self.gone)
        PyMem_RawFree(self.n_elements)
        PyMem_RawFree(self.n_beside)
        PyMem_RawFree(self.size)
        PyMem_RawFree(self.mark)
        PyMem_RawFree(self.outside)
        PyMem_RawFree(self.seen)
        PyMem_RawFree(self.degree)
        PyMem_RawFree(self.lowest)
        PyMem_RawFree(self.next)
        PyMem_RawFree(self.before)
        PyMem_RawFree(self.list)
        PyMem_RawFree(self.out)


cdef void neighbours(Elimination work, Wiring wiring) noexcept nogil:
    """Fill `beside` with each router's neighbours, each once, whatever the links' directions."""
    cdef uint32_t link, v, at, end, kept
    cdef uint32_t* begin = work.begin
    for link in range(wiring.m):
        if wiring.tail[link] != wiring.head[link]:
            begin[wiring.tail[link] + 2] += 1
            begin[wiring.head[link] + 2] += 1
    for v in range(2, work.n + 2):
        begin[v] += begin[v - 1]
    for link in range(wiring.m):  # begin[v + 1] is the next free place of v until all are placed
        if wiring.tail[link] != wiring.head[link]:
            place(work, wiring.tail[link], wiring.head[link])
            place(work, wiring.head[link], wiring.tail[link])
    for v in range(work.n):
        at, end = begin[v], begin[v + 1]
        qsort(work.beside + at, end - at, sizeof(uint32_t), &ascending)
        kept = 0
        for at in range(begin[v], end):
            if kept == 0 or work.beside[at] != work.beside[begin[v] + kept - 1]:
                work.beside[begin[v] + kept] = work.beside[at]
                kept += 1
        work.n_beside[v] = work.degree[v] = kept


cdef inline void place(Elimination work, uint32_t v, uint32_t neighbour) noexcept nogil:
    work.beside[work.begin[v + 1]] = neighbour
    work.begin[v + 1] += 1


cdef int ascending(const void* a, const void* b) noexcept nogil:
    cdef uint32_t x = (<const uint32_t*>a)[0], y = (<const uint32_t*>b)[0]
    return (x > y) - (x < y)


cdef inline void file(Elimination work, uint32_t v) noexcept nogil:
    """Put the router in the list of its degree."""
    cdef uint32_t degree = work.degree[v], first = work.lowest[degree]
    work.next[v] = first
    work.before[v] = NOBODY
    if first != NOBODY:
        work.before[first] = v
    work.lowest[degree] = v


cdef inline void unfile(Elimination work, uint32_t v) noexcept nogil:
    if work.before[v] != NOBODY:
        work.next[work.before[v]] = work.next[v]
    else:
        work.lowest[work.degree[v]] = work.next[v]
    if work.next[v] != NOBODY:
        work.before[work.next[v]] = work.before[v]


cdef bint eliminate(Elimination work) noexcept nogil:
    """Take out all routers, least degree first; return False where memory or patience ends."""
    cdef uint32_t v, u, i, left, least = 0
    cdef const uint32_t* members
    for v in range(work.n):
        work.lowest[v] = NOBODY
    for v in range(work.n, 0, -1):
        file(work, v - 1)
    for left in range(work.n, 0, -1):
        while work.lowest[least] == NOBODY:
            least += 1
        v = work.lowest[least]
        unfile(work, v)
        work.out[work.n - left] = v
        if not join(work, v, work.n - left + 1):
            return False
        members = work.joined + work.joined_at[v]
        for i in range(work.size[v]):
            u = members[i]
            unfile(work, u)
            renew(work, u, v, left - 1)
            file(work, u)
            least = min(least, work.degree[u])
    return True


cdef bint join(Elimination work, uint32_t v, uint32_t stamp) noexcept nogil:
    """Make the element of a router that leaves, and count how much of other elements is outside it."""
    cdef uint32_t i, j, u, element, at = work.begin[v], count = 0
    cdef uint32_t* grown
    if work.used + work.n > work.room:  # an element has fewer members than there are routers
        grown = <uint32_t*>PyMem_RawRealloc(work.joined, (work.room + work.room // 2 + work.n) * sizeof(uint32_t))
        if grown == NULL or work.used > MOST_ABOVE * <size_t>work.n:
            work.joined = grown if grown != NULL else work.joined
            return False
        work.joined = grown
        work.room += work.room // 2 + work.n
    work.joined_at[v] = work.used
    work.gone[v] = 1
    work.mark[v] = stamp
    for i in range(work.n_beside[v]):
        element = work.beside[at + i]
        if i >= work.n_elements[v]:
            count += admit(work, element, stamp, work.used + count)
            continue
        for j in range(work.size[element]):
            count += admit(work, work.joined[work.joined_at[element] + j], stamp, work.used + count)
        work.gone[element] = 2
    work.size[v] = count
    for i in range(count):
        u = work.joined[work.used + i]
        for j in range(work.begin[u], work.begin[u] + work.n_elements[u]):
            element = work.beside[j]
            if work.seen[element] != stamp:
                work.seen[element] = stamp
                work.outside[element] = work.size[element]
            work.outside[element] -= 1
    work.used += count
    return True


cdef inline uint32_t admit(Elimination work, uint32_t u, uint32_t stamp, size_t at) noexcept nogil:
    """Add a router to the newest element unless it is there, or has left; return how many were added."""
    if work.mark[u] == stamp or work.gone[u]:
        return 0
    work.mark[u] = stamp
    work.joined[at] = u
    return 1


cdef void renew(Elimination work, uint32_t u, uint32_t v, uint32_t left) noexcept nogil:
    """Drop from what a router has beside it what the element of `v` covers, and bound its degree anew."""
    cdef uint32_t i, other, stamp = work.mark[v], n_elements = 1, count, at = work.begin[u]
    cdef uint64_t degree = work.size[v] - 1
    work.list[0] = v
    for i in range(work.n_elements[u]):
        other = work.beside[at + i]
        if work.gone[other] == 2:
            continue
        if work.outside[other] == 0:  # all of it is in the newest
            work.gone[other] = 2
            continue
        degree += work.outside[other]
        work.list[n_elements] = other
        n_elements += 1
    count = n_elements
    for i in range(work.n_elements[u], work.n_beside[u]):
        other = work.beside[at + i]
        if work.mark[other] != stamp:
            work.list[count] = other
            count += 1
    degree += count - n_elements
    for i in range(count):
        work.beside[at + i] = work.list[i]
    work.n_elements[u] = n_elements
    work.n_beside[u] = count
    work.degree[u] = <uint32_t>min(degree, <uint64_t>work.degree[u] + work.size[v] - 1, <uint64_t>left - 1)


@final
cdef class Order:
    def __cinit__(self, Wiring wiring not None):
        cdef Elimination work = Elimination(wiring)
        cdef size_t n = wiring.n
        self.n = wiring.n
        self.router = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.rank = <uint32_t*>allocate(n, sizeof(uint32_t))
        self.first = <uint32_t*>allocate(n + 1, sizeof(uint32_t))
        self.parent = <uint32_t*>allocate(n, sizeof(uint32_t))
        with nogil:
            self.complete = eliminate(work)
        if not self.complete:
            self.above = <uint32_t*>allocate(0, sizeof(uint32_t))
            return
        self.above = <uint32_t*>allocate(work.used, sizeof(uint32_t))
        with nogil:
            postorder(self, work)
            rise(self, work)

    def __dealloc__(self):
        PyMem_RawFree(self.router)
        PyMem_RawFree(self.rank)
        PyMem_RawFree(self.first)
        PyMem_RawFree(self.parent)
        PyMem_RawFree(self.above)


cdef void postorder(Order order, Elimination work) noexcept nogil:
    """Give places: each router's after all that lead up to it, and those together."""
    cdef uint32_t* since = work.degree  # when each router left
    cdef uint32_t* child = work.lowest  # the last of those that lead up to a router
    cdef uint32_t* sibling = work.next
    cdef uint32_t* over = work.before  # who a router leads up to
    cdef uint32_t at, v, u, i, placed = 0
    for at in range(work.n):
        since[work.out[at]] = at
        child[at] = NOBODY
    for at in range(work.n):
        v = work.out[at]
        over[v] = NOBODY
        for i in range(work.size[v]):
            u = work.joined[work.joined_at[v] + i]
            if over[v] == NOBODY or since[u] < since[over[v]]:
                over[v] = u
        if over[v] != NOBODY:
            sibling[v] = child[over[v]]
            child[over[v]] = v
    for at in range(work.n, 0, -1):
        if over[work.out[at - 1]] != NOBODY:
            continue
        v = lowest_under(child, work.out[at - 1])
        while True:
            order.rank[v] = placed
            order.router[placed] = v
            placed += 1
            if over[v] == NOBODY:
                break
            v = over[v] if sibling[v] == NOBODY else lowest_under(child, sibling[v])


cdef inline uint32_t lowest_under(const uint32_t* child, uint32_t v) noexcept nogil:
    while child[v] != NOBODY:
        v = child[v]
    return v


cdef void rise(Order order, Elimination work) noexcept nogil:
    """Write down who is above each place."""
    cdef uint32_t place, v, i
    cdef uint32_t* out
    for place in range(work.n):
        v = order.router[place]
        out = order.above + order.first[place]
        for i in range(work.size[v]):
            out[i] = order.rank[work.joined[work.joined_at[v] + i]]
        qsort(out, work.size[v], sizeof(uint32_t), &ascending)
        order.first[place + 1] = order.first[place] + work.size[v]
        order.parent[place] = out[0] if work.size[v] else NOBODY
    order.n_arcs = order.first[work.n]
