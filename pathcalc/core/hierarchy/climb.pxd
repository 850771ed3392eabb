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
    MOST_LATE = 64  # links; then all are laid
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
    cdef const uint64_t* known  # [m], the links' keys that are laid over the arcs
    # Of a loose one, else NULL:
    cdef uint64_t* laid  # [m], what is known
    cdef uint32_t* late  # [MOST_LATE], links whose keys are other ones by now
    cdef uint32_t n_late
    cdef uint32_t* late_at  # [m], the place of each there, and 1; 0: it is not there
    cdef uint32_t* users  # [2 * n_arcs], how many arcs have their best way by each
    cdef uint8_t* waiting  # [2 * n_arcs], what is to be done about each arc while a key moves
    cdef uint32_t* n_waiting  # [n], of the arcs of each place

    cdef int customise(self) except -1
    cdef int loosen(self, Climb like) except -1


cdef bint climbs(Climb climb, Query query) noexcept

cdef uint64_t climb_path(Climb climb, Query query, uint32_t* path, uint32_t* count) noexcept
