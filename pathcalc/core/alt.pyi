from pathcalc.core.graph import Query

def shortest_guided(query: Query) -> tuple[int, ...] | None:
    """Return the links of the best path as a tuple of indexes, or None; those of `shortest`.

    Sooner where landmarks are attached to the graph for the query's weight and choice of states.
    """
