"""What the history forgets: what is beyond its age, and the oldest while there is more than allowed."""

import structlog

from collector.sinks.database import POINT_TABLES, HistoryDatabase
from collector.sinks.resolution import FIVE_MINUTES, HOUR

log = structlog.get_logger(__name__)

_DAY_NS = 86_400 * 1_000_000_000
_SHARE = 0.1  # of the values goes at a time while there are too many bytes
_MAX_ROUNDS = 30
_KINDS = (POINT_TABLES, (FIVE_MINUTES.table,), (HOUR.table,))  # the first has what is forgotten first


def remove_old(database: HistoryDatabase, now_ns: int) -> int:
    """Apply the ages and `max_bytes`; return how many rows went. In the storage thread."""
    settings = database.settings
    ages = (settings.max_age_days, settings.max_age_5m_days, settings.max_age_1h_days)
    removed = sum(
        _remove_before(database, tables, now_ns - int(days * _DAY_NS))
        for tables, days in zip(_KINDS, ages, strict=True)
    )
    if removed:
        database.connection.execute("CHECKPOINT")
    removed += _shrink(database)
    if removed:
        log.info("history_forgot", values=removed, bytes=database.size_bytes)
    return removed


def _shrink(database: HistoryDatabase) -> int:
    """While there are too many bytes, let a tenth of the raw values go; without these, of the roll-ups."""
    removed = 0
    for _ in range(_MAX_ROUNDS):
        if database.size_bytes <= database.settings.max_bytes:
            break
        database.connection.execute("CHECKPOINT")  # a long write-ahead log is no reason to forget
        if database.size_bytes <= database.settings.max_bytes:
            break
        counts = (_remove_before(database, tables, _oldest_share(database, tables)) for tables in _KINDS)
        count = next((count for count in counts if count), 0)
        if not count:
            break
        removed += count
        database.connection.execute("CHECKPOINT")
    return removed


def _remove_before(database: HistoryDatabase, tables: tuple[str, ...], t_ns: int) -> int:
    removed = 0
    for table in tables:
        ((count,),) = database.connection.execute(
            f"DELETE FROM {table} WHERE t_ns < ?",  # noqa: S608
            [t_ns],
        ).fetchall()
        removed += int(count)
    if removed and tables == POINT_TABLES:
        database.note_raw_from(t_ns)
    return removed


def _oldest_share(database: HistoryDatabase, tables: tuple[str, ...]) -> int:
    """Return the time before which about a tenth of the rows lie: by count, for clocks may be wrong."""
    times = " UNION ALL ".join(f"SELECT t_ns FROM {table}" for table in tables)  # noqa: S608
    query = f"SELECT approx_quantile(t_ns, {_SHARE}), min(t_ns) FROM ({times})"  # noqa: S608
    ((quantile, first),) = database.connection.execute(query).fetchall()
    return 0 if quantile is None else max(int(quantile), int(first) + 1)
