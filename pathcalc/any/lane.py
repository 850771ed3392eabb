"""Which questions the fast lane answers: one sum, or bandwidth and then one sum, under filters at will.

A bound on the same sum is held against the answer; other bounds take labels, and landmarks to guide them. Way
points are left to others.
"""

from pathcalc.any.objectives import BANDWIDTH, BOUND_OF, WEIGHTS, steps_of
from pathcalc.any.solver import Solver
from pathcalc.constraints.fields import BY_NAME, LARGEST, Constraints
from pathcalc.constraints.kinds import Bound
from pathcalc.core.lane import Ask


def ask_of(solver: Solver, objective: str, limits: Constraints, basis: str) -> Ask | None:
    """Return the question for the lane, None where it does not answer it."""
    *before, metric = steps_of(objective)
    widest = before == [BANDWIDTH]
    if limits.include or (before and (not widest or limits.bounds)):
        return None
    if (widest or limits.min_bandwidth_bps is not None) and solver.inline(limits) is None:
        return None
    known = frozenset((BANDWIDTH, metric)) if widest else frozenset()
    query = solver.query(((), ()), metric, limits, known=known)
    bounds = _bounds(limits)
    if not takes_labels(objective, limits):
        return Ask(query, basis, bounds, (), widest)
    landmarks = solver.landmarks(query, [which for _, which, _ in bounds])
    return Ask(query, basis, bounds, landmarks, widest) if landmarks else None


def takes_labels(objective: str, limits: Constraints) -> bool:
    """Whether there is a bound on another sum than that by which paths are compared last."""
    return limits.bounds not in ((), (BOUND_OF[steps_of(objective)[-1]],))


def _bounds(limits: Constraints) -> tuple[tuple[str, int, int], ...]:
    """The bounds that are set: name, weight, and from where on they are none."""
    kinds = [(name, BY_NAME[name].kind) for name in limits.bounds]
    return tuple(
        (name, WEIGHTS.index(kind.metric), LARGEST if kind.cap is None else kind.cap)
        for name, kind in kinds
        if isinstance(kind, Bound)
    )
