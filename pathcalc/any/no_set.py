"""Why there are not so many disjoint paths: how many there are, what they all go through, what would help."""

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np

from pathcalc.answers import Path
from pathcalc.any.disjoint import Apart, DisjointPaths, DisjointSet
from pathcalc.any.infeasible import Diagnosis, smallest
from pathcalc.any.objectives import steps_of
from pathcalc.any.solver import Task
from pathcalc.constraints.fields import Constraints
from pathcalc.constraints.kinds import Members, Term, Threshold
from pathcalc.constraints.words import change, dropped
from pathcalc.errors import Binding, NoDisjointPaths, PathError, Relaxation
from topology.snapshot import NULL_U8

WEAKER = {
    "site": ("router", "circuit", "link"),
    "srlg": ("circuit", "link"),
    "router": ("circuit", "link"),
    "circuit": ("link",),
    "link": (),
}
"""Levels that ask for less, the one that asks for most of them first."""


class NoSet:
    """Looks into one question of which it is proved that there are not so many paths."""

    def __init__(
        self, finder: DisjointPaths, diagnosis: Diagnosis, task: Task, apart: Apart, objective: str
    ) -> None:
        self._finder = finder
        self._diagnosis = diagnosis
        steps = steps_of(objective)
        self._task = task._replace(known=task.known.union(steps) if len(steps) > 1 else task.known)
        self._metric = steps[-1]
        self._apart = apart

    def error(self, found: DisjointSet, basis: str) -> PathError:
        """Return the error that says why, with all that it can prove."""
        question, limits, (level, _) = self._diagnosis.question, self._task.limits, self._apart
        best = self._diagnosis.best(limits)
        if best is None:
            return self._diagnosis.no_path(basis)
        binding = smallest(limits.named(), lambda fewer: self._find(fewer).absent, limits)
        exist = found.exist or self._fewer()
        return NoDisjointPaths(
            question.source,
            question.target,
            (
                Binding(f"disjoint.{level}", "limit"),
                *(Binding(name, "excluded" if name.startswith("exclude") else "limit") for name in binding),
            ),
            tuple(self._relaxations(exist)),
            Path(self._diagnosis.solver.tables, best, basis),
            count=self._apart.n_paths,
            exist=exist,
            limited_by=self._limited_by(found),
        )

    def _find(self, limits: Constraints, apart: Apart | None = None) -> DisjointSet:
        return self._finder.least(self._task._replace(limits=limits), apart or self._apart, self._metric)

    def _exists(self, limits: Constraints, apart: Apart | None = None) -> bool:
        return bool(self._find(limits, apart).paths)

    def _fewer(self) -> int:
        """How many there are; there is one."""
        level, n_paths = self._apart
        fewer = range(n_paths - 1, 1, -1)
        return next((n for n in fewer if self._exists(self._task.limits, Apart(level, n))), 1)

    def _limited_by(self, found: DisjointSet) -> tuple[str, ...]:
        """Ids of what every set of as many as there are goes through."""
        snapshot = self._diagnosis.solver.snapshot
        links, routers = found.cut
        if self._apart.level == "link":
            named = [snapshot.link_ids[link] for link in links]
        else:
            named = [snapshot.circuit_ids[snapshot.link_circuit[link]] for link in links]
        return tuple(sorted({*named, *(snapshot.router_ids[router] for router in routers)}))

    def _relaxations(self, exist: int) -> Iterator[Relaxation]:
        limits, (level, n_paths) = self._task.limits, self._apart
        what = "a disjoint pair" if n_paths == 2 else f"{n_paths} disjoint paths"
        for term in limits.terms:
            if not self._exists(limits.without(term.name)):
                continue
            if isinstance(term.kind, Members):
                items = term.value(limits)
                helps = "there is a disjoint pair" if n_paths == 2 else f"there are {n_paths} disjoint paths"
                yield Relaxation(term.name, items, f"{dropped(term.kind, items)} {helps}")
            elif isinstance(term.kind, Threshold) and term.kind.inline:
                most = self._most(term)
                if most is not None:
                    yield Relaxation(term.name, most, f"{change(term.kind, most)} of {what}")
        for weaker in WEAKER[level]:
            if self._exists(limits, Apart(weaker, n_paths)):
                helps = "is a pair" if n_paths == 2 else f"are {n_paths} paths"
                yield Relaxation("disjoint.level", (weaker,), f"there {helps} disjoint at level {weaker}")
                break
        if exist > 1:
            yield Relaxation("disjoint.count", exist, f"there are {exist} paths disjoint at level {level}")

    def _most(self, term: Term) -> int | None:
        """The most of a floor by which there is a set."""
        limits = self._task.limits
        column = self._diagnosis.solver.bandwidth(limits)
        floor = np.uint64(term.value(limits))
        values: list[int] = np.unique(column[(column != NULL_U8) & (column < floor)]).tolist()
        at = bisect_left(values, True, key=lambda bps: not self._exists(limits.having(term.name, bps)))
        return values[at - 1] if at else None
