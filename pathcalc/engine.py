"""PathEngine: the one Python face of the path core."""

import math
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Unpack

import numpy as np
import numpy.typing as npt

from pathcalc.allocation import AllocationAnswer, Demand, wanted_of
from pathcalc.answers import DisjointAnswer, FlowAnswer, Path, PathsAnswer
from pathcalc.any.disjoint import MOST_PATHS as MOST_APART
from pathcalc.any.disjoint import Apart, DisjointPaths, Level, undecided
from pathcalc.any.explain import Explanation, objections
from pathcalc.any.flows import Flows
from pathcalc.any.infeasible import Diagnosis, Question
from pathcalc.any.lane import ask_of
from pathcalc.any.matrix import Matrix, Metric
from pathcalc.any.no_set import NoSet
from pathcalc.any.objectives import BOUNDS, WEIGHTS, steps_of
from pathcalc.any.several import SeveralPaths
from pathcalc.any.single import SinglePath, exhausted
from pathcalc.any.solver import Solver, Task
from pathcalc.asked import Routing, basis_of, check_cells, check_k, check_routing, checked_budget
from pathcalc.constraints.fields import UNCONSTRAINED, Basis, ConstraintFields, Constraints, Objective
from pathcalc.core.lane import Lane
from pathcalc.endpoints import Endpoint, name_of
from pathcalc.errors import PathError
from pathcalc.igp.forwarding import Forwarding
from pathcalc.igp.matrix import matrix_igp, refuse_constraints
from pathcalc.igp.pin import Segment, pin
from pathcalc.moved import Moved, overlaid
from pathcalc.overlay import NO_LINKS, Changes, Overlay, applied, changes_of, values_of
from pathcalc.structure import Structure
from pathcalc.tables import Tables
from pathcalc.tree import Tree
from pathcalc.whatif import Effect, Failures, WhatIf, effects_of, pairs_of
from topology.snapshot import LinkState, Snapshot

_new = object.__new__
MANY_FLOWS: ConstraintFields = {"flows": 1_000_000}
UNLIMITED = Constraints(**MANY_FLOWS)


class PathEngine(Moved):
    """Answers path questions on one snapshot; immutable with it and safe for concurrent readers.

    Endpoints are site ids, router ids, or a sequence of those of which any will do. Of equally good paths
    the one with fewest hops is taken, and of those the one whose sequence of link ids is smallest (UTF-8
    byte order), so the same snapshot and question give the same answer everywhere. A link whose metric is
    unknown is not used where that metric is the objective or is bounded.

    Searches that may take long (bounds, way points, several paths under them) end after a fixed number of
    labels, or after `budget_ms`: the answer is then `feasible` with a proved bound, or BudgetExhausted.

    An engine takes over from the `previous` one what depends on the network's structure alone, where that is
    the same, and numbers that have not moved; the rest is made anew. `as_if`: of what is asked about, and not
    measured, so that nothing made for it serves any other engine.

    All methods raise UnknownNode, InvalidQuery (SameEndpoint among them) and, where there is no answer,
    NoConnectivity, NoFeasiblePath or BudgetExhausted. The constructor raises GraphTooLarge where sums
    could overflow.
    """

    def __init__(self, snapshot: Snapshot, previous: "PathEngine | None" = None, *, as_if: bool = False):
        self.snapshot = snapshot
        self._structure: Structure = Structure.of(snapshot, None if previous is None else previous._structure)
        self._ordered = self._structure.arranged(snapshot)
        if previous is not None:
            snapshot.adopt_indexes(previous.snapshot)
            self._ordered.adopt_indexes(previous._ordered)
        self._tables = Tables(self._ordered, self._structure)
        self._endpoints = self._structure.endpoints
        before = None if previous is None else previous._solver
        self._solver: Solver = Solver(self._ordered, self._tables, before, as_if=as_if)
        self._single = SinglePath(self._solver)
        self._several = SeveralPaths(self._solver, self._single)
        self._matrix = Matrix(self._solver, lambda: self._turned)
        guide, graph = self._solver.guide, self._solver.graph  # the lane is made last: see `Moved`
        self._lane = Lane(self._endpoints.of, self._tables, Path, guide, graph, overlaid, BOUNDS)

    def with_weights(self, **fields: Mapping[str, int | None]) -> "PathEngine":
        """Return the engine of the same network with other values of links: `latency_us={link: value}`.

        The fields are those that an `Overlay` sets; None is unknown. This engine stays as it is. Where only
        weights change it takes under a microsecond, and `path` knows them at once. Raises UnknownNode,
        InvalidQuery, and GraphTooLarge where sums could overflow.
        """
        lane = self._lane.moved(fields, self)
        if lane is None:
            values = values_of(self.snapshot, fields, "with_weights")
            return self._changed(Changes(NO_LINKS, values))
        engine = _new(PathEngine)
        engine._lane = lane
        return engine

    def with_overlay(self, overlay: Overlay) -> "PathEngine":
        """Return the engine that answers as if the overlay were so. Raises as `with_weights` does."""
        return self._changed(changes_of(self.snapshot, overlay))

    def _changed(self, changes: Changes) -> "PathEngine":
        return PathEngine(applied(self.snapshot, changes), self, as_if=True)

    @property
    def is_prepared(self) -> bool:
        """Whether what is often asked for is answered as fast as it can be; answers are the same."""
        return not self._solver.unguided()

    def prepare(self, *objectives: str) -> None:
        """Make what makes answers fast, for what was often asked and for the sums named.

        May take seconds in large networks; other threads may ask meanwhile, and get the same answers.
        """
        asked = {WEIGHTS.index(step) for objective in objectives for step in steps_of(objective)[-1:]}
        for which in sorted(asked.union(self._solver.unguided())):
            self._solver.prepare(which, 0)
            self._solver.choose(which, 0)

    @cached_property
    def _turned(self) -> Solver:
        """The solver of the network with every link the other way round."""
        structure = self._structure.turned
        other_way = structure.arranged(self._ordered)
        return Solver(other_way, Tables(other_way, structure))

    @cached_property
    def _disjoint(self) -> DisjointPaths:
        return DisjointPaths(self._solver, self._single)

    @cached_property
    def _flows(self) -> Flows:
        return Flows(self._solver)

    def path(
        self,
        source: Endpoint,
        target: Endpoint,
        *,
        objective: Objective = "latency",
        budget_ms: int | None = None,
        **constraints: Unpack[ConstraintFields],
    ) -> Path:
        """Return the best path that keeps the constraints (fields of `Constraints`)."""
        if budget_ms is not None:
            checked_budget(budget_ms)
        path = self._lane.path(source, target, objective, constraints)
        if path is not None or (path := self._asked_anew(source, target, objective, constraints)):
            return path
        limits = Constraints(**constraints) if constraints else UNCONSTRAINED
        task = self._solver.task(self._endpoints.pair(source, target), limits, budget_ms)
        found = self._single.best(task, objective)
        if found.links is None:
            if found.step:
                raise exhausted(limits)
            raise self._no_path(source, target, task, objective)
        basis = self._remember(objective, constraints, limits)
        if found.step:
            return Path(self._tables, found.links, basis, "feasible", bound=found.bound, bound_of=found.step)
        return Path(self._tables, found.links, basis)

    def widest(self, source: Endpoint, target: Endpoint, **constraints: Unpack[ConstraintFields]) -> Path:
        """Return the path of most bandwidth on `bandwidth_basis`; ties: fewest hops, then link ids."""
        return self.path(source, target, objective="widest", **constraints)

    def k_paths(
        self,
        source: Endpoint,
        target: Endpoint,
        *,
        k: int,
        objective: Objective = "latency",
        budget_ms: int | None = None,
        **constraints: Unpack[ConstraintFields],
    ) -> PathsAnswer:
        """Return the k best simple paths in order, fewer if there are no more; at least one."""
        check_k(k)
        budget_ms = checked_budget(budget_ms)
        several = self._lane.k_paths(source, target, objective, k, constraints)
        if several is not None:
            return PathsAnswer(several)
        limits = Constraints(**constraints)
        task = self._solver.task(self._endpoints.pair(source, target), limits, budget_ms)
        found = self._several.best(task, objective, k)
        if not found.paths:
            if not found.complete:
                raise exhausted(limits)
            raise self._no_path(source, target, task, objective)
        basis = self._remember(objective, constraints, limits)
        status = "optimal" if found.complete else "feasible"
        return PathsAnswer(tuple(Path(self._tables, links, basis) for links in found.paths), status)

    def explain(
        self,
        source: Endpoint,
        target: Endpoint,
        *,
        objective: Objective = "latency",
        **constraints: Unpack[ConstraintFields],
    ) -> Explanation:
        """Return the best path without the constraints, and what each of them has against it."""
        limits = Constraints(**constraints)
        ends = self._endpoints.pair(source, target)
        bare = limits.without(*limits.named())
        task = self._solver.task(ends, bare)
        found = self._single.best(task, objective)
        if found.links is None:
            raise self._no_path(source, target, task, objective)
        counted = self._solver.counted(limits, objective)
        against = objections(self._solver, found.links, limits, counted)
        return Explanation(Path(self._tables, found.links, self._basis(limits)), against)

    def disjoint_paths(
        self,
        source: Endpoint,
        target: Endpoint,
        *,
        count: int = 2,
        level: Level = "circuit",
        objective: Objective = "latency",
        budget_ms: int | None = None,
        **constraints: Unpack[ConstraintFields],
    ) -> DisjointAnswer:
        """Return `count` (2 to 16) paths of least sum that share no link, circuit, router, SRLG or site.

        Paths that share no router, SRLG or site share no circuit, and those that share no site no router. The
        ends are exempt: their routers at level router, their sites at level site. Bounds on sums hold for
        each path; way points are refused. The widest set is that whose narrowest link is widest.

        `link`, `circuit` and `router` are optimal without bounds. `srlg` and `site`, and bounds, are hard:
        `feasible` with its bound where the search ended at its budget. Raises NoDisjointPaths.
        """
        budget_ms = checked_budget(budget_ms)
        if level in self._disjoint.plain and type(count) is int and 1 < count <= MOST_APART:
            paths = self._lane.disjoint(source, target, objective, count, level == "router", constraints)
            if paths is not None:
                return DisjointAnswer(paths, level)
        limits = Constraints(**constraints) if constraints else UNCONSTRAINED
        ends = self._endpoints.pair(source, target)
        task = self._solver.task(ends, limits, budget_ms)
        apart = Apart(level, count)
        found = self._disjoint.best(task, apart, objective)
        basis = self._basis(limits)
        if not found.paths:
            if found.step:
                raise undecided(apart)
            question = Question(name_of(source), name_of(target), ends, objective, limits, task.deadline_s)
            diagnosis = Diagnosis(self._solver, self._single, question)
            raise NoSet(self._disjoint, diagnosis, task, apart, objective).error(found, basis)
        self._remember(objective, constraints, limits)
        paths = tuple([Path(self._tables, links, basis) for links in found.paths])
        return DisjointAnswer(paths, level, found.step, found.bound)

    def max_flow(
        self, source: Endpoint, target: Endpoint, **constraints: Unpack[ConstraintFields]
    ) -> FlowAnswer:
        """Return the most bit/s that fit at once on `bandwidth_basis`, the links, paths, and least cut.

        Filters hold for every link; bounds on sums and way points are refused. Links of unknown bandwidth
        carry nothing. Members of a group count together unless `flows` says how many flows there are.
        Raises GraphTooLarge where the bandwidths' sum could overflow.
        """
        limits = Constraints(**(MANY_FLOWS | constraints)) if constraints else UNLIMITED
        found = self._flows.maximum(self._endpoints.pair(source, target), limits)
        return FlowAnswer(self._tables, found, self._basis(limits))

    def allocate(
        self,
        demands: Sequence[Demand],
        *,
        routing: Routing = "any",
        budget_ms: int | None = None,
        **constraints: Unpack[ConstraintFields],
    ) -> AllocationAnswer:
        """Return a max-min fair share of the network for each demand, none of which can have more unless one
        that has no more than it, by weight, gets less.

        Under `any` each may take any paths and any number of them: `optimal` is proved to one part in a
        million, and what is not proved is `feasible` with a bound for each. Under `igp` packets go where they
        go: exact, and constraints are refused. Bounds on sums and way points are refused.
        """
        limits = Constraints(**(MANY_FLOWS | constraints)) if constraints else UNLIMITED
        budget = checked_budget(budget_ms)
        check_routing(routing)
        wanted = wanted_of(demands, self._endpoints)
        deadline_s = math.inf if budget is None else time.monotonic() + budget / 1000
        shares = self._flows.allocate(wanted, limits, routing, deadline_s)
        return AllocationAnswer(self._tables, demands, shares, self._basis(limits))

    def forwarding(
        self, source: Endpoint, target: Endpoint, *, bandwidth_basis: Basis = "free_p05"
    ) -> Forwarding:
        """Return where packets go by `igp_metric`, splitting equally over next-hop links at each router.

        Links that are stale or down, or without an `igp_metric`, carry nothing. A drained link costs 2^24
        more, as routers cost it out, so it carries traffic only where nothing else leads on: the answer
        then names it in `drained_links`. A target that cannot be reached is an answer: `unreachable`.
        """
        basis = basis_of(bandwidth_basis, self.snapshot)
        sources, targets = self._endpoints.pair(source, target)
        ways = self._solver.destination(targets).ways(self._solver.graph, sources)
        return Forwarding(self._tables, ways, basis)

    def tree(
        self,
        root: Endpoint,
        *,
        objective: Objective = "latency",
        incoming: bool = False,
        **constraints: Unpack[ConstraintFields],
    ) -> Tree:
        """Return the tree of best paths from a place to all others, or to it (`incoming`), kept up to date.

        Constraints filter links; bounds on sums and way points are refused.
        """
        solver = self._turned if incoming else self._solver
        return Tree(solver, self._endpoints, root, objective, Constraints(**constraints), incoming=incoming)

    def follow(self, tree: Tree) -> int:
        """Make a tree one of this engine's network; return how many routers that touched.

        Only links whose value, state or filters differ count; values that were set on the tree do not last.
        """
        return tree.follow(self._turned if tree.incoming else self._solver, self._endpoints)

    def pin(self, path: Path, target: Endpoint) -> tuple[Segment, ...]:
        """Return the shortest segment list (RFC 8402) that makes packets to `target` take the path.

        Empty where the IGP takes it anyway. Every list is one that forwarding along it confirms.
        """
        return pin(self._solver, path.indexes, self._endpoints.routers(target, "to"))

    def whatif(
        self,
        failures: Failures,
        *,
        pairs: Sequence[tuple[Endpoint, Endpoint]] | None = None,
        routing: Routing = "igp",
        **constraints: Unpack[ConstraintFields],
    ) -> tuple[Effect, ...]:
        """Return what each failure alone does to the latency of the pairs (default: all pairs of sites).

        `failures`: each_circuit, each_srlg, each_router, or ids of circuits, links, routers, SRLGs and sites;
        a tuple of ids fails together. Of what is asked for by its id and is down already, the effect is
        against the network with it up; in a sweep it has none any more. Under `igp` latency is the mean over
        the traffic, and constraints are refused.
        """
        limits = Constraints(**constraints)
        check_routing(routing)
        if routing == "igp":
            refuse_constraints(limits)
        asked = pairs_of(self._endpoints, self.snapshot.site_ids, pairs)

        def with_up(links: tuple[str, ...]) -> WhatIf:
            up = PathEngine(self.snapshot.with_state(links, LinkState.UP), self, as_if=True)
            return WhatIf(up._solver, asked, routing, limits)

        return tuple(effects_of(WhatIf(self._solver, asked, routing, limits), failures, with_up))

    def matrix(
        self,
        sources: Sequence[Endpoint],
        targets: Sequence[Endpoint],
        *,
        metric: Metric = "latency",
        routing: Routing = "any",
        **constraints: Unpack[ConstraintFields],
    ) -> npt.NDArray[np.float64]:
        """Return the metric from each source to each target, one row a source; nan where unreachable.

        `latency` in µs, `bandwidth` in bit/s. Under `any` each cell is the best path's by that metric; under
        `igp` the mean over the traffic (`bandwidth`: of the narrowest link used), with nan where a link used
        has no known value. A place to itself is 0, and inf for bandwidth. Constraints filter links under
        `any`; bounds on sums and constraints under `igp` are refused.
        """
        limits = Constraints(**constraints) if constraints else UNCONSTRAINED
        check_cells(len(sources), len(targets))
        check_routing(routing)
        rows = self._structure.lists.resolve(sources, "sources")
        columns = self._structure.lists.resolve(targets, "targets")
        if routing == "any":
            return self._matrix.values(rows, columns, metric, limits)
        return matrix_igp(self._solver, rows.each, columns.each, metric, limits)

    def _no_path(self, source: Endpoint, target: Endpoint, task: Task, objective: str) -> PathError:
        names = name_of(source), name_of(target)
        question = Question(*names, task.ends, objective, task.limits, task.deadline_s)
        return Diagnosis(self._solver, self._single, question).no_path(self._basis(task.limits))

    def _basis(self, limits: Constraints) -> str:
        return basis_of(limits.bandwidth_basis, self.snapshot)

    def _remember(self, objective: Objective, constraints: ConstraintFields, limits: Constraints) -> str:
        """Let the lane answer such questions from now on, if it can; return their basis of bandwidth."""
        basis = self._basis(limits)
        ask = ask_of(self._solver, objective, limits, basis)
        if ask is not None:
            self._lane.prepare(objective, constraints, ask)
        return basis
