"""The contraction hierarchy of a graph's structure, and weights on it."""

from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport Graph, Query
from pathcalc.core.hierarchy.order cimport Order

cdef enum:
    NO_ARC = 0xFFFFFFFF
    NO_WAY = 0x4000000000000000  # the key of an arc that leads nowhere; two of them fit 64 bits


cdef class Hierarchy:
    cdef readonly uint32_t n
    cdef readonly uint32_t m
    cdef readonly uint32_t n_arcs
    cdef readonly uint64_t n_triangles  # what customising costs
    cdef Order order
    cdef uint32_t* arc  # [m], where each link lies; NO_ARC for a self-loop
    cdef list pool  # working memory, lent to those who fill rows
    # What stands below each place, made when weights first move; NULL till then:
    cdef uint32_t* below_first  # [n + 1], into below, by upper end
    cdef uint32_t* below  # [n_arcs], arcs
    cdef uint32_t* low  # [n_arcs], the lower end of each arc

    cdef int look_below(self) except -1


cdef void lay_links(
    Hierarchy hierarchy, Graph graph, Query query, const uint32_t* cost, uint64_t* up, uint64_t* down
) noexcept nogil

cdef void contract(Hierarchy hierarchy, uint64_t* up, uint64_t* down, bint narrowest) noexcept nogil

cdef void perfect(
    Hierarchy hierarchy, uint64_t* up, uint64_t* down, bint narrowest
) noexcept nogil
