"""The answer to "where do packets go now, if nobody steers them?": all equal-cost branches of the IGP."""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import islice
from typing import NamedTuple

from pathcalc.answers import Path
from pathcalc.constraints.fields import BASES, WEIGHTS, Constraints
from pathcalc.constraints.verdict import Traffic, Violation, violations
from pathcalc.constraints.waypoints import passed, stops_of
from pathcalc.core.igp.forward import Ways
from pathcalc.tables import Tables
from topology.snapshot import LinkState

PPM = 1_000_000
MOST_BRANCHES = 64
"""Branches listed; equal-cost branches multiply at every split, so there may be any number of them."""


class Share(NamedTuple):
    """A link that carries part of the traffic; `fraction` of 1 in all."""

    link: str
    fraction: float
    fraction_ppm: int


class Branch(NamedTuple):
    """One way that packets take, and the share of traffic on it."""

    weight_ppm: int
    links: tuple[str, ...]
    routers: tuple[str, ...]
    latency_us: int | None


class Spread(NamedTuple):
    """Over the branches; the mean is weighted by traffic. None where a used link's latency is unknown."""

    min: int | None
    mean: float | None
    max: int | None


UNKNOWN = Spread(None, None, None)
_WHICH = {metric: which for which, metric in enumerate(WEIGHTS)}


class Forwarding:
    """What the IGP does with traffic from source to target. `status`: predicted | unreachable.

    `ingress`: the source's routers that can reach the target (one whose every link is drained only where no
    other can); traffic enters them in equal parts. It leaves at the first router of the target that it
    meets, the nearest by `igp_metric`. Everything is read from the snapshot when it is asked for.
    """

    __slots__ = ("_tables", "_ways", "bandwidth_basis", "status")

    def __init__(self, tables: Tables, ways: Ways, bandwidth_basis: str) -> None:
        self._tables = tables
        self._ways = ways
        self.bandwidth_basis = bandwidth_basis
        self.status = "predicted" if ways.n_doors else "unreachable"

    def __repr__(self) -> str:
        return f"<Forwarding {self.status}, {self.branch_count} branches over {self._ways.n_links} links>"

    @property
    def ingress(self) -> tuple[str, ...]:
        """Ids of the routers where the traffic enters."""
        return tuple(self._tables.router_ids[router] for router in self._ways.doors)

    @property
    def links(self) -> tuple[Share, ...]:
        """Every link used, each before those that follow it."""
        return self._ways.shares(self._tables.link_ids, Share)

    @property
    def drained_links(self) -> tuple[str, ...]:
        """Ids of the drained links used, for want of others, in the order of `links`."""
        state, ids = self._tables.state, self._tables.link_ids
        return tuple(ids[i] for i in self._ways.indexes if state[i] == LinkState.DRAINED)

    @property
    def latency_us(self) -> Spread:
        """Least, mean and most latency."""
        return self.spread("latency")

    @property
    def hop_count(self) -> Spread:
        """Least, mean and most number of links."""
        return self.spread("hops")

    def spread(self, metric: str) -> Spread:
        """Least, mean and most of a metric's sum over the branches, one of `WEIGHTS`."""
        found = self._ways.spread_of(_WHICH[metric])
        return UNKNOWN if found is None else Spread(*found)

    @property
    def bandwidth_bps(self) -> int | None:
        """Bandwidth of the worst branch: of the narrowest link used. None where one is unknown."""
        return self._ways.narrowest(BASES.index(self.bandwidth_basis))

    @property
    def branch_count(self) -> int:
        """How many branches there are, listed or not."""
        return self._ways.n_branches

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The branches of most traffic first (ties: link ids), at most `MOST_BRANCHES`."""
        found = []
        for parts, path in self._enumerate():
            found.append((parts, path))
            if len(found) == MOST_BRANCHES:
                break
        weights = [PPM // parts for parts, _ in found]
        if len(found) == self.branch_count:  # then the weights are to sum to 1,000,000
            by_rest = sorted(range(len(found)), key=lambda i: (-(PPM % found[i][0] / found[i][0]), i))
            for i in by_rest[: PPM - sum(weights)]:
                weights[i] += 1
        return tuple(
            Branch(weight, path.links, path.routers, path.latency_us)
            for weight, (_, path) in zip(weights, found, strict=True)
        )

    def _enumerate(self) -> Iterator[tuple[int, Path]]:
        """Yield (n, path) for branches that carry 1/n of the traffic, by n and then link ids."""
        tables = self._tables
        out: dict[int, list[int]] = {}
        for i in self._ways.indexes:
            out.setdefault(tables.tail[i], []).append(i)
        heap: list[tuple[int, tuple[str, ...], tuple[int, ...]]] = []
        doors = self._ways.doors
        for router in doors:
            for i in out[router]:
                heappush(heap, (len(doors) * len(out[router]), (tables.link_ids[i],), (i,)))
        while heap:
            parts, ids, path = heappop(heap)
            onward = out.get(tables.head[path[-1]])
            if onward is None:
                yield parts, Path(tables, path, self.bandwidth_basis, "predicted")
                continue
            for i in onward:
                heappush(heap, (parts * len(onward), (*ids, tables.link_ids[i]), (*path, i)))

    def parts(self) -> tuple[tuple[int, Path], ...]:
        """(n, branch) where the branch carries 1/n of the traffic, in the order of `branches`, as many."""
        return tuple(islice(self._enumerate(), MOST_BRANCHES))

    def same_as(self, path: Path) -> bool:
        """Whether all traffic takes exactly this path."""
        return self._ways.indexes == path.indexes and self._ways.n_doors == 1

    def satisfied(self, constraints: Constraints) -> bool:
        """Whether every branch keeps every constraint."""
        return self.status == "predicted" and not self.violations(constraints)

    def violations(self, constraints: Constraints) -> tuple[Violation, ...]:
        """Return what the worst branch does not keep; an unknown value keeps no bound.

        Drained links are a violation too (`allow_draining`), unless the constraints allow them.
        """
        traffic = Traffic(self._ways.indexes, self._most, self._fewest_passed)
        counted = constraints.counted | {"latency"}
        found = violations(self._tables.snapshot, traffic, constraints, counted)
        if (drained := self.drained_links) and not constraints.allow_draining:
            sentence = f"packets pass {', '.join(drained)}, drained, as the last resort"
            found = (*found, Violation("allow_draining", None, drained, sentence))
        return found

    def _most(self, metric: str) -> int | None:
        """Largest sum of a metric over the branches, None where a used link has none."""
        return self.spread(metric).max

    def _fewest_passed(self, names: tuple[str, ...]) -> int:
        """How many way points every branch passes in order; a router's is that of its worst way in."""
        tables, stops = self._tables, stops_of(self._tables.snapshot, names)
        least = {router: passed(stops, [router]) for router in self._ways.doors}
        ends = set(least)
        for i in self._ways.indexes:
            count = passed(stops, [tables.head[i]], least[tables.tail[i]])
            least[tables.head[i]] = min(least.get(tables.head[i], count), count)
            ends.add(tables.head[i])
        ends -= {tables.tail[i] for i in self._ways.indexes}
        return min((least[router] for router in ends), default=0)
