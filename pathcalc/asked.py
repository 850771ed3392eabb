"""What may be asked for: the numbers of a question that are no constraints, checked."""

from typing import Literal, get_args

from pathcalc.constraints.fields import BASES
from pathcalc.errors import InvalidQuery
from topology.snapshot import Snapshot

Routing = Literal["any", "igp"]
MOST_PATHS = 1_000
MOST_CELLS = 4_000_000
MOST_BUDGET_MS = 10_000


def checked_budget(budget_ms: int | None) -> int | None:
    """Return the budget. Raises InvalidQuery for one that is none."""
    if budget_ms is not None and (type(budget_ms) is not int or not 1 <= budget_ms <= MOST_BUDGET_MS):
        raise InvalidQuery("budget_ms", f"{budget_ms!r} is no whole number from 1 to {MOST_BUDGET_MS:,}")
    return budget_ms


def check_k(k: int) -> None:
    """Raise InvalidQuery for a number of paths that is not answered."""
    if not 1 <= k <= MOST_PATHS:
        raise InvalidQuery("k", f"{k} is not from 1 to {MOST_PATHS:,}")


def check_routing(routing: str) -> None:
    """Raise InvalidQuery for a routing that there is not."""
    if routing not in get_args(Routing):
        raise InvalidQuery("routing", f"{routing!r} is none of {', '.join(get_args(Routing))}")


def basis_of(basis: str, snapshot: Snapshot) -> str:
    """Return the basis that the numbers are really of: before 5 min of history there is no 5th percentile.

    Raises InvalidQuery for one that is none.
    """
    if basis not in BASES:
        raise InvalidQuery("bandwidth_basis", f"{basis!r} is none of {', '.join(BASES)}")
    return "free_now" if basis == "free_p05" and not snapshot.free_p05_ready else basis


def check_cells(rows: int, columns: int) -> None:
    """Raise InvalidQuery for a matrix that is too large to be one answer."""
    if rows * columns > MOST_CELLS:
        raise InvalidQuery("targets", f"a matrix has at most {MOST_CELLS:,} cells: ask for it in parts")
