"""One best path, guided by landmarks."""

from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport Graph, Layer, Query, Scratch
from pathcalc.core.landmarks cimport Landmarks


cdef uint64_t best_path(Query query, Scratch scratch, uint32_t* count) noexcept

cdef uint64_t guided_search(
    Graph graph, Query query, Layer layer, Scratch scratch, Landmarks landmarks, uint32_t stretch,
    uint64_t* limit, bint* ended, bint* ties
) noexcept nogil

cdef void count_search(Query query, Layer layer, bint by_hierarchy) noexcept
