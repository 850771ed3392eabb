"""Dijkstra backwards from the targets, and the reading of the best path."""

from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport Graph, Layer, Query, Scratch


cdef uint64_t reverse_search(Query query, Layer layer, Scratch scratch, bint early) noexcept nogil

cdef uint32_t smallest_walk(
    Graph graph, Query query, Layer layer, Scratch scratch, uint64_t best
) noexcept nogil

cdef void reach_all(Graph graph, Layer layer, Scratch scratch, uint32_t start, bint backwards) noexcept nogil
