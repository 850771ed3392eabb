import numpy as np
import numpy.typing as npt

from pathcalc.core.graph import Graph, Query

class Network:
    """What fits between each two routers; immutable.

    `capacity`: u8[m] bit/s, 0 where a link carries nothing; all together below 2^63. `cost`: u8[m], by whose
    sum a flow is taken apart into paths; sums along a path below 2^64. Of the query its filters and states
    count, its ends do not.
    """

    graph: Graph
    n_arcs: int
    def __init__(
        self, query: Query, capacity: npt.NDArray[np.uint64], cost: npt.NDArray[np.uint64]
    ) -> None: ...
