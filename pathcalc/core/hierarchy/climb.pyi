from pathcalc.core.graph import Query
from pathcalc.core.hierarchy.contraction import Hierarchy

class Climb:
    """The weights of a query on a hierarchy, for single paths; the query's ends do not matter.

    `kept`: arcs, both ways, that a search may look at. Releases the GIL while they are laid. Of one graph:
    other weights are to be laid anew.
    """

    n: int
    kept: int
    def __init__(self, hierarchy: Hierarchy, weights: Query) -> None: ...
    def attach(self) -> None:
        """Answer by it from now on: its query or, where that has no filters, any without by this weight."""

def shortest_climbed(query: Query, climb: Climb) -> tuple[int, ...] | None:
    """Return the links of the best path as a tuple of indexes, or None; those of `shortest`.

    Raises ValueError for a query over other links, or with more than 32 routers at its ends.
    """
