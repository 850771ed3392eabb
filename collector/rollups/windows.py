"""Roll-ups of windows, as SQL over the raw values; everything here runs in the storage thread.

A window is computed whole, from raw values, in one transaction with the mark that says so: computing it again
gives the same rows. The 95th percentile is the nearest rank (`numpy.quantile(…, method="inverted_cdf")`), of
all values in the window.
"""

from collector.schema import ROLLED_UP
from collector.sinks.database import NUMBER_TABLES, HistoryDatabase
from collector.sinks.resolution import HOUR, NS, Resolution

SLICE = 4096  # series in one statement: bounds what a window of an hour takes of memory
_ROLLED_SERIES = "SELECT id FROM series WHERE measurement IN (SELECT unnest($measurements))"
Span = tuple[int, int]


def next_span(database: HistoryDatabase, resolution: Resolution, now_ns: int) -> Span | None:
    """Return start and end of the oldest windows that are complete and not rolled up, an hour's at most.

    Time without any values is left out. None: there are none.
    """
    begin_ns = database.rolled_until.get(resolution.name, 0)
    first: int | None = None
    for table in NUMBER_TABLES:
        ((found,),) = database.connection.execute(
            f"SELECT min(t_ns) FROM {table} WHERE t_ns >= $begin AND series IN ({_ROLLED_SERIES})",  # noqa: S608
            {"begin": begin_ns, "measurements": list(ROLLED_UP)},
        ).fetchall()
        if found is not None:
            first = found if first is None else min(first, found)
    if first is None:
        return None
    start_ns = resolution.start_of(first)
    complete_ns = resolution.start_of(now_ns - int(database.settings.rollup_delay_s * NS))
    end_ns = min(complete_ns, HOUR.start_of(start_ns) + HOUR.length_ns)
    return (start_ns, end_ns) if start_ns < end_ns else None


def roll_up(database: HistoryDatabase, resolution: Resolution, span: Span, *, ship: bool) -> int:
    """Compute the windows of a span anew; return their rows. `ship`: note that they are to be sent on."""
    connection = database.connection
    start_ns, end_ns = span
    connection.begin()
    try:
        connection.execute(
            f"DELETE FROM {resolution.table} WHERE t_ns >= ? AND t_ns < ?",  # noqa: S608
            span,
        )
        rows = sum(
            _insert(database, resolution, span, kind, first)
            for kind in range(len(NUMBER_TABLES))
            for first in range(0, _series_count(database), SLICE)
        )
        until_ns = max(end_ns, database.rolled_until.get(resolution.name, 0))
        connection.execute("INSERT OR REPLACE INTO rolled VALUES (?, ?)", [resolution.name, until_ns])
        windows = [resolution.name, start_ns, end_ns]
        connection.execute("DELETE FROM rollup_late WHERE resolution = ? AND t_ns >= ? AND t_ns < ?", windows)
        if ship and rows:
            connection.execute(
                f"INSERT INTO rollup_unshipped SELECT DISTINCT ?, t_ns FROM {resolution.table} "  # noqa: S608
                "WHERE t_ns >= ? AND t_ns < ?",
                windows,
            )
        connection.commit()
        database.rolled_until[resolution.name] = until_ns
    except BaseException:
        connection.rollback()
        raise
    return rows


def late_windows(database: HistoryDatabase, resolution: Resolution) -> list[Span]:
    """Return rolled-up windows that got values since, and still have all their raw values.

    What is older than that keeps the roll-up that it has; the note of it goes.
    """
    connection = database.connection
    connection.execute("DELETE FROM rollup_late WHERE t_ns < ?", [database.raw_from_ns])
    rows = connection.execute(
        "SELECT DISTINCT t_ns FROM rollup_late WHERE resolution = ? ORDER BY t_ns", [resolution.name]
    ).fetchall()
    return [(int(start_ns), int(start_ns) + resolution.length_ns) for (start_ns,) in rows]


def _series_count(database: HistoryDatabase) -> int:
    ((count,),) = database.connection.execute("SELECT count(*) FROM series").fetchall()
    return int(count)


def _insert(database: HistoryDatabase, resolution: Resolution, span: Span, kind: int, first: int) -> int:
    ((count,),) = database.connection.execute(
        f"""INSERT INTO {resolution.table}
        SELECT series, t_ns // $length * $length, count(*), min(v), avg(v), max(v), quantile_disc(v, 0.95)
        FROM {NUMBER_TABLES[kind]}
        WHERE t_ns >= $start AND t_ns < $end AND isfinite(v::DOUBLE) AND series IN (
            {_ROLLED_SERIES} AND id >= $first AND id < $last)
        GROUP BY ALL ORDER BY ALL""",  # noqa: S608
        {
            "start": span[0],
            "end": span[1],
            "length": resolution.length_ns,
            "measurements": list(ROLLED_UP),
            "first": first,
            "last": first + SLICE,
        },
    ).fetchall()
    return int(count)
