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
from pathcalc.core.flow.maxflow import MaxFlow
from pathcalc.core.flow.network import Network
from pathcalc.core.flow.prices import Prices
from pathcalc.core.graph import Query

HOPS = WEIGHTS.index("hops")
LARGEST = 4096.0  # capacity in the programme's unit: its tolerances are absolute
SAME = 1e-6  # rates that differ by less, in proportion, are equal; a bound so close is no gap
_NEGLIGIBLE = 1e-9
_ROUNDING = 1e-13

Floats = npt.NDArray[np.float64]


class Cheapest(NamedTuple):
    """Prices by demand, nan where it has no way; `better`: demands with links."""

    prices: Floats
    better: list[tuple[int, Links]]


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
        ways: Prices,
    ) -> None:
        self._network = network
        self._demands = demands
        self._capacity = capacity
        self._ways = ways
        self._unit = max(1.0, float(capacity.max(initial=0))) / LARGEST
        self._room = capacity / self._unit
        self._weights = np.array([demand.weight for demand in demands], dtype=np.float64)
        self._caps = np.array(
            [np.inf if demand.max_bps is None else demand.max_bps / self._unit for demand in demands]
        )
        self._by_source: dict[Routers, list[int]] = {}
        for number, demand in enumerate(demands):
            self._by_source.setdefault(demand.ends[0], []).append(number)
        self._paths: list[tuple[int, Links]] = []
        self._known: set[tuple[int, Links]] = set()
        self._programme = Programme(self._weights, self._room)
        self._final: dict[int, Final] = {}
        self._flows = np.zeros(0)

    def run(self, deadline_s: float) -> None:
        """Fill level by level until every demand is final, or the time is up."""
        first = self._cheapest(np.zeros(len(self._capacity)), np.full(len(self._demands), np.inf))
        for number, links in first.better:
            self._add(number, links)
        rising = [number for number, _ in sorted(first.better)]
        for number in set(range(len(self._demands))).difference(rising):
            self._programme.fix(number, 0.0)
        solved = Solved(0.0, np.zeros(0), np.zeros(len(self._capacity)), np.zeros(len(self._demands)))
        while rising:
            highest = float((self._caps[rising] / self._weights[rising]).min())
            try:
                solved = self._level(highest, deadline_s)
                is_over = time.monotonic() > deadline_s
            except ArithmeticError:  # what was solved before fits, and its prices prove what they can
                is_over = True
            self._flows = solved.flows
            if is_over:
                ended = {n: Final(solved.level * float(self._weights[n]), solved.prices) for n in rising}
            else:
                ended = self._ended(rising, solved)
            for number, final in ended.items():
                self._programme.fix(number, final.rate)
            self._final |= ended
            rising = [number for number in rising if number not in ended]

    def _level(self, highest: float, deadline_s: float) -> Solved:
        """Solve one level, with all the paths that it needs."""
        self._programme.end_at(highest)
        while True:
            solved = self._programme.solve()
            if solved.level >= highest * (1 - _NEGLIGIBLE) or time.monotonic() > deadline_s:
                return solved
            found = self._cheapest(solved.prices, solved.worth * (1 - _NEGLIGIBLE) - 1e-12)
            if not sum([self._add(number, links) for number, links in found.better]):
                return solved

    def _cheapest(self, prices: Floats, limits: Floats) -> Cheapest:
        """The price of each demand's cheapest way, and the ways of those that are below their limits."""
        found = Cheapest(np.full(len(self._demands), np.nan), [])
        for sources, numbers in self._by_source.items():
            self._ways.search(sources, prices)
            for number in numbers:
                targets = self._demands[number].ends[1]
                price = self._ways.price(targets)
                if price is None:
                    continue
                found.prices[number] = price
                if price < limits[number] and (links := self._ways.way(targets)) is not None:
                    found.better.append((number, links))
        return found

    def _add(self, number: int, links: Links) -> bool:
        if (number, links) in self._known:
            return False
        self._known.add((number, links))
        self._paths.append((number, links))
        self._programme.add(number, links)
        return True

    def _ended(self, rising: list[int], solved: Solved) -> dict[int, Final]:
        """The demands that reached their cap; where none has, those that are worth something: stuck."""
        level = solved.level
        capped = [n for n in rising if self._caps[n] / self._weights[n] <= level * (1 + _NEGLIGIBLE)]
        if capped:  # before all paths were found, so that the prices prove nothing
            return {number: Final(float(self._caps[number]), None) for number in capped}
        stuck = [n for n in rising if solved.worth[n] * self._weights[n] > SAME]
        # The worths of all that rise add up to 1, so some are large; a solver in trouble may not see it.
        stuck = stuck or [max(rising, key=lambda n: (solved.worth[n] * self._weights[n], -n))]
        return {number: Final(level * float(self._weights[number]), solved.prices) for number in stuck}

    def shares(self) -> Shares:
        """The rates in whole bit/s with their proofs."""
        flows, loads = self._whole()
        rates = [Rate(0, "no_path")] * len(self._demands)
        bounds = self._bounds()
        for number, final in self._final.items():
            mine = sorted(((links, bps) for links, bps in flows[number] if bps), key=lambda i: (-i[1], i[0]))
            bps = sum(amount for _, amount in mine)
            if final.prices is None:
                rates[number] = Rate(bps, "max_bps", paths=tuple(mine))
                continue
            full = final.prices > _NEGLIGIBLE * final.prices.max(initial=0.0)
            limiting = tuple(sorted({link for links, _ in mine for link in links if full[link]}))
            most = min(bounds[number], float(self._caps[number]))
            bound_bps = max(bps, int(most * self._unit * (1 + _ROUNDING)))
            rates[number] = Rate(bps, "links", limiting, bound_bps, tuple(mine))
        proved = all(bound <= self._final[number].rate * (1 + SAME) for number, bound in bounds.items())
        return Shares("optimal" if proved else "feasible", tuple(rates), loads, self._capacity.tolist())

    def _bounds(self) -> dict[int, float]:
        """The most that each can have while none that has no more than it, by weight, gets less."""
        rates = np.zeros(len(self._demands))
        for number, final in self._final.items():
            rates[number] = final.rate
        levels = rates / self._weights
        priced: dict[int, tuple[float, Floats]] = {}
        found = {}
        for number, final in self._final.items():
            if final.prices is None:
                continue
            key = id(final.prices)  # all that became final at one level have one array
            if key not in priced:
                nothing = np.zeros(len(self._demands))
                ways = self._cheapest(final.prices, nothing).prices
                priced[key] = float(self._room @ final.prices), np.nan_to_num(ways)
            worth, ways = priced[key]
            kept = rates * (levels <= levels[number] * (1 + SAME))
            kept[number] = 0.0
            if ways[number] > 0:
                found[number] = (worth - float(kept @ ways)) / float(ways[number])
            else:
                found[number] = self._alone(number)
        return found

    def _alone(self, number: int) -> float:
        """What a demand could have if there were no other."""
        ends = Query(self._network.graph, *self._demands[number].ends, HOPS, 0, 0, None, None)
        return float(MaxFlow(self._network, ends).value) / self._unit

    def _whole(self) -> tuple[list[list[tuple[Links, int]]], dict[int, int]]:
        """Round the flows of paths down to whole bit/s, and give back what rounding took where it fits."""
        flows: list[list[tuple[Links, int]]] = [[] for _ in self._demands]
        loads: dict[int, int] = {}
        exact = (self._flows * self._unit).tolist()
        room = self._capacity.tolist()
        for (number, links), flow in zip(self._paths, exact, strict=False):
            bps = min(
                [
                    int(flow + _slack(flow)),
                    *(room[link] - loads.get(link, 0) for link in links),
                ]
            )
            flows[number].append((links, bps))
            for link in links:
                loads[link] = loads.get(link, 0) + bps
        for number, final in self._final.items():
            rate = final.rate * self._unit
            missing = int(rate + _slack(rate)) - sum(bps for _, bps in flows[number])
            for place, (links, bps) in enumerate(flows[number]):
                more = min([missing, *(room[link] - loads[link] for link in links)])
                if bps and more > 0:
                    flows[number][place] = links, bps + more
                    missing -= more
                    for link in links:
                        loads[link] += more
        return flows, {link: bps for link, bps in sorted(loads.items()) if bps}


def _slack(bps: float) -> float:
    """What a float may lack of the whole number that it stands for."""
    return 1e-6 + bps * _ROUNDING
