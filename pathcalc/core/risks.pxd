"""What fails together, and the search for paths that share none of it."""

from libc.stddef cimport size_t
from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

from pathcalc.core.disjoint cimport Residual
from pathcalc.core.graph cimport Query
from pathcalc.core.heap cimport Heap


cdef class Risks:
    cdef readonly uint32_t m
    cdef readonly uint32_t n_risks
    cdef readonly uint32_t n_bundles
    cdef uint32_t* first  # [m + 1], into risk and bundle, by link
    cdef uint32_t* risk
    cdef uint32_t* bundle  # of links that have the risk, this one among them
    cdef uint32_t* risk_first  # [n_risks + 1], into risk_link
    cdef uint32_t* risk_link
    cdef uint32_t* bundle_first  # [n_bundles + 1], into bundle_link
    cdef uint32_t* bundle_link

    cdef int fill(self, const uint32_t* group, uint32_t n_groups, uint32_t** first, uint32_t** link) except -1


cdef enum Kind:
    ROOT
    NEITHER  # no path of the part uses a link of bundle x
    AWAY  # no path of the part has risk z
    SPLIT  # a new part is the path that uses bundles x and y; what is left of the part is away from their risk z


cdef struct Node:
    int32_t parent
    uint32_t kind
    uint32_t part
    uint32_t x
    uint32_t y
    uint32_t z
    uint64_t bound


cdef struct Conflict:  # two paths, one through bundle x and one through y, share risk z
    uint32_t one
    uint32_t two
    uint32_t x
    uint32_t y
    uint32_t z


cdef struct Part:  # paths that are alike so far
    uint32_t count
    uint64_t key  # of its paths of least sum
    uint64_t least  # what they cost at least
    uint64_t via  # what the bundles that its path has to use cost at least


cdef class RiskSearch:
    cdef Query query
    cdef Risks risks
    cdef Residual residual
    cdef const uint8_t* exempt  # [n_risks], risks that may be shared
    cdef uint32_t count
    cdef size_t m
    cdef uint64_t* since  # [n], keys from the sources; NULL as long as nobody asked
    cdef uint8_t* masks  # [count + 2][m], the links that are out: of each part, of all parts, and one to try
    cdef Part* parts  # [count]
    cdef uint32_t n_parts
    cdef uint32_t* links  # [count * n], of the paths looked at
    cdef uint32_t* path_first  # [count + 1]
    cdef uint32_t* path_part  # [count]
    cdef uint32_t n_paths
    cdef uint32_t* seen_by  # [n_risks], path + 1
    cdef uint32_t* seen_in  # [n_risks], bundle
    cdef uint32_t* best_links  # [count * n]
    cdef uint32_t* best_first  # [count + 1]
    cdef uint64_t best  # key of the best set, UNREACHED where none
    cdef Node* nodes
    cdef size_t n_nodes
    cdef size_t room
    cdef int32_t* chain
    cdef Heap queue

    cdef int run(self, uint32_t budget, double deadline_s) except -1
    cdef int visit(self, int32_t at) except -1
    cdef int arrange(self, int32_t at) except -1
    cdef bint solve_parts(self, uint64_t* bound) except -1
    cdef uint64_t cost(self, const uint8_t* mask, uint32_t count, uint64_t most) except? 1
    cdef void rule_out(self, uint8_t* mask, const uint32_t* links, uint32_t begin, uint32_t end) noexcept
    cdef uint32_t conflicts(self, Conflict* found, uint32_t most) noexcept
    cdef int offer(self) except -1
    cdef int try_greedily(self) except -1
    cdef int complete(self) except -1
    cdef int branch(self, int32_t at, uint64_t bound, const Conflict* found, uint32_t n_found) except -1
    cdef uint64_t weigh(self, const Conflict* conflict, uint64_t* children, uint64_t* bound) except? 1
    cdef uint64_t without(
        self, uint32_t part, uint32_t count, const uint32_t* links, uint32_t begin, uint32_t end, uint64_t others
    ) except? 1
    cdef tuple best_paths(self)
    cdef int push(self, int32_t parent, Node node) except -1
    cdef int measure(self) except -1
    cdef uint64_t through(self, uint32_t x, uint32_t y) noexcept
    cdef uint64_t in_order(self, uint32_t x, uint32_t y) noexcept
