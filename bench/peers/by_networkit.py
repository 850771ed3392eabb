"""networkit: C++, one thread like everybody here."""

from collections.abc import Callable, Sequence

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

    def kept_floor(self, floor_bps: int) -> Contestant:
        part = self._graph(self.network.latency_us, self.network.free_bps >= floor_bps)
        return Contestant(
            "networkit", lambda source, target, _: _bidirectional(part, source, target), "path", self._latency
        )

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
        latency_us = self.network.latency_us.copy()

        def answer(source: int, target: int, link: int, new_us: int) -> Walk:
            latency_us[link] = new_us
            graph.setWeight(*ends[link], new_us)
            return _bidirectional(graph, source, target)

        def value(walk: Walk) -> int:
            source, between, target = walk
            return int(latency_us[self.network.links_along([source, *between, target])].sum())

        return Contestant("networkit", answer, "path", value)

    def tree(self, source: int) -> Contestant:
        """DynDijkstra, which nobody vouches for: it may differ, and `wrong_after` counts where."""
        kept, update = self._kept(source)
        return Contestant(
            "networkit", update, "tree", lambda _: np.array(kept.getDistances()), agrees=lambda *_: True
        )

    def wrong_after(self, source: int, changes: Sequence[tuple[int, int]]) -> int:
        """How many routers DynDijkstra is wrong about after some changes: networkit itself says, anew."""
        kept, update = self._kept(source)
        latency_us = self.network.latency_us.copy()
        for link, new_us in changes:
            update(link, new_us)
            latency_us[link] = new_us
        anew = networkit.distance.Dijkstra(self._graph(latency_us), source, False)
        anew.run()
        return int((np.array(kept.getDistances()) != np.array(anew.getDistances())).sum())

    def _kept(self, source: int) -> tuple[networkit.distance.DynDijkstra, Callable[[int, int], None]]:
        graph, ends = self._graph(self.network.latency_us), self.network.ends
        kept = networkit.distance.DynDijkstra(graph, source)
        kept.run()
        kind = networkit.dynamics.GraphEventType.EDGE_WEIGHT_INCREMENT

        def update(link: int, new_us: int) -> None:
            tail, head = ends[link]
            old_us = graph.weight(tail, head)
            graph.setWeight(tail, head, new_us)
            kept.update(networkit.dynamics.GraphEvent(kind, tail, head, new_us - old_us))

        return kept, update

    def _latency(self, walk: Walk) -> int | None:
        source, between, target = walk
        return latency_of_walk(self.network, [source, *between, target])


def _bidirectional(graph: networkit.Graph, source: int, target: int) -> Walk:
    search = networkit.distance.BidirectionalDijkstra(graph, source, target, True)
    search.run()
    return source, search.getPath(), target
