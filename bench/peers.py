"""The peers: each library answering the same questions on its own form of the same network."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import igraph
import networkit
import networkx as nx
import numpy as np
import rustworkx
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra, yen

from bench.graphs import Network

Pair = tuple[int, int]
Answer = Callable[[int, int], Any]


class Peers:
    """Every method returns {peer: answer}; an answer returns what `PathEngine` returns by value."""

    def __init__(self, network: Network) -> None:
        self.network = network
        ends = list(zip(network.tail.tolist(), network.head.tolist(), strict=True))
        latency = network.latency_us.tolist()
        self.csr = csr_matrix((network.latency_us, (network.tail, network.head)), shape=(network.n,) * 2)
        self.igraph = igraph.Graph(n=network.n, edges=ends, directed=True)
        self.igraph.es["latency"] = latency
        self.networkit = networkit.Graph(network.n, weighted=True, directed=True)
        for (tail, head), weight in zip(ends, latency, strict=True):
            self.networkit.addEdge(tail, head, weight)
        self.rustworkx = rustworkx.PyDiGraph()
        self.rustworkx.add_nodes_from(range(network.n))
        self.rustworkx.add_edges_from(
            [(tail, head, float(weight)) for (tail, head), weight in zip(ends, latency, strict=True)]
        )
        self.networkx = nx.DiGraph()
        self.networkx.add_weighted_edges_from(
            [(tail, head, weight) for (tail, head), weight in zip(ends, latency, strict=True)]
        )

    def path(self) -> dict[str, Answer]:
        """One pair by latency: the value, with the path read."""

        def by_networkit(source: int, target: int) -> int:
            search = networkit.distance.BidirectionalDijkstra(self.networkit, source, target, True)
            search.run()
            search.getPath()
            return round(search.getDistance())

        def by_scipy(source: int, target: int) -> int:
            distances, before = dijkstra(self.csr, indices=source, return_predecessors=True)
            at = target
            while at != source:
                at = before[at]
            return round(distances[target])

        def by_igraph(source: int, target: int) -> int:
            (links,) = self.igraph.get_shortest_paths(source, target, weights="latency", output="epath")
            return sum(self.igraph.es[links]["latency"])

        def by_rustworkx(source: int, target: int) -> int:
            found = rustworkx.dijkstra_shortest_paths(self.rustworkx, source, target, weight_fn=float)
            nodes = list(found[target])
            return round(sum(self.csr[a, b] for a, b in pairwise(nodes)))

        def by_networkx(source: int, target: int) -> int:
            return int(nx.bidirectional_dijkstra(self.networkx, source, target)[0])

        return {
            "networkit": by_networkit, "scipy": by_scipy, "igraph": by_igraph,
            "rustworkx": by_rustworkx, "networkx": by_networkx,
        }  # fmt: skip

    def floor(self, floor_bps: int) -> dict[str, Answer]:
        """One pair by latency over links with at least that much bandwidth: what is left is cut out anew."""

        def by_scipy(source: int, target: int) -> int | None:
            keep = self.network.free_bps >= floor_bps
            ends = (self.network.tail[keep], self.network.head[keep])
            part = csr_matrix((self.network.latency_us[keep], ends), shape=self.csr.shape)
            distances = dijkstra(part, indices=source, return_predecessors=True)[0]
            return round(distances[target]) if np.isfinite(distances[target]) else None

        return {"scipy": by_scipy}

    def k_paths(self, k: int) -> dict[str, Answer]:
        """The values of the k best simple paths."""

        def by_igraph(source: int, target: int) -> list[int]:
            found = self.igraph.get_k_shortest_paths(source, target, k=k, weights="latency", output="epath")
            return [sum(self.igraph.es[links]["latency"]) for links in found]

        def by_scipy(source: int, target: int) -> list[int]:
            return [round(value) for value in yen(self.csr, source, target, k)]

        return {"igraph": by_igraph, "scipy": by_scipy}

    def row(self) -> dict[str, Callable[[int], np.ndarray]]:
        """All distances from one router."""

        def by_networkit(source: int) -> np.ndarray:
            search = networkit.distance.Dijkstra(self.networkit, source, False)
            search.run()
            return np.array(search.getDistances())

        def by_scipy(source: int) -> np.ndarray:
            return dijkstra(self.csr, indices=source)

        return {"scipy": by_scipy, "networkit": by_networkit}
