"""From the errors of the path core to problems, with the pointer of the field that is to blame."""

from typing import Any

import msgspec

from pathcalc.errors import (
    BudgetExhausted,
    GraphTooLarge,
    InvalidQuery,
    NoConnectivity,
    NoFeasiblePath,
    PathError,
    SameEndpoint,
)
from suanlu.api.problems import Problem

# what a library caller names as a keyword stands below "constraints" in a request
_TOP_LEVEL = (
    "from", "to", "routing", "objective", "k", "disjoint", "bandwidth_basis", "metric", "sources", "targets",
    "failures", "pairs", "demands", "flows", "budget_ms", "overlay",
)  # fmt: skip


def problem_of(error: PathError) -> Problem:
    """The problem that says what this error says."""
    if isinstance(error, SameEndpoint):
        return Problem("same-endpoint", str(error), pointer=_pointer(error.field))
    if isinstance(error, InvalidQuery):
        return Problem("invalid-request", str(error), pointer=_pointer(error.field))
    if isinstance(error, NoConnectivity):
        return Problem("no-connectivity", str(error))
    if isinstance(error, NoFeasiblePath):
        return Problem("no-feasible-path", str(error), **_infeasible(error))
    if isinstance(error, BudgetExhausted | GraphTooLarge):
        return Problem("budget-exhausted", str(error))
    raise error


def _pointer(field: str) -> str:
    """`disjoint.level` → /disjoint/level; `exclude.sites` → /constraints/exclude/sites."""
    steps = field.split(".")
    prefix = "" if steps[0] in _TOP_LEVEL else "/constraints"
    return "/".join((prefix, *steps))


def _infeasible(error: NoFeasiblePath) -> dict[str, Any]:
    best = error.best_without
    shown = None
    if best is not None:
        shown = {"links": best.links, "latency_us": best.latency_us, "bandwidth_bps": best.bandwidth_bps}
    return {
        "binding": tuple(msgspec.to_builtins(binding) for binding in error.binding),
        "relaxations": tuple(msgspec.to_builtins(relaxation) for relaxation in error.relaxations),
        "best_without": shown,
    }
