"""Questions by index → the core's queries: the graph, and which links a set of constraints leaves."""

import copy
import time
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pathcalc.any.engines import HIERARCHY, MOST_LAID, choose, lay, unlaid, want
from pathcalc.any.guides import guide_of
from pathcalc.any.numbers import Numbers, numbers_of
from pathcalc.any.objectives import BANDWIDTH, COLUMNS, STEPS, WEIGHTS, steps_of
from pathcalc.constraints import worth
from pathcalc.constraints.fields import BASES, UNCONSTRAINED, Constraints
from pathcalc.constraints.kinds import Asked, Mask, Members, Threshold
from pathcalc.constraints.waypoints import Stops, stops_of
from pathcalc.core.alt import shortest_guided
from pathcalc.core.graph import Bans, Graph, Query
from pathcalc.core.igp.forward import Destination
from pathcalc.core.landmarks import Landmarks
from pathcalc.core.search import column
from pathcalc.errors import InvalidQuery
from pathcalc.tables import Tables
from topology.snapshot import NULL_U4, NULL_U8, Snapshot

Routers = tuple[int, ...]
Links = tuple[int, ...]
Ends = tuple[Routers, Routers]

MOST_BANS = 256  # different sets of filters remembered
ONE_FLOW = len(BASES)  # from here on the core's bandwidths are those of one flow
MOST_WITH_LANDMARKS = 2_000  # routers; landmarks of so many take some 10 ms
LEAST_GUIDED = 64  # routers; in fewer a plain search is as quick
MOST_DISTANCES = 4_000_000  # kept of the IGP to destinations that were asked for, 12 bytes each
LEAST_DESTINATIONS = 8
MOST_LABELS = 2_000_000
"""Labels of one bounded search, about 64 bytes each, before it gives up."""


class Task(NamedTuple):
    """What one search is asked: `known` metrics must be known, `extra` links are not used.

    `cap`: bandwidth beyond it is worth no more. `deadline_s` is of time.monotonic, 0 where there is none.
    """

    ends: Ends
    limits: Constraints
    stops: Stops = ()
    known: frozenset[str] = frozenset()
    extra: Links = ()
    cap: int | None = None
    labels: int = MOST_LABELS
    deadline_s: float = 0.0


class Solver:
    """One canonical snapshot in the core. `Ends` are the routers of source and target, by index.

    `as_if`: of weights that are not measured, but asked about.
    """

    def __init__(
        self, snapshot: Snapshot, tables: Tables, previous: "Solver | None" = None, *, as_if: bool = False
    ) -> None:
        self._as_if = as_if
        self.snapshot = snapshot
        self.tables = tables
        self._numbers: Numbers = numbers_of(
            snapshot, tables.structure, None if previous is None else previous._numbers
        )
        self.graph = self._numbers.graph
        self.destination: Callable[[Routers], Destination] = (
            previous.destination
            if previous is not None and previous.forwards_as(self)
            # Holds no reference to the solver: its memory goes with the last one to it.
            else lru_cache(max(LEAST_DESTINATIONS, MOST_DISTANCES // (self.graph.n + 1)))(
                partial(Destination, self.graph)
            )
        )
        self._bans: dict[object, Bans] = {}
        self._landmarks: dict[tuple[int, int], Landmarks | None] = {}
        self._worth: dict[tuple[str, int], npt.NDArray[np.uint64]] = {}

    def over(self, graph: Graph) -> "Solver":
        """Return this solver over a graph in which other values are known of the same links."""
        other = copy.copy(self)
        other.graph = graph
        return other

    def forwards_as(self, other: "Solver") -> bool:
        """Whether the IGP sends packets over the same links in both networks."""
        return all(self._numbers.has(name, other._numbers) for name in ("igp_metric", "state"))

    def task(self, ends: Ends, limits: Constraints, budget_ms: int | None = None) -> Task:
        """Return the task of a question. Raises InvalidQuery for way points that there are not."""
        deadline_s = 0.0 if budget_ms is None else time.monotonic() + budget_ms / 1000
        stops = stops_of(self.snapshot, limits.include) if limits.include else ()
        return Task(ends, limits, stops, deadline_s=deadline_s)

    def values_to(
        self, targets: Routers, objective: str, limits: Constraints, values: npt.NDArray[np.float64]
    ) -> None:
        """Fill values[router] with the best value from there to the targets, nan where none."""
        if objective != "widest":
            column(self.query(((), targets), objective, limits), values)
            return
        which = self.inline(limits)
        if which is None:
            raise InvalidQuery(
                "flows", "a matrix of bandwidth is for one flow or for many: say 1 or a million"
            )
        column(self.query(((), targets), "hops", limits), values, which)

    def query(
        self,
        ends: Ends,
        objective: str,
        limits: Constraints,
        *,
        known: frozenset[str] = frozenset(),
        floor: int | None = None,
        bans: Bans | None = None,
        extra: Links = (),
    ) -> Query:
        """Return the core's query by one weight.

        `bans` take the place of those made from the limits, `extra` links join them, and `floor` (bit/s)
        takes the place of the limits' own.
        """
        if objective not in WEIGHTS:
            raise InvalidQuery("objective", f"{objective!r} is no sum: give one of {', '.join(WEIGHTS[:4])}")
        floor = limits.min_bandwidth_bps if floor is None else floor
        if floor is None and BANDWIDTH in known:
            floor = 0  # a floor of 0 asks for a known bandwidth
        which = 0 if floor is None else self.inline(limits)
        if bans is None and (limits is not UNCONSTRAINED or known or which is None):
            bans = self.bans(limits, objective, known, floor if which is None else None)
        if extra:
            bans = Bans(self.graph, ()) if bans is None else bans.copy(self.graph)
            bans.add(extra)
        return Query(
            self.graph,
            *ends,
            WEIGHTS.index(objective),
            limits.allow_stale | limits.allow_draining << 1,
            0 if which is None else which,
            None if which is None else floor,
            bans,
        )

    def shortest(self, query: Query) -> Links | None:
        """Return the links of the best path, None where there is none.

        After as many searches by one weight as landmarks or the hierarchy cost, they are made and answer
        those that follow; the links are the same. In large graphs that would take long: `prepare` does it.
        """
        links = shortest_guided(query)
        if query.due:
            self.guide(query)
        return links

    def guide(self, query: Query) -> None:
        """Make what answers a query best, where that is worth it and does not take long."""
        if self.graph.n > MOST_LAID:
            want(self.graph, query.objective)
            return
        if self.graph.n < LEAST_GUIDED:
            return
        if self.graph.n <= MOST_WITH_LANDMARKS:
            self.prepare(query.objective, query.allow)
        self.choose(query.objective, query.allow)
        if query.is_filtered and self.graph.is_laid(query.objective, query.allow):
            lay(self.tables.structure.hierarchy, query)

    def choose(self, which: int, allow: int) -> None:
        """Let the hierarchy answer for pairs by a weight, if that is measured to be the fastest."""
        choose(self.graph, lambda: self.tables.structure.hierarchy, which, allow)

    def prepare(self, which: int, allow: int) -> Landmarks | None:
        """Make the landmarks that guide searches by one weight, once; None where its sums are too large."""
        if (which, allow) not in self._landmarks:
            self._landmarks[which, allow] = guide_of(
                self.graph, which, allow, self._weights(which), as_if=self._as_if
            )
        return self._landmarks[which, allow]

    def unguided(self) -> tuple[int, ...]:
        """The weights for which what answers best is not made yet, or does not hold for this snapshot."""
        wiring = self.graph.wiring
        outdated = {
            which
            for which, guide in enumerate(wiring.guides)
            if not self.graph.is_guided(which, 0) and (guide is not None or self._is_left_to_hierarchy(which))
        }
        return tuple(sorted(outdated.union(unlaid(self.graph))))

    def _is_left_to_hierarchy(self, which: int) -> bool:
        """Whether the hierarchy was taken without landmarks, which answer what it is not laid for."""
        return self.graph.wiring.chosen(which) == HIERARCHY and (which, 0) not in self._landmarks

    def _weights(self, which: int) -> npt.NDArray[np.uint32]:
        name = COLUMNS.get(WEIGHTS[which])
        if name is None:
            return np.ones(self.graph.m, dtype=np.uint32)
        weights: npt.NDArray[np.uint32] = getattr(self.snapshot, name)
        return weights

    def landmarks(self, query: Query, bounds: Sequence[int]) -> tuple[Landmarks, ...]:
        """Return landmarks of the query's weight and the bounds'; none where making them would take long."""
        weights = (query.objective, *bounds)
        if self.graph.n > MOST_WITH_LANDMARKS:
            found = [self._landmarks.get((which, query.allow)) for which in weights]
        else:
            found = [self.prepare(which, query.allow) for which in weights]
        return tuple(one for one in found if one is not None) if None not in found else ()

    def inline(self, limits: Constraints) -> int | None:
        """Which of the core's bandwidths is that of the limits; None where no array of it is kept."""
        basis = BASES.index(limits.bandwidth_basis)
        if limits.flows == 1:
            return basis + ONE_FLOW
        everything = getattr(self.snapshot, f"{limits.bandwidth_basis}_bps")
        return basis if np.array_equal(self.bandwidth(limits), everything) else None

    def bandwidth(self, limits: Constraints) -> npt.NDArray[np.uint64]:
        """Bit/s of each link that the limits' flows can have on their basis, null all ones."""
        key = limits.bandwidth_basis, limits.flows
        found = self._worth.get(key)
        if found is None:
            if len(self._worth) >= MOST_BANS:
                self._worth.clear()
            found = self._worth[key] = worth.bandwidth(Asked(self.snapshot, limits, frozenset()))
        return found

    def bans(
        self,
        limits: Constraints,
        objective: str = "hops",
        known: frozenset[str] = frozenset(),
        floor: int | None = None,
    ) -> Bans | None:
        """Return the links that the filters rule out, and those of which a metric that counts is unknown.

        The objective's own nulls are not in it: its layer has none. None where no link is ruled out so.
        """
        counted = known | limits.counted
        if not limits.filters and floor is None and self._numbers.with_nulls.isdisjoint(counted):
            return None
        counted |= {objective}
        basis = (limits.bandwidth_basis, limits.flows)
        key = (tuple((term.name, term.value(limits)) for term in limits.filters), counted, floor, basis)
        found = self._bans.get(key)
        if found is None:
            if len(self._bans) >= MOST_BANS:
                self._bans.clear()
            found = self._bans[key] = self._masked(limits, counted, floor)
        return found

    def _masked(self, limits: Constraints, counted: frozenset[str], floor: int | None) -> Bans:
        mask = self.nulls(counted)
        for term in limits.filters:
            mask |= self.ruled_out(limits, counted, term.name)
        if floor is not None:
            bandwidth = self.bandwidth(limits)
            mask |= (bandwidth == NULL_U8) | (bandwidth < np.uint64(floor))
        bans = Bans(self.graph, ())
        bans.add_mask(mask.view(np.uint8))
        return bans

    def nulls(self, metrics: frozenset[str]) -> Mask:
        """Mask of the links of which one of the weights is unknown."""
        mask = np.zeros(self.graph.m, dtype=np.bool_)
        for metric in metrics & COLUMNS.keys():
            mask |= getattr(self.snapshot, COLUMNS[metric]) == NULL_U4
        return mask

    def ruled_out(self, limits: Constraints, counted: frozenset[str], name: str) -> Mask:
        """Mask of the links that do not pass one filter of the limits. Raises InvalidQuery."""
        term = next(term for term in limits.terms if term.name == name)
        if isinstance(term.kind, Members):
            return term.kind.banned(self.snapshot, term.part, term.value(limits))
        if not isinstance(term.kind, Threshold):
            return np.zeros(self.graph.m, dtype=np.bool_)
        values = term.kind.worth(Asked(self.snapshot, limits, counted))
        limit = np.uint64(term.value(limits))
        mask: Mask = (values == NULL_U8) | (values < limit if term.kind.floor else values > limit)
        return mask

    def counted(self, limits: Constraints, objective: str) -> frozenset[str]:
        """The metrics that an answer counts with."""
        return limits.counted.union(steps_of(objective))

    @property
    def ranks(self) -> npt.NDArray[np.uint32]:
        """Each link's place among all ids: what breaks ties."""
        return self.tables.structure.ranks

    def unknown(self, kind: Threshold, limits: Constraints, counted: frozenset[str]) -> Mask:
        """Mask of the links whose worth is unknown."""
        mask: Mask = kind.worth(Asked(self.snapshot, limits, counted)) == NULL_U8
        return mask

    def sum(self, links: Links, metric: str) -> int:
        """The sum of a metric that is known on all of the links."""
        if metric == "hops":
            return len(links)
        values = self.tables.column(COLUMNS[metric])
        return sum(values[i] or 0 for i in links)

    def key(self, links: Links, objective: str) -> int:
        """The path's key: its value, and its hop count in the low bits."""
        return (self.sum(links, objective) << self.graph.shift) + len(links)


def is_sum(objective: str) -> bool:
    """Whether paths are compared by one sum alone."""
    return len(STEPS.get(objective, ())) == 1
