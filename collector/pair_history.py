"""What the history knows of two sites: the delay between them, and the ways that packets took."""

import json
from typing import NamedTuple

from collector.sinks.database import HistoryDatabase
from collector.steps import Columns, in_steps, resolution_for

PAIR_METRICS = {"latency_us": "us", "best_us": "us", "reachable": "bool", "route_changes": "count"}
"""Fields of the measurement `pair` that are numbers, and their units."""
Window = tuple[int, int, int]


class RouteSince(NamedTuple):
    """The way that packets took from `t_ns` on."""

    t_ns: int
    route: str


def pair_columns(database: HistoryDatabase, ends: tuple[str, str], metric: str, window: Window) -> Columns:
    """Return a metric from the first site to the second, in steps; to be run in the storage thread.

    `window` is start, end (excluded) and step, in ns; the start moves to that of a window of a roll-up.
    """
    start_ns, end_ns, step_ns = window
    resolution = resolution_for(database, start_ns, step_ns)
    if resolution is not None:
        start_ns = resolution.start_of(start_ns)
    series = _series(database, ends, metric)
    return in_steps(database, series, (start_ns, end_ns, step_ns), resolution)


def pair_routes(
    database: HistoryDatabase, ends: tuple[str, str], start_ns: int, end_ns: int, most: int
) -> tuple[RouteSince, ...]:
    """Return the way at the start, where one is known, and every change after it, the oldest `most`."""
    ids = [number for number, _ in _series(database, ends, "route")]
    rows = database.connection.execute(
        """SELECT t_ns, v FROM (
            SELECT t_ns, v, lag(v) OVER (ORDER BY t_ns) AS before FROM points_text
            WHERE series IN (SELECT unnest($ids)) AND t_ns < $end AND t_ns >= coalesce(
                (SELECT max(t_ns) FROM points_text WHERE series IN (SELECT unnest($ids)) AND t_ns <= $start),
                $start)
        ) WHERE before IS NULL OR v != before ORDER BY t_ns LIMIT $most""",
        {"ids": ids, "start": start_ns, "end": end_ns, "most": most},
    ).fetchall()
    return tuple(RouteSince(*row) for row in rows)


def _series(database: HistoryDatabase, ends: tuple[str, str], field: str) -> list[tuple[int, int]]:
    a, z = ends
    tags = json.dumps((("a", a), ("routing", "igp"), ("z", z)))
    return database.connection.execute(
        "SELECT id, kind FROM series WHERE measurement = 'pair' AND field = ? AND tags = ?", [field, tags]
    ).fetchall()
