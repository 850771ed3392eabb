"""The path core beside its peers: one process, rounds in turn, medians and ratios. `make bench`

Every answer is compared with the peer's before any time is taken; pairs rotate, so that nobody answers
from a warm cache. Ours is timed through the public call with ids, its path read.
"""

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.graphs import Network, planar
from bench.peers import Peers
from pathcalc import NoFeasiblePath, PathEngine

SIZES = (50, 500, 5_000)
ROUNDS = 7
LEAST_S = 0.02  # of one round of one contestant
RESULTS = Path(__file__).parent / "results" / "path_core.json"
K = 10


class Row(NamedTuple):
    """One line of the table: medians in µs."""

    question: str
    graph: str
    peer: str
    ours_us: float
    peer_us: float

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.peer_us / self.ours_us


class Contest(NamedTuple):
    """A question with what it is asked of, ours and the peers' answers by value."""

    question: str
    asked: list[Any]
    ours: Callable[..., Any]
    peers: dict[str, Callable[..., Any]]


def contests(network: Network) -> Iterator[Contest]:
    """Yield every question on a network."""
    engine, peers = PathEngine(network.snapshot()), Peers(network)
    rng = random.Random(1)
    pairs = [tuple(rng.sample(range(network.n), 2)) for _ in range(200)]
    floor_bps = int(np.quantile(network.free_bps, 0.25))
    name = [f"r{i}" for i in range(network.n)]

    def path(source: int, target: int) -> int | None:
        found = engine.path(name[source], name[target])
        assert found.links
        return found.latency_us

    def path_with_floor(source: int, target: int) -> int | None:
        try:
            found = engine.path(name[source], name[target], min_bandwidth_bps=floor_bps)
        except NoFeasiblePath:
            return None
        assert found.links
        return found.latency_us

    def k_paths(source: int, target: int) -> list[int | None]:
        return [found.latency_us for found in engine.k_paths(name[source], name[target], k=K)]

    def row(source: int) -> np.ndarray:
        values: np.ndarray = engine.matrix([name[source]], name)[0]
        return values

    yield Contest("path", pairs, path, peers.path())
    joined = [pair for pair in pairs if path_with_floor(*pair) is not None]
    yield Contest("path, bandwidth floor", joined, path_with_floor, peers.floor(floor_bps))
    yield Contest(f"{K} paths", pairs[:40], k_paths, peers.k_paths(K))
    yield Contest("matrix row", [(source,) for source, _ in pairs[:20]], row, peers.row())


def check(contest: Contest) -> None:
    """Raise AssertionError where a peer answers otherwise."""
    for asked in contest.asked[:20]:
        ours = contest.ours(*asked)
        for peer, answer in contest.peers.items():
            theirs = answer(*asked)
            assert np.array_equal(ours, theirs), f"{contest.question} {asked}: {ours}, {peer} says {theirs}"


def median_us(contest: Contest) -> dict[str, float]:
    """Time everybody in turn, round after round."""
    everybody = {"ours": contest.ours} | contest.peers
    times: dict[str, list[float]] = {who: [] for who in everybody}
    place = 0
    for _ in range(ROUNDS):
        for who, answer in everybody.items():
            start, count = time.perf_counter(), 0
            while (spent := time.perf_counter() - start) < LEAST_S:
                answer(*contest.asked[place % len(contest.asked)])
                place += 1
                count += 1
            times[who].append(spent / count * 1e6)
    return {who: statistics.median(found) for who, found in times.items()}


def main() -> None:
    """Print the table and write it down."""
    rows = []
    print(f"{'question':24} {'graph':12} {'peer':10} {'ours µs':>10} {'peer µs':>12} {'ratio':>8}")
    for size in SIZES:
        network = planar(size)
        for contest in contests(network):
            check(contest)
            medians = median_us(contest)
            for peer in contest.peers:
                row = Row(contest.question, network.name, peer, medians["ours"], medians[peer])
                rows.append(row)
                figures = f"{row.ours_us:10.1f} {row.peer_us:12.1f} {row.ratio:8.1f}"
                print(f"{row.question:24} {row.graph:12} {row.peer:10} {figures}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps([row._asdict() | {"ratio": row.ratio} for row in rows], indent=1) + "\n")
    print(f"written to {RESULTS}")


if __name__ == "__main__":
    main()
