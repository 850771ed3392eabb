"""What all pairs get at once that follow the IGP."""

from collections.abc import Sequence

import numpy as np

from pathcalc.any.matrix import Values, check_metric
from pathcalc.any.solver import Routers, Solver
from pathcalc.constraints.fields import COLUMNS, Constraints
from pathcalc.errors import InvalidQuery
from pathcalc.igp.forwarding import Forwarding


def matrix_igp(
    solver: Solver, rows: Sequence[Routers], columns: Sequence[Routers], metric: str, limits: Constraints
) -> Values:
    """Return what packets get that follow the IGP: means over the traffic, or the narrowest link used."""
    check_metric(metric)
    refuse_constraints(limits)
    values = np.full((len(rows), len(columns)), np.nan)
    for j, targets in enumerate(columns):
        with solver.destination(targets) as destination:
            for i, sources in enumerate(rows):
                if not set(sources).isdisjoint(targets):
                    values[i, j] = np.inf if metric == "bandwidth" else 0.0
                    continue
                ahead = Forwarding(solver.tables, *destination.shares(sources), limits.bandwidth_basis)
                value = ahead.bandwidth_bps if metric == "bandwidth" else ahead.mean(COLUMNS.get(metric))
                values[i, j] = np.nan if value is None else value
    return values


def refuse_constraints(limits: Constraints) -> None:
    """Raise InvalidQuery where anything is constrained: packets do not care."""
    if limits.named() or limits.allow_stale or limits.allow_draining:
        field = (*limits.named(), "allow_stale")[0]
        raise InvalidQuery(field, "packets follow the IGP whatever is asked: drop it, or ask for routing any")
