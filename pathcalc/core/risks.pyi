import numpy as np
import numpy.typing as npt

from pathcalc.core.graph import Query

class Risks:
    """Which links have which risks, as CSR by link: `first` u4[m + 1] into `risk` and `bundle`.

    `bundle`, beside each risk of a link: a group of links that all have it, this one among them, that a
    search rules out or asks for together.
    """

    m: int
    n_risks: int
    n_bundles: int
    def __init__(
        self,
        first: npt.NDArray[np.uint32],
        risk: npt.NDArray[np.uint32],
        bundle: npt.NDArray[np.uint32],
        n_risks: int,
        n_bundles: int,
    ) -> None: ...

def without_shared_risks(
    query: Query,
    risks: Risks,
    exempt: npt.NDArray[np.uint8] | None,
    count: int,
    split: bool,
    budget: int,
    deadline_s: float,
) -> tuple[int | None, int | None, tuple[tuple[int, ...], ...]]:
    """Return (key, bound, paths) of `count` paths of least sum that share no risk but the `exempt` ones.

    `exempt`: u1[n_risks]. `split`: nor a router, sources and targets apart. Equal key and bound: proved.
    (None, None, ()): proved that there are none. Past the budget of nodes or the deadline (of
    time.monotonic, 0: none) no set has a key below the bound, and the key is None where none was found.
    """
