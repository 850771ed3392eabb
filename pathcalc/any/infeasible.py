"""Why there is no answer: which constraints rule it out, and the least change of each that would help."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import combinations, islice
from typing import NamedTuple

import numpy as np

from pathcalc.answers import Path
from pathcalc.any.objectives import BANDWIDTH, steps_of
from pathcalc.any.single import SinglePath
from pathcalc.any.solver import Ends, Links, Solver, Task
from pathcalc.constraints.fields import BY_NAME, Constraints
from pathcalc.constraints.kinds import Asked, Bound, Members, Stops, Term, Threshold
from pathcalc.constraints.words import change, dropped, under
from pathcalc.errors import Binding, NoConnectivity, NoFeasiblePath, PathError, Relaxation
from topology.snapshot import NULL_U8

Names = tuple[str, ...]
LABELS = 20_000
"""Labels of each search that looks for reasons: what it takes more to prove goes unsaid."""

MOST_SETS = 128
"""Sets of constraints tried for the smallest; beyond them one of which none can be spared is taken."""


class Question(NamedTuple):
    """A question about one pair of ends that has no answer under its limits; `deadline_s` as in `Task`."""

    source: str
    target: str
    ends: Ends
    objective: str
    limits: Constraints
    deadline_s: float = 0.0


class Diagnosis:
    """Looks into one question; a search that ends at its budget proves nothing, so it is not built upon."""

    def __init__(self, solver: Solver, single: SinglePath, question: Question) -> None:
        self.solver = solver
        self._single = single
        self.question = question
        self._absent: dict[Constraints, bool] = {}
        self._undecided: set[str] = set()  # whose least change was not proved

    def no_path(self, basis: str) -> PathError:
        """Return the error that says why there is no path, with all that it can prove."""
        question, solver = self.question, self.solver
        bare = question.limits.without(*question.limits.named())
        best = self.best(bare)
        if best is None:
            return self._no_connection(bare)
        relaxations = tuple(self._relaxations())
        helped = {relaxation.constraint for relaxation in relaxations}
        return NoFeasiblePath(
            question.source,
            question.target,
            tuple(Binding(name, self._reason(name, helped)) for name in self._binding()),
            relaxations,
            Path(solver.tables, best, basis),
        )

    def _task(self, limits: Constraints) -> Task:
        task = self.solver.task(self.question.ends, limits)
        return task._replace(labels=LABELS, deadline_s=self.question.deadline_s)

    def absent(self, limits: Constraints) -> bool:
        """Whether it is proved that no path keeps the limits."""
        found = self._absent.get(limits)
        if found is None:
            best = self._single.best(self._task(limits), self.question.objective)
            found = self._absent[limits] = best.links is None and not best.step
        return found

    def best(self, limits: Constraints) -> Links | None:
        """The best path under other limits, or the best that a search saw before it ended."""
        return self._single.best(self._task(limits), self.question.objective).links

    def _exists(self, limits: Constraints) -> bool:
        return self.best(limits) is not None

    def _binding(self) -> Names:
        """A smallest set of constraints that rules all out."""
        limits = self.question.limits
        return smallest(limits.named(), self.absent, limits)

    def _no_connection(self, bare: Constraints) -> PathError:
        question, single = self.question, self._single
        joined = single.best(self._task(bare), "hops").links
        if joined is not None:  # only over links whose metric is not known
            binding = (Binding("objective", "unknown"),)
            path = Path(self.solver.tables, joined, bare.bandwidth_basis)
            return NoFeasiblePath(question.source, question.target, binding, (), path)
        for flags in (("allow_stale",), ("allow_draining",), ("allow_stale", "allow_draining")):
            wider = Constraints(
                allow_stale=bare.allow_stale or "allow_stale" in flags,
                allow_draining=bare.allow_draining or "allow_draining" in flags,
            )
            if single.best(self._task(wider), "hops").links is not None:
                return NoConnectivity(question.source, question.target, flags)
        return NoConnectivity(question.source, question.target)

    def _reason(self, name: str, helped: set[str]) -> str:
        """`unknown` where dropping a limit helps but no value of it does: the metric is not known."""
        kind = BY_NAME[name].kind
        if isinstance(kind, Members):
            return kind.reason
        if name not in helped | self._undecided and self._exists(self.question.limits.without(name)):
            return "unknown"
        return "limit"

    def _relaxations(self) -> Iterator[Relaxation]:
        limits = self.question.limits
        for term in limits.terms:
            rest = limits.without(term.name)
            if isinstance(term.kind, Members | Stops):
                items = self._fewest(term, rest)
                if items:
                    yield Relaxation(term.name, items, f"{dropped(term.kind, items)} there is a path")
                continue
            value = self._least_change(term, rest)
            if value is not None:
                yield Relaxation(term.name, value, change(term.kind, value) + under(rest))

    def _least_change(self, term: Term, rest: Constraints) -> int | None:
        """The limit nearest to the one given by which there is a path, None where none is proved."""
        task = self._task(rest)
        steps = frozenset(steps_of(self.question.objective))
        if isinstance(term.kind, Bound):
            found = self._single.least(task._replace(known=steps), term.kind.metric)
            if found.step:
                self._undecided.add(term.name)
            if found.links is None or found.step:
                return None
            value = self.solver.sum(found.links, term.kind.metric)
            return value if term.kind.cap is None else min(value, term.kind.cap)
        if not isinstance(term.kind, Threshold):
            return None
        if term.kind.inline:
            most = self._single.most_bandwidth(task._replace(known=steps | {BANDWIDTH}))
            if most.bound is not None:
                self._undecided.add(term.name)
            return most.bps if most.bound is None else None
        return self._nearest(term, term.kind, rest)

    def _nearest(self, term: Term, kind: Threshold, rest: Constraints) -> int | None:
        """Bisect the links' worths for the nearest that leaves a path."""
        limits = self.question.limits
        limit = term.value(limits)
        counted = self.solver.counted(limits, self.question.objective)
        worths = kind.worth(Asked(self.solver.snapshot, limits, counted))
        values: list[int] = np.unique(worths[worths != NULL_U8]).tolist()
        nearest_first = (
            [value for value in reversed(values) if value < limit]
            if kind.floor
            else [value for value in values if value > limit]
        )
        at = bisect_left(nearest_first, True, key=lambda value: self._exists(rest.having(term.name, value)))
        # Where the absence of a nearer one is not proved, this one may not be the least.
        if at and not self.absent(rest.having(term.name, nearest_first[at - 1])):
            self._undecided.add(term.name)
            return None
        return nearest_first[at] if at < len(nearest_first) else None

    def _fewest(self, term: Term, rest: Constraints) -> Names:
        """The things to allow: a single one if that is enough, else those that the best path meets."""
        items: Names = term.value(self.question.limits)
        whole = isinstance(term.kind, Members) and term.part in term.kind.whole
        if not whole:
            for i, item in enumerate(items):
                if self._exists(rest.having(term.name, items[:i] + items[i + 1 :])):
                    return (item,)
        links = self.best(rest)
        if links is None:
            return ()
        return items if whole or isinstance(term.kind, Stops) else self._met(term, items, links)

    def _met(self, term: Term, items: Names, links: Links) -> Names:
        kind = term.kind
        if not isinstance(kind, Members):
            return items
        on_path = np.array(links)
        return tuple(
            item for item in items if kind.banned(self.solver.snapshot, term.part, (item,))[on_path].any()
        )


def smallest(names: Names, absent: Callable[[Constraints], bool], limits: Constraints) -> Names:
    """Return a smallest set of constraints that rules all out; of those the first in the table's order."""
    sets = (kept for size in range(len(names)) for kept in combinations(names, size))
    for kept in islice(sets, MOST_SETS):
        if absent(limits.without(*(name for name in names if name not in kept))):
            return kept
    gone: list[str] = []
    for name in names:
        if absent(limits.without(*gone, name)):
            gone.append(name)
    return tuple(name for name in names if name not in gone)
