from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from pathcalc.core.landmarks import Landmarks

COSTED_OUT: int
"""What a drained link costs more where it is the last resort."""

class Wiring:
    """Routers and links without their weights, copied; lends scratch memory to searches.

    `rank`: the place of each link's id among all ids. `guides`: by objective, landmarks that every graph of
    this wiring tries, and uses where it keeps above their floor. `ingress`: 0 for routers at which traffic
    enters only where no other of the source can do; None: there are no such.
    """

    n: int
    m: int
    shift: int
    guides: list[Landmarks | None]
    def __init__(
        self,
        *,
        node_first: npt.NDArray[np.uint32],
        tail: npt.NDArray[np.uint32],
        head: npt.NDArray[np.uint32],
        rank: npt.NDArray[np.uint32],
        ingress: npt.NDArray[np.uint8] | None = None,
    ) -> None: ...
    def chosen(self, objective: int) -> int:
        """Return what answers one pair best: 0 undecided, 1 wanted, 2 landmarks, 3 the hierarchy."""
    def choose(self, objective: int, choice: int) -> None:
        """Set that for all graphs of this wiring. Raises ValueError for what there is not."""

class Graph:
    """Immutable copy of a snapshot's weights over its wiring.

    `weights`: latency, te_metric, igp_metric, jitter, loss as u4[m] (null 0xFFFFFFFF). `bandwidths`:
    capacity, free_now, free_p05 as u8[m] (null all ones), then the same for one flow, as pairs of arrays of
    which the less counts, or null. Where a graph is `like` another of the same wiring, None stands for what
    that one has, which is then shared.
    """

    wiring: Wiring
    n: int
    m: int
    shift: int
    def __init__(
        self,
        wiring: Wiring,
        *,
        state: npt.NDArray[np.uint8] | None,
        weights: tuple[npt.NDArray[np.uint32] | None, ...],
        bandwidths: tuple[npt.NDArray[np.uint64] | tuple[npt.NDArray[np.uint64], ...] | None, ...],
        like: Graph | None = None,
    ) -> None: ...
    def is_guided(self, objective: int, allow: int) -> bool:
        """Whether landmarks guide the searches by a weight under a choice of states."""
    def is_laid(self, objective: int, allow: int) -> bool:
        """Whether its weights on the hierarchy answer for one path without filters."""

class Bans:
    m: int
    def __init__(self, graph: Graph, links: Iterable[int]) -> None: ...
    def add(self, links: Iterable[int]) -> None: ...
    def add_mask(self, mask: npt.NDArray[np.uint8]) -> None: ...
    def copy(self, graph: Graph) -> Bans: ...

class Query:
    """From which routers to which, over which links, by what measure.

    `objective`: 0 latency, 1 te_metric, 2 igp_metric, 3 hops, 4 jitter, 5 loss. `allow`: the sum of 1 for
    stale links, 2 for drained ones, 4 for drained ones as the last resort, each `COSTED_OUT` dearer. `basis`
    (0 capacity, 1 free_now, 2 free_p05; + 3 for one flow) is what `floor` (bit/s or None) is held against.
    """

    graph: Graph
    objective: int
    allow: int
    bans: Bans | None
    due: bool
    """Whether such searches were just so many that making them faster costs no more."""
    def __init__(
        self,
        graph: Graph,
        sources: tuple[int, ...],
        targets: tuple[int, ...],
        objective: int,
        allow: int,
        basis: int,
        floor: int | None,
        bans: Bans | None,
    ) -> None: ...
    @property
    def is_filtered(self) -> bool:
        """Whether some links are excluded, or have a floor to keep."""
