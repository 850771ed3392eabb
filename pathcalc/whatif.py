"""What breaks if something fails: one failure after the other, and what each does to the pairs asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from math import inf, isnan
from typing import Literal, NamedTuple

import numpy as np

from pathcalc.any.single import SinglePath, exhausted
from pathcalc.any.solver import Ends, Links, Routers, Solver
from pathcalc.asked import Routing
from pathcalc.constraints.exclusion import links_of
from pathcalc.constraints.fields import WEIGHTS, Constraints
from pathcalc.core.graph import Bans
from pathcalc.core.igp.sweep import Sweep, after_failure
from pathcalc.endpoints import Endpoint, Endpoints, name_of
from pathcalc.errors import InvalidQuery
from pathcalc.overlay import kind_of
from pathcalc.pairs import PairCounts, counted
from topology.errors import UnknownNode
from topology.snapshot import LinkState, Snapshot

Failures = Literal["each_circuit", "each_srlg", "each_router"] | Sequence[str | tuple[str, ...]]
SAME_US = 0.001
"""Means over the traffic that differ by less are one latency, summed in another order."""
NOTHING = inf
"""The latency of what does not arrive; nan where it is unknown."""


class Pair(NamedTuple):
    """Two places by name, and their routers by index."""

    source: str
    target: str
    ends: Ends


class Failure(NamedTuple):
    """What fails: its kind and id as an `Effect` names them, and its links by index."""

    kind: str
    id: str
    links: Links


class Change(NamedTuple):
    """A pair's latency before and after a failure (µs; under `igp` the mean over the traffic)."""

    source: str
    target: str
    before_us: float
    after_us: float


class Effect(NamedTuple):
    """What one failure does, each direction by itself; `pairs` counts both directions as one pair.

    `unknown`: pairs that took or take a link of unknown latency.

    `kind`: circuit, link, router, srlg, site, or set: things that fail together. `slower` and `faster` have
    the greatest change first. `already_down`: links of it that are down now; what was asked for by its id is
    then compared with the network in which they are up.
    """

    kind: str
    id: str
    cut_off: tuple[tuple[str, str], ...]
    slower: tuple[Change, ...]
    faster: tuple[Change, ...]
    unknown: tuple[tuple[str, str], ...]
    already_down: tuple[str, ...] = ()

    @property
    def pairs(self) -> PairCounts:
        """How many pairs are cut off, slower, faster, unknown: each once, by its worse direction."""
        return counted(self.cut_off, self.slower, self.faster, self.unknown)

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
        self.solver = solver
        self._pairs = pairs
        by_target = defaultdict(list)
        for number, pair in enumerate(pairs):
            by_target[pair.ends[1]].append(number)
        self._numbers = list(by_target.values())
        rows = [tuple(pairs[number].ends[0] for number in numbers) for numbers in self._numbers]
        self._values = _values_of(solver, list(zip(by_target, rows, strict=True)), routing, limits)
        self._before = [0.0] * len(pairs)
        for numbers, values in zip(self._numbers, self._values.before, strict=True):
            for number, value in zip(numbers, values, strict=True):
                self._before[number] = value

    def effect(self, failure: Failure) -> Effect:
        """Return what one failure does."""
        failed = failure.links
        gone = Bans(self.solver.graph, failed)
        cut_off, unknown, changes = [], [], []
        for group, row, after in self._values.after(gone, failed):
            number = self._numbers[group][row]
            before = self._before[number]
            if before == NOTHING:
                continue
            if after == NOTHING:
                cut_off.append(number)
            elif isnan(before) or isnan(after):
                unknown.append(number)
            elif abs(after - before) >= SAME_US:
                source, target, _ = self._pairs[number]
                changes.append((-abs(after - before), source, target, before, after))
        changes.sort()
        return Effect(
            failure.kind,
            failure.id,
            self._named(cut_off),
            tuple(Change(*change[1:]) for change in changes if change[4] > change[3]),
            tuple(Change(*change[1:]) for change in changes if change[4] < change[3]),
            self._named(unknown),
        )

    def _named(self, numbers: list[int]) -> tuple[tuple[str, str], ...]:
        return tuple(self._pairs[number][:2] for number in sorted(numbers))


Groups = Sequence[tuple[Routers, tuple[Routers, ...]]]
"""Targets, and the routers of each of the places from which something goes there."""
Hits = list[tuple[int, int, float]]
"""(group, place in it, value) of what a failure touches."""


class _Sweeps:
    """Values that are computed anew only where a failure touches them."""

    def __init__(self, solver: Solver, sweeps: Sequence[Sweep]) -> None:
        self._graph = solver.graph
        self._sweeps = tuple(sweeps)
        self.before = [sweep.values for sweep in sweeps]

    def after(self, gone: Bans, failed: Links) -> Hits:
        """Return the values after a failure of those whose ways used a failed link."""
        return after_failure(self._graph, self._sweeps, gone, failed)


class _Searches:
    """Values of best paths under bounds on sums or past way points: each by a search of its own."""

    def __init__(self, solver: Solver, groups: Groups, limits: Constraints) -> None:
        self._solver = solver
        self._single = SinglePath(solver)
        self._groups = groups
        self._limits = limits
        self._users: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
        self.before: list[list[float]] = []
        for number, (targets, rows) in enumerate(groups):
            self.before.append([])
            for row, sources in enumerate(rows):
                links = self._links((sources, targets), ())
                self.before[-1].append(self._value(links))
                for link in links or ():
                    self._users[link].add((number, row))

    def after(self, _gone: Bans, failed: Links) -> Hits:
        """Return the values after a failure of those whose best path used a failed link."""
        found = []
        for number, row in sorted({user for link in failed for user in self._users[link]}):
            targets, rows = self._groups[number]
            found.append((number, row, self._value(self._links((rows[row], targets), failed))))
        return found

    def _links(self, ends: Ends, failed: Links) -> Links | None:
        found = self._single.best(self._solver.task(ends, self._limits)._replace(extra=failed), "latency")
        if found.step:
            raise exhausted(self._limits)
        return found.links

    def _value(self, links: Links | None) -> float:
        return NOTHING if links is None else float(self._solver.sum(links, "latency"))


def _values_of(solver: Solver, groups: Groups, routing: Routing, limits: Constraints) -> _Sweeps | _Searches:
    if routing == "any" and (limits.bounds or limits.include):
        return _Searches(solver, groups, limits)
    which = WEIGHTS.index("latency")
    return _Sweeps(
        solver,
        [
            Sweep(
                solver.graph,
                solver.destination(targets)
                if routing == "igp"
                else solver.query(((), targets), "latency", limits),
                rows,
                which,
            )
            for targets, rows in groups
        ],
    )


def pairs_of(
    endpoints: Endpoints, sites: Sequence[str], pairs: Sequence[tuple[Endpoint, Endpoint]] | None
) -> list[Pair]:
    """The pairs asked for, by index; None: all pairs of sites that have a router."""
    if pairs is None:
        pairs = list(permutations([site for site in sites if endpoints.routers(site, "pairs")], 2))
    return [Pair(name_of(a), name_of(b), endpoints.pair(a, b)) for a, b in pairs]


def effects_of(
    now: WhatIf, failures: Failures, with_up: Callable[[tuple[str, ...]], WhatIf]
) -> Iterator[Effect]:
    """Yield what each failure does; `with_up` compares with the network in which some links are up.

    That is asked for what is down already, but not in a sweep: there it cannot fail any more.
    """
    for failure in failures_of(now.solver, failures):
        down = down_of(now.solver, failure)
        whatif = with_up(down) if down and not isinstance(failures, str) else now
        yield whatif.effect(failure)._replace(already_down=down)


def down_of(solver: Solver, failure: Failure) -> tuple[str, ...]:
    """Ids of the failure's links that are down now."""
    state, ids = solver.snapshot.state, solver.tables.link_ids
    return tuple(ids[link] for link in failure.links if state[link] == LinkState.DOWN)


def failures_of(solver: Solver, failures: Failures) -> Iterator[Failure]:
    """Yield every failure asked for, in order of ids. Raises InvalidQuery for unknown ids."""
    snapshot = solver.snapshot
    if failures == "each_circuit":
        yield from (_failure(snapshot, "circuits", name) for name in sorted(snapshot.circuit_ids))
    elif failures == "each_srlg":
        yield from (_failure(snapshot, "srlgs", name) for name in sorted(snapshot.srlg_index))
    elif failures == "each_router":
        yield from (_failure(snapshot, "routers", name) for name in sorted(snapshot.router_ids))
    elif isinstance(failures, str):
        raise InvalidQuery("failures", f"{failures!r} is none of each_circuit, each_srlg, each_router")
    else:
        for asked in failures:
            try:
                yield _named(snapshot, asked) if isinstance(asked, str) else _set(snapshot, asked)
            except UnknownNode as error:
                raise InvalidQuery("failures", str(error)) from error


def _named(snapshot: Snapshot, name: str) -> Failure:
    return _failure(snapshot, kind_of(snapshot, name), name)


def _set(snapshot: Snapshot, names: tuple[str, ...]) -> Failure:
    """Things that fail together; nothing at all is a set, too."""
    parts = [_named(snapshot, name) for name in names]
    return Failure("set", " + ".join(names), tuple(sorted({link for part in parts for link in part.links})))


def _failure(snapshot: Snapshot, kind: str, name: str) -> Failure:
    return Failure(kind[:-1], name, tuple(np.flatnonzero(links_of(snapshot, kind, name)).tolist()))
