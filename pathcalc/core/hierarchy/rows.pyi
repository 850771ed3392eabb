import numpy as np
import numpy.typing as npt

from pathcalc.core.graph import Query
from pathcalc.core.hierarchy.contraction import Hierarchy

class Rows:
    """The weights of a query on a hierarchy: its objective over the links it may use; its ends do not matter.

    With `cost` (u4[m], 0: not used; 1: the best) and `worth` (f8, by cost) values are what the dearest link
    of the cheapest path is worth, `worth[0]` for no link at all. Raises OverflowError where sums may exceed
    30 bits. Releases the GIL.
    """

    n: int
    kept: int
    def __init__(
        self,
        hierarchy: Hierarchy,
        query: Query,
        cost: npt.NDArray[np.uint32] | None = None,
        worth: npt.NDArray[np.float64] | None = None,
    ) -> None: ...
    def fill(
        self,
        sources: npt.NDArray[np.uint32],
        source_first: npt.NDArray[np.uint32],
        targets: npt.NDArray[np.uint32],
        target_first: npt.NDArray[np.uint32],
        values: npt.NDArray[np.float64],
        backwards: bool = False,
    ) -> None:
        """Fill values[row, column] with the best value from any router of the row to any of the column.

        `sources[source_first[i]:source_first[i + 1]]` are the routers of row i, likewise `targets`; nan where
        there is no way or no router. `backwards`: from columns to rows. Releases the GIL.
        """
