"""What "best" means: each objective as the steps by which paths are compared, one after the other."""

from pathcalc.constraints.fields import BANDWIDTH, COLUMNS, TERMS, WEIGHTS
from pathcalc.constraints.kinds import Bound
from pathcalc.errors import InvalidQuery

STEPS: dict[str, tuple[str, ...]] = {
    "latency": ("latency",),
    "te_metric": ("te_metric",),
    "igp_metric": ("igp_metric",),
    "hops": ("hops",),
    "widest": (BANDWIDTH, "hops"),
    "widest_then_latency": (BANDWIDTH, "latency"),
    "latency_then_widest": ("latency", BANDWIDTH, "latency"),
}
"""Most bandwidth or least sum, in turn; what is equal in all has fewest hops, then the smallest link ids.

The last step is a sum, found among the paths that are best by the others: the sum of a step before it is
held as a bound, its bandwidth as a floor.
"""

BOUND_OF = {term.kind.metric: term.name for term in TERMS if isinstance(term.kind, Bound)}
BOUNDS = frozenset(BOUND_OF.values())

__all__ = ["BANDWIDTH", "BOUNDS", "BOUND_OF", "COLUMNS", "STEPS", "WEIGHTS", "steps_of"]


def steps_of(objective: str) -> tuple[str, ...]:
    """Return the objective's steps. Raises InvalidQuery for one that there is not."""
    found = STEPS.get(objective)
    if found is None:
        raise InvalidQuery("objective", f"{objective!r} is none of {', '.join(STEPS)}")
    return found
