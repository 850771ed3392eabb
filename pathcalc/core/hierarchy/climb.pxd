"""One best path by the hierarchy."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport Query
from pathcalc.core.hierarchy.contraction cimport Hierarchy


cdef struct Under:  # what an arc stands for: two arcs, down and then up, or a link
    uint32_t down  # NO_ARC: a link
    uint32_t up  # or the link


cdef struct Step:
    uint64_t key
    uint32_t above
    uint32_t arc  # and TIED


cdef struct Label:
    uint64_t key  # NO_WAY between searches
    uint32_t below  # the place it was reached from
    uint32_t arc  # and TIED


cdef struct Side:
    uint32_t* first  # [n + 1], into steps, by lower end
    Step* steps  # those that may be worth it; of a loose climb all, by arc


cdef class Room:  # working memory of one search
    cdef Label* labels[2]  # [n]
    cdef uint64_t* rest  # [n], the key from a place to the target
    cdef uint32_t* mark  # [n]; rest counts only where it is the stamp
    cdef uint32_t stamp
    cdef uint32_t* chain  # [n], places


cdef enum:
    UP = 0
    DOWN = 1
    TIED = 0x80000000  # beside an arc's number: there is another way as good


cdef class Climb:
    cdef readonly uint32_t n
    cdef readonly uint32_t kept
    cdef Hierarchy hierarchy
    cdef Query weights
    cdef Side sides[2]
    cdef Under* under[2]  # [n_arcs]
    cdef uint64_t* keys  # [2 * n_arcs], up and down: the best way below each arc; NULL of a loose one
    cdef uint8_t* tied  # [2 * n_arcs], whether there is another as good, or NULL
    cdef Room room
    cdef uint8_t* waiting  # [2 * n_arcs], of a loose one: what is to be done about each arc while a weight moves
    cdef uint32_t* n_waiting  # [n], of the arcs of each place
    cdef uint32_t* users  # [2 * n_arcs], of a loose one: how many arcs have their best way by each

    cdef int customise(self) except -1
    cdef int loosen(self, Climb like) except -1


cdef bint climbs(Climb climb, Query query) noexcept

cdef uint64_t climb_path(Climb climb, Query query, uint32_t* path, uint32_t* count) noexcept
