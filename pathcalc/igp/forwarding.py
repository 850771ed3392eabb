"""The answer to "where do packets go now, if nobody steers them?": all equal-cost branches of the IGP."""

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from pathcalc.answers import Path
from pathcalc.constraints.fields import COLUMNS, Constraints
from pathcalc.constraints.verdict import Violation, violations
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


class Forwarding:
    """What the IGP does with traffic from source to target. `status`: predicted | unreachable.

    `ingress`: the source's routers that can reach the target (one whose every link is drained only where no
    other can); traffic enters them in equal parts. It leaves at the first router of the target that it
    meets, the nearest by `igp_metric`.
    """

    def __init__(
        self, tables: Tables, ingress: list[int], shares: list[tuple[int, float]], bandwidth_basis: str
    ) -> None:
        self._tables = tables
        self._ingress = ingress
        self._shares = shares
        self.bandwidth_basis = bandwidth_basis
        self.status = "predicted" if ingress else "unreachable"

    def __repr__(self) -> str:
        return f"<Forwarding {self.status}, {self.branch_count} branches over {len(self._shares)} links>"

    @property
    def ingress(self) -> tuple[str, ...]:
        """Ids of the routers where the traffic enters."""
        return tuple(self._tables.router_ids[router] for router in self._ingress)

    @property
    def links(self) -> tuple[Share, ...]:
        """Every link used, each before those that follow it."""
        ids = self._tables.link_ids
        return tuple(Share(ids[i], share, round(share * PPM)) for i, share in self._shares)

    @property
    def drained_links(self) -> tuple[str, ...]:
        """Ids of the drained links used, for want of others, in the order of `links`."""
        state, ids = self._tables.state, self._tables.link_ids
        return tuple(ids[i] for i, _ in self._shares if state[i] == LinkState.DRAINED)

    def mean(self, column: str | None) -> float | None:
        """Mean over the traffic of a metric's sum, of hops for None; None where a used link has none."""
        if not self._ingress:
            return None
        if column is None:
            return sum(share for _, share in self._shares)
        values = self._known(column)
        if values is None:
            return None
        return sum(share * value for (_, share), value in zip(self._shares, values, strict=True))

    def _known(self, column: str) -> list[int] | None:
        metric = self._tables.column(column)
        values = [value for i, _ in self._shares if (value := metric[i]) is not None]
        return values if len(values) == len(self._shares) else None

    @property
    def latency_us(self) -> Spread:
        """Least, mean and most latency."""
        values = self._known("latency_us")
        if not self._ingress or values is None:
            return Spread(None, None, None)
        least, most = self._extremes({i: value for (i, _), value in zip(self._shares, values, strict=True)})
        return Spread(least, self.mean("latency_us"), most)

    @property
    def hop_count(self) -> Spread:
        """Least, mean and most number of links."""
        if not self._ingress:
            return Spread(None, None, None)
        least, most = self._extremes({i: 1 for i, _ in self._shares})
        return Spread(least, self.mean(None), most)

    def _extremes(self, weights: dict[int, int]) -> tuple[int, int]:
        tail, head = self._tables.tail, self._tables.head
        least = dict.fromkeys(self._ingress, 0)
        most = dict(least)
        inside = {tail[i] for i, _ in self._shares}
        for i, _ in self._shares:
            u, v = tail[i], head[i]
            least[v] = min(least.get(v, least[u] + weights[i]), least[u] + weights[i])
            most[v] = max(most.get(v, 0), most[u] + weights[i])
        ends = [router for router in least if router not in inside]
        return min(least[v] for v in ends), max(most[v] for v in ends)

    @property
    def bandwidth_bps(self) -> int | None:
        """Bandwidth of the worst branch: of the narrowest link used. None where one is unknown."""
        values = self._known(f"{self.bandwidth_basis}_bps")
        return min(values) if values else None

    @property
    def branch_count(self) -> int:
        """How many branches there are, listed or not."""
        tail, head = self._tables.tail, self._tables.head
        ways = dict.fromkeys(self._ingress, 1)
        inside = {tail[i] for i, _ in self._shares}
        for i, _ in self._shares:
            ways[head[i]] = ways.get(head[i], 0) + ways[tail[i]]
        return sum(count for router, count in ways.items() if router not in inside)

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
        for i, _ in self._shares:
            out.setdefault(tables.tail[i], []).append(i)
        heap: list[tuple[int, tuple[str, ...], tuple[int, ...]]] = []
        for router in self._ingress:
            for i in out[router]:
                heappush(heap, (len(self._ingress) * len(out[router]), (tables.link_ids[i],), (i,)))
        while heap:
            parts, ids, path = heappop(heap)
            onward = out.get(tables.head[path[-1]])
            if onward is None:
                yield parts, Path(tables, path, self.bandwidth_basis, "predicted")
                continue
            for i in onward:
                heappush(heap, (parts * len(onward), (*ids, tables.link_ids[i]), (*path, i)))

    def same_as(self, path: Path) -> bool:
        """Whether all traffic takes exactly this path."""
        return tuple(i for i, _ in self._shares) == path.indexes and len(self._ingress) == 1

    def satisfied(self, constraints: Constraints) -> bool:
        """Whether every branch keeps every constraint."""
        return self.status == "predicted" and not self.violations(constraints)

    def violations(self, constraints: Constraints) -> tuple[Violation, ...]:
        """Return what the worst branch does not keep; an unknown value keeps no bound.

        Drained links are a violation too (`allow_draining`), unless the constraints allow them.
        """
        links = [i for i, _ in self._shares]
        counted = constraints.counted | {"latency"}
        found = violations(self._tables.snapshot, links, self._most, constraints, counted)
        if (drained := self.drained_links) and not constraints.allow_draining:
            sentence = f"packets pass {', '.join(drained)}, drained, as the last resort"
            found = (*found, Violation("allow_draining", None, drained, sentence))
        return found

    def _most(self, metric: str) -> int | None:
        """Largest sum of a metric over the branches, None where a used link has none."""
        if not self._ingress:
            return None
        if metric == "hops":
            return self.hop_count.max
        values = self._known(COLUMNS[metric])
        if values is None:
            return None
        return self._extremes({i: value for (i, _), value in zip(self._shares, values, strict=True)})[1]
