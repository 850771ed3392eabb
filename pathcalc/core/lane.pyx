"""The fast lane: one pair by one sum, within bounds or not, or by bandwidth and then one sum, from ids to answer.

What stays the same from pair to pair is prepared once a set of constraints. What the lane cannot answer (other
questions, wrong names, no path) it leaves to those who can say why: the answer is None.
"""

from cpython.dict cimport PyDict_GetItem
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_New, PyTuple_SET_ITEM
from cython cimport final
from cpython.long cimport PyLong_AsLongLongAndOverflow
from libc.stdint cimport uint32_t, uint64_t

from pathcalc.core.alt cimport best_path
from pathcalc.core.clock cimport NO_GLANCE
from pathcalc.core.disjoint cimport Residual
from pathcalc.core.graph cimport N_OBJECTIVES, NO_WEIGHT, UNREACHED, Graph, Query, Scratch
from pathcalc.core.kpaths cimport KPaths
from pathcalc.core.labels cimport FEW_LABELS, LabelSearch
from pathcalc.core.linklist cimport Later, LinkList
from pathcalc.core.moving cimport Moving, Version, is_behind
from pathcalc.core.widest cimport most_bandwidth

cdef dict WHICH = {"latency_us": 0, "te_metric": 1, "igp_metric": 2, "jitter_us": 4, "loss_ppm": 5}
FLOOR = "min_bandwidth_bps"  # its value may differ from call to call of one `Ask`, as those of bounds may

cdef enum:
    MOST_ROUTERS = 16  # of one end
    MOST_ASKS = 256  # remembered at once
    MOST_APART = 16  # disjoint paths
    MOST_SEARCHED = 1_048_576  # routers times paths: what takes longer is to let others have their turn


cdef struct Ends:
    uint32_t n_sources
    uint32_t n_targets
    uint32_t[MOST_ROUTERS] sources
    uint32_t[MOST_ROUTERS] targets


cdef struct Values:  # of one call
    uint64_t floor
    uint64_t[N_OBJECTIVES] most  # of each bound


cdef bint meet(const Ends* ends) noexcept:
    """Whether a router is in both ends: there is no path to find then."""
    cdef uint32_t i, j
    for i in range(ends.n_sources):
        for j in range(ends.n_targets):
            if ends.sources[i] == ends.targets[j]:
                return True
    return False


@final
cdef class Ask:
    """See `lane.pyi`."""

    cdef Query query  # its ends and its floor are lent to it for one search at a time
    cdef str basis
    cdef tuple names  # of the bounds
    cdef uint32_t n_bounds
    cdef int[N_OBJECTIVES] which  # the weight of each
    cdef uint64_t[N_OBJECTIVES] cap  # at least so much is no bound
    cdef tuple landmarks  # what labels are guided by, where bounds take any
    cdef uint64_t own_floor  # where a call has none
    cdef bint widest
    cdef bint keeps_floor  # from call to call

    def __init__(
        self, Query query not None, str basis not None, tuple bounds not None, tuple landmarks not None, bint widest
    ):
        if query.n_sources or query.n_targets:
            raise ValueError("the ends are lent later")
        if widest and query.filter.bandwidth == NULL:
            raise ValueError("the widest path is one of some bandwidth")
        if len(bounds) > N_OBJECTIVES or (landmarks and len(landmarks) != len(bounds) + 1):
            raise ValueError("too many bounds, or not the landmarks of each")
        self.query = query
        self.basis = basis
        self.names = tuple([name for name, _, _ in bounds])
        self.n_bounds = <uint32_t>len(bounds)
        for i, (_, which, cap) in enumerate(bounds):
            self.which[i] = which
            self.cap[i] = cap
        self.landmarks = landmarks
        self.own_floor = query.filter.floor
        self.widest = widest

    cdef bint read(self, dict constraints, Values* values) except -1:
        """Read the floor, as the filter holds it, and the bounds; False where others are to look at them."""
        cdef PyObject* value
        cdef uint32_t i
        values.floor = self.own_floor
        if not constraints:
            return True
        try:
            value = PyDict_GetItem(constraints, FLOOR)
            if value != NULL and <object>value is not None:
                values.floor = <uint64_t><object>value + 1
                if not 0 < values.floor < UNREACHED:
                    return False
            for i in range(self.n_bounds):
                values.most[i] = <object>PyDict_GetItem(constraints, <object>self.names[i])
                if values.most[i] == UNREACHED:
                    return False
                if values.most[i] >= self.cap[i]:
                    values.most[i] = UNREACHED - 1
        except OverflowError:
            return False
        return True

    cdef uint64_t search(
        self, Ends* ends, const Values* values, Scratch scratch, Scratch other, uint32_t* count
    ) noexcept:
        """Write the best path to scratch.path; return its key, UNREACHED where there is none.

        No Python runs meanwhile, so no other thread does, until what is lent to the query is taken back.
        """
        cdef Query query = self.query
        cdef uint64_t best = UNREACHED
        self.lend(ends, values.floor)
        if self.widest:
            query.filter.floor = most_bandwidth(
                query.graph, query, query.layer, query.filter.bandwidth, scratch, other
            )
        if not self.widest or query.filter.floor != 0:
            best = best_path(query, scratch, count)
        self.take_back()
        if self.n_bounds > 0 and best != UNREACHED and best >> query.graph.shift > values.most[0]:
            return UNREACHED
        return best

    cdef void lend(self, Ends* ends, uint64_t floor) noexcept:
        self.query.sources, self.query.n_sources = ends.sources, ends.n_sources
        self.query.targets, self.query.n_targets = ends.targets, ends.n_targets
        self.query.filter.floor = floor

    cdef void take_back(self) noexcept:
        self.query.sources, self.query.n_sources = NULL, 0
        self.query.targets, self.query.n_targets = NULL, 0


@final
cdef class Lane(Later):
    cdef dict places
    cdef object tables
    cdef tuple link_ids
    cdef type answer
    cdef object ripe
    cdef frozenset varying
    cdef dict asks
    cdef list residuals  # for disjoint paths, lent to one search at a time
    cdef list several  # for k paths, as those
    # For other weights:
    cdef readonly Graph graph
    cdef object overlaid
    cdef dict index  # of links by id
    cdef dict moved_asks  # what lanes of other weights remember
    cdef Moving moving  # None as long as there are none
    cdef Version version  # of the weights, None for those of the graph
    cdef readonly object owner  # of the lane that this one was made of in the beginning

    def __init__(
        self, dict places not None, tables, type answer not None, ripe not None, Graph graph not None,
        overlaid not None, frozenset bounds not None,
    ):
        if not issubclass(answer, LinkList):
            raise TypeError("an answer is a LinkList")
        self.places = places
        self.tables = tables
        self.link_ids = tables.link_ids
        self.answer = answer
        self.ripe = ripe
        self.varying = bounds.union((FLOOR,))
        self.asks = {}
        self.residuals = []
        self.several = []
        self.graph = graph
        self.overlaid = overlaid
        self.moved_asks = {}

    def prepare(self, str objective not None, dict constraints not None, Ask ask not None):
        """See `lane.pyi`."""
        if len(self.asks) >= MOST_ASKS:
            self.asks.clear()
        ask.keeps_floor = not ask.widest and constraints.get(FLOOR) is None
        try:
            self.asks[key_of(objective, constraints, self.varying)] = ask
        except TypeError:  # not hashable: such questions take the other way each time
            return

    def path(self, source, target, objective, dict constraints not None):
        """See `lane.pyi`."""
        cdef Ends ends
        cdef Values values
        cdef Ask ask = self.read(source, target, objective, constraints, &ends, &values)
        if ask is None:
            return None
        if not ask.landmarks:
            return self.answered(ask, &ends, &values)
        # Landmarks say nothing of weights that move: they may be below the floor.
        return None if self.version is not None or meet(&ends) else self.bounded(ask, &ends, &values)

    def disjoint(self, source, target, objective, uint32_t count, bint split, dict constraints not None):
        """See `lane.pyi`."""
        cdef Ends ends
        cdef Values values
        cdef Ask ask = self.read(source, target, objective, constraints, &ends, &values)
        if ask is None or count > MOST_APART or not self.is_plain(ask, &ends):
            return None
        return self.search_apart(ask, &ends, values.floor, count, split)

    def k_paths(self, source, target, objective, uint32_t k, dict constraints not None):
        """See `lane.pyi`."""
        cdef Ends ends
        cdef Values values
        cdef Ask ask = self.read(source, target, objective, constraints, &ends, &values)
        if ask is None or not self.is_plain(ask, &ends) or k > MOST_SEARCHED // (ask.query.graph.n + 1):
            return None
        return self.search_several(ask, &ends, values.floor, k)

    cdef bint is_plain(self, Ask ask, const Ends* ends) noexcept:
        """Whether it is asked for one sum without a bound, between ends that have no router in common.

        Several paths are searched for by weights that stay as they are.
        """
        return self.version is None and not ask.widest and ask.n_bounds == 0 and not meet(ends)

    cdef inline Ask read(
        self, source, target, objective, dict constraints, Ends* ends, Values* values
    ):
        """Read a question: its ends, its numbers, and what is remembered of it; None leaves it to others."""
        cdef PyObject* known = PyDict_GetItem(self.asks, key_of(objective, constraints, self.varying))
        cdef Ask ask
        if known == NULL:
            return None
        ask = <Ask>known
        if not ask.read(constraints, values):
            return None
        ends.n_sources = self.routers(source, ends.sources)
        ends.n_targets = self.routers(target, ends.targets)
        return None if ends.n_sources == 0 or ends.n_targets == 0 else ask

    cdef tuple search_several(self, Ask ask, Ends* ends, uint64_t floor, uint32_t k):
        cdef Query query = ask.query
        cdef KPaths search
        cdef uint32_t i
        cdef tuple paths = None
        try:
            search = <KPaths>self.several.pop()
        except IndexError:
            search = KPaths(query.graph)
        # Until what is lent is taken back no Python runs, so no other thread does.
        ask.lend(ends, floor)
        try:
            search.find(query, k, None, NO_GLANCE)
        finally:
            search.close()
            ask.take_back()
        if search.n_accepted > 0:
            paths = PyTuple_New(search.n_accepted)
            for i in range(search.n_accepted):
                path = self.made(ask, search.pool + search.accepted[i].at, search.accepted[i].count)
                Py_INCREF(path)  # the tuple takes a reference of its own
                PyTuple_SET_ITEM(paths, i, path)
        self.several.append(search)
        if query.due:
            self.make_faster(ask)
        return paths

    cdef inline LinkList made(self, Ask ask, const uint32_t* links, uint32_t count):
        """Return the answer of these links."""
        cdef LinkList path = <LinkList>self.answer.__new__(self.answer)
        path.fill(self.tables if self.version is None else self, self.link_ids, links, count, ask.basis)
        return path

    cdef tuple search_apart(self, Ask ask, Ends* ends, uint64_t floor, uint32_t count, bint split):
        cdef Query query = ask.query
        cdef Residual residual
        cdef uint32_t i
        cdef bint found
        try:
            residual = <Residual>self.residuals.pop()
        except IndexError:
            residual = Residual(query.graph, MOST_APART)
        # Until what is lent is taken back no Python runs, so no other thread does.
        ask.lend(ends, floor)
        try:
            found = residual.find(query, count, split)
            residual.decompose()
        finally:
            residual.close()
            ask.take_back()
        paths = None
        if found:
            paths = []
            for i in range(count):
                paths.append(
                    self.made(ask, residual.taken + residual.walks[i].first, residual.walks[i].count)
                )
            paths = tuple(paths)
        self.residuals.append(residual)
        if query.due:
            self.make_faster(ask)
        return paths

    def moved(self, dict fields not None, owner):
        """See `lane.pyi`."""
        cdef Version version
        cdef Lane other
        if self.moving is None:
            self.begin_to_move()
        version = self.changed(fields)
        if version is self.version:
            return None
        other = Lane.__new__(Lane)
        other.places = self.places
        other.link_ids = self.link_ids
        other.answer = self.answer
        other.ripe = self.ripe
        other.varying = self.varying
        other.asks = other.moved_asks = self.moved_asks
        other.overlaid = self.overlaid
        other.graph = self.moving.graph
        other.index = self.index
        other.moving = self.moving
        other.version = version
        other.owner = owner if self.owner is None else self.owner
        return other

    cdef int begin_to_move(self) except -1:
        cdef dict index = self.tables.snapshot.link_index
        cdef Moving moving = Moving(self.graph)
        if self.moving is None:  # as it was, but for a thread that came in between
            self.index, self.moving = index, moving
        return 0

    cdef Version changed(self, dict fields):
        """Return the version with other values; this lane's own where there cannot be one, or none are given."""
        cdef Moving moving = self.moving
        cdef Version version = self.version
        cdef PyObject* which
        cdef PyObject* link
        cdef long long weight
        cdef int too_large
        for field, values in fields.items():
            which = PyDict_GetItem(WHICH, field)
            if which == NULL or type(values) is not dict:
                return self.version
            for name, value in (<dict>values).items():
                link = PyDict_GetItem(self.index, name)
                if link == NULL or type(value) is not int:
                    return self.version
                weight = PyLong_AsLongLongAndOverflow(value, &too_large)
                if too_large or not 0 <= weight <= moving.largest:
                    return self.version
                if moving.base.weight[<object>which][<object>link] == NO_WEIGHT:
                    return self.version
                version = moving.changed(version, <object>which, <object>link, <uint32_t>weight)
                if version is None:
                    return self.version
        return version

    def values(self):
        """See `lane.pyi`."""
        cdef dict found = {field: {} for field in WHICH}
        cdef list fields = ["latency_us", "te_metric", "igp_metric", "", "jitter_us", "loss_ppm"]
        cdef Version version = self.version
        while version is not None:
            (<dict>found[fields[version.which]]).setdefault(version.link, version.weight)
            version = version.parent
        return {field: values for field, values in found.items() if values}

    cdef object made_tables(self):
        if self.tables is None:
            self.tables = self.overlaid(self.owner, self.values())
        return self.tables

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

    cdef LinkList bounded(self, Ask ask, Ends* ends, const Values* values):
        """The best path within bounds, None where others are to say why there is none or to search longer."""
        cdef tuple bounds = tuple([(ask.which[i], values.most[i]) for i in range(ask.n_bounds)])
        cdef LabelSearch search = LabelSearch(ask.query, bounds, (), FEW_LABELS, NO_GLANCE)
        cdef int count
        # Until what is lent is taken back no Python runs, so no other thread does.
        ask.lend(ends, values.floor)
        try:
            search.open()
            count = search.by_landmarks(ask.landmarks)
        finally:
            search.close()
            ask.take_back()
        return self.made(ask, search.found, count) if count > 0 else None

    cdef LinkList answered(self, Ask ask, Ends* ends, const Values* values):
        cdef Graph graph = ask.query.graph
        cdef Scratch scratch = graph.take()
        cdef Scratch other = graph.take() if ask.widest else scratch
        cdef LinkList found = None
        cdef uint32_t count
        cdef uint64_t best
        if self.version is not None:
            if is_behind(self.moving, ask.query):
                self.moving.follow(ask.query)
            self.moving.move(self.version)  # from here to the end of the search no other thread runs
        best = ask.search(ends, values, scratch, other, &count)
        if best != UNREACHED and best != 0:
            found = self.made(ask, scratch.path, count)
        if ask.widest:
            graph.give(other)
        graph.give(scratch)
        if ask.query.due:
            self.make_faster(ask)
        return found

    cdef int make_faster(self, Ask ask) except -1:
        """Say what was asked often; what a query has for itself must be of the one floor that it keeps."""
        cdef Query query = ask.query
        query.due = False
        if self.version is not None or not ask.keeps_floor:
            query = Query(
                query.graph if self.version is None else self.moving.base, (), (), query.objective, query.allow,
                0, None, None,
            )
        self.ripe(query)
        return 0


cdef object key_of(object objective, dict constraints, frozenset varying):
    """What names a question: its constraints' names, types (True is no 1) and values but for those that vary."""
    cdef list parts
    if not constraints:
        return objective
    parts = [objective]
    for name, value in constraints.items():
        parts += (name, type(value), None if name in varying else value)
    return tuple(parts)
