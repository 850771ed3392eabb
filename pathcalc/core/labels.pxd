"""Best path under bounds on latency and hops, by labels."""

from libc.stddef cimport size_t
from libc.stdint cimport int32_t, uint32_t, uint64_t

from pathcalc.core.graph cimport Graph, Layer, Query, Scratch
from pathcalc.core.heap cimport Heap

cdef enum:
    NO_LABEL = -1
    OVER_BUDGET = -2


cdef struct Label:
    uint64_t key  # of the way so far; hops in its low bits
    uint64_t latency_us
    uint32_t node  # n stands for the target
    uint32_t link  # the last one
    int32_t parent  # label before it, -1 at the start
    int32_t next  # label of the same node made before it, -1 at the end
    bint dead


cdef class LabelSearch:
    cdef Graph graph
    cdef Query query
    cdef Layer layer
    cdef Scratch rest  # roles, and least keys to the target
    cdef Scratch rest_latency  # None without a bound on latency
    cdef Scratch rest_hops  # None without a bound on hops
    cdef uint64_t max_latency_us
    cdef uint64_t max_hops
    cdef size_t budget
    cdef Label* labels
    cdef size_t n_labels
    cdef size_t room
    cdef int32_t* newest  # [n + 1], newest label of each node
    cdef Heap heap

    cdef int32_t run(
        self, uint32_t* starts, uint32_t n_starts, uint64_t key, uint64_t latency_us,
        const uint32_t* banned_mark, uint32_t banned
    ) except -3
    cdef uint32_t walk(self, int32_t label, uint32_t* links) noexcept
    cdef int add(self, uint32_t node, uint32_t link, int32_t parent, uint64_t key, uint64_t latency_us) except -1
    cdef bint dominated(self, uint32_t node, uint32_t link, int32_t parent, uint64_t key, uint64_t latency_us) noexcept
    cdef int expand(self, int32_t at, const uint32_t* banned_mark, uint32_t banned) except -1
    cdef uint64_t hops(self, uint64_t key) noexcept
    cdef int compare(self, uint32_t link_a, int32_t parent_a, uint32_t link_b, int32_t parent_b) noexcept
