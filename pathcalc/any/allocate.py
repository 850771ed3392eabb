"""Max-min fair rates of demands that may take any paths and any number of them.

Level by level (Nace and Pioro 2008, tutorial on max-min fairness): the common level of all demands that still
rise is made as large as can be by a linear programme; those that nothing can lift further become final. Paths
are made as they are needed: with the programme's prices of links the cheapest way of each demand is the only
path that could help (Ford and Fulkerson 1958).

Nothing rests on the solver's word. Any prices prove a bound: what a demand gets, times the price of its
cheapest way, comes out of what all links are worth less what those that have no more than it keep. The prices
of the level where a demand became final do so with no gap, but for rounding.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pathcalc.allocation import Rate, Shares, Wanted
from pathcalc.any.programme import Programme, Solved
from pathcalc.any.solver import Links, Routers
from pathcalc.constraints.fields import WEIGHTS
from pathcalc.core.graph import Query
from pathcalc.core.maxflow import MaxFlow
from pathcalc.core.network import Network
from pathcalc.core.prices import Prices

HOPS = WEIGHTS.index("hops")
LARGEST = 4096.0  # capacity in the programme's unit: its tolerances are absolute
SAME = 1e-6  # rates that differ by less, in proportion, are equal; a bound so close is no gap
_NEGLIGIBLE = 1e-9
_ROUNDING = 1e-13

Floats = npt.NDArray[np.float64]


class Final(NamedTuple):
    """A demand's rate in the programme's unit, and the prices that prove it; None: its cap ends it."""

    rate: float
    prices: Floats | None


def allocate_any(
    network: Network,
    demands: Sequence[Wanted],
    capacity: npt.NDArray[np.uint64],
    costs: npt.NDArray[np.uint64],
    deadline_s: float,
) -> Shares:
    """Return what each demand gets. `capacity`: bit/s by link; `costs` choose among ways that are as good.

    `deadline_s` is of time.monotonic: from then on all that still rise stay at the level reached.
    """
    filling = _Filling(network, demands, capacity, Prices(network, costs))
    filling.run(deadline_s)
    return filling.shares()


class _Filling:
    def __init__(
        self,
        network: Network,
        demands: Sequence[Wanted],
        capacity: npt.NDArray[np.uint64],
        prices: Prices,
    ) -> None:
        self._network = network
        self._demands = demands
        self._capacity = capacity
        self._ways = prices
        self._unit = max(1.0, float(capacity.max(initial=0))) / LARGEST
        self._room = capacity / self._unit
        self._by_source: dict[Routers, list[int]] = {}
        for number, demand in enumerate(demands):
            self._by_source.setdefault(demand.ends[0], []).append(number)
        self._paths: list[tuple[int, Links]] = []
        self._known: set[tuple[int, Links]] = set()
        self._final: dict[int, Final] = {}
        self._flows = np.zeros(0)
        self._priced: dict[int, list[tuple[float, Links | None]]] = {}

    def run(self, deadline_s: float) -> None:
        """Fill level by level until every demand is final, or the time is up."""
        ways = self._cheapest(np.zeros(len(self._capacity)))
        joined = [number for number, (_, links) in enumerate(ways) if links is not None]
        self._place = {number: place for place, number in enumerate(joined)}
        self._programme = Programme([self._demands[n].weight for n in joined], self._room)
        for number in joined:
            self._add(number, ways[number][1])
        self._rising = joined
        while self._rising:
            solved = self._level(deadline_s)
            self._flows = solved.flows
            if time.monotonic() > deadline_s:
                for number in self._rising:
                    self._end(number, Final(solved.level * self._demands[number].weight, solved.prices))
                self._rising = []
            else:
                self._finish(solved)

    def _level(self, deadline_s: float) -> Solved:
        """Solve one level, with all the paths that it needs."""
        caps = [cap / self._unit / weight for _, cap, weight in self._rising_demands() if cap is not None]
        highest = min(caps, default=np.inf)
        self._programme.end_at(highest)
        while True:
            solved = self._programme.solve()
            if solved.level >= highest * (1 - _NEGLIGIBLE) or time.monotonic() > deadline_s:
                return solved
            ways = self._cheapest(solved.prices)
            better = [
                (number, links)
                for number, (price, links) in enumerate(ways)
                if links is not None and price < solved.worth[self._place[number]] * (1 - _NEGLIGIBLE) - 1e-12
            ]
            if not sum([self._add(number, links) for number, links in better]):
                return solved

    def _rising_demands(self) -> list[Wanted]:
        return [self._demands[number] for number in self._rising]

    def _cheapest(self, prices: Floats) -> list[tuple[float, Links | None]]:
        """The price and the links of each demand's cheapest way, None where it has none."""
        found: list[tuple[float, Links | None]] = [(0.0, None)] * len(self._demands)
        for sources, numbers in self._by_source.items():
            self._ways.search(sources, prices)
            for number in numbers:
                targets = self._demands[number].ends[1]
                price = self._ways.price(targets)
                if price is not None:
                    found[number] = price, self._ways.way(targets)
        return found

    def _add(self, number: int, links: Links | None) -> bool:
        if links is None or (number, links) in self._known:
            return False
        self._known.add((number, links))
        self._paths.append((number, links))
        self._programme.add(self._place[number], links)
        return True

    def _finish(self, solved: Solved) -> None:
        """Make final what reached its cap, or what is worth something where the level cannot rise."""
        level = solved.level
        ended = []
        for number in self._rising:
            _, cap, weight = self._demands[number]
            if cap is not None and cap / self._unit / weight <= level * (1 + _NEGLIGIBLE):
                ended.append((number, Final(cap / self._unit, None)))
        for number in () if ended else self._rising:  # at a cap the prices prove nothing
            weight = self._demands[number].weight
            if solved.worth[self._place[number]] * weight > SAME:
                ended.append((number, Final(level * weight, solved.prices)))
        if not ended:  # a solver that says neither: end the one that it holds to be worth most
            number = max(self._rising, key=lambda n: (solved.worth[self._place[n]], -n))
            ended = [(number, Final(level * self._demands[number].weight, solved.prices))]
        for number, final in ended:
            self._end(number, final)
        self._rising = [number for number in self._rising if number not in self._final]

    def _end(self, number: int, final: Final) -> None:
        self._final[number] = final
        self._programme.fix(self._place[number], final.rate)

    def shares(self) -> Shares:
        """The rates in whole bit/s with their proofs."""
        flows, loads = self._whole()
        rates = []
        proved = True
        for number, demand in enumerate(self._demands):
            final = self._final.get(number)
            if final is None:
                rates.append(Rate(0, "no_path"))
                continue
            mine = [(links, bps) for links, bps in flows[number] if bps]
            mine.sort(key=lambda item: (-item[1], item[0]))
            bps = sum(amount for _, amount in mine)
            if final.prices is None:
                rates.append(Rate(bps, "max_bps", paths=tuple(mine)))
                continue
            bound = self._bound(number, final.rate, final.prices)
            proved = proved and bound <= final.rate * (1 + SAME)
            full = final.prices > _NEGLIGIBLE * final.prices.max(initial=0.0)
            limiting = sorted({link for links, _ in mine for link in links if full[link]})
            bound_bps = max(bps, int(bound * self._unit * (1 + _ROUNDING)))
            if demand.max_bps is not None:
                bound_bps = min(bound_bps, demand.max_bps)
            rates.append(Rate(bps, "links", tuple(limiting), bound_bps, tuple(mine)))
        return Shares("optimal" if proved else "feasible", tuple(rates), loads)

    def _bound(self, number: int, rate: float, prices: Floats) -> float:
        """The most that a demand can have while none that has no more than it, by weight, gets less."""
        level = rate / self._demands[number].weight
        key = id(prices)  # all that became final at one level have one array
        if key not in self._priced:
            self._priced[key] = self._cheapest(prices)
        ways = self._priced[key]
        left = float(self._room @ prices)
        for other, (price, _) in enumerate(ways):
            if other != number and other in self._final:
                its = self._final[other].rate
                if its / self._demands[other].weight <= level * (1 + SAME):
                    left -= its * price
        own = ways[number][0]
        if own > 0:
            return left / own
        ends = Query(self._network.graph, *self._demands[number].ends, HOPS, 0, 0, None, None)
        return float(MaxFlow(self._network, ends).value) / self._unit

    def _whole(self) -> tuple[list[list[tuple[Links, int]]], dict[int, int]]:
        """Round the flows of paths down to whole bit/s, and give back what rounding took where it fits."""
        flows: list[list[tuple[Links, int]]] = [[] for _ in self._demands]
        loads: dict[int, int] = {}
        exact = self._flows * self._unit
        for (number, links), flow in zip(self._paths, exact.tolist(), strict=False):
            bps = min(
                [
                    int(flow + _slack(flow)),
                    *(int(self._capacity[link]) - loads.get(link, 0) for link in links),
                ]
            )
            flows[number].append((links, bps))
            for link in links:
                loads[link] = loads.get(link, 0) + bps
        for number, final in self._final.items():
            rate = final.rate * self._unit
            missing = int(rate + _slack(rate)) - sum(bps for _, bps in flows[number])
            for place, (links, bps) in enumerate(flows[number]):
                more = min([missing, *(int(self._capacity[link]) - loads[link] for link in links)])
                if bps and more > 0:
                    flows[number][place] = links, bps + more
                    missing -= more
                    for link in links:
                        loads[link] += more
        return flows, {link: bps for link, bps in sorted(loads.items()) if bps}


def _slack(bps: float) -> float:
    """What a float may lack of the whole number that it stands for."""
    return 1e-6 + bps * _ROUNDING
