"""Max-min fair rates of demands whose ways are given: where packets go by themselves.

Progressive filling (Bertsekas and Gallager, Data Networks, 1992, 6.5.2): all rates rise together, each by
its weight; where a link is full, the rates over it are final, and so is one that reaches its cap. In rational
numbers, so exact: a demand's share of a link is a fraction, as routers split equally. O(s log s) steps for s
pairs of a demand and a link that it uses.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from pathcalc.allocation import Rate, Shares, Wanted
from pathcalc.any.solver import Solver
from pathcalc.core.igp.forward import Ways
from pathcalc.igp.forwarding import Forwarding
from pathcalc.tables import Tables

Usage = dict[int, Fraction]
"""The share of a demand's traffic on each link that it uses."""

_CAP, _LINK = 0, 1  # of equal levels a demand's own cap counts first


class Filled(NamedTuple):
    """A demand's exact rate, and the link that limits it; None: its cap does."""

    rate: Fraction
    bottleneck: int | None


def allocate_igp(solver: Solver, demands: Sequence[Wanted], capacity: Sequence[int], basis: str) -> Shares:
    """Return what each demand gets where all packets follow the IGP. `capacity`: bit/s of each link."""
    ways = [solver.destination(targets).ways(solver.graph, sources) for (sources, targets), _, _ in demands]
    usages = [usage_of(solver.tables, one) for one in ways]
    joined = [number for number, usage in enumerate(usages) if usage]
    filled = fill([usages[number] for number in joined], [demands[number] for number in joined], capacity)
    rates = [Rate(0, "no_path")] * len(demands)
    loads: dict[int, Fraction] = {}
    for number, one in zip(joined, filled, strict=True):
        bps = int(one.rate)
        for link, share in usages[number].items():
            loads[link] = loads.get(link, Fraction(0)) + share * bps
        branches = Forwarding(solver.tables, ways[number], basis).parts()
        paths = tuple((path.indexes, bps // parts) for parts, path in branches)
        if one.bottleneck is None:
            rates[number] = Rate(bps, "max_bps", paths=paths)
        else:
            rates[number] = Rate(bps, "links", (one.bottleneck,), bps, paths)
    whole = {link: int(load) for link, load in loads.items() if load >= 1}
    return Shares("predicted", tuple(rates), whole, capacity)


def usage_of(tables: Tables, ways: Ways) -> Usage:
    """The exact share of the traffic on each link; empty where it does not arrive."""
    links, doors = ways.indexes, ways.doors
    next_hops = Counter(tables.tail[link] for link in links)
    inside = {door: Fraction(1, len(doors)) for door in doors}
    usage: Usage = {}
    for link in links:  # each router's links in come before its links out
        tail, head = tables.tail[link], tables.head[link]
        usage[link] = inside[tail] / next_hops[tail]
        inside[head] = inside.get(head, Fraction(0)) + usage[link]
    return usage


def fill(usages: Sequence[Usage], demands: Sequence[Wanted], capacity: Sequence[int]) -> list[Filled]:
    """Return the max-min fair rates of demands with given shares of links; none is without a link."""
    users: dict[int, list[int]] = {}
    for number, usage in enumerate(usages):
        for link in usage:
            users.setdefault(link, []).append(number)
    rest = {link: Fraction(capacity[link]) for link in users}
    rise = {
        link: sum((usages[n][link] * demands[n].weight for n in on), Fraction(0))
        for link, on in users.items()
    }
    heap = [(rest[link] / rise[link], _LINK, link) for link in users]
    heap += [
        (Fraction(demand.max_bps, demand.weight), _CAP, number)
        for number, demand in enumerate(demands)
        if demand.max_bps is not None
    ]
    heapify(heap)
    filled: list[Filled | None] = [None] * len(demands)
    while heap:
        level, kind, which = heappop(heap)
        if kind == _LINK and (rise[which] == 0 or rest[which] / rise[which] != level):
            continue  # of before a rate over it was final
        final = [which] if kind == _CAP else users[which]
        touched = set()
        for number in final:
            if filled[number] is not None:
                continue
            rate = level * demands[number].weight
            filled[number] = Filled(rate, None if kind == _CAP else which)
            for link, share in usages[number].items():
                rest[link] -= share * rate
                rise[link] -= share * demands[number].weight
                touched.add(link)
        for link in touched:
            if rise[link]:
                heappush(heap, (rest[link] / rise[link], _LINK, link))
    return [one for one in filled if one is not None]
