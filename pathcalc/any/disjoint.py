"""Paths that do not fail together, at the level asked for: under any constraints but way points, by any
objective, exact or with a proved bound."""

from functools import cached_property
from typing import Literal, NamedTuple, get_args

import numpy as np

from pathcalc.any.bounded_sets import BoundedSets
from pathcalc.any.objectives import BANDWIDTH, steps_of
from pathcalc.any.single import Most, SinglePath
from pathcalc.any.solver import Links, Solver, Task
from pathcalc.core.disjoint import disjoint_paths
from pathcalc.core.risks import without_shared_risks
from pathcalc.errors import BudgetExhausted, InvalidQuery
from topology.snapshot import NULL_U8

Level = Literal["link", "circuit", "router", "srlg", "site"]
LEVELS: tuple[str, ...] = get_args(Level)
MOST_PATHS = 16
MOST_NODES = 2_000
"""Nodes of one search for paths without shared risks before it gives up."""


class Apart(NamedTuple):
    """How many paths are asked for, and what they must not share."""

    level: str
    n_paths: int


class DisjointSet(NamedTuple):
    """Disjoint paths, best first; none where there are not so many. Proved, unless `step` names what is not.

    Then `bound` is proved: no set has a smaller sum of that, or more of that bandwidth; `paths` are the best
    that were seen, and none says nothing. `exist`: how many there are at least, where there are not so many;
    all sets of so many go through the links and routers of `cut`, as far as that was looked into.
    """

    paths: tuple[Links, ...]
    step: str = ""
    bound: int | None = None
    exist: int = 0
    cut: tuple[Links, Links] = ((), ())

    @property
    def absent(self) -> bool:
        """Whether it is proved that there is no set."""
        return not self.paths and not self.step


class DisjointPaths:
    """Finds sets of disjoint paths on one snapshot."""

    def __init__(self, solver: Solver, single: SinglePath) -> None:
        self._solver = solver
        self._single = single

    @cached_property
    def plain(self) -> frozenset[str]:
        """The levels that the plain search knows, of this network."""
        structure = self._solver.tables.structure
        return frozenset(level for level in LEVELS if structure.risks(level) is None)

    def best(self, task: Task, apart: Apart, objective: str) -> DisjointSet:
        """Return the best set. Raises InvalidQuery for way points and what cannot be asked."""
        _check(apart, task)
        steps = steps_of(objective)
        if len(steps) == 1:
            return self.least(task, apart, steps[0])
        task = task._replace(known=task.known.union(steps))
        floor: int | None = None
        found = DisjointSet(())
        ceiling: int | None = None
        for step in steps[:-1]:
            if step == BANDWIDTH:
                most = self._most_bandwidth(task, apart, steps[-1], ceiling)
                if most.bps is None or most.bound is not None:
                    return self._unproved(task, apart, steps[-1], most)
                floor = most.bps
            else:
                found = self.least(task, apart, step)
                if not found.paths or found.step:
                    return found
                ceiling = self.sum(found.paths, step)
        return self.least(task, apart, steps[-1], floor)

    def _unproved(self, task: Task, apart: Apart, step: str, most: Most) -> DisjointSet:
        if most.bound is None:
            return self.least(task, apart, step)  # none: says how many there are
        paths = () if most.bps is None else self.least(task, apart, step, most.bps).paths
        return DisjointSet(paths, BANDWIDTH, most.bound)

    def least(self, task: Task, apart: Apart, metric: str, floor: int | None = None) -> DisjointSet:
        """Return the set of least sum; `floor` (bit/s) takes the place of the limits' own."""
        found = self.relaxed(task, apart, metric, floor)
        if not found.paths or all(self._single.keeps(task, links) for links in found.paths):
            return found
        shift = self._solver.graph.shift

        def key(links: Links) -> int | None:
            extra = (*task.extra, *links)
            fewer = self.relaxed(task._replace(extra=extra), apart, metric, floor) if links else found
            if fewer.step:
                return (fewer.bound or 0) << shift
            return sum(self._solver.key(path, metric) for path in fewer.paths) if fewer.paths else None

        table = self._solver.tables.structure.all_risks(apart.level)
        search = BoundedSets(self._solver, self._single, task, metric, floor)
        best = search.run(table, apart.n_paths, key, key(()) or 0)
        if best.bound is None or (best.paths and best.key == best.bound):
            return DisjointSet(best.paths)
        return DisjointSet(best.paths, metric, best.bound >> shift)

    def relaxed(self, task: Task, apart: Apart, metric: str, floor: int | None = None) -> DisjointSet:
        """Return the set of least sum, whatever the bounds on each path's sums."""
        solver, (level, n_paths) = self._solver, apart
        query = solver.query(task.ends, metric, task.limits, known=task.known, floor=floor, extra=task.extra)
        split = level in ("router", "site")
        table = solver.tables.structure.risks(level)
        if table is None:
            _, paths, cut = disjoint_paths(query, n_paths, split)
            if query.due:
                solver.guide(query)
            return DisjointSet(paths) if len(paths) == n_paths else DisjointSet((), "", None, len(paths), cut)
        exempt = table.exempt(task.ends)
        key, bound, paths = without_shared_risks(
            query, table.risks, exempt, n_paths, split, MOST_NODES, task.deadline_s
        )
        if key == bound:
            return DisjointSet(paths)
        return DisjointSet(paths, metric, (bound or 0) >> solver.graph.shift)

    def _most_bandwidth(self, task: Task, apart: Apart, metric: str, ceiling: int | None) -> Most:
        """Try floors: the most bandwidth that all paths keep, with a sum of at most the ceiling."""
        least = task.limits.min_bandwidth_bps or 0
        column = self._solver.bandwidth(task.limits)
        values = [value for value in np.unique(column[column != NULL_U8]).tolist() if value >= least]
        low, high, proved = 0, len(values), len(values)  # [:low] do; [high:] were tried, [proved:] do not
        while low < high:
            middle = (low + high) // 2
            found = self.least(task, apart, metric, values[middle])
            over = ceiling is not None and bool(found.paths) and self.sum(found.paths, metric) > ceiling
            if found.paths and not over:
                low = middle + 1
            else:
                high = middle
                decided = not found.step or (
                    over and found.bound is not None and found.bound > (ceiling or 0)
                )
                proved = middle if decided else proved
        bound = values[proved - 1] if proved > low else None
        return Most(values[low - 1] if low else None, bound)

    def sum(self, paths: tuple[Links, ...], metric: str) -> int:
        """The sum of a metric over all paths."""
        return sum(self._solver.sum(links, metric) for links in paths)


def _check(apart: Apart, task: Task) -> None:
    level, n_paths = apart
    if level not in LEVELS:
        raise InvalidQuery("disjoint.level", f"{level!r} is none of {', '.join(LEVELS)}")
    if type(n_paths) is not int or not 2 <= n_paths <= MOST_PATHS:
        raise InvalidQuery("disjoint.count", f"{n_paths!r} is no whole number from 2 to {MOST_PATHS}")
    if task.stops:
        raise InvalidQuery(
            "include",
            "disjoint paths past way points are not computed, for it is not said which path is to pass them: "
            "ask for one path past them, then for another with the first one's links or routers excluded",
        )


def undecided(apart: Apart) -> BudgetExhausted:
    """Return the error for a search that ended at its budget with nothing to show."""
    level, n_paths = apart
    return BudgetExhausted(
        f"neither {n_paths} paths disjoint at level {level} nor their absence was proved with {MOST_NODES:,} "
        "nodes or in the time given: give it more time, loosen a constraint, or ask for a weaker level"
    )
