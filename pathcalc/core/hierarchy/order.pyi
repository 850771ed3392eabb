from pathcalc.core.graph import Wiring

class Order:
    """The places of a graph's routers and the chordal graph over them; of its structure alone.

    `n_arcs`: pairs of a place and one above it. Not `complete` where there would be so many that plain
    searches are as quick. O(arcs x lists a router is in). Releases the GIL.
    """

    n: int
    n_arcs: int
    complete: bool
    def __init__(self, wiring: Wiring) -> None: ...
