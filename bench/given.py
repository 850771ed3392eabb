"""What every question starts from: a network, our engine on it, the peers, and whom to ask about."""

import random
from functools import cached_property

import numpy as np

from bench.graphs import Network, network
from bench.peers import Peers
from pathcalc import PathEngine
from topology.snapshot import Snapshot

PAIRS = 1_500


class Given:
    """Everything about one network, made when it is first asked for."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def network(self) -> Network:
        return network(self.name)

    @cached_property
    def snapshot(self) -> Snapshot:
        return self.network.snapshot()

    @cached_property
    def engine(self) -> PathEngine:
        return PathEngine(self.snapshot)

    @cached_property
    def peers(self) -> Peers:
        return Peers(self.network)

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """Pairs of routers by chance."""
        rng = random.Random(1)
        return [(source, target) for source, target in (rng.sample(range(self.n), 2) for _ in range(PAIRS))]

    @property
    def n(self) -> int:
        """Number of routers."""
        return self.network.n

    def ids(self, *asked: int) -> tuple[str | int, ...]:
        """What a peer is asked, with source and target by their ids, as ours is asked."""
        names = self.network.router_ids
        return (names[asked[0]], names[asked[1]], *asked[2:])

    def links_of(self, rng: np.random.Generator, count: int) -> tuple[list[int], list[int]]:
        """Links by chance, and for each another latency like those of its network, none below its own."""
        links = rng.integers(0, self.network.m, count)
        slower = self.network.latency_us[links] * rng.uniform(1, 1.5, count)
        return links.tolist(), slower.round().astype(int).tolist()
