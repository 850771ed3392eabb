"""Way points by id → the routers that pass them."""

import numpy as np

from pathcalc.errors import InvalidQuery
from topology.snapshot import Snapshot

Stops = tuple[tuple[int, ...], ...]
MOST_STOPS = 32


def stops_of(snapshot: Snapshot, names: tuple[str, ...]) -> Stops:
    """Return the routers of each way point, a site or a router. Raises InvalidQuery."""
    if len(names) > MOST_STOPS:
        raise InvalidQuery("include", f"at most {MOST_STOPS} way points can be asked for")
    return tuple(_routers(snapshot, name) for name in names)


def _routers(snapshot: Snapshot, name: str) -> tuple[int, ...]:
    site = snapshot.site_index.get(name)
    if site is not None:
        return tuple(np.flatnonzero(snapshot.router_site == site).tolist())
    router = snapshot.router_index.get(name)
    if router is None:
        raise InvalidQuery("include", f"there is no site or router {name!r}")
    return (router,)


def passed(stops: Stops, routers: list[int], already: int = 0) -> int:
    """How many stops are passed in order along these routers; one router may pass several."""
    for router in routers:
        while already < len(stops) and router in stops[already]:
            already += 1
    return already
