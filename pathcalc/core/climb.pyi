from pathcalc.core.graph import Query
from pathcalc.core.hierarchy import Hierarchy

class Climb:
    """The weights of a query on a hierarchy, for single paths; the query's ends do not matter.

    `kept`: arcs, both ways, that a search may look at. Releases the GIL while they are laid.
    """

    n: int
    kept: int
    def __init__(self, hierarchy: Hierarchy, weights: Query) -> None: ...

def climbs(query: Query, climb: Climb) -> bool: ...
def shortest_climbed(query: Query, climb: Climb) -> tuple[int, ...] | None: ...
