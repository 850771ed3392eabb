"""The order in which routers leave the network, and who stands above each then."""

from libc.stdint cimport uint32_t

cdef enum:
    NOBODY = 0xFFFFFFFF


cdef class Order:
    cdef readonly uint32_t n
    cdef readonly uint32_t n_arcs
    cdef readonly bint complete  # False: given up, there would be too many arcs
    cdef uint32_t* router  # [n], by place
    cdef uint32_t* rank  # [n], the place of each router
    cdef uint32_t* first  # [n + 1], into above, by place
    cdef uint32_t* above  # [n_arcs], places, ascending for each place
    cdef uint32_t* parent  # [n], the lowest place above each, or NOBODY
