"""The graph in C, and what a query asks of it.

Keys. The weight of a link is stored as `(weight << shift) + 1` with `1 << shift` greater than the number of
routers: a path's key is then its value above its hop count. All keys are positive, so zero-weight links need
no special care, the best path is simple, and of equally good paths the one with fewest hops wins by itself.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from pathcalc.core.heap cimport Heap

cdef enum:
    N_OBJECTIVES = 6  # latency, te_metric, igp_metric, hops, jitter, loss
    N_BANDWIDTHS = 6  # capacity, free_now, free_p05; then the same for one flow
    HOPS = 3
    NO_WEIGHT = 0xFFFFFFFF
    COSTED_OUT_BY = 0x1000000  # above every wide metric of the IGP

cdef enum Role:
    SOURCE = 1  # where a path starts: nothing enters it
    TARGET = 2  # where a path ends: nothing leaves it
    BARRED = 4  # not on any path of this search

cdef enum:
    SEARCHES_BEFORE = 32  # what sixteen landmarks cost in plain searches of the whole graph

cdef enum:
    UNREACHED = 0xFFFFFFFFFFFFFFFF

# LinkState of topology: up and unconfirmed are always usable, down never.
cdef enum:
    STALE = 2
    DRAINED = 3

cdef enum Allow:  # states that a query uses beside those, bit by bit
    ALLOW_STALE = 1
    ALLOW_DRAINED = 2
    LAST_RESORT = 4  # drained links too, at COSTED_OUT more
    N_ALLOW = 8
    ANY_STATE = 8  # down links too: for what is to hold whatever their state


cdef struct Arc:  # a link as seen from its head
    uint32_t tail
    uint32_t link
    uint64_t key


cdef struct Filter:  # what a link must pass beside its state
    const uint64_t* bandwidth  # bit/s + 1, 0 where unknown; NULL: no floor
    uint64_t floor  # bit/s + 1
    const uint8_t* banned  # [m]; NULL: none


cdef inline bint passes(const Filter* filter, uint32_t link) noexcept nogil:
    """Whether the link keeps the floor and is not excluded."""
    if filter.bandwidth != NULL and filter.bandwidth[link] < filter.floor:
        return False
    return filter.banned == NULL or filter.banned[link] == 0


cdef enum Choice:  # what answers one pair best, measured once a wiring and objective
    UNDECIDED = 0
    WANTED = 1  # not measured, but often asked
    GUIDED = 2  # by landmarks, where sums allow
    HIERARCHY = 3


cdef class Layer:  # the links usable for one objective under one choice of states
    cdef uint64_t* key  # [m], 0 where the link is not usable
    cdef uint32_t* first  # [n + 1], into arcs, by head
    cdef Arc* arcs
    cdef uint64_t step  # the key of every link where all have the same one, else 0
    cdef object landmarks  # that guide searches over it; None as long as there are none
    cdef object asked  # the landmarks of the wiring that were asked last whether they can
    cdef object climb  # its weights on the hierarchy, where searches go over that; else None
    cdef uint32_t searches  # for one path without them
    cdef uint64_t slack  # by how much in sum its links are below the floor of the landmarks


cdef class Scratch:  # working memory of one search at a time
    cdef uint64_t* dist  # [2n + 1]
    cdef uint32_t* mark  # [2n + 1]; dist[v] counts only where mark[v] == stamp
    cdef uint8_t* role  # [n]
    cdef uint32_t* path  # [n], the links of the last walk
    cdef uint32_t* via  # [2n + 1], for searches that keep their tree
    cdef uint32_t* onward  # [2n + 1]
    cdef uint32_t* leaves  # [n], all ones between searches
    cdef uint32_t stamp
    cdef uint32_t n_labels
    cdef Heap heap

    cdef void fresh(self) noexcept nogil
    cdef void set_roles(self, Query query) noexcept nogil
    cdef void clear_roles(self, Query query) noexcept nogil


cdef class Wiring:  # routers and links without their weights; shared by the graphs of many snapshots
    cdef readonly uint32_t n
    cdef readonly uint32_t m
    cdef readonly uint32_t shift
    cdef uint32_t* first  # [n + 1], links by tail
    cdef uint32_t* tail  # [m]
    cdef uint32_t* head  # [m]
    cdef uint8_t* ingress  # [n], 0: traffic enters here only where no ingress of the source can do
    cdef uint32_t* rank  # [m], place of the link's id among all ids: what breaks ties
    cdef uint32_t* in_first  # [n + 1], into in_link, by head
    cdef uint32_t* in_link  # [m], links by head, ascending
    cdef readonly list guides  # by objective: the landmarks made last for a graph of this wiring, or None
    cdef uint8_t choice[N_OBJECTIVES]
    cdef list pool

    cdef void sort_by_head(self) noexcept nogil


cdef class Numbers:  # memory of numbers that graphs share
    cdef void* at


cdef class Graph:
    cdef readonly Wiring wiring
    cdef readonly uint32_t n
    cdef readonly uint32_t m
    cdef readonly uint32_t shift
    cdef uint32_t* first  # the wiring's
    cdef uint32_t* tail
    cdef uint32_t* head
    cdef uint32_t* rank
    cdef uint32_t* weight[N_OBJECTIVES]  # [m]
    cdef uint64_t* bandwidth[N_BANDWIDTHS]  # [m], bit/s + 1, 0 where unknown
    cdef uint8_t* state  # [m]
    cdef list numbers  # who holds those: N_OBJECTIVES, N_BANDWIDTHS, and the states
    cdef list layers

    cdef void point(self) noexcept
    cdef int own(self, int which) except -1
    cdef Layer layer(self, int objective, int allow)
    cdef Scratch take(self)
    cdef void give(self, Scratch scratch)


cdef class Bans:
    cdef uint8_t* banned
    cdef readonly uint32_t m


cdef class Query:
    cdef readonly Graph graph
    cdef readonly int objective
    cdef readonly int allow
    cdef Layer layer
    cdef readonly Bans bans
    cdef Filter filter
    cdef uint32_t* sources
    cdef uint32_t* targets
    cdef uint32_t n_sources
    cdef uint32_t n_targets
    cdef object climb  # its own weights on the hierarchy, where it has filters; else None
    cdef uint32_t searches  # without those
    cdef readonly bint due


cdef void* allocate(size_t count, size_t size) except NULL

cdef uint64_t key_of(Graph graph, const uint32_t* weight, uint32_t link, int allow) noexcept nogil

cdef bint usable(Graph graph, uint32_t link, int allow) noexcept nogil

cdef Layer layer_of(Graph graph, const uint32_t* weight)

cdef tuple as_tuple(const uint32_t* links, size_t count)
