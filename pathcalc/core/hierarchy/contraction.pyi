from pathcalc.core.graph import Wiring

class Hierarchy:
    """The contraction hierarchy of a graph's structure: of its routers and links, whatever their weights.

    Good for every graph of the same structure. `n_arcs`: pairs of a router and one above it; `n_triangles`:
    steps of customising. Raises OverflowError where the network is too dense for it to pay.
    """

    n: int
    m: int
    n_arcs: int
    n_triangles: int
    def __init__(self, wiring: Wiring) -> None: ...
