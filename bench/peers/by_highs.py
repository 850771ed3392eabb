"""HiGHS, by scipy.optimize.milp: the pair of least sum without shared risks as an integer programme.

Two paths are flows of one unit each. A circuit is used at most once by both together, and a duct belongs to
one of them: a column says to which. Only the ends differ from question to question, so that the matrix is
laid out beforehand.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, coo_matrix, csr_matrix

from bench.contest import Contestant
from bench.graphs import Network
from bench.peers.values import sum_of

Links = list[int]
HALF = 0.5  # a column of noughts and ones is only nearly so


class _Programme(NamedTuple):
    """Columns: links of one path, of the other, ducts (1: the first's). `rows`: of one path's balances."""

    matrix: csr_matrix
    low: np.ndarray
    high: np.ndarray
    cost: np.ndarray
    rows: int


class Highs:
    """The programme of one network."""

    def __init__(self, network: Network) -> None:
        self.network = network

    @cached_property
    def _programme(self) -> _Programme:
        network, links = self.network, np.arange(self.network.m)
        leaving = _rows(network.tail, links) - _rows(network.head, links)
        if len(network.sites) < network.n:  # what leaves a site is what leaves its routers
            site = np.array(network.site_of)
            leaving = block_array(
                [[leaving], [_rows(site[network.tail], links) - _rows(site[network.head], links)]]
            )
        in_duct = [(link, duct) for link in range(network.m) for duct in network.risks[link // 2]]
        each = np.arange(len(in_duct))
        uses = _rows(each, np.array([link for link, _ in in_duct]), network.m)
        of_duct = _rows(each, np.array([duct for _, duct in in_duct]))
        circuit = _rows(links // 2, links)
        matrix = block_array([
            [leaving, None, None],
            [None, leaving, None],
            [circuit, circuit, None],
            [uses, None, -of_duct],  # used by the first: the duct is the first's
            [None, uses, of_duct],
        ]).tocsr()  # fmt: skip
        rows, few, ducts = leaving.shape[0], len(in_duct), of_duct.shape[1]
        return _Programme(
            matrix,
            low=np.concatenate([np.zeros(2 * rows), np.full(network.m // 2 + 2 * few, -np.inf)]),
            high=np.concatenate([np.zeros(2 * rows), np.ones(network.m // 2), np.zeros(few), np.ones(few)]),
            cost=np.concatenate([network.latency_us, network.latency_us, np.zeros(ducts)]),
            rows=rows,
        )

    def disjoint_risks(self) -> Contestant:
        """Asked between sites."""
        network, programme = self.network, self._programme
        routers_at = [np.flatnonzero(np.array(network.site_of) == site) for site in range(len(network.sites))]
        integral = np.ones(len(programme.cost))

        def answer(source: int, target: int) -> tuple[Links, Links] | None:
            low, high, most = programme.low.copy(), programme.high.copy(), np.ones(len(programme.cost))
            for path in range(2):
                last = (path + 1) * programme.rows
                high[last - programme.rows + routers_at[source]] = 1
                low[last - programme.rows + routers_at[target]] = -1
                site = last - len(routers_at)
                low[site + source] = high[site + source] = 1
                low[site + target] = high[site + target] = -1
                links = most[path * network.m : (path + 1) * network.m]
                links[np.isin(network.head, routers_at[source])] = 0
                links[np.isin(network.tail, routers_at[target])] = 0
            limits = LinearConstraint(programme.matrix, low, high)
            found = milp(programme.cost, constraints=limits, integrality=integral, bounds=Bounds(0, most))
            if not found.success:
                return None
            paths = found.x[: 2 * network.m].reshape(2, -1) > HALF
            return np.flatnonzero(paths[0]).tolist(), np.flatnonzero(paths[1]).tolist()

        def value(pair: tuple[Links, Links] | None) -> int | None:
            return None if pair is None else sum(sum_of(network, "latency_us", links) for links in pair)

        return Contestant("HiGHS", answer, "two paths", value)


def _rows(rows: np.ndarray, columns: np.ndarray, width: int | None = None) -> csr_matrix:
    """A matrix with ones in these places."""
    shape = None if width is None else (len(rows), width)
    return coo_matrix((np.ones(len(rows)), (rows, columns)), shape=shape).tocsr()
