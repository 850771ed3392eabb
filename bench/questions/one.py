"""One path: the quickest, the quickest with so much bandwidth, the widest."""

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from bench.contest import Contest, Contestant
from bench.given import Given
from bench.peers.values import latency_of_ids, narrowest

Links = tuple[str, ...]


def path(given: Given) -> Contest:
    """One pair by latency."""
    engine, peers, network = given.engine, given.peers, given.network

    def answer(source: str, target: str) -> Links:
        return engine.path(source, target).links

    ours = Contestant("ours", answer, "path", lambda links: latency_of_ids(network, links), given.ids)
    others = (peers.networkit, peers.scipy, peers.igraph, peers.rustworkx, peers.networkx)
    return Contest(given.pairs, ours, tuple(peer.path() for peer in others))


def path_with_floor(given: Given) -> Contest:
    """One pair by latency over links with a quarter of the largest bandwidth, give or take 1 %.

    Every question has a floor of its own, as every job has, so that nobody has the links ready that are
    left.
    """
    rng, quarter_bps = np.random.default_rng(1), _quarter_bps(given)
    floors_bps = (quarter_bps * rng.uniform(0.99, 1.01, len(given.pairs))).astype(int).tolist()
    pairs = dict(zip(given.pairs, floors_bps, strict=True))
    asked = [(*pair, pairs[pair]) for pair in _joined(given, int(quarter_bps * 1.01))]
    peers = given.peers
    others = (peers.scipy, peers.networkit, peers.igraph, peers.rustworkx)
    remark = f"{len(asked) / len(pairs):.0%} of the pairs are joined by such links; those are asked"
    return Contest(asked, _floor(given), tuple(peer.floor() for peer in others), remark=remark)


def path_with_kept_floor(given: Given) -> Contest:
    """The same with one floor for all questions, and peers whose graph was cut down to it beforehand."""
    quarter_bps = _quarter_bps(given)
    asked = [(*pair, quarter_bps) for pair in _joined(given, quarter_bps)]
    peers = (given.peers.networkit.kept_floor(quarter_bps), given.peers.scipy.kept_floor(quarter_bps))
    return Contest(asked, _floor(given), peers)


def _floor(given: Given) -> Contestant:
    engine, network = given.engine, given.network

    def answer(source: str, target: str, floor_bps: int) -> Links:
        return engine.path(source, target, min_bandwidth_bps=floor_bps).links

    return Contestant("ours", answer, "path", lambda links: latency_of_ids(network, links), given.ids)


def _quarter_bps(given: Given) -> int:
    return int(given.network.free_bps.max()) // 4


def _joined(given: Given, floor_bps: int) -> list[tuple[int, int]]:
    """Pairs that links with so much join, both ways."""
    part = _parts(given, floor_bps)
    return [(source, target) for source, target in given.pairs if part[source] == part[target]]


def _parts(given: Given, floor_bps: int) -> np.ndarray:
    """Of each router, the part of the network that it can reach, both ways, over links with so much."""
    network = given.network
    keep = network.free_bps >= floor_bps
    shape = (network.n, network.n)
    matrix = csr_matrix((np.ones(keep.sum()), (network.tail[keep], network.head[keep])), shape=shape)
    part: np.ndarray = connected_components(matrix, connection="strong")[1]
    return part


def widest(given: Given) -> Contest:
    """The path of most bandwidth. No peer has it in Python; the usual way round is bisection."""
    engine, network = given.engine, given.network

    def answer(source: str, target: str) -> Links:
        return engine.widest(source, target).links

    def value(links: Links) -> int:
        return narrowest(network, [network.link_number(link_id) for link_id in links])

    ours = Contestant("ours", answer, "path", value, given.ids)
    return Contest(given.pairs, ours, (given.peers.scipy.widest(),))
