"""Circles: which sites reach each other within a bound of latency, as packets go, and at best."""

import numpy as np

from pathcalc import PathEngine
from suanlu.reports.document import Circle, Circles

BOUND_US = 20_000


def circles(engine: PathEngine) -> Circles:
    """Return the circle of each site. A pair is within the bound if both of its directions are."""
    sites = [site for site in engine.snapshot.site_ids if _has_router(engine, site)]
    forwarded = engine.matrix(sites, sites, metric="latency", routing="igp")
    best = engine.matrix(sites, sites, metric="latency", routing="any")
    inside, could = _within(forwarded), _within(best)
    return Circles(
        bound_us=BOUND_US,
        pairs=len(sites) * (len(sites) - 1) // 2,
        forwarded=int(np.triu(inside, 1).sum()),
        best=int(np.triu(could, 1).sum()),
        sites=tuple(sites),
        latency_us=tuple(
            tuple(None if np.isnan(value) else round(value) for value in row) for row in forwarded.tolist()
        ),
        of=tuple(
            Circle(
                site=site,
                within=tuple(other for j, other in enumerate(sites) if j != i and inside[i, j]),
                best_within=int(could[i].sum()) - 1,
                is_short=not inside[i].all(),
            )
            for i, site in enumerate(sites)
        ),
    )


def _within(latency_us: np.ndarray) -> np.ndarray:
    one_way = np.nan_to_num(latency_us, nan=np.inf) <= BOUND_US
    both: np.ndarray = one_way & one_way.T
    return both


def _has_router(engine: PathEngine, site: str) -> bool:
    snapshot = engine.snapshot
    return bool((snapshot.router_site == snapshot.site_index[site]).any())
