"""Disjoint paths of least sum in the residual graph; also what the search without shared risks is built on."""

from libc.stddef cimport size_t
from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.graph cimport Filter, Graph, Layer, Query, Scratch
from pathcalc.core.heap cimport Heap
from pathcalc.core.landmarks cimport Line

cdef enum:
    NO_LINK = 0xFFFFFFFF


cdef struct Used:  # a link of the flow
    uint32_t link
    uint32_t beside_out  # the next of the flow that leaves the same router, in order of ids
    uint32_t beside_in  # the next that enters the same router


cdef struct State:  # all that a search asks of one, in one place
    uint64_t key  # from the sources, where `mark` is the stamp
    uint64_t rest  # lower bound of the key to the targets, where `rest_mark` is the stamp
    uint32_t mark
    uint32_t rest_mark


cdef struct Walk:  # one path of a flow: links[first : first + count] of the residual's `taken`
    uint64_t key
    uint32_t first
    uint32_t count


cdef struct Aim:  # where bounds by landmarks lead to
    const Line* lines
    uint32_t n_lines
    uint32_t scale
    uint32_t asked
    uint32_t which[2]
    Line end[2]


cdef class Residual:
    cdef Graph graph
    cdef Query query
    cdef Layer layer
    cdef Filter filter
    cdef bint split
    cdef bint guided
    cdef bint failed  # a guided search opened too many labels: nothing is known
    cdef Aim aim
    cdef Scratch base  # roles, and exact keys to the targets where there is no flow
    cdef Scratch walk  # the way back from the targets
    cdef State* states  # [2n + 1]
    cdef uint32_t stamp
    cdef uint32_t rest_stamp
    cdef Heap* heap
    cdef uint32_t* leaving  # [n], the flow's first link by tail, as an index of `used`
    cdef uint32_t* entering  # [n], by head
    cdef uint32_t* touched  # [n_touched], states with labels
    cdef uint32_t n_touched
    cdef uint64_t best
    cdef uint64_t key  # of the flow
    cdef uint32_t n_paths  # of the flow
    cdef Used* used
    cdef size_t n_used
    cdef size_t room
    cdef uint32_t* taken  # [room] the flow's links, path after path
    cdef Walk* walks
    cdef uint32_t most_walks

    cdef void open(self, Query query, bint split, bint guided) noexcept
    cdef bint find(self, Query query, uint32_t count, bint split) except -1
    cdef tuple answer(self, Query query, uint32_t count, bint split)
    cdef void fresh(self) noexcept
    cdef void forget_rests(self) noexcept
    cdef void begin(self) noexcept
    cdef bint start(self) except -1
    cdef bint augment(self, uint64_t most) except -1
    cdef bint solve(self, uint32_t count, uint64_t most) except -1
    cdef void decompose(self) noexcept
    cdef void search(self, uint64_t most) noexcept
    cdef void reach(self, uint32_t state, uint64_t key) noexcept
    cdef void expand(self, uint32_t state) noexcept
    cdef void reach_by_links(self, uint32_t v, uint64_t key, bint on) noexcept
    cdef void estimate(self, uint32_t state) noexcept
    cdef uint32_t trace(self) noexcept
    cdef bint visit(self, uint32_t state, uint64_t key, uint32_t link, uint32_t onward) noexcept
    cdef int flow(self, uint32_t state) except -1
    cdef int add(self, uint32_t link) except -1
    cdef void forget(self) noexcept
    cdef void join(self) noexcept
    cdef bint is_used(self, uint32_t tail, uint32_t link) noexcept
    cdef bint is_split(self, uint32_t router) noexcept
    cdef tuple links(self, uint32_t number)
    cdef tuple cut(self)
    cdef bint is_labelled(self, uint32_t state) noexcept
    cdef void close(self) noexcept
    cdef void give(self) noexcept


cdef int refuse_meeting_ends(Query query) except -1
