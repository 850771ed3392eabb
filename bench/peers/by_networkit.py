"""networkit: C++, one thread like everybody here."""

from collections.abc import Sequence

import networkit
import numpy as np

from bench.contest import Contestant
from bench.graphs import Network
from bench.peers.values import latency_of_walk

networkit.setNumberOfThreads(1)

Walk = tuple[int, list[int], int]  # source, the routers between, target


class Networkit:
    """A weighted directed graph, and one more for what changes."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.graph = self._graph(network.latency_us)

    def _graph(self, weights: np.ndarray, keep: np.ndarray | None = None) -> networkit.Graph:
        tail, head = self.network.tail, self.network.head
        if keep is not None:
            weights, tail, head = weights[keep], tail[keep], head[keep]
        return networkit.GraphFromCoo(
            (weights.astype(float), (tail, head)), n=self.network.n, weighted=True, directed=True
        )

    def path(self) -> Contestant:
        return Contestant(
            "networkit",
            lambda source, target: _bidirectional(self.graph, source, target),
            "path",
            self._latency,
        )

    def floor(self) -> Contestant:
        """There is no filter: the graph of what is left is made anew."""
        free_bps, latency_us = self.network.free_bps, self.network.latency_us

        def answer(source: int, target: int, floor_bps: int) -> Walk:
            return _bidirectional(self._graph(latency_us, free_bps >= floor_bps), source, target)

        return Contestant("networkit", answer, "path", self._latency)

    def flow(self) -> Contestant:
        graph = self._graph(self.network.free_bps)
        graph.indexEdges()

        def answer(source: int, target: int) -> float:
            search = networkit.flow.Dinic(graph, source, target)
            search.run()
            value: float = search.getMaxFlow()
            return value

        return Contestant("networkit", answer, "value", round)

    def rows(self) -> Contestant:
        every = list(range(self.network.n))

        def answer(sources: Sequence[int]) -> np.ndarray:
            whole = len(sources) == len(every)
            search = (
                networkit.distance.APSP(self.graph) if whole else networkit.distance.SPSP(self.graph, sources)
            )
            search.run()
            rows: np.ndarray = search.getDistances(asarray=True)
            return rows[sources] if whole else rows

        return Contestant("networkit", answer, "array")

    def change(self) -> Contestant:
        graph, ends = self._graph(self.network.latency_us), self.network.ends

        def answer(link: int, latency_us: int, source: int, target: int) -> Walk:
            graph.setWeight(*ends[link], latency_us)
            return _bidirectional(graph, source, target)

        return Contestant("networkit", answer, "path")

    def _latency(self, walk: Walk) -> int | None:
        source, between, target = walk
        return latency_of_walk(self.network, [source, *between, target])


def _bidirectional(graph: networkit.Graph, source: int, target: int) -> Walk:
    search = networkit.distance.BidirectionalDijkstra(graph, source, target, True)
    search.run()
    return source, search.getPath(), target
