"""What a weight that changes costs."""

from dataclasses import replace

import numpy as np

from bench.contest import Contest, Contestant
from bench.given import Given
from bench.graphs import Network
from bench.peers import Peers
from bench.peers.values import latency_of_ids
from pathcalc import PathEngine
from topology.snapshot import Snapshot

DRIFT = 1.2
WARM_UP = 100  # questions to the engine before


def after_drift(given: Given) -> Contest:
    """One pair by latency once all latencies have gone up by some part, up to a fifth, since the start.

    The engine is the one of the next snapshot: it takes over what the one before had prepared.
    """
    before = given.engine
    for source, target in given.pairs[:WARM_UP]:
        before.path(*given.ids(source, target))
    rng = np.random.default_rng(1)
    latency_us = (given.network.latency_us * rng.uniform(1, DRIFT, given.network.m)).round().astype(np.int64)
    network = replace(given.network, latency_us=latency_us)
    engine = PathEngine(_drifted(given, latency_us), before)
    if not engine.is_prepared:
        engine.prepare()

    def answer(source: str, target: str) -> tuple[str, ...]:
        return engine.path(source, target).links

    ours = Contestant("ours", answer, "path", lambda links: latency_of_ids(network, links), given.ids)
    peers = Peers(network)
    return Contest("after drift", given.pairs, ours, (peers.networkit.path(), peers.scipy.path()))


def _drifted(given: Given, latency_us: np.ndarray) -> Snapshot:
    """The snapshot with other latencies; its links stand in the order of their tails."""
    order = [Network.link_number(link_id) for link_id in given.snapshot.link_ids]
    return replace(given.snapshot, latency_us=latency_us[order].astype(np.uint32))
