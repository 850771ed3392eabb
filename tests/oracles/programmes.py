"""Questions about paths as linear and integer programmes, solved by HiGHS in scipy."""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_matrix, vstack

from tests.oracles.peers import Peers


def _conservation(peers: Peers) -> coo_matrix:
    """Rows by router: links out less links in."""
    m = len(peers.tail)
    rows = np.concatenate([peers.tail, peers.head])
    columns = np.concatenate([np.arange(m), np.arange(m)])
    signs = np.concatenate([np.ones(m), -np.ones(m)])
    return coo_matrix((signs, (rows, columns)), shape=(len(peers.routers), m))


def _balance(peers: Peers, source: str, target: str, units: int) -> np.ndarray:
    balance = np.zeros(len(peers.routers))
    balance[peers.index[source]], balance[peers.index[target]] = units, -units
    return balance


def disjoint_sum(peers: Peers, source: str, target: str, count: int, *, split: bool) -> int | None:
    """The least latency of `count` link-disjoint paths (`split`: that share no router), by a flow."""
    kept = (peers.head != peers.index[source]) & (peers.tail != peers.index[target])
    upper = kept.astype(float)
    rows, limits = [], []
    if split:  # what enters a router is one unit at most
        m = len(peers.tail)
        ones = coo_matrix((np.ones(m), (peers.head, np.arange(m))), shape=(len(peers.routers), m)).tocsr()
        inside = [i for i, router in enumerate(peers.routers) if router != target]
        rows, limits = [ones[inside]], [np.ones(len(inside))]
    found = linprog(
        peers.weights("latency"),
        A_ub=vstack(rows) if rows else None,
        b_ub=np.concatenate(limits) if limits else None,
        A_eq=_conservation(peers),
        b_eq=_balance(peers, source, target, count),
        bounds=np.column_stack([np.zeros(len(upper)), upper]),
        method="highs-ds",
    )
    return round(found.fun) if found.success else None


def bounded(
    peers: Peers, source: str, target: str, objective: str, bounds: Mapping[str, tuple[np.ndarray, int]]
) -> int | None:
    """The least sum of the objective within bounds, each (weights, limit), as an integer programme."""
    constraints = [LinearConstraint(_conservation(peers), *[_balance(peers, source, target, 1)] * 2)]
    constraints += [LinearConstraint(weights[None, :], -np.inf, limit) for weights, limit in bounds.values()]
    m = len(peers.tail)
    found = milp(
        peers.weights(objective), constraints=constraints, integrality=np.ones(m), bounds=Bounds(0, 1)
    )
    return round(found.fun) if found.success else None
