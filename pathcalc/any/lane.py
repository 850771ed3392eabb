"""Which questions the fast lane answers: one sum, or bandwidth and then one sum, under filters at will.

A bound on the same sum is held against the answer; all other bounds and way points take labels.
"""

from pathcalc.any.objectives import BANDWIDTH, BOUND_OF, steps_of
from pathcalc.any.solver import Solver
from pathcalc.constraints.fields import LARGEST, Constraints
from pathcalc.core.lane import Ask


def ask_of(solver: Solver, objective: str, limits: Constraints, basis: str) -> Ask | None:
    """Return the question for the lane, None where it does not answer it."""
    *before, metric = steps_of(objective)
    widest = before == [BANDWIDTH]
    if limits.include or (before and not widest):
        return None
    most = LARGEST
    if limits.bounds:
        if widest or limits.bounds != (BOUND_OF[metric],):
            return None
        most = getattr(limits, BOUND_OF[metric])
    if (widest or limits.min_bandwidth_bps is not None) and solver.inline(limits) is None:
        return None
    known = frozenset((BANDWIDTH, metric)) if widest else frozenset()
    return Ask(solver.query(((), ()), metric, limits, known=known), basis, most, widest)
