from pathcalc.core.graph import Query

def bounded(
    query: Query, max_latency_us: int | None, max_hops: int | None, budget: int
) -> tuple[int, ...] | None: ...
