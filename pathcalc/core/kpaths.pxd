"""The k best simple paths."""

from libc.stddef cimport size_t
from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport N_OBJECTIVES, Graph, Layer, Query, Scratch
from pathcalc.core.labels cimport LabelSearch


cdef struct Candidate:
    uint64_t key
    size_t at  # of its links in the pool
    uint32_t count
    uint32_t deviation  # number of its links that are a prefix of an earlier path


cdef struct Onward:  # the smallest of a router's best ways on, where `mark` is the stamp
    uint32_t mark
    uint32_t link


cdef class KPaths:
    cdef Graph graph
    cdef Query query
    cdef Layer layer
    cdef Scratch rest  # keys to the targets: see `rest_from`
    cdef Scratch ahead  # of the search from one spur
    cdef LabelSearch labels  # None without bounds and way points
    cdef uint64_t sums[N_OBJECTIVES]  # of the bounds, along the prefix
    cdef bint exhausted  # a search ended at its budget, or the time is past
    cdef double deadline_s
    cdef uint32_t unseen  # routers that were perhaps searched since the last look at the clock
    cdef uint64_t horizon  # keys to the targets below it are exact
    cdef uint64_t known  # as are those that make a whole path of at most this key
    cdef uint64_t far  # all others are at least this
    cdef uint64_t limit  # what has a larger key is left out
    cdef bint was_cut  # something was
    cdef uint32_t wanted
    cdef uint32_t room  # for so many wanted
    cdef uint32_t* pool
    cdef size_t pool_size
    cdef size_t pool_room
    cdef Candidate* accepted
    cdef Candidate* waiting  # best first
    cdef uint32_t n_accepted
    cdef uint32_t n_waiting
    cdef bint* shares_prefix  # [room], of the accepted paths
    cdef uint32_t* banned_mark  # [m]
    cdef uint32_t banned
    cdef uint32_t* open_mark  # [n], routers that lead on to the target
    cdef uint32_t open_stamp
    cdef Onward* onward  # [n]
    cdef uint32_t onward_stamp

    cdef bint find(self, Query query, uint32_t wanted, LabelSearch labels, double deadline_s) except -1
    cdef void close(self) noexcept
    cdef int make_room(self, uint32_t wanted) except -1
    cdef void renew(self) noexcept
    cdef bint first(self, uint32_t stretch) except -1
    cdef uint64_t least(self, uint32_t stretch) noexcept
    cdef int others(self) except -1
    cdef size_t keep(self, uint32_t n_prefix, uint32_t n_links) except? 0
    cdef int deviate(self) except -1
    cdef bint same_prefix(self, Candidate other, Candidate path) noexcept
    cdef void ban_used(self, uint32_t i, uint32_t own) noexcept
    cdef void bar(self, uint32_t router) noexcept
    cdef void unbar(self, uint32_t router) noexcept
    cdef int spur(self, Candidate path, uint32_t i, uint64_t key, uint32_t stop) except -1
    cdef uint64_t bound(self) noexcept
    cdef uint64_t rest_from(self, uint32_t router, uint64_t key) noexcept nogil
    cdef bint open_link(self, uint32_t link, bint is_first) noexcept nogil
    cdef uint64_t open_way(
        self, const uint32_t* starts, uint32_t n_starts, uint64_t key, uint64_t bound, uint32_t* count
    ) noexcept
    cdef uint32_t link_onward(self, uint32_t v, uint64_t key, uint64_t rest) noexcept
    cdef uint64_t search(
        self, const uint32_t* starts, uint32_t n_starts, uint64_t key, uint64_t bound, uint32_t* count
    ) noexcept
    cdef void mark_open(self, uint64_t least, uint64_t key) noexcept
    cdef uint32_t smallest_open(self, const uint32_t* starts, uint32_t n_starts, uint64_t key) noexcept
    cdef bint leads_on(self, uint32_t link, uint64_t way, bint is_first) noexcept
    cdef int add(self, Candidate path, uint32_t i, uint64_t key, uint32_t count) except -1
    cdef bint precedes(self, Candidate a, Candidate b) noexcept
