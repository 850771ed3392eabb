"""What was used of every link over a time, from the roll-ups of five minutes."""

from typing import NamedTuple

from collector.sinks.database import HistoryDatabase
from collector.sinks.resolution import FIVE_MINUTES
from topology.series import KIND_I64


class LinkUse(NamedTuple):
    """Of a link over a time, in bit/s: the 95th percentile and the mean of its means of five minutes; the
    greatest value. `windows`: of how many five minutes anything is known.
    """

    link: str
    p95_bps: int
    mean_bps: int
    peak_bps: int
    windows: int


class WeekOfUse(NamedTuple):
    """The 95th percentile of one week (0 is the oldest), of how many five minutes."""

    link: str
    week: int
    p95_bps: int
    windows: int


class LoadStep(NamedTuple):
    """What all links together carried in a step that begins at `t_ns`, bit/s."""

    t_ns: int
    bps: float


# Of each five minutes the larger of what both ends counted: what enters an interface was sent on the reverse
# of the link that leaves it, <circuit>:az or :za. Behind the last roll-up raw values make the windows.
_WINDOWS = """
WITH ends AS (
    SELECT id, CASE field WHEN 'out_bps' THEN link
        ELSE left(link, length(link) - 2) || reverse(right(link, 2)) END AS link
    FROM series
    WHERE measurement = 'ifrate' AND field IN ('in_bps', 'out_bps') AND link != '-' AND kind = $kind
), of_end AS (
    SELECT series, t_ns, mean, max FROM rollup_5m WHERE t_ns >= $start AND t_ns < $end AND t_ns < $raw
    UNION ALL
    SELECT series, t_ns // $length * $length AS t_ns, avg(v) AS mean, max(v) AS max FROM points_i64
    WHERE t_ns >= greatest($start, $raw) AND t_ns < $end AND series IN (SELECT id FROM ends) GROUP BY ALL
), of_link AS (
    SELECT link, t_ns, max(mean) AS mean, max(max) AS peak FROM of_end JOIN ends ON series = id GROUP BY ALL
)
"""


class Uses:
    """Reads a `HistoryDatabase`, in its thread. Times are ns, `end_ns` excluded. Raises SinkError."""

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    async def during(self, start_ns: int, end_ns: int) -> tuple[LinkUse, ...]:
        """Return the use of every link that was counted, by link id."""
        rows = await self._ask(
            "SELECT link, round(quantile_disc(mean, 0.95))::BIGINT, round(avg(mean))::BIGINT, "
            "max(peak)::BIGINT, count(*) FROM of_link GROUP BY link ORDER BY link",
            start_ns,
            end_ns,
        )
        return tuple(LinkUse(*row) for row in rows)

    async def weekly(self, end_ns: int, weeks: int) -> tuple[WeekOfUse, ...]:
        """Return the use of every link in each of the weeks before `end_ns`."""
        week_ns = 7 * 86_400 * 1_000_000_000
        start_ns = end_ns - weeks * week_ns
        rows = await self._ask(
            f"SELECT link, (t_ns - $start) // {week_ns} AS week, "  # noqa: S608
            "round(quantile_disc(mean, 0.95))::BIGINT, count(*) FROM of_link GROUP BY ALL ORDER BY ALL",
            start_ns,
            end_ns,
        )
        return tuple(WeekOfUse(*row) for row in rows)

    async def load(self, start_ns: int, end_ns: int, step_ns: int) -> tuple[LoadStep, ...]:
        """Return what all links together carried, in steps."""
        rows = await self._ask(
            f"SELECT $start + (t_ns - $start) // {int(step_ns)} * {int(step_ns)} AS t, avg(bps) FROM "  # noqa: S608
            "(SELECT t_ns, sum(mean) AS bps FROM of_link GROUP BY t_ns) GROUP BY ALL ORDER BY ALL",
            start_ns,
            end_ns,
        )
        return tuple(LoadStep(*row) for row in rows)

    async def _ask(self, query: str, start_ns: int, end_ns: int) -> list[tuple]:  # type: ignore[type-arg]
        await self._database.open()
        return await self._database.run(self._read, query, start_ns, end_ns)

    def _read(self, query: str, start_ns: int, end_ns: int) -> list[tuple]:  # type: ignore[type-arg]
        """In the thread "suanlu-storage"."""
        parameters = {
            "kind": KIND_I64,
            "start": start_ns,
            "end": end_ns,
            "raw": self._database.rolled_until.get(FIVE_MINUTES.name, 0),
            "length": FIVE_MINUTES.length_ns,
        }
        return self._database.connection.execute(_WINDOWS + query, parameters).fetchall()
