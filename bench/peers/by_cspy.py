"""cspy: labels from both ends for bounds on sums, in C++ behind a networkx graph."""

from functools import lru_cache
from typing import Any

import networkx as nx
import numpy as np
from cspy import BiDirectional

from bench.contest import Contestant
from bench.graphs import Network
from bench.peers.values import sum_of


class Cspy:
    """Its searches run from "Source" to "Sink", so each pair of ends has a graph of its own."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._graph = lru_cache(maxsize=64)(self._made)

    def _made(self, source: int, target: int) -> nx.DiGraph:
        """The resources are hops (it wants one that always grows), latency and jitter."""
        network = self.network
        graph = nx.DiGraph(directed=True, n_res=3)
        costs = np.column_stack([np.ones(network.m), network.latency_us, network.jitter_us])
        for (tail, head), cost, weight in zip(network.ends, costs, network.te_metric.tolist(), strict=True):
            if head != source and tail != target:
                names = ["Source" if r == source else "Sink" if r == target else r for r in (tail, head)]
                graph.add_edge(*names, res_cost=cost, weight=weight)
        return graph

    def _search(self, source: int, target: int, latency_us: int, jitter_us: int) -> BiDirectional:
        most = [float(self.network.n), float(latency_us), float(jitter_us)]
        # Forward labels alone are its quickest way here; its default is both ends.
        return BiDirectional(self._graph(source, target), most, [0.0, 0.0, 0.0], direction="forward")

    def bounded(self) -> Contestant:
        """From the graph to the path: the constructor takes the graph in."""

        def prepare(source: int, target: int, *bounds: int) -> tuple[int, ...]:
            self._graph(source, target)
            return source, target, *bounds

        def answer(*asked: int) -> list[Any]:
            return self._path(self._search(*asked), *asked[:2])

        return Contestant("cspy", answer, "path", self._value, prepare)

    def bounded_search(self) -> Contestant:
        """The search alone, its constructor not counted."""

        def prepare(*asked: int) -> tuple[Any, ...]:
            return self._search(*asked), *asked[:2]

        return Contestant("cspy, constructor not counted", self._path, "path", self._value, prepare)

    @staticmethod
    def _path(search: BiDirectional, source: int, target: int) -> list[Any]:
        search.run()
        return [source, *search.path[1:-1], target]

    def _value(self, routers: list[int]) -> int:
        return sum_of(self.network, "te_metric", self.network.links_along(routers))
