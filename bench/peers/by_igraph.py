"""igraph: C, weights handed over with every call."""

from collections.abc import Sequence
from typing import Any

import igraph
import numpy as np

from bench.contest import Contestant
from bench.graphs import Network
from bench.peers.values import not_below, sum_of

Links = list[int]


class Igraph:
    """A directed graph; edge i is link i."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.graph = igraph.Graph(n=network.n, edges=network.ends, directed=True)
        self.graph.es["latency"] = network.latency_us.tolist()
        self.graph.es["igp"] = network.igp_metric.tolist()
        self.graph.es["free"] = network.free_bps.tolist()
        self._latency_us = network.latency_us.astype(float)

    def path(self) -> Contestant:
        def answer(source: int, target: int) -> Links:
            links: Links = self.graph.get_shortest_path(source, target, weights="latency", output="epath")
            return links

        return Contestant("igraph", answer, "path", self._latency)

    def floor(self) -> Contestant:
        free_bps = self.network.free_bps

        def answer(source: int, target: int, floor_bps: int) -> Links:
            weights = np.where(free_bps >= floor_bps, self._latency_us, np.inf)
            return self._among(source, target, weights)

        return Contestant("igraph", answer, "path", self._latency)

    def k_paths(self, k: int) -> Contestant:
        def answer(source: int, target: int) -> list[Links]:
            found: list[Links] = self.graph.get_k_shortest_paths(
                source, target, k=k, weights="latency", output="epath"
            )
            return found

        return Contestant("igraph", answer, "paths", lambda found: [self._latency(links) for links in found])

    def two_steps(self) -> Contestant:
        """The best path, then the best that keeps off its circuits: not always the pair of least sum."""

        def answer(source: int, target: int) -> tuple[Links, Links]:
            first = self.graph.get_shortest_path(source, target, weights="latency", output="epath")
            weights = self._latency_us.copy()
            weights[first] = np.inf
            weights[np.array(first) ^ 1] = np.inf
            return first, self._among(source, target, weights)

        def value(found: tuple[Links, Links]) -> int | None:
            # Where nothing else leads there, igraph takes links of infinite weight.
            together = bool({link // 2 for link in found[0]} & {link // 2 for link in found[1]})
            return None if together else self._latency(found[0] + found[1])

        return Contestant("igraph, two steps", answer, "two paths", value, agrees=not_below)

    def flow_value(self) -> Contestant:
        def answer(source: int, target: int) -> float:
            value: float = self.graph.maxflow_value(source, target, capacity="free")
            return value

        return Contestant("igraph", answer, "value", round)

    def flow_and_cut(self) -> Contestant:
        def answer(source: int, target: int) -> Any:
            return self.graph.maxflow(source, target, capacity="free")

        def value(found: Any) -> tuple[int, int]:
            return round(found.value), int(self.network.free_bps[found.cut].sum())

        return Contestant("igraph", answer, "value, links, cut", value)

    def rows(self) -> Contestant:
        def answer(sources: Sequence[int]) -> list[list[float]]:
            rows: list[list[float]] = self.graph.distances(sources, weights="latency")
            return rows

        return Contestant("igraph", answer, "lists", np.array)

    def change(self) -> Contestant:
        graph = self.graph.copy()

        def answer(source: int, target: int, link: int, latency_us: int) -> Links:
            graph.es[link]["latency"] = latency_us
            links: Links = graph.get_shortest_path(source, target, weights="latency", output="epath")
            return links

        return Contestant("igraph", answer, "path", lambda links: sum(graph.es[links]["latency"]))

    def equal_cost(self) -> Contestant:
        """All ways that the IGP takes; what share each carries is not worked out."""

        def answer(source: int, target: int) -> list[list[int]]:
            found: list[list[int]] = self.graph.get_all_shortest_paths(source, target, weights="igp")
            return found

        def value(found: list[list[int]]) -> tuple[int, frozenset[int]]:
            used = frozenset(link for routers in found for link in self.network.links_along(routers))
            return len(found), used

        return Contestant("igraph", answer, "paths, no shares", value)

    def _among(self, source: int, target: int, weights: np.ndarray) -> Links:
        links: Links = self.graph.get_shortest_path(source, target, weights=weights.tolist(), output="epath")
        return links

    def _latency(self, links: Links) -> int | None:
        return sum_of(self.network, "latency_us", links) if links else None
