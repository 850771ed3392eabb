"""Several paths: the ten best, and two that do not fail together."""

import igraph

from bench.contest import Contest, Contestant
from bench.given import Given
from bench.graphs import Network
from bench.peers.values import latency_of_ids

K = 10
MOST_WITH_PEERS = 10_000  # routers; with more, igraph takes minutes for one answer and scipy gives up

Paths = list[tuple[str, ...]]


def k_paths(given: Given) -> Contest:
    """The ten best simple paths."""
    engine, network = given.engine, given.network

    def answer(source: str, target: str) -> Paths:
        return [path.links for path in engine.k_paths(source, target, k=K)]

    def value(paths: Paths) -> list[int | None]:
        return [latency_of_ids(network, links) for links in paths]

    ours = Contestant("ours", answer, "paths", value, given.ids)
    few = given.n <= MOST_WITH_PEERS
    peers = (given.peers.igraph.k_paths(K), given.peers.scipy.k_paths(K)) if few else ()
    remark = "" if few else "igraph takes minutes for one answer here, scipy longer"
    return Contest(given.pairs, ours, peers, remark=remark)


def disjoint_pair(given: Given) -> Contest:
    """Two paths without a common circuit, of least sum, for pairs that no single circuit parts."""
    engine, network, peers = given.engine, given.network, given.peers

    def answer(source: str, target: str) -> Paths:
        return [path.links for path in engine.disjoint_paths(source, target)]

    def value(paths: Paths) -> int:
        return sum(latency_of_ids(network, links) or 0 for links in paths)

    part = _parts(network)
    asked = [(source, target) for source, target in given.pairs if part[source] == part[target]]
    ours = Contestant("ours", answer, "two paths", value, given.ids)
    return Contest(asked, ours, (peers.igraph.two_steps(), peers.scipy.suurballe()))


def _parts(network: Network) -> list[int]:
    """Of each router, the part of the network that it is in when all circuits without another way are cut."""
    circuits = igraph.Graph(n=network.n, edges=network.ends[::2])
    circuits.delete_edges(circuits.bridges())
    membership: list[int] = circuits.connected_components().membership
    return membership
