"""Paths that do not fail together, at the level asked for."""

from typing import Literal, NamedTuple, get_args

from pathcalc.any.objectives import steps_of
from pathcalc.any.solver import Ends, Links, Solver, is_sum
from pathcalc.any.srlg import MOST_NODES, SrlgSearch
from pathcalc.constraints.fields import Constraints
from pathcalc.core.disjoint import disjoint_paths
from pathcalc.errors import InvalidQuery

Level = Literal["link", "circuit", "router", "srlg"]
LEVELS: tuple[str, ...] = get_args(Level)


MOST_PATHS = 16


class Apart(NamedTuple):
    """How many paths are asked for, and what they must not share."""

    level: str
    n_paths: int


class DisjointSet(NamedTuple):
    """Disjoint paths, best first; `bound_key` is a proved bound of their sum, equal to it when optimal.

    Fewer paths than asked for are as many as there are; all sets go through the links and routers of `cut`.
    """

    paths: tuple[Links, ...]
    key: int
    bound_key: int
    cut: tuple[Links, Links] = ((), ())


class DisjointPaths:
    """Finds sets of disjoint paths on one snapshot."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver

    def find(
        self, ends: Ends, apart: Apart, objective: str, limits: Constraints, budget: int = MOST_NODES
    ) -> DisjointSet:
        """Return the set of least sum, or of fewer paths where there are not so many.

        Raises InvalidQuery for what is not answered exactly (bounds on sums, widest), BudgetExhausted.
        """
        level, count = apart
        _check(apart, objective, limits)
        structure = self._solver.tables.structure
        table = structure.risks if level == "srlg" else structure.circuits if level == "circuit" else None
        if table is not None:
            if count > 2:
                raise InvalidQuery("disjoint.count", f"{count} paths are not computed at level {level}")
            found = SrlgSearch(self._solver, table, ends, objective, limits, budget=budget).pair()
            if found is None:
                return DisjointSet((), 0, 0)
            return DisjointSet(self._ordered(found.paths, objective), found.key, found.bound_key)
        query = self._solver.query(ends, objective, limits)
        key, paths, cut = disjoint_paths(query, count, level == "router")
        return DisjointSet(paths, key, key, cut)

    def _ordered(self, paths: tuple[Links, Links], objective: str) -> tuple[Links, Links]:
        ids = self._solver.snapshot.link_ids
        one, two = sorted(
            paths, key=lambda links: (self._solver.key(links, objective), [ids[i].encode() for i in links])
        )
        return one, two


def _check(apart: Apart, objective: str, limits: Constraints) -> None:
    level, count = apart
    if type(count) is not int or not 2 <= count <= MOST_PATHS:
        raise InvalidQuery("disjoint.count", f"{count!r} is no whole number from 2 to {MOST_PATHS}")
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
