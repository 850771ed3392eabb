"""How much fits between two sets of routers, over which links and paths, and what limits it."""

from typing import NamedTuple

import numpy as np

from pathcalc.any.solver import Ends, Links, Solver
from pathcalc.constraints.fields import Constraints
from pathcalc.core.maxflow import maximum
from pathcalc.errors import GraphTooLarge, InvalidQuery
from topology.snapshot import NULL_U8

MOST_BITS = 63


class Flow(NamedTuple):
    """A maximum flow: bit/s by link and by simple path, and the links that limit it."""

    links: dict[int, int]
    paths: tuple[tuple[Links, int], ...]
    cut: Links


def max_flow(solver: Solver, ends: Ends, limits: Constraints) -> Flow:
    """Return the maximum flow on `bandwidth_basis`. Links of unknown bandwidth carry nothing.

    Raises InvalidQuery for bounds on sums and way points, GraphTooLarge where sums could overflow.
    """
    if limits.bounds or limits.include:
        raise InvalidQuery(
            (*limits.bounds, "include")[0],
            "a maximum flow under a bound on sums or past way points is not computed: drop it",
        )
    bandwidth = solver.bandwidth(limits)
    capacity = np.where(bandwidth == NULL_U8, np.uint64(0), bandwidth).astype(np.uint64)
    total = (int((capacity >> np.uint64(32)).sum()) << 32) + int((capacity & np.uint64(0xFFFFFFFF)).sum())
    if total.bit_length() > MOST_BITS:
        raise GraphTooLarge("the bandwidths of all links together could exceed 63 bits")
    flow, cut = maximum(solver.query(ends, "hops", limits), capacity)
    paths = _paths(solver, {i: bps for i, bps in enumerate(flow) if bps}, ends[0])
    links: dict[int, int] = {}
    for path, bps in paths:
        for i in path:
            links[i] = links.get(i, 0) + bps
    return Flow(dict(sorted(links.items())), paths, tuple(cut))


def _paths(solver: Solver, flow: dict[int, int], sources: tuple[int, ...]) -> tuple[tuple[Links, int], ...]:
    """Take the flow apart into simple paths; circles in it, which carry nothing anywhere, are dropped."""
    head, tail = solver.tables.head, solver.tables.tail
    leaving: dict[int, list[int]] = {}
    for i in sorted(flow, reverse=True):
        leaving.setdefault(tail[i], []).append(i)
    found: dict[Links, int] = {}
    for source in sources:
        while leaving.get(source):
            walk: list[int] = []
            places = {source: 0}
            router = source
            while leaving.get(router):
                link = leaving[router][-1]
                walk.append(link)
                router = head[link]
                if router in places:
                    start = places[router]
                    _take(flow, leaving, tail, walk[start:])
                    del walk[start:]
                    places = {source: 0} | {head[i]: n for n, i in enumerate(walk, 1)}
                else:
                    places[router] = len(walk)
            if walk:
                path = tuple(walk)
                found[path] = found.get(path, 0) + _take(flow, leaving, tail, walk)
    return tuple(found.items())


def _take(flow: dict[int, int], leaving: dict[int, list[int]], tail: list[int], links: list[int]) -> int:
    """Take the least flow of the links off all of them."""
    least = min(flow[i] for i in links)
    for i in links:
        flow[i] -= least
        if not flow[i]:
            leaving[tail[i]].remove(i)
    return least
