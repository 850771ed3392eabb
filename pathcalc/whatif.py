"""What breaks if something fails: one failure after the other, and what each does to the pairs asked for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from pathcalc.any.single import SinglePath
from pathcalc.any.solver import Ends, Routers, Solver
from pathcalc.constraints.exclusion import links_of
from pathcalc.constraints.fields import UNCONSTRAINED, Constraints
from pathcalc.core.graph import Bans
from pathcalc.errors import InvalidQuery
from pathcalc.igp.forwarding import Forwarding

Failures = Literal["each_circuit", "each_srlg", "each_router"] | Sequence[str]
Routing = Literal["any", "igp"]
KINDS = ("circuits", "routers", "srlgs", "sites")
SAME_US = 0.001
"""Means over the traffic that differ by less are one latency, summed in another order."""


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
    def latency_added_us(self) -> int:
        """The most that any pair loses; 0 if none does."""
        return round(self.slower[0].after_us - self.slower[0].before_us) if self.slower else 0


class _Use(NamedTuple):
    """What a pair gets: None if nothing; the latency is None where it is unknown."""

    latency_us: float | None
    links: frozenset[int]


class WhatIf:
    """Compares the network as it is with the network after each failure, for the same pairs.

    Only pairs that use a failed link are asked again: without it, no other pair's best path nor any other
    pair's packets move.
    """

    def __init__(self, solver: Solver, pairs: Sequence[Pair], routing: Routing, limits: Constraints) -> None:
        self._solver = solver
        self._single = SinglePath(solver)
        self._pairs = pairs
        self._routing = routing
        self._limits = limits
        self._before = self._ask(range(len(pairs)), None)
        self._users: defaultdict[int, set[int]] = defaultdict(set)
        for number, use in self._before.items():
            for link in use.links if use else ():
                self._users[link].add(number)

    def effect(self, kind: str, name: str) -> Effect:
        """Return what the failure of one thing does; `kind` is circuits, routers, srlgs or sites."""
        failed = np.flatnonzero(links_of(self._solver.snapshot, kind, name)).tolist()
        hit = sorted({number for link in failed for number in self._users[link]})
        after = self._ask(hit, (kind, name))
        cut_off, unknown, changes = [], [], []
        for number in hit:
            pair, old, new = self._pairs[number], self._before[number], after[number]
            if new is None:
                cut_off.append((pair.source, pair.target))
            elif old is None or old.latency_us is None or new.latency_us is None:
                unknown.append((pair.source, pair.target))
            elif abs(new.latency_us - old.latency_us) >= SAME_US:
                changes.append(Change(pair.source, pair.target, old.latency_us, new.latency_us))
        changes.sort(key=lambda c: (-abs(c.after_us - c.before_us), c.source, c.target))
        return Effect(
            kind[:-1],
            name,
            tuple(cut_off),
            tuple(change for change in changes if change.after_us > change.before_us),
            tuple(change for change in changes if change.after_us < change.before_us),
            tuple(unknown),
        )

    def _ask(self, numbers: Sequence[int], failed: tuple[str, str] | None) -> dict[int, _Use | None]:
        if self._routing == "igp":
            return self._forwarded(numbers, failed)
        limits = self._limits
        if failed is not None:
            kind, name = failed
            limits = limits.having(f"exclude.{kind}", (*getattr(limits.exclude, kind), name))
        return {number: self._best(self._pairs[number].ends, limits) for number in numbers}

    def _best(self, ends: Ends, limits: Constraints) -> _Use | None:
        links = self._single.links(ends, "latency", limits)
        if links is None:
            return None
        latency = self._solver.tables.latency_us
        return _Use(sum(latency[link] or 0 for link in links), frozenset(links))

    def _forwarded(self, numbers: Sequence[int], failed: tuple[str, str] | None) -> dict[int, _Use | None]:
        solver = self._solver
        bans: Bans | None = None
        if failed is not None:
            kind, name = failed
            bans = solver.bans(UNCONSTRAINED.having(f"exclude.{kind}", (name,)))
        by_target = defaultdict(list)
        for number in numbers:
            by_target[self._pairs[number].ends[1]].append(number)
        found: dict[int, _Use | None] = {}
        for targets, members in by_target.items():
            with solver.destination(targets, bans) as destination:
                for number in members:
                    ingress, shares = destination.shares(self._pairs[number].ends[0])
                    ahead = Forwarding(solver.tables, ingress, shares, "capacity")
                    links = self._leaving(self._pairs[number].ends[0]).union(link for link, _ in shares)
                    found[number] = _Use(ahead.mean("latency_us"), links) if ingress else None
        return found

    def _leaving(self, routers: Routers) -> frozenset[int]:
        """The links out of the routers: they decide which of the routers packets enter at."""
        first = self._solver.snapshot.node_first
        return frozenset(link for router in routers for link in range(first[router], first[router + 1]))


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
        indexes = {
            "circuits": snapshot.circuit_index,
            "routers": snapshot.router_index,
            "srlgs": snapshot.srlg_index,
            "sites": snapshot.site_index,
        }
        for name in failures:
            kind = next((kind for kind in KINDS if name in indexes[kind]), None)
            if kind is None:
                raise InvalidQuery("failures", f"there is no circuit, router, SRLG or site {name!r}")
            yield kind, name
