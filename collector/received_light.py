"""The light that each link's sender receives now and received before, from the history database."""

from typing import Any, NamedTuple

RECENT_NS = 10 * 60 * 1_000_000_000
DAY_NS = 24 * 3600 * 1_000_000_000
HOUR_NS = 3600 * 1_000_000_000


class ReceivedLight(NamedTuple):
    """Of the receiver at the router that sends the link: its newest power within ten minutes, when, and the
    mean of the day before the last hour (None without one). Of several channels the weakest.
    """

    link: str
    rx_power_dbm: float
    observed_at_ns: int
    rx_power_dbm_before: float | None


_QUERY = """
    WITH of_link AS (
        SELECT DISTINCT link, router, name FROM series WHERE link IS NOT NULL AND name IS NOT NULL
    ), light AS (
        SELECT of_link.link, series.id FROM series JOIN of_link USING (router, name)
        WHERE measurement = 'optics' AND field = 'rx_power_dbm'
    ), channels AS (
        SELECT link, arg_max(v, t_ns) FILTER (t_ns >= $recent) AS power, max(t_ns) AS newest_ns,
            avg(v) FILTER (t_ns < $hour_ago) AS earlier
        FROM light JOIN points_f64 ON series = id WHERE t_ns >= $day_ago AND t_ns < $end GROUP BY link, id
    )
    SELECT link, min(power), max(newest_ns), min(earlier) FROM channels WHERE power IS NOT NULL
    GROUP BY link ORDER BY link
    """


def received_light(connection: Any, end_ns: int) -> tuple[ReceivedLight, ...]:
    """Read it as it was at `end_ns`, by link id; to be run in the storage thread."""
    times = {
        "end": end_ns,
        "recent": end_ns - RECENT_NS,
        "hour_ago": end_ns - HOUR_NS,
        "day_ago": end_ns - DAY_NS,
    }
    return tuple(ReceivedLight(*row) for row in connection.execute(_QUERY, times).fetchall())
