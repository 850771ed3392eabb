"""What the store knows of every link at one moment: the last value before it of each measure."""

import json
from typing import NamedTuple

from collector.sinks.database import HistoryDatabase
from topology.series import KIND_I64

FIELDS = (
    ("ifrate", "in_bps"),
    ("ifrate", "out_bps"),
    ("link_latency", "latency_us"),
    ("link_latency", "jitter_us"),
    ("link_latency", "loss_ppm"),
)
USED_QUANTILE = 0.95


class LastValue(NamedTuple):
    """`link` leaves the interface that said it; `method` is how a delay was measured, "" for a rate."""

    link: str
    field: str
    method: str
    t_ns: int
    value: int


class UsedLately(NamedTuple):
    """The nearest-rank 95th percentile of what was used of a link over a while, and of how many steps."""

    link: str
    used_bps: int
    steps: int


class Moment(NamedTuple):
    """Of every link that anything is known of."""

    last: tuple[LastValue, ...]
    used: tuple[UsedLately, ...]


_LAST = """
SELECT series, max(t_ns), arg_max(v, t_ns) FROM points_i64
WHERE t_ns > $since AND t_ns <= $at AND series IN (SELECT unnest($ids)) GROUP BY series
"""
# What enters an interface was sent on the reverse of the link that leaves it: <circuit>:az, <circuit>:za.
_USED = """
SELECT link, quantile_disc(used, $quantile), count(*) FROM (
    SELECT CASE field WHEN 'out_bps' THEN link
           ELSE left(link, length(link) - 2) || reverse(right(link, 2)) END AS link,
        ($at - t_ns) // $step AS step, max(v) AS used
    FROM points_i64 JOIN series ON series = id
    WHERE t_ns > $since AND t_ns <= $at AND series IN (SELECT unnest($ids)) GROUP BY ALL
) GROUP BY link
"""


class Moments:
    """Reads a `HistoryDatabase`, in its thread; each question is one pass over the values of some minutes."""

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    async def at(self, at_ns: int, *, fresh_ns: int, window_ns: int, step_ns: int) -> Moment:
        """Return the values of `at_ns`, none older than `fresh_ns`, and the use of `window_ns` before it.

        Use is taken in steps of `step_ns`, of each the larger of what both ends counted. SinkError where the
        store cannot be read.
        """
        await self._database.open()
        return await self._database.run(self._at, at_ns, fresh_ns, window_ns, step_ns)

    # ── in the thread "suanlu-storage" ────────────────────────────────────────────────────────────

    def _at(self, at_ns: int, fresh_ns: int, window_ns: int, step_ns: int) -> Moment:
        execute = self._database.connection.execute
        series = {row: (link, field, _method(tags)) for row, link, field, tags in self._series()}
        rates = [row for row, (_, field, _) in series.items() if field in ("in_bps", "out_bps")]
        last = execute(_LAST, {"since": at_ns - fresh_ns, "at": at_ns, "ids": list(series)}).fetchall()
        lately = {"since": at_ns - window_ns, "at": at_ns, "step": step_ns, "ids": rates}
        used = execute(_USED, lately | {"quantile": USED_QUANTILE}).fetchall()
        return Moment(
            tuple(LastValue(*series[row], t_ns, value) for row, t_ns, value in last),
            tuple(UsedLately(*row) for row in used),
        )

    def _series(self) -> list[tuple[int, str, str, str]]:
        """Return id, link, field and tags of the series of links."""
        return self._database.connection.execute(
            "SELECT id, link, field, tags FROM series WHERE link != '-' AND kind = $kind AND "
            "(measurement, field) IN (SELECT unnest($measurements), unnest($fields))",
            {
                "kind": KIND_I64,
                "measurements": [measurement for measurement, _ in FIELDS],
                "fields": [field for _, field in FIELDS],
            },
        ).fetchall()


def _method(tags: str) -> str:
    return str(dict(json.loads(tags)).get("method", ""))
