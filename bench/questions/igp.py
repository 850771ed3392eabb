"""Where the IGP sends packets: all equal-cost links between two routers, and the share of each."""

import numpy as np

from bench.contest import Contest, Contestant
from bench.given import Given
from pathcalc import Forwarding, PathEngine

DESTINATIONS = 25  # that are asked about again and again

Value = tuple[int, frozenset[int]]  # number of ways, links on them


def cold(given: Given) -> Contest:
    """Every destination is a new one. An engine meets each once, so that there are as many as that takes."""
    order = np.random.default_rng(1).permutation(given.n).tolist()
    asked = [(source, order[i % given.n]) for i, (source, _) in enumerate(given.pairs)]
    asked = [(source, target) for source, target in asked if source != target]
    engine, seen = _fresh(given), set[int]()

    def prepare(source: int, target: int) -> tuple[PathEngine, str, str]:
        nonlocal engine
        if target in seen:
            engine = _fresh(given)
            seen.clear()
        seen.add(target)
        return engine, *given.names(source, target)

    return _contest(given, asked, Contestant("ours", _shares, "shares", prepare=prepare))


def _fresh(given: Given) -> PathEngine:
    """An engine that has met no destination: one that takes over from another has met the other's."""
    return PathEngine(given.snapshot)


def cached(given: Given) -> Contest:
    """Few destinations, which all sources have asked about before."""
    targets = np.random.default_rng(2).permutation(given.n)[:DESTINATIONS].tolist()
    asked = [(source, targets[i % len(targets)]) for i, (source, _) in enumerate(given.pairs)]
    asked = [(source, target) for source, target in asked if source != target]
    for pair in asked:
        given.engine.forwarding(*given.names(*pair))

    def prepare(source: int, target: int) -> tuple[PathEngine, str, str]:
        return given.engine, *given.names(source, target)

    return _contest(given, asked, Contestant("ours", _shares, "shares", prepare=prepare))


def _shares(engine: PathEngine, source: str, target: str) -> Forwarding:
    found = engine.forwarding(source, target)
    found.links  # noqa: B018 - read, as everybody's answer is
    return found


def _contest(given: Given, asked: list[tuple[int, int]], ours: Contestant) -> Contest:
    def value(found: Forwarding) -> Value:
        return found.branch_count, frozenset(given.network.link_number(share.link) for share in found.links)

    return Contest(asked, ours._replace(value=value), (given.peers.igraph.equal_cost(),))
