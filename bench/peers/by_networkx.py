"""networkx, which most people begin with."""

import networkx as nx

from bench.contest import Contestant
from bench.graphs import Network
from bench.peers.values import latency_of_walk


class Networkx:
    """Pure Python over dicts."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.graph = nx.DiGraph()
        columns = zip(network.ends, network.latency_us.tolist(), strict=True)
        self.graph.add_weighted_edges_from((tail, head, latency_us) for (tail, head), latency_us in columns)

    def path(self) -> Contestant:
        def answer(source: int, target: int) -> list[int]:
            routers: list[int] = nx.bidirectional_dijkstra(self.graph, source, target)[1]
            return routers

        return Contestant("networkx", answer, "path", lambda found: latency_of_walk(self.network, found))
