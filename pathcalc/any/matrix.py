"""The best value of all pairs at once."""

from collections.abc import Sequence
from itertools import chain
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from pathcalc.any.solver import Routers, Solver
from pathcalc.constraints.fields import Constraints
from pathcalc.errors import InvalidQuery

Metric = Literal["latency", "bandwidth", "te_metric", "igp_metric", "hops"]
METRICS: tuple[str, ...] = get_args(Metric)
Values = npt.NDArray[np.float64]


def matrix_any(
    solver: Solver, rows: Sequence[Routers], columns: Sequence[Routers], metric: str, limits: Constraints
) -> Values:
    """Return the best value of each cell; one search a column, O(columns (m + n log n)).

    Paths that come through another router of the target's site would have arrived there, and those that
    come back to the source's could have left there: so the rule for sites changes no best value, and one
    search serves all rows.
    """
    check_metric(metric)
    if limits.bounds or limits.include:
        field = (*limits.bounds, "include")[0]
        raise InvalidQuery(
            field, "a matrix under a bound on sums or past way points is not computed: drop it"
        )
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
