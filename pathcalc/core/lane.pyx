"""The fast lane: one pair by one sum, from ids to answer without a Python object in between.

What stays the same from pair to pair is prepared once a set of constraints. What the lane cannot answer (other
questions, wrong names, no path) it leaves to those who can say why: the answer is None.
"""

from cpython.dict cimport PyDict_GetItem
from cpython.object cimport PyObject
from cython cimport final
from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.alt cimport best_path
from pathcalc.core.disjoint cimport Residual
from pathcalc.core.graph cimport UNREACHED, Query, Scratch
from pathcalc.core.linklist cimport LinkList

cdef enum:
    MOST_ROUTERS = 16  # of one end
    MOST_ASKS = 256  # remembered at once
    MOST_APART = 16  # disjoint paths


@final
cdef class Ask:
    """A question but for its ends."""

    cdef Query query  # its ends are lent to it for one search at a time
    cdef str basis
    cdef uint64_t most  # value

    def __init__(self, Query query not None, str basis not None, uint64_t most):
        if query.n_sources or query.n_targets:
            raise ValueError("the ends are lent later")
        self.query = query
        self.basis = basis
        self.most = most


@final
cdef class Lane:
    cdef dict places
    cdef object tables
    cdef tuple link_ids
    cdef type answer
    cdef object ripe
    cdef dict asks
    cdef list residuals  # for disjoint paths, lent to one search at a time

    def __init__(self, dict places not None, tables, type answer not None, ripe not None):
        if not issubclass(answer, LinkList):
            raise TypeError("an answer is a LinkList")
        self.places = places
        self.tables = tables
        self.link_ids = tables.link_ids
        self.answer = answer
        self.ripe = ripe
        self.asks = {}
        self.residuals = []

    def prepare(self, str objective not None, dict constraints not None, Ask ask not None):
        """See `lane.pyi`."""
        if len(self.asks) >= MOST_ASKS:
            self.asks.clear()
        try:
            self.asks[key_of(objective, constraints)] = ask
        except TypeError:  # not hashable: such questions take the other way each time
            return

    def path(self, source, target, objective, dict constraints not None):
        """See `lane.pyi`."""
        cdef uint32_t[MOST_ROUTERS] sources
        cdef uint32_t[MOST_ROUTERS] targets
        cdef uint32_t n_sources, n_targets
        cdef Ask ask = self.ask_of(objective, constraints)
        if ask is None:
            return None
        n_sources = self.routers(source, sources)
        n_targets = self.routers(target, targets)
        if n_sources == 0 or n_targets == 0:
            return None
        return self.search(ask, sources, n_sources, targets, n_targets)

    def disjoint(self, source, target, objective, uint32_t count, bint split, dict constraints not None):
        """See `lane.pyi`."""
        cdef uint32_t[MOST_ROUTERS] sources
        cdef uint32_t[MOST_ROUTERS] targets
        cdef uint32_t n_sources, n_targets
        cdef Ask ask = self.ask_of(objective, constraints)
        if ask is None or ask.most < UNREACHED - 1 or count > MOST_APART:
            return None
        n_sources = self.routers(source, sources)
        n_targets = self.routers(target, targets)
        if n_sources == 0 or n_targets == 0:
            return None
        for i in range(n_sources):
            for j in range(n_targets):
                if sources[i] == targets[j]:
                    return None
        return self.search_apart(ask, sources, n_sources, targets, n_targets, count, split)

    cdef tuple search_apart(
        self, Ask ask, uint32_t* sources, uint32_t n_sources, uint32_t* targets, uint32_t n_targets,
        uint32_t count, bint split
    ):
        cdef Query query = ask.query
        cdef Residual residual
        cdef LinkList path
        cdef uint32_t i
        cdef bint found
        try:
            residual = <Residual>self.residuals.pop()
        except IndexError:
            residual = Residual(query.graph, MOST_APART)
        # Until the ends are taken back no Python runs, so no other thread does.
        query.sources, query.n_sources = sources, n_sources
        query.targets, query.n_targets = targets, n_targets
        try:
            found = residual.find(query, count, split)
            residual.decompose()
        finally:
            residual.close()
            query.sources, query.n_sources = NULL, 0
            query.targets, query.n_targets = NULL, 0
        paths = None
        if found:
            paths = []
            for i in range(count):
                path = <LinkList>self.answer.__new__(self.answer)
                path.fill(
                    self.tables, self.link_ids, residual.taken + residual.walks[i].first, residual.walks[i].count,
                    ask.basis,
                )
                paths.append(path)
            paths = tuple(paths)
        self.residuals.append(residual)
        if query.due:
            query.due = False
            self.ripe(query)
        return paths

    cdef Ask ask_of(self, objective, dict constraints):
        cdef PyObject* found = PyDict_GetItem(self.asks, key_of(objective, constraints))
        return None if found == NULL else <Ask>found

    cdef uint32_t routers(self, name, uint32_t* out) except? 0:
        """Write the routers of a place; return their number, 0 where the lane does not know it."""
        cdef PyObject* found
        cdef tuple routers
        cdef uint32_t count, i
        if type(name) is not str:
            return 0
        found = PyDict_GetItem(self.places, name)
        if found == NULL:
            return 0
        routers = <tuple>found
        count = <uint32_t>len(routers)
        if count > MOST_ROUTERS:
            return 0
        for i in range(count):
            out[i] = routers[i]
        return count

    cdef LinkList search(
        self, Ask ask, uint32_t* sources, uint32_t n_sources, uint32_t* targets, uint32_t n_targets
    ):
        cdef Query query = ask.query
        cdef Scratch scratch = query.graph.take()
        cdef LinkList found = None
        cdef uint32_t count
        cdef uint64_t best
        # Until the ends are taken back no Python runs, so no other thread does.
        query.sources, query.n_sources = sources, n_sources
        query.targets, query.n_targets = targets, n_targets
        best = best_path(query, scratch, &count)
        query.sources, query.n_sources = NULL, 0
        query.targets, query.n_targets = NULL, 0
        if best != UNREACHED and best != 0 and best >> query.graph.shift <= ask.most:
            found = <LinkList>self.answer.__new__(self.answer)
            found.fill(self.tables, self.link_ids, scratch.path, count, ask.basis)
        query.graph.give(scratch)
        if query.due:
            query.due = False
            self.ripe(query)
        return found


cdef object key_of(object objective, dict constraints):
    """What names a question's constraints: names, types (True is no 1) and values, in the order given."""
    cdef list parts
    if not constraints:
        return objective
    parts = [objective]
    for name, value in constraints.items():
        parts += (name, type(value), value)
    return tuple(parts)
