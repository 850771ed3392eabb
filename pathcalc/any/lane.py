"""Which questions the fast lane answers: one sum, filters at will, a bound on the same sum at most."""

from pathcalc.any.objectives import BOUND_OF
from pathcalc.any.solver import Solver, is_sum
from pathcalc.constraints.fields import LARGEST, Constraints
from pathcalc.core.lane import Ask


def ask_of(solver: Solver, objective: str, limits: Constraints, basis: str) -> Ask | None:
    """Return the question for the lane, None where one search does not answer it."""
    if not is_sum(objective) or limits.include:
        return None
    most = LARGEST
    if limits.bounds:
        if limits.bounds != (BOUND_OF[objective],):
            return None
        most = getattr(limits, BOUND_OF[objective])
    return Ask(solver.query(((), ()), objective, limits), basis, most)
