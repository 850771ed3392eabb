from pathcalc.core.graph import Query

def k_shortest(
    query: Query,
    k: int,
    bounds: tuple[tuple[int, int], ...],
    stops: tuple[tuple[int, ...], ...],
    budget: int,
    deadline_s: float,
) -> tuple[list[tuple[int, ...]], bool]:
    """Return up to k best simple paths and whether those are all that were asked for and there are.

    Bounds, stops and budget as in `labels.bounded`. Where a search ended at its budget the paths are still
    the best ones in order, but fewer.
    """
