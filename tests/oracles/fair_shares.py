"""Max-min fair rates by the book: linear programmes over the flow of each demand on each link (by scipy).

Nothing of the product's method is in it: no paths, no prices, no levels kept from one programme to the next.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from tests.kit.graphs import Link

TOLERANCE = 1e-8
"""By how much final rates may give way, in `unit`, so that rounding makes nothing infeasible."""
LOOSE = 1e-5
"""How exact the rates are at least, in `unit`: scipy's own tolerance is absolute, and adds up."""


class Wish(NamedTuple):
    """A demand between two sets of routers; `cap` in bit/s, None: as much as there is."""

    sources: Collection[str]
    targets: Collection[str]
    cap: float | None
    weight: int


class Network:
    """Every link with what it carries, and the demands over it, each with a flow; rates in `unit` bit/s."""

    def __init__(self, links: Sequence[tuple[Link, float]], wishes: Sequence[Wish]) -> None:
        unit = max((fits for _, fits in links), default=1)  # scipy's tolerances are absolute
        self.unit = unit
        self.wishes = [wish._replace(cap=None if wish.cap is None else wish.cap / unit) for wish in wishes]
        self._links = [(link, fits / unit) for link, fits in links]
        routers = sorted({end for link, _ in links for end in (link.tail, link.head)})
        self._place = {router: number for number, router in enumerate(routers)}
        self._n = len(links) * len(wishes) + len(wishes)  # flows, then rates
        self._bounds = [
            (0, 0 if link.head in wish.sources or link.tail in wish.targets else None)
            for wish in wishes
            for link, _ in links
        ]

    def _rate(self, wish: int) -> int:
        return len(self._links) * len(self.wishes) + wish

    def most(self, wish: int, least: Sequence[float]) -> float:
        """The most that one demand can have if each has at least so much (its own entry plays no part)."""
        bounds = [
            (0 if other == wish else least[other], self.wishes[other].cap)
            for other in range(len(self.wishes))
        ]
        cost = np.zeros(self._n)
        cost[self._rate(wish)] = -1
        return -self._solve(cost, bounds, [])

    def level(self, rising: Sequence[int], final: dict[int, float]) -> float:
        """The highest common level, by weight, of the rising demands beside the final ones."""
        cost = np.zeros(self._n + 1)
        cost[-1] = -1
        bounds = [(max(0, final.get(n, 0) - TOLERANCE), final.get(n)) for n in range(len(self.wishes))]
        return -self._solve(cost, bounds, rising)

    def _solve(
        self, cost: np.ndarray, rates: list[tuple[float, float | None]], rising: Sequence[int]
    ) -> float:
        rows: list[tuple[int, int, float]] = []
        row = 0
        for number, wish in enumerate(self.wishes):
            offset = number * len(self._links)
            inner = [r for r in self._place if r not in wish.sources and r not in wish.targets]
            at = {router: row + place for place, router in enumerate(inner)}
            row += len(inner)
            for place, (link, _) in enumerate(self._links):
                if link.head in at:
                    rows.append((at[link.head], offset + place, 1))
                if link.tail in at:
                    rows.append((at[link.tail], offset + place, -1))
                if link.tail in wish.sources:
                    rows.append((row, offset + place, 1))
            rows.append((row, self._rate(number), -1))
            row += 1
        for number in rising:
            rows.append((row, self._rate(number), 1))
            rows.append((row, self._n, -self.wishes[number].weight))
            row += 1
        i, j, values = zip(*rows, strict=True)
        equal = coo_matrix((values, (i, j)), shape=(row, len(cost))).tocsr()
        over = [
            (place, number * len(self._links) + place)
            for place in range(len(self._links))
            for number in range(len(self.wishes))
        ]
        shape = (len(self._links), len(cost))
        above = coo_matrix((np.ones(len(over)), tuple(zip(*over, strict=True)) if over else ((), ())), shape)
        bounds = [*self._bounds, *rates, *([(0, None)] if rising else [])]
        found = linprog(
            cost, A_ub=above.tocsr() if over else None, b_ub=[c for _, c in self._links] if over else None,
            A_eq=equal, b_eq=np.zeros(row), bounds=bounds, method="highs",
        )  # fmt: skip
        assert found.status == 0, found.message
        return float(found.fun)


def fair_rates(network: Network) -> list[float]:
    """The max-min fair rates in bit/s, level by level; who can rise alone above the common one goes on."""
    wishes = network.wishes
    final = {
        number: 0.0 for number in range(len(wishes)) if network.most(number, [0] * len(wishes)) <= LOOSE / 10
    }
    while len(final) < len(wishes):
        rising = [number for number in range(len(wishes)) if number not in final]
        caps = {
            number: cap / wishes[number].weight
            for number in rising
            if (cap := wishes[number].cap) is not None
        }
        level = min([network.level(rising, final), *caps.values()])
        at_level = [final.get(number, level * wishes[number].weight) for number in range(len(wishes))]
        at_level = [max(0, rate - TOLERANCE) for rate in at_level]
        stuck = [
            number
            for number in rising
            if network.most(number, at_level) <= level * wishes[number].weight + LOOSE / 10
        ]
        assert stuck
        final |= {number: level * wishes[number].weight for number in stuck}
    return [final[number] * network.unit for number in range(len(wishes))]
