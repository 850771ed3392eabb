"""Weights laid on the contraction hierarchy: made when they are worth their time."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pathcalc.any.solver import Solver
from pathcalc.constraints.fields import Constraints
from pathcalc.core.graph import Bans, Query
from pathcalc.core.hierarchy.rows import Rows
from pathcalc.errors import InvalidQuery
from topology.snapshot import NULL_U8

SEARCHES_BEFORE = 8
"""What a hierarchy, or weights on a small one, cost in plain searches of the whole graph."""

TRIANGLES_A_SEARCH = 4
"""Triangles a router or link that are customised in the time of a plain search."""

MOST_WEIGHTS = 16
"""Sets of weights kept: metrics times sets of constraints."""

MOST_COUNTED = 256
"""Sets of weights of which the searches are counted."""


class Weighing(NamedTuple):
    """What weights depend on: the metric, and the links that may be used."""

    metric: str
    allow: int
    bans: Bans | None
    bandwidth: int | None  # which of the core's, where it counts
    floor: int | None


class LaidWeights:
    """The weights of one solver on the hierarchy, by what they are of."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver
        self._rows: dict[Weighing, Rows | None] = {}
        self._searches: dict[Weighing, int] = {}

    def rows(self, metric: str, limits: Constraints, searches: int) -> Rows | None:
        """Return the weights of a metric under limits; None where `searches` plain ones cost less.

        What was asked before counts too, so that nobody waits for more than twice what it is worth. Raises
        InvalidQuery for a bandwidth that is neither one flow's nor that of many.
        """
        query = self._solver.query(((), ()), "hops" if metric == "bandwidth" else metric, limits)
        key = self._weighing(metric, limits, query)
        if key in self._rows:
            return self._rows[key]
        searches += self._searches.get(key, 0)
        if not self._worth(searches):
            self._searches[key] = searches
            return None
        return self._lay(key, query, limits)

    def _weighing(self, metric: str, limits: Constraints, query: Query) -> Weighing:
        floor, by_width = limits.min_bandwidth_bps, metric == "bandwidth"
        which = self._solver.inline(limits) if by_width or floor is not None else None
        if by_width and which is None:
            raise InvalidQuery(
                "flows", "a matrix of bandwidth is for one flow or for many: say 1 or a million"
            )
        return Weighing(metric, query.allow, query.bans, which, floor)

    def _worth(self, searches: int) -> bool:
        if searches < SEARCHES_BEFORE:
            return False
        graph = self._solver.graph
        hierarchy = self._solver.tables.structure.hierarchy
        if hierarchy is None:
            return False
        cost = hierarchy.n_triangles // (TRIANGLES_A_SEARCH * (graph.n + graph.m))
        return searches >= SEARCHES_BEFORE + cost

    def _lay(self, key: Weighing, query: Query, limits: Constraints) -> Rows | None:
        hierarchy = self._solver.tables.structure.hierarchy
        found: Rows | None = None
        if hierarchy is not None:
            try:
                if key.metric == "bandwidth":
                    found = Rows(hierarchy, query, *_costs(self._solver.bandwidth(limits)))
                else:
                    found = Rows(hierarchy, query)
            except OverflowError:  # sums that need more than 30 bits are left to plain searches
                found = None
        while len(self._rows) >= MOST_WEIGHTS:
            self._rows.pop(next(iter(self._rows)), None)
        if len(self._searches) >= MOST_COUNTED:
            self._searches.clear()
        self._rows[key] = found
        return found


def _costs(bandwidth: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float64]]:
    """Return what each link costs, 1 for the widest and 0 for unknown, and what each cost is worth."""
    known = bandwidth != NULL_U8
    values, place = np.unique(bandwidth[known], return_inverse=True)
    cost = np.zeros(len(bandwidth), np.uint32)
    cost[known] = len(values) - place
    return cost, np.concatenate(([np.inf], values[::-1].astype(np.float64)))
