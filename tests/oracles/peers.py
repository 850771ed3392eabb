"""The same network in other libraries' forms. Router `routers[i]` is node i of each of them."""

from functools import cached_property

import igraph
import networkx as nx
import numpy as np
from scipy.sparse import csr_matrix

from tests.kit.graphs import World

COLUMNS = {"latency": "latency_us", "te_metric": "te_metric", "igp_metric": "igp_metric"}


class Peers:
    """Forms of a world in which every metric is known and every link is up."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.routers = sorted(world.sites)
        self.index = {router: i for i, router in enumerate(self.routers)}
        self.tail = np.array([self.index[link.tail] for link in world.links])
        self.head = np.array([self.index[link.head] for link in world.links])
        self.free_bps = np.array([link.free_bps for link in world.links])

    def weights(self, objective: str) -> np.ndarray:
        """The weight of each link."""
        if objective == "hops":
            return np.ones(len(self.world.links), np.int64)
        return np.array([getattr(link, COLUMNS[objective]) for link in self.world.links])

    def csr(self, objective: str, keep: np.ndarray | None = None) -> csr_matrix:
        """The links that are kept as a matrix; of parallel ones the lightest."""
        weights, links = self.weights(objective), np.arange(len(self.tail))
        links = links if keep is None else links[keep]
        links = links[np.lexsort((weights[links], self.head[links], self.tail[links]))]
        ends = np.column_stack([self.tail[links], self.head[links]])
        first = np.ones(len(links), bool)
        first[1:] = (ends[1:] != ends[:-1]).any(axis=1)
        chosen = links[first]
        data = (weights[chosen], (self.tail[chosen], self.head[chosen]))
        return csr_matrix(data, shape=(len(self.routers),) * 2)

    @cached_property
    def igraph(self) -> igraph.Graph:
        """Edges in the order of the world's links."""
        graph = igraph.Graph(
            len(self.routers), list(zip(self.tail.tolist(), self.head.tolist(), strict=True)), directed=True
        )
        for objective in (*COLUMNS, "hops"):
            graph.es[objective] = self.weights(objective).tolist()
        graph.es["capacity"] = self.free_bps.tolist()
        return graph

    @cached_property
    def networkx(self) -> nx.MultiDiGraph:
        """Nodes and keys by their ids."""
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(self.routers)
        for link in self.world.links:
            weights = {objective: getattr(link, column) for objective, column in COLUMNS.items()}
            graph.add_edge(link.tail, link.head, key=link.id, hops=1, **weights)
        return graph
