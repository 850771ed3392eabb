from pathcalc.core.flow.network import Network
from pathcalc.core.graph import Query

class MaxFlow:
    """A maximum flow between the ends of a query on the network's graph."""

    value: int
    def __init__(self, network: Network, query: Query) -> None: ...
    @property
    def cut(self) -> tuple[int, ...]: ...
    @property
    def links(self) -> tuple[tuple[int, int], ...]: ...
    @property
    def paths(self) -> tuple[tuple[tuple[int, ...], int], ...]: ...
