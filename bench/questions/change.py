"""What it costs that weights change."""

from dataclasses import replace

import numpy as np

from bench.contest import Contest, Contestant
from bench.given import Given
from bench.graphs import Network
from bench.peers import Peers
from bench.peers.values import latency_of_ids
from pathcalc import PathEngine
from topology.snapshot import Snapshot

MOST_RISE = 1.5
DRIFT = 1.2
WARM_UP = 100  # questions to the engine before
CHANGES_BEFORE = 1_000  # of which it is seen whether a tree that is kept stays right

Links = tuple[str, ...]


def one_path(given: Given) -> Contest:
    """A link's latency changes, then the best path of a pair."""
    engine = _used(given)
    network = given.network
    latency_us = {Network.link_id(link): value for link, value in enumerate(network.latency_us.tolist())}
    asked = [(*pair, *change) for pair, change in zip(given.pairs, _changes(given), strict=True)]

    def prepare(source: int, target: int, link: int, new_us: int) -> tuple[str, str, str, int]:
        names = given.network.router_ids
        return names[source], names[target], Network.link_id(link), new_us

    def answer(source: str, target: str, link: str, new_us: int) -> Links:
        nonlocal engine
        engine = engine.with_weights(latency_us={link: new_us})
        latency_us[link] = new_us
        return engine.path(source, target).links

    def value(links: Links) -> int:
        return sum(latency_us[link] for link in links)

    ours = Contestant("ours", answer, "path", value, prepare)
    peers = (given.peers.networkit.change(), given.peers.scipy.change(), given.peers.igraph.change())
    return Contest(asked, ours, peers)


def tree(given: Given) -> Contest:
    """A link's latency changes, and the tree of best paths from one router is to be right again.

    What is compared is the distance to everyone, read once the clock has stopped.
    """
    engine, network, names = given.engine, given.network, given.network.router_ids
    kept = engine.tree(names[0])

    def prepare(link: int, latency_us: int) -> tuple[str, int]:
        return Network.link_id(link), latency_us

    ours = Contestant("ours", kept.update, "tree", lambda _: kept.distances(names), prepare)
    peers = (given.peers.networkit.tree(0), given.peers.scipy.tree(0))
    changes = _changes(given)
    wrong = given.peers.networkit.wrong_after(0, changes[:CHANGES_BEFORE])
    remark = (
        f"networkit's tree is wrong for {wrong:,} of {network.n:,} routers after {CHANGES_BEFORE:,} changes"
    )
    return Contest(changes, ours, peers, remark=remark)


def after_drift(given: Given) -> Contest:
    """One pair by latency once all latencies have gone up by some part, up to a fifth, since the start.

    The engine is the one of the next snapshot: it takes over what the one before had prepared.
    """
    rng = np.random.default_rng(1)
    latency_us = (given.network.latency_us * rng.uniform(1, DRIFT, given.network.m)).round().astype(np.int64)
    network = replace(given.network, latency_us=latency_us)
    engine = PathEngine(_with_latency(given, latency_us), _used(given))
    if not engine.is_prepared:
        engine.prepare()

    def answer(source: str, target: str) -> Links:
        return engine.path(source, target).links

    ours = Contestant("ours", answer, "path", lambda links: latency_of_ids(network, links), given.ids)
    peers = Peers(network)
    return Contest(given.pairs, ours, (peers.networkit.path(), peers.scipy.path()))


def _used(given: Given) -> PathEngine:
    """The engine after some questions: it prepares itself by use."""
    for source, target in given.pairs[:WARM_UP]:
        given.engine.path(*given.names(source, target))
    given.prepare()
    return given.engine


def _changes(given: Given) -> list[tuple[int, int]]:
    """Links by chance, each with a latency from its own at the start to half as much again.

    Each link is there with two latencies, one in each half, so that what is asked over and over is a change
    each time.
    """
    rng = np.random.default_rng(1)
    count = len(given.pairs) // 2
    links = rng.choice(given.network.m, count, replace=given.network.m < count)
    rises = rng.uniform(1, MOST_RISE, (2, count))
    changes = []
    for half in range(2):
        latency_us = (given.network.latency_us[links] * rises[half]).round().astype(int)
        changes += zip(links.tolist(), latency_us.tolist(), strict=True)
    return changes


def _with_latency(given: Given, latency_us: np.ndarray) -> Snapshot:
    """The snapshot with other latencies; its links stand in the order of their tails."""
    order = [Network.link_number(link_id) for link_id in given.snapshot.link_ids]
    return replace(given.snapshot, latency_us=latency_us[order].astype(np.uint32))
