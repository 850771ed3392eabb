"""Values of a few series in steps of time, from raw values or, where the steps are long, from roll-ups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from collector.sinks.database import NUMBER_TABLES, HistoryDatabase
from collector.sinks.resolution import FIVE_MINUTES, HOUR
from collector.sinks.resolution import Resolution as Windows

Resolution = Literal["raw", "5m", "1h"]
Series = tuple[int, int]  # id and kind


@dataclass(frozen=True, eq=False)
class Columns:
    """Steps that have values, oldest first: `t_ns` i8 (the start of the step), `min`, `mean`, `max` f8.

    `resolution` is what they were made of: `raw` values, or windows of `5m` or `1h` (and raw values behind
    the last of these).
    """

    t_ns: np.ndarray
    min: np.ndarray
    mean: np.ndarray
    max: np.ndarray
    resolution: Resolution = "raw"

    def __len__(self) -> int:
        return len(self.t_ns)


def empty_columns(resolution: Resolution = "raw") -> Columns:
    """Return columns without steps."""
    none = np.zeros(0, np.float64)
    return Columns(none.astype(np.int64), none, none, none, resolution)


def resolution_for(database: HistoryDatabase, start_ns: int, step_ns: int) -> Windows | None:
    """Return the coarsest windows that make up such steps; None: raw values.

    Where these are gone already, the finest windows that are left from `start_ns` on.
    """
    for resolution in (HOUR, FIVE_MINUTES):
        if step_ns % resolution.length_ns == 0 and resolution.name in database.rolled_until:
            return resolution
    if start_ns >= database.raw_from_ns or FIVE_MINUTES.name not in database.rolled_until:
        return None
    ((first,),) = database.connection.execute("SELECT min(t_ns) FROM rollup_5m").fetchall()
    is_fine = HOUR.name not in database.rolled_until or (first is not None and first <= start_ns)
    return FIVE_MINUTES if is_fine else HOUR


def in_steps(
    database: HistoryDatabase,
    series: Sequence[Series],
    window: tuple[int, int, int],
    resolution: Windows | None,
) -> Columns:
    """Return min, mean and max over these series; `window` is start, end (excluded) and step, in ns."""
    start_ns, end_ns, step_ns = window
    rows: list[tuple[int, float, float, float, int]] = []
    raw_ns = start_ns
    if resolution is not None:
        raw_ns = max(start_ns, database.rolled_until[resolution.name])
        rows += database.connection.execute(
            f"""SELECT (t_ns - $start) // $step, min(min), sum(mean * n) / sum(n), max(max), sum(n)::BIGINT
            FROM {resolution.table} WHERE series IN (SELECT unnest($ids))
            AND t_ns >= $start AND t_ns < $end AND t_ns < $raw GROUP BY 1 ORDER BY 1""",  # noqa: S608
            {
                "ids": [number for number, _ in series],
                "start": start_ns,
                "step": step_ns,
                "end": end_ns,
                "raw": raw_ns,
            },
        ).fetchall()
    for kind, table in enumerate(NUMBER_TABLES):
        ids = [number for number, of_kind in series if of_kind == kind]
        if ids and raw_ns < end_ns:
            rows += database.connection.execute(
                f"""SELECT (t_ns - $start) // $step, min(v), avg(v), max(v), count(*) FROM {table}
                WHERE series IN (SELECT unnest($ids)) AND t_ns >= $raw AND t_ns < $end
                GROUP BY 1 ORDER BY 1""",  # noqa: S608
                {"ids": ids, "start": start_ns, "step": step_ns, "raw": raw_ns, "end": end_ns},
            ).fetchall()
    return _together(
        rows, start_ns, step_ns, "raw" if resolution is None else cast(Resolution, resolution.name)
    )


def _together(
    rows: list[tuple[int, float, float, float, int]], start_ns: int, step_ns: int, resolution: Resolution
) -> Columns:
    """Of several rows of one step, the extremes and the mean by their counts."""
    if not rows:
        return empty_columns(resolution)
    numbers, low, mean, high, n = (np.array(column) for column in zip(*rows, strict=True))
    steps, place = np.unique(numbers, return_inverse=True)
    lowest, highest = np.full(len(steps), np.inf), np.full(len(steps), -np.inf)
    np.minimum.at(lowest, place, low.astype(np.float64))
    np.maximum.at(highest, place, high.astype(np.float64))
    if len(steps) < len(rows):
        mean = np.bincount(place, mean * n) / np.bincount(place, n)
    return Columns(start_ns + steps.astype(np.int64) * step_ns, lowest, mean, highest, resolution)
