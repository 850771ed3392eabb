from pathcalc.core.graph import Query

def k_shortest(
    query: Query, k: int, max_latency_us: int | None, max_hops: int | None, budget: int
) -> list[tuple[int, ...]]: ...
