"""What all pairs get at once that follow the IGP."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from pathcalc.any.matrix import Values, check_metric
from pathcalc.any.solver import Routers, Solver
from pathcalc.constraints.fields import BASES, WEIGHTS, Constraints
from pathcalc.errors import InvalidQuery


def matrix_igp(
    solver: Solver, rows: Sequence[Routers], columns: Sequence[Routers], metric: str, limits: Constraints
) -> Values:
    """Return what packets get that follow the IGP: means over the traffic, or the narrowest link used.

    One search and one pass over the links a column, O(columns (m + n log n)).
    """
    check_metric(metric)
    refuse_constraints(limits)
    # By column, so that each is in one piece.
    values = np.full((len(columns), len(rows)), np.nan)
    routers = np.fromiter(chain.from_iterable(rows), np.uint32)
    first = np.cumsum([0, *(len(sources) for sources in rows)], dtype=np.uint32)
    which = (0, BASES.index(limits.bandwidth_basis)) if metric == "bandwidth" else (WEIGHTS.index(metric),)
    if routers.size:
        for column, targets in zip(values, columns, strict=True):
            solver.destination(targets).column(solver.graph, routers, first, column, *which)
    return values.T


def refuse_constraints(limits: Constraints) -> None:
    """Raise InvalidQuery where anything is constrained: packets do not care."""
    if limits.named() or limits.allow_stale or limits.allow_draining:
        field = (*limits.named(), "allow_stale")[0]
        raise InvalidQuery(field, "packets follow the IGP whatever is asked: drop it, or ask for routing any")
