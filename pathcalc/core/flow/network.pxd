"""The network that flows go over."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport Graph, Query

cdef enum:
    NO_ARC = 0xFFFFFFFF


cdef struct Arc:  # one way between two routers, all parallel links together
    uint64_t room  # bit/s that still fit; what the mate has more than at rest flows here
    uint32_t to
    uint32_t mate  # the other way


cdef struct Node:
    uint64_t excess  # bit/s that came and did not go on
    uint32_t height  # at most the arcs to a target in the residual network; n: there is no way
    uint32_t current  # the arc to try next
    uint32_t next  # of the same height
    uint32_t before
    uint32_t next_active  # of the same height
    uint32_t unused


cdef class Room:  # working memory of one flow at a time
    cdef Node* nodes  # [n]
    cdef uint32_t* level  # [n + 1], the first router of a height
    cdef uint32_t* active  # [n + 1], the first of those with excess
    cdef uint32_t* queue  # [n]
    cdef uint8_t* role  # [n], all zero between flows

    cdef void set_roles(self, Query query) noexcept
    cdef void clear_roles(self, Query query) noexcept


cdef class Network:
    cdef readonly Graph graph
    cdef readonly uint32_t n_arcs
    cdef uint32_t* first  # [n + 1], arcs by tail, then by head
    cdef Arc* arcs  # at rest
    cdef uint32_t* arc_of  # [m], NO_ARC for links that carry nothing
    cdef uint64_t* capacity  # [m], bit/s, 0 for links that carry nothing
    cdef uint64_t* cost  # [m], what ways are compared by
    cdef list pool

    cdef Room take(self)
