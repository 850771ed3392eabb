from pathcalc.core.graph import Query
from pathcalc.core.landmarks import Landmarks

def bounded(
    query: Query,
    bounds: tuple[tuple[int, int], ...],
    stops: tuple[tuple[int, ...], ...],
    budget: int,
    deadline_s: float,
    landmarks: tuple[Landmarks, ...] = (),
) -> tuple[tuple[int, ...] | None, int | None]:
    """Return (links of the best path, None), (None, None) where there is none: both proved.

    `bounds`: (weight, most); `stops`: the routers of each way point, in order. Past the budget of labels or
    the deadline (of time.monotonic, 0: none): (best links so far or None, least value that any path has).
    `landmarks`, of the query's weight and then of each bound's, make what needs few labels quicker.
    """
