"""The path of most bandwidth."""

from libc.stdint cimport uint64_t

from pathcalc.core.graph cimport Graph, Layer, Query, Scratch

cdef uint64_t reverse_widest(
    Query query, Layer layer, const uint64_t* bandwidth, Scratch scratch, bint early
) noexcept nogil

cdef uint64_t most_bandwidth(
    Graph graph, Query query, Layer layer, const uint64_t* bandwidth, Scratch ahead, Scratch back
) noexcept nogil
