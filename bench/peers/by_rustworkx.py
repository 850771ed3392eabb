"""rustworkx: Rust, with a Python function asked for every weight."""

from typing import Any

import rustworkx

from bench.contest import Contestant
from bench.graphs import Network
from bench.peers.values import latency_of_walk


class Rustworkx:
    """A directed graph whose edges carry latency and bandwidth."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.graph = rustworkx.PyDiGraph()
        self.graph.add_nodes_from(range(network.n))
        columns = zip(network.ends, network.latency_us.tolist(), network.free_bps.tolist(), strict=True)
        self.graph.add_edges_from([(*ends, (float(latency_us), bps)) for ends, latency_us, bps in columns])

    def path(self) -> Contestant:
        def answer(source: int, target: int) -> list[int]:
            found = rustworkx.dijkstra_shortest_paths(
                self.graph, source, target, weight_fn=lambda edge: edge[0]
            )
            return list(found[target])

        return Contestant("rustworkx", answer, "path", self._latency)

    def floor(self) -> Contestant:
        def answer(source: int, target: int, floor_bps: int) -> list[int]:
            found = rustworkx.dijkstra_shortest_paths(
                self.graph, source, target, weight_fn=lambda edge: edge[0] if edge[1] >= floor_bps else 1e18
            )
            return list(found[target])

        return Contestant("rustworkx", answer, "path", self._latency)

    def _latency(self, found: Any) -> int | None:
        return latency_of_walk(self.network, found)
