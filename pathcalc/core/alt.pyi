from pathcalc.core.graph import Graph, Query

class Alt:
    """Landmarks of one weight over the links of `allow`, for `shortest_guided`; of one graph only.

    Releases the GIL while they are made. Raises OverflowError where a sum exceeds 32 bits.
    """

    n: int
    objective: int
    allow: int
    scale: int
    def __init__(self, graph: Graph, objective: int, allow: int) -> None: ...

def shortest_guided(query: Query, alt: Alt) -> tuple[int, ...] | None: ...
