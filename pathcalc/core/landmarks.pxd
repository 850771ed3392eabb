"""Lower bounds of sums by the triangle inequality."""

from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport Graph, Layer

cdef enum:
    N_LANDMARKS = 16


cdef class Landmarks:
    cdef readonly uint32_t n
    cdef readonly int which
    cdef readonly int allow
    cdef uint32_t* to  # [n * N_LANDMARKS], from the router to each landmark; all ones where not
    cdef uint32_t* since  # [n * N_LANDMARKS], from each landmark to the router

    cdef uint64_t least(self, uint32_t router, uint32_t target) noexcept nogil
    cdef int fill(self, Graph graph, Layer layer, uint32_t landmark, uint32_t number) except -1
