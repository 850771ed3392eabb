import numpy as np
import numpy.typing as npt

from pathcalc.core.graph import Query

def maximum(query: Query, capacity: npt.NDArray[np.uint64]) -> tuple[list[int], list[int]]: ...
