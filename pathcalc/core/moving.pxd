"""Weights that move from version to version: one graph, and what it was made to weigh last."""

from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport N_OBJECTIVES, Graph, Layer, Query


cdef class Version:  # what one change made of another version; immutable
    cdef Version parent  # None: of what the base weighs
    cdef uint32_t depth  # changes since the base
    cdef uint32_t which  # weight
    cdef uint32_t link
    cdef uint32_t weight
    cdef uint32_t before  # what it was, once the graph has weighed this
    cdef void* onward  # the version after it, on the way to one


cdef class Moving:
    cdef readonly Graph base
    cdef readonly Graph graph  # weighs what the version `at` says
    cdef Version at  # None: what the base weighs
    cdef bint moved[N_OBJECTIVES]  # whether the graph has these weights for itself
    cdef uint32_t largest  # weight, that no sum overflows
    cdef uint32_t most  # changes since the base

    cdef Version changed(self, Version version, uint32_t which, uint32_t link, uint32_t weight)
    cdef int move(self, Version version) except -1
    cdef int apply(self, Version version) except -1
    cdef int move_far(self, Version version) except -1
    cdef int set_weight(self, uint32_t which, uint32_t link, uint32_t weight) except -1
    cdef int follow(self, Query query) except -1


cdef inline bint is_behind(Moving moving, Query query):
    """Whether more was prepared for the base at such a query than the graph knows of."""
    cdef Layer layer = query.layer, source
    if layer.climb is not None:
        return False
    source = moving.base.layer(query.objective, query.allow)
    return source.climb is not None or (layer.landmarks is None and source.landmarks is not None)
