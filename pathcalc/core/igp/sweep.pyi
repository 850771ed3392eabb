from pathcalc.core.graph import Bans, Graph, Query
from pathcalc.core.igp.forward import Destination

class Sweep:
    def __init__(
        self, graph: Graph, to: Destination | Query, rows: tuple[tuple[int, ...], ...], which: int = 0
    ) -> None: ...
    @property
    def values(self) -> list[float]: ...

def after_failure(
    graph: Graph, sweeps: tuple[Sweep, ...], gone: Bans, failed: tuple[int, ...]
) -> list[tuple[int, int, float]]: ...
