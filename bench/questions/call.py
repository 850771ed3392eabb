"""What a call costs beside its search: ids and keywords read, the answer made, its links read."""

from collections.abc import Mapping

import numpy as np

from bench.contest import Contest, Contestant
from bench.given import Given
from bench.measure import Figures
from pathcalc.constraints.fields import WEIGHTS
from pathcalc.core.alt import shortest_guided
from pathcalc.core.graph import Query

LATENCY = WEIGHTS.index("latency")
BAR_US = 0.6
ALONE = "its search alone"


def around(given: Given) -> Contest:
    """The path from a router to its nearest neighbour, and the same search with all made ready."""
    engine = given.engine
    solver = engine._solver  # the one place where the bench looks inside
    router = solver.snapshot.router_index

    def ready(source: int, target: int) -> tuple[Query]:
        ends = [(router[name],) for name in given.names(source, target)]
        return (Query(solver.graph, ends[0], ends[1], LATENCY, 0, 0, None, None),)

    def answer(source: str, target: str) -> int:
        return len(engine.path(source, target).links)

    def remark(figures: Mapping[str, Figures]) -> str:
        added = figures["ours"].median_us - figures[ALONE].median_us
        return f"the call adds {added:.2f} µs to its search; at most {BAR_US} µs are allowed"

    ours = Contestant("ours", answer, "path", prepare=given.ids)
    alone = Contestant(ALONE, lambda query: len(shortest_guided(query) or ()), "indexes", prepare=ready)
    return Contest(_neighbours(given), ours, (alone,), remark=remark)


def _neighbours(given: Given) -> list[tuple[int, int]]:
    """Each router with the one that is nearest to it."""
    network = given.network
    order = np.lexsort((network.latency_us, network.tail))
    first = np.unique(network.tail[order], return_index=True)[1]
    return [network.ends[link] for link in order[first].tolist()]
