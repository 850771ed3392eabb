"""The links of one path."""

from libc.stdint cimport uint32_t


cdef class Later:  # who makes tables when they are first read
    cdef object made_tables(self)


cdef class LinkList:
    cdef object source  # tables, or who makes them later
    cdef readonly str bandwidth_basis
    cdef readonly str status
    cdef readonly str bound_of
    cdef readonly object bound
    cdef tuple ids  # of all links of the network
    cdef uint32_t* numbers  # [count]
    cdef uint32_t count
    cdef tuple made  # `links`, once they were read

    cdef int fill(self, object tables, tuple ids, const uint32_t* numbers, uint32_t count, str basis) except -1
