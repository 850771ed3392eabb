"""The delay between every two sites and the way that packets take, as a series of its own.

What people ask of the past is mostly about two sites: how far apart were they, and when did the way change?
Links alone do not tell, for the IGP's choices of that time would have to be made again.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import structlog

from collector.points import Point, PointRecorder, Value
from pathcalc.igp.forwarding import Forwarding
from suanlu.published import Published, View
from suanlu.times import NS_PER_S

PERIOD_S = 10
MOST_SITES = 100
"""A network of more sites has too many pairs for a series each; its delays are asked for, not stored."""
SAY_AGAIN_NS = 600 * NS_PER_S
"""The route is a text: stored when it changes, and this often, so that a chart of an hour has it."""
_log = structlog.get_logger("pairs")


@dataclass
class _Route:
    """The last known way of a pair: its links, the sites on its widest branch, and when that was said."""

    links: tuple[str, ...] = ()
    text: str = ""
    changes: int = 0
    said_ns: int = 0


class PairRecorder:
    """views -> accepted log: measurement `pair`, every ten seconds."""

    def __init__(self, published: Published, recorder: PointRecorder, *, now_ns: Callable[[], int]) -> None:
        self._published = published
        self._recorder = recorder
        self._now_ns = now_ns
        self._routes: dict[tuple[str, str], _Route] = {}

    async def run(self) -> None:
        """Record until cancelled; nothing in a network of more than `MOST_SITES`."""
        sites = self._published.view.snapshot.site_ids
        if len(sites) > MOST_SITES:
            _log.warning("pairs_not_stored", sites=len(sites), most=MOST_SITES)
            return
        while True:
            view, now_ns = self._published.view, self._now_ns()
            points = await asyncio.to_thread(self.points, view, now_ns)
            self._recorder.record("pair", now_ns, points)
            await asyncio.sleep(PERIOD_S)

    def points(self, view: View, now_ns: int) -> list[Point]:
        """Each pair's delay by the IGP (mean over its traffic) and at best, its way, how often that moved.

        A delay that is unknown, as that of a pair without a way is, is left out.
        """
        sites = view.snapshot.site_ids
        now = view.engine.matrix(sites, sites, metric="latency", routing="igp")
        best = view.engine.matrix(sites, sites, metric="latency", routing="any")
        points = []
        for (i, a), (j, z) in permutations(enumerate(sites), 2):
            delays = {"latency_us": _whole(now[i, j]), "best_us": _whole(best[i, j])}
            points.append(Point({"a": a, "z": z, "routing": "igp"}, delays | self._way(view, a, z, now_ns)))
        return points

    def _way(self, view: View, a: str, z: str, now_ns: int) -> dict[str, Value | None]:
        forwarding = view.engine.forwarding(a, z)
        route = self._routes.setdefault((a, z), _Route())
        says = _follow(route, forwarding, view, now_ns)
        return {
            "reachable": int(forwarding.status == "predicted"),
            "route_changes": route.changes,
            "route": route.text if says else None,
        }


def _follow(route: _Route, forwarding: Forwarding, view: View, now_ns: int) -> bool:
    """Note a way that has changed; say whether its text is due."""
    links = tuple(share.link for share in forwarding.links)
    if links != route.links or not route.text:
        route.changes += bool(route.text)
        route.links, route.text = links, _text(forwarding, view)
    elif now_ns - route.said_ns < SAY_AGAIN_NS:
        return False
    route.said_ns = now_ns
    return True


def _text(forwarding: Forwarding, view: View) -> str:
    """The sites on the branch of most traffic, and how many more branches there are."""
    for _, path in forwarding.parts():
        snapshot = view.snapshot
        on_way = [snapshot.site_ids[snapshot.router_site[snapshot.router_index[r]]] for r in path.routers]
        passed = [site for k, site in enumerate(on_way) if k == 0 or on_way[k - 1] != site]
        more = forwarding.branch_count - 1
        return " > ".join(passed) + (f" (+{more})" if more else "")
    return "no way"


def _whole(value: np.float64) -> int | None:
    return round(value) if math.isfinite(value) else None
