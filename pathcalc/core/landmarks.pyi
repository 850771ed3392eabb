import numpy as np
import numpy.typing as npt

from pathcalc.core.graph import Graph

class Landmarks:
    """Sums of one weight from and to sixteen far routers, more of them in large graphs: bounds for searches.

    `floor`: what each link weighs at least, u4[m], null where it is not used at all. Without one it is the
    graph's own weights over the links usable under `allow`. Not the graph but any with the same links can be
    guided by them, as long as it keeps above the floor. Releases the GIL while they are made. Raises
    OverflowError where a sum exceeds 32 bits.
    """

    n: int
    m: int
    objective: int
    given: npt.NDArray[np.uint32] | None
    n_lines: int
    scale: int
    def __init__(
        self, graph: Graph, objective: int, allow: int, floor: npt.NDArray[np.uint32] | None = None
    ) -> None: ...
    def attach(self, graph: Graph, allow: int) -> bool:
        """Guide the graph's searches by this weight under `allow` from now on; their answers are the same.

        False, and nothing is done, where a usable link weighs less than its floor or has none. Raises
        ValueError for a graph of other routers or links. O(m).
        """
