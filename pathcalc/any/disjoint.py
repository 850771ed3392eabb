"""Two paths that do not fail together, at the level asked for."""

from typing import Literal, NamedTuple, get_args

from pathcalc.any.objectives import steps_of
from pathcalc.any.solver import Ends, Links, Solver, is_sum
from pathcalc.any.srlg import MOST_NODES, SrlgSearch
from pathcalc.constraints.fields import Constraints
from pathcalc.errors import InvalidQuery

Level = Literal["link", "circuit", "router", "srlg"]
LEVELS: tuple[str, ...] = get_args(Level)


class Pair(NamedTuple):
    """Two paths, best first; `bound_key` is a proved lower bound of their sum, equal to it when optimal."""

    paths: tuple[Links, Links]
    key: int
    bound_key: int


class DisjointPairs:
    """Finds disjoint pairs on one snapshot."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver

    def find(
        self, ends: Ends, level: str, objective: str, limits: Constraints, budget: int = MOST_NODES
    ) -> Pair | None:
        """Return the pair of least sum, None if there is none.

        Raises InvalidQuery for what is not answered exactly (bounds on sums, widest), BudgetExhausted.
        """
        _check(level, objective, limits)
        structure = self._solver.tables.structure
        table = structure.risks if level == "srlg" else structure.circuits if level == "circuit" else None
        if table is not None:
            found = SrlgSearch(self._solver, table, ends, objective, limits, budget=budget).pair()
            return found and Pair(self._ordered(found.paths, objective), found.key, found.bound_key)
        pair = self._solver.pair(ends, objective, limits, split=level == "router")
        return pair and Pair(self._ordered(pair[1:], objective), pair[0], pair[0])

    def _ordered(self, paths: tuple[Links, Links], objective: str) -> tuple[Links, Links]:
        ids = self._solver.snapshot.link_ids
        one, two = sorted(
            paths, key=lambda links: (self._solver.key(links, objective), [ids[i].encode() for i in links])
        )
        return one, two


def _check(level: str, objective: str, limits: Constraints) -> None:
    if level not in LEVELS:
        raise InvalidQuery("disjoint.level", f"{level!r} is none of {', '.join(LEVELS)}")
    steps_of(objective)
    if not is_sum(objective):
        raise InvalidQuery("objective", "the widest disjoint pair is not computed: ask for another objective")
    if limits.bounds or limits.include:
        raise InvalidQuery(
            (*limits.bounds, "include")[0],
            "a disjoint pair under a bound on sums or past way points is not computed: drop it",
        )
