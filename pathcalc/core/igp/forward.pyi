from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from pathcalc.core.graph import Graph

Share = TypeVar("Share", bound=NamedTuple)

class Destination:
    graph: Graph
    def __init__(self, graph: Graph, targets: tuple[int, ...]) -> None: ...
    def ways(self, graph: Graph, sources: tuple[int, ...]) -> Ways: ...
    def column(
        self,
        graph: Graph,
        routers: npt.NDArray[np.uint32],
        first: npt.NDArray[np.uint32],
        values: npt.NDArray[np.float64],
        which: int,
        basis: int = -1,
    ) -> None: ...
    def sole_next_hop(self, router: int) -> int: ...

class Ways:
    """`which` is a weight of the graph, `basis` a bandwidth of it: see `Graph`."""

    n_doors: int
    n_links: int
    @property
    def doors(self) -> tuple[int, ...]: ...
    @property
    def indexes(self) -> tuple[int, ...]: ...
    @property
    def n_branches(self) -> int: ...
    def shares(self, link_ids: tuple[str, ...], share: type[Share]) -> tuple[Share, ...]: ...
    def spread_of(self, which: int) -> tuple[int, float, int] | None: ...
    def narrowest(self, basis: int) -> int | None: ...
