"""Best path under bounds on sums and past way points, by labels."""

from libc.stddef cimport size_t
from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

from pathcalc.core.graph cimport N_OBJECTIVES, Graph, Layer, Query, Scratch
from pathcalc.core.heap cimport Heap

cdef enum:
    NO_LABEL = -1
    OVER_BUDGET = -2
    FEW_LABELS = 4_000  # are mostly made quicker by weak bounds than exact bounds are


cdef struct Label:
    uint64_t key  # of the way so far; hops in its low bits
    uint64_t seen  # critical routers passed, a bit each
    uint32_t state  # router + n * stops passed; n_states for a target
    uint32_t link  # the last one
    int32_t parent  # label before it, -1 at the start
    int32_t next  # label of the same state made before it, -1 at the end
    bint dead


cdef class LabelSearch:
    cdef Graph graph
    cdef Query query
    cdef Layer layer
    cdef Scratch roles
    cdef uint32_t n_bounds
    cdef uint32_t which[N_OBJECTIVES]  # the weight of each bound
    cdef const uint32_t* weight[N_OBJECTIVES]  # of each bound, [m]
    cdef uint64_t most[N_OBJECTIVES]
    cdef uint64_t least  # key of the best walk without bounds, UNREACHED where none
    cdef uint64_t* rest  # [n_states], lower bounds of keys to the target
    cdef uint64_t* rest_of[N_OBJECTIVES]  # of each bound, [n_states], lower bounds of sums to the target
    cdef tuple landmarks  # of the key and of each bound
    cdef uint32_t n_stops
    cdef uint32_t n_states
    cdef uint8_t* at_stop  # [n_stops * n], whether the router is one of the stop's
    cdef uint64_t* critical  # [n], the router's bit in Label.seen; NULL without stops
    cdef uint32_t n_critical
    cdef size_t budget
    cdef double deadline_s  # of CLOCK_MONOTONIC, 0: none
    cdef size_t spent
    cdef size_t met  # comparisons of labels since the last glance; where many end at one router they take the time
    cdef uint64_t proved  # no path has a smaller key, where the last run ended over its budget
    cdef Label* labels
    cdef uint64_t* sums  # [n_labels * n_bounds]
    cdef size_t n_labels
    cdef size_t room
    cdef int32_t* newest  # [n_states + 1], newest label of each state
    cdef Heap heap
    cdef size_t heap_room
    cdef uint32_t* found  # [n], links of the best path seen so far
    cdef uint32_t n_found
    cdef uint64_t found_key

    cdef int32_t run(
        self, const uint32_t* starts, uint32_t n_starts, uint64_t key, const uint64_t* sums, uint32_t stop,
        const uint32_t* banned_mark, uint32_t banned
    ) except -3
    cdef uint32_t walk(self, int32_t label, uint32_t* links) noexcept
    cdef uint32_t pass_stops(self, uint32_t router, uint32_t stop) noexcept
    cdef int fill_rest(self) except -1
    cdef bint use_landmarks(self, tuple landmarks) noexcept
    cdef uint64_t least_of(self, uint32_t which, uint32_t router) noexcept
    cdef int by_landmarks(self, tuple landmarks) except -3
    cdef int best_path(self, tuple landmarks) except -3
    cdef uint64_t plain_rest(self, Layer layer, Scratch scratch, uint64_t* out) noexcept
    cdef bint fill_bounds(self) except -1
    cdef bint unbounded(self) noexcept
    cdef void open(self) noexcept
    cdef void close(self) noexcept
    cdef uint64_t layered_rest(self, Layer layer, uint64_t limit, bint by_hops, uint64_t* out) except? 0
    cdef int push(self, uint64_t key, uint32_t value) except -1
    cdef int grow(self) except -1
    cdef int32_t relaxed(
        self, const uint32_t* starts, uint32_t n_starts, uint64_t key, const uint64_t* sums, uint32_t stop,
        const uint32_t* banned_mark, uint32_t banned
    ) except -3
    cdef bint over_budget(self) noexcept
    cdef int expand(self, int32_t at, const uint32_t* banned_mark, uint32_t banned) except -1
    cdef bint dominated(self, const Label* way, const uint64_t* sums) noexcept
    cdef bint no_worse(
        self, uint32_t state, uint64_t seen, const uint64_t* sums, uint64_t other_seen, const uint64_t* other_sums
    ) noexcept
    cdef int compare(self, uint32_t link_a, int32_t parent_a, uint32_t link_b, int32_t parent_b) noexcept
    cdef int add(self, Label way, const uint64_t* sums, uint64_t rest) except -1
    cdef uint32_t router_of(self, int32_t label) noexcept
    cdef bint is_simple(self, int32_t label, bint make_critical) noexcept
