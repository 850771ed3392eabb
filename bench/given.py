"""What every question starts from: a network, our engine on it, the peers, and whom to ask about."""

import random
import time
from functools import cached_property

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

    def prepare(self) -> None:
        """Let the engine make what makes answers fast, as the server does in a thread."""
        if not self.engine.is_prepared:
            started = time.monotonic()
            self.engine.prepare()
            print(f"{'':21} {self.name:12} prepared in {time.monotonic() - started:.2f} s")

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

    def names(self, source: int, target: int) -> tuple[str, str]:
        """The ids of two routers."""
        ids = self.network.router_ids
        return ids[source], ids[target]

    def ids(self, source: int, target: int, *others: int) -> tuple[str | int, ...]:
        """What a peer is asked, with source and target by their ids, as ours is asked."""
        return (*self.names(source, target), *others)
