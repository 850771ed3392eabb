"""One best path by the hierarchy."""

from libc.stdint cimport uint32_t, uint64_t

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
    Step* steps


cdef class Room:  # working memory of one search
    cdef Label* labels[2]  # [n]
    cdef uint64_t* rest  # [n], the key from a place to the target
    cdef uint32_t* mark  # [n]; rest counts only where it is the stamp
    cdef uint32_t stamp
    cdef uint32_t* chain  # [n], places


cdef class Climb:
    cdef readonly uint32_t n
    cdef readonly uint32_t kept
    cdef Hierarchy hierarchy
    cdef Query weights
    cdef Side sides[2]
    cdef Under* under[2]  # [n_arcs]
    cdef Room room


cdef bint climbs(Climb climb, Query query) noexcept

cdef uint64_t climb_path(Climb climb, Query query, uint32_t* path, uint32_t* count) noexcept
