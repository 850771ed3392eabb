"""What the history forgets: values beyond the age, and the oldest ones while it is larger than allowed."""

import structlog

from collector.sinks.database import POINT_TABLES, HistoryDatabase

log = structlog.get_logger(__name__)

_DAY_NS = 86_400 * 1_000_000_000
_SHARE = 0.1  # of the values goes at a time while there are too many bytes
_MAX_ROUNDS = 30


def remove_old(database: HistoryDatabase, now_ns: int) -> int:
    """Apply `max_age_days` and `max_bytes`; return how many values went. In the storage thread."""
    settings = database.settings
    removed = _remove_before(database, now_ns - int(settings.max_age_days * _DAY_NS))
    if removed:
        database.connection.execute("CHECKPOINT")
    for _ in range(_MAX_ROUNDS):
        if database.size_bytes <= settings.max_bytes:
            break
        database.connection.execute("CHECKPOINT")  # a long write-ahead log is no reason to forget
        if database.size_bytes <= settings.max_bytes:
            break
        count = _remove_before(database, _oldest_share(database))
        if not count:
            break
        removed += count
        database.connection.execute("CHECKPOINT")
    if removed:
        log.info("history_forgot", values=removed, bytes=database.size_bytes)
    return removed


def _remove_before(database: HistoryDatabase, t_ns: int) -> int:
    removed = 0
    for table in POINT_TABLES:
        ((count,),) = database.connection.execute(
            f"DELETE FROM {table} WHERE t_ns < ?",  # noqa: S608
            [t_ns],
        ).fetchall()
        removed += int(count)
    return removed


def _oldest_share(database: HistoryDatabase) -> int:
    """Return the time before which about a tenth of the values lie: by count, for clocks may be wrong."""
    times = " UNION ALL ".join(f"SELECT t_ns FROM {table}" for table in POINT_TABLES)  # noqa: S608
    query = f"SELECT approx_quantile(t_ns, {_SHARE}), min(t_ns) FROM ({times})"  # noqa: S608
    ((quantile, first),) = database.connection.execute(query).fetchall()
    return 0 if quantile is None else max(int(quantile), int(first) + 1)
