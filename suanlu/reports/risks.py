"""What the next failure would do: who is cut off, what is too full, and when that comes by itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from collector.use import LinkUse, WeekOfUse
from pathcalc import PathEngine
from suanlu.maintenance.check import FULL, moved_load, over_full, smaller_side
from suanlu.reports.document import FullAfter, Risks, SinglePoint, Use
from topology.ids import link_id
from topology.snapshot import NULL_U8, LinkState, Snapshot

LEAST_WEEKS = 4
WINDOWS_OF_A_WEEK = 7 * 24 * 12
NEVER_DAYS = 3650  # beyond ten years a line says nothing


def risks(engine: PathEngine, uses: Iterable[LinkUse]) -> Risks:
    """Return what one more failure would do to the network of `engine`, loaded as `uses` say.

    Takes about a second for a hundred circuits: call it in a thread.
    """
    return Risks(
        single_points=tuple(_single_points(engine)),
        full_after=tuple(_full_after(engine, {use.link: use.p95_bps for use in uses})),
    )


def _single_points(engine: PathEngine) -> list[SinglePoint]:
    """Those that cut off most first. A router that cuts off no more than its own site is left out."""
    found = []
    snapshot = engine.snapshot
    site_of = {
        router: snapshot.site_ids[snapshot.router_site[i]] for i, router in enumerate(snapshot.router_ids)
    }
    for failures in ("each_srlg", "each_circuit", "each_router"):
        for effect in engine.whatif(failures):
            sites = smaller_side(effect.cut_off)
            if effect.cut_off and not (effect.kind == "router" and set(sites) <= {site_of[effect.id]}):
                found.append(
                    SinglePoint(kind=effect.kind, id=effect.id, sites=sites, pairs_cut=effect.pairs.cut)
                )
    return sorted(found, key=lambda point: (-point.pairs_cut, point.kind, point.id))


def _full_after(engine: PathEngine, p95_bps: Mapping[str, int]) -> list[FullAfter]:
    """Lose each circuit, with every link loaded by its 95th percentile; the fullest first."""
    snapshot = _loaded(engine.snapshot, p95_bps)
    base = PathEngine(snapshot, engine)
    found = []
    for circuit in snapshot.circuit_ids:
        links = (link_id(circuit, "az"), link_id(circuit, "za"))
        after = PathEngine(snapshot.with_state(links, LinkState.DOWN), base)
        moved = moved_load(snapshot, snapshot, after, links)
        found += [
            FullAfter(lost=circuit, circuit=full.circuit, utilisation=full.utilisation)
            for full in over_full(after.snapshot, moved.bps)
        ]
    return sorted(found, key=lambda full: (-full.utilisation, full.lost, full.circuit))


def _loaded(snapshot: Snapshot, p95_bps: Mapping[str, int]) -> Snapshot:
    used = np.array([p95_bps.get(link, NULL_U8) for link in snapshot.link_ids], np.uint64)
    changes: dict[str, Any] = {"used_bps": used}
    return replace(snapshot, **changes)


def table_of_use(
    uses: Iterable[LinkUse], weeks: Iterable[WeekOfUse], capacity_bps: Mapping[str, int | None]
) -> tuple[Use, ...]:
    """Return every link's use with where it tends to; the fullest first, those of unknown capacity last."""
    by_link: dict[str, list[WeekOfUse]] = defaultdict(list)
    for week in weeks:
        if week.windows >= WINDOWS_OF_A_WEEK // 2:
            by_link[week.link].append(week)
    table = [_use(use, by_link[use.link], capacity_bps.get(use.link)) for use in uses]
    return tuple(sorted(table, key=lambda use: (-(use.p95_share or -1.0), use.link)))


def _use(use: LinkUse, weeks: Sequence[WeekOfUse], capacity_bps: int | None) -> Use:
    slope, days = _trend(weeks, capacity_bps)
    return Use(
        link=use.link,
        p95_bps=use.p95_bps,
        mean_bps=use.mean_bps,
        peak_bps=use.peak_bps,
        capacity_bps=capacity_bps,
        p95_share=round(use.p95_bps / capacity_bps, 4) if capacity_bps else None,
        weeks=len(weeks),
        growth_bps_per_week=slope,
        days_to_80_percent=days,
    )


def _trend(weeks: Sequence[WeekOfUse], capacity_bps: int | None) -> tuple[int | None, int | None]:
    """Fit a line through weekly values by least squares: growth a week, and days until it is at 80 %."""
    if len(weeks) < LEAST_WEEKS:
        return None, None
    numbers = np.array([week.week for week in weeks], np.float64)
    values = np.array([week.p95_bps for week in weeks], np.float64)
    slope, start = (float(value) for value in np.polyfit(numbers, values, 1))
    if not capacity_bps or slope <= 0:
        return round(slope), None
    full_bps, now_bps = FULL * capacity_bps, start + slope * float(numbers[-1])
    days = max(0, round((full_bps - now_bps) / slope * 7))
    return round(slope), days if days <= NEVER_DAYS else None
