"""The best value of all pairs at once."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from pathcalc.any.laid import LaidWeights
from pathcalc.any.solver import Routers, Solver
from pathcalc.constraints.fields import Constraints
from pathcalc.errors import InvalidQuery
from pathcalc.places import Places

Metric = Literal["latency", "bandwidth", "te_metric", "igp_metric", "hops"]
METRICS: tuple[str, ...] = get_args(Metric)
Values = npt.NDArray[np.float64]


class Matrix:
    """The best values on one snapshot: by a hierarchy where enough is asked, else a search a column."""

    def __init__(self, solver: Solver, turned: Callable[[], Solver]) -> None:
        self._solver = solver
        self._turned = turned
        self._weights = LaidWeights(solver)

    def values(self, rows: Places, columns: Places, metric: str, limits: Constraints) -> Values:
        """Return the best value of each cell, nan where there is none. Raises InvalidQuery.

        Paths that come through another router of the target's site would have arrived there, and those that
        come back to the source's could have left there: so the rule for sites changes no best value, and one
        search serves all rows.
        """
        check_metric(metric)
        if limits.bounds or limits.include:
            field = (*limits.bounds, "include")[0]
            raise InvalidQuery(
                field,
                "a matrix under a bound on sums or past way points is not computed, for that is a hard "
                "search a cell: drop it, or ask for the paths of the pairs that matter",
            )
        n_rows, n_columns = len(rows.each), len(columns.each)
        laid = self._weights.rows(metric, limits, min(n_rows, n_columns))
        if laid is None:
            return self._by_searches(rows, columns, metric, limits)
        if n_rows <= n_columns:
            values = np.empty((n_rows, n_columns))
            laid.fill(rows.routers, rows.first, columns.routers, columns.first, values)
            return values
        values = np.empty((n_columns, n_rows))
        laid.fill(columns.routers, columns.first, rows.routers, rows.first, values, True)
        return np.ascontiguousarray(values.T)

    def _by_searches(self, rows: Places, columns: Places, metric: str, limits: Constraints) -> Values:
        # A place that is named more than once is computed once.
        row_of = {routers: i for i, routers in enumerate(dict.fromkeys(rows.each))}
        column_of = {routers: i for i, routers in enumerate(dict.fromkeys(columns.each))}
        if len(row_of) < len(column_of):  # a search serves a column, so the shorter side is to be that
            values = by_searches(self._turned(), list(column_of), list(row_of), metric, limits).T
        else:
            values = by_searches(self._solver, list(row_of), list(column_of), metric, limits)
        return values[
            np.ix_(
                [row_of[routers] for routers in rows.each], [column_of[routers] for routers in columns.each]
            )
        ]


def by_searches(
    solver: Solver, rows: Sequence[Routers], columns: Sequence[Routers], metric: str, limits: Constraints
) -> Values:
    """Return the best value of each cell; one search a column, O(columns (m + n log n))."""
    values = np.full((len(rows), len(columns)), np.nan)
    filled = [i for i, sources in enumerate(rows) if sources]
    if not filled:
        return values
    # All rows' routers one after the other, and where each row begins: a row's value is its best router's.
    routers = np.fromiter(chain.from_iterable(rows[i] for i in filled), np.intp)
    ends = np.cumsum(np.fromiter((len(rows[i]) for i in filled), np.intp))
    begins = np.concatenate(([0], ends[:-1]))
    to_target = np.empty(solver.graph.n)
    best = np.fmax if metric == "bandwidth" else np.fmin
    for j, targets in enumerate(columns):
        solver.values_to(targets, "widest" if metric == "bandwidth" else metric, limits, to_target)
        values[filled, j] = best.reduceat(to_target[routers], begins)
    return values


def check_metric(metric: str) -> None:
    """Raise InvalidQuery for a metric that there is not."""
    if metric not in METRICS:
        raise InvalidQuery("metric", f"{metric!r} is none of {', '.join(METRICS)}")
