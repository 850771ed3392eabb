"""Points in a plane, joined by their shortest spanning tree and by mostly short circuits."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from bench.graphs.network import Network, furnished

SIDE_KM = 4_000.0
CIRCUITS_A_ROUTER = 2  # so four links a router


def planar(name: str, n: int, seed: int = 1) -> Network:
    """Return a connected network of n routers."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, SIDE_KM, (n, 2))
    corners = Delaunay(places).simplices
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    km = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    tree = minimum_spanning_tree(coo_matrix((km, (pairs[:, 0], pairs[:, 1])), shape=(n, n))).tocoo()
    in_tree = {(min(a, b), max(a, b)) for a, b in zip(tree.row.tolist(), tree.col.tolist(), strict=True)}
    first = np.array([tuple(pair) not in in_tree for pair in pairs.tolist()])
    order = np.lexsort((km * rng.exponential(1, len(km)), first))
    chosen = order[: CIRCUITS_A_ROUTER * n]
    return furnished(name, n, pairs[chosen], km[chosen])
