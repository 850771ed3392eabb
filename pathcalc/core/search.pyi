import numpy as np
import numpy.typing as npt

from pathcalc.core.graph import Query

def shortest(query: Query) -> tuple[int, ...] | None: ...
def column(query: Query, values: npt.NDArray[np.float64], basis: int = -1) -> None: ...
