"""What breaks if something fails: one failure after the other, and what each does to the pairs asked for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import inf, isnan
from typing import Literal, NamedTuple

import numpy as np

from pathcalc.any.single import SinglePath, exhausted
from pathcalc.any.solver import Ends, Links, Routers, Solver
from pathcalc.constraints.exclusion import links_of
from pathcalc.constraints.fields import WEIGHTS, Constraints
from pathcalc.core.graph import Bans
from pathcalc.core.sweep import Sweep
from pathcalc.errors import InvalidQuery
from pathcalc.overlay import kind_of
from topology.errors import UnknownNode

Failures = Literal["each_circuit", "each_srlg", "each_router"] | Sequence[str]
Routing = Literal["any", "igp"]
SAME_US = 0.001
"""Means over the traffic that differ by less are one latency, summed in another order."""
NOTHING = inf
"""The latency of what does not arrive; nan where it is unknown."""


class Pair(NamedTuple):
    """Two places by name, and their routers by index."""

    source: str
    target: str
    ends: Ends


class Change(NamedTuple):
    """A pair's latency before and after a failure (µs; under `igp` the mean over the traffic)."""

    source: str
    target: str
    before_us: float
    after_us: float


class Effect(NamedTuple):
    """What one failure does. `unknown`: pairs that took or take a link of unknown latency.

    `kind`: circuit, router, srlg or site. `slower` and `faster` have the greatest change first.
    """

    kind: str
    id: str
    cut_off: tuple[tuple[str, str], ...]
    slower: tuple[Change, ...]
    faster: tuple[Change, ...]
    unknown: tuple[tuple[str, str], ...]

    @property
    def worst(self) -> Change | None:
        """The pair that loses most; None if none does."""
        return self.slower[0] if self.slower else None

    @property
    def latency_added_us(self) -> int:
        """The most that any pair loses; 0 if none does."""
        return round(self.worst.after_us - self.worst.before_us) if self.worst else 0


class WhatIf:
    """Compares the network as it is with the network after each failure, for the same pairs."""

    def __init__(self, solver: Solver, pairs: Sequence[Pair], routing: Routing, limits: Constraints) -> None:
        self._solver = solver
        self._pairs = pairs
        by_target = defaultdict(list)
        for number, pair in enumerate(pairs):
            by_target[pair.ends[1]].append(number)
        self._groups: list[tuple[list[int], Sweep | Searches]] = []
        for targets, numbers in by_target.items():
            rows = tuple(pairs[number].ends[0] for number in numbers)
            self._groups.append((numbers, _values(solver, rows, targets, routing, limits)))
        self._before = [0.0] * len(pairs)
        for numbers, group in self._groups:
            for number, value in zip(numbers, group.values, strict=True):
                self._before[number] = value

    def effect(self, kind: str, name: str) -> Effect:
        """Return what the failure of one thing does; `kind` is circuits, routers, srlgs or sites."""
        failed = tuple(np.flatnonzero(links_of(self._solver.snapshot, kind, name)).tolist())
        gone = Bans(self._solver.graph, failed)
        cut_off, unknown, changes = [], [], []
        for numbers, group in self._groups:
            for row, after in group.after(gone, failed):
                before = self._before[numbers[row]]
                if before == NOTHING:
                    continue
                if after == NOTHING:
                    cut_off.append(numbers[row])
                elif isnan(before) or isnan(after):
                    unknown.append(numbers[row])
                elif abs(after - before) >= SAME_US:
                    source, target, _ = self._pairs[numbers[row]]
                    changes.append((-abs(after - before), source, target, before, after))
        changes.sort()
        return Effect(
            kind[:-1],
            name,
            self._named(cut_off),
            tuple(Change(*change[1:]) for change in changes if change[4] > change[3]),
            tuple(Change(*change[1:]) for change in changes if change[4] < change[3]),
            self._named(unknown),
        )

    def _named(self, numbers: list[int]) -> tuple[tuple[str, str], ...]:
        return tuple(self._pairs[number][:2] for number in sorted(numbers))


class Searches:
    """Values of best paths under bounds on sums or past way points: each by a search of its own."""

    def __init__(
        self, solver: Solver, rows: Sequence[Routers], targets: Routers, limits: Constraints
    ) -> None:
        self._solver = solver
        self._single = SinglePath(solver)
        self._rows = rows
        self._targets = targets
        self._limits = limits
        self._users: defaultdict[int, set[int]] = defaultdict(set)
        self.values: list[float] = []
        for row, sources in enumerate(rows):
            links = self._links(sources, ())
            self.values.append(self._value(links))
            for link in links or ():
                self._users[link].add(row)

    def after(self, gone: Bans, failed: Links) -> list[tuple[int, float]]:
        """Return [(row, value)] of the rows whose best path used a failed link."""
        hit = sorted({row for link in failed for row in self._users[link]})
        return [(row, self._value(self._links(self._rows[row], failed))) for row in hit]

    def _links(self, sources: Routers, failed: Links) -> Links | None:
        task = self._solver.task((sources, self._targets), self._limits)
        found = self._single.best(task._replace(extra=failed), "latency")
        if found.step:
            raise exhausted(self._limits)
        return found.links

    def _value(self, links: Links | None) -> float:
        return NOTHING if links is None else float(self._solver.sum(links, "latency"))


def _values(
    solver: Solver, rows: tuple[Routers, ...], targets: Routers, routing: Routing, limits: Constraints
) -> Sweep | Searches:
    if routing == "igp":
        return Sweep(solver.graph, solver.destination(targets), rows, WEIGHTS.index("latency"))
    if limits.bounds or limits.include:
        return Searches(solver, rows, targets, limits)
    return Sweep(solver.graph, solver.query(((), targets), "latency", limits), rows)


def failures_of(solver: Solver, failures: Failures) -> Iterator[tuple[str, str]]:
    """Yield (kind, id) of every failure asked for, in order of ids. Raises InvalidQuery for unknown ids."""
    snapshot = solver.snapshot
    if failures == "each_circuit":
        yield from (("circuits", name) for name in sorted(snapshot.circuit_ids))
    elif failures == "each_srlg":
        yield from (("srlgs", name) for name in sorted(snapshot.srlg_index))
    elif failures == "each_router":
        yield from (("routers", name) for name in sorted(snapshot.router_ids))
    elif isinstance(failures, str):
        raise InvalidQuery("failures", f"{failures!r} is none of each_circuit, each_srlg, each_router")
    else:
        for name in failures:
            try:
                yield kind_of(snapshot, name), name
            except UnknownNode as error:
                raise InvalidQuery("failures", str(error)) from error
