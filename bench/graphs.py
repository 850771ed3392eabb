"""Networks to measure on: points in a plane, joined by their shortest spanning tree and short neighbours."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from topology.given import from_networkx
from topology.snapshot import Snapshot

SIDE_KM = 4_000.0
US_PER_KM = 4.9  # light in fibre
LINKS_A_ROUTER = 4
CAPACITIES_BPS = (100_000_000_000, 400_000_000_000, 800_000_000_000)


@dataclass(frozen=True)
class Network:
    """`tail`, `head`: router numbers of each link; both directions of every circuit are there."""

    name: str
    n: int
    tail: np.ndarray
    head: np.ndarray
    latency_us: np.ndarray
    free_bps: np.ndarray

    def snapshot(self) -> Snapshot:
        """The network as the path core takes it; router i is `r<i>`, each a site of its own."""
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(f"r{i}" for i in range(self.n))
        columns = (self.tail.tolist(), self.head.tolist(), self.latency_us.tolist(), self.free_bps.tolist())
        for number, (tail, head, latency_us, free_bps) in enumerate(zip(*columns, strict=True)):
            graph.add_edge(
                f"r{tail}", f"r{head}", key=f"c{number // 2}:{'az' if number % 2 == 0 else 'za'}",
                circuit=f"c{number // 2}", latency_us=latency_us, bandwidth_bps=free_bps,
            )  # fmt: skip
        return from_networkx(graph)


def planar(n: int, seed: int = 1) -> Network:
    """Return a connected network of n routers with four links each on average, latencies by distance."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, SIDE_KM, (n, 2))
    corners = Delaunay(places).simplices
    pairs = np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1)
    pairs = np.unique(pairs, axis=0)
    km = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    tree = minimum_spanning_tree(coo_matrix((km, (pairs[:, 0], pairs[:, 1])), shape=(n, n))).tocoo()
    in_tree = {(min(a, b), max(a, b)) for a, b in zip(tree.row.tolist(), tree.col.tolist(), strict=True)}
    first = np.array([tuple(pair) not in in_tree for pair in pairs.tolist()])
    order = np.lexsort((km * rng.exponential(1, len(km)), first))  # the tree, then mostly short ones
    chosen = order[: LINKS_A_ROUTER * n // 2]
    base = km[chosen] * US_PER_KM * rng.uniform(1.05, 1.35, len(chosen)) + 20
    latency_us = np.repeat(base, 2) * rng.uniform(1.0, 1.05, 2 * len(chosen))
    free_bps = np.repeat(rng.choice(CAPACITIES_BPS, len(chosen)), 2) * rng.uniform(0.05, 1, 2 * len(chosen))
    ends = pairs[chosen]
    return Network(
        f"planar-{n}",
        n,
        np.column_stack([ends[:, 0], ends[:, 1]]).ravel(),
        np.column_stack([ends[:, 1], ends[:, 0]]).ravel(),
        np.maximum(1, latency_us.round()).astype(np.int64),
        free_bps.astype(np.int64),
    )
