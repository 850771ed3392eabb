from pathcalc.core.graph import Graph

class Landmarks:
    """Sums of one weight (`which`, over the links of `allow`) from and to a few far routers.

    Raises OverflowError where a sum exceeds 32 bits.
    """

    n: int
    which: int
    allow: int
    def __init__(self, graph: Graph, which: int, allow: int) -> None: ...
