"""What the store remembers, for the API: series of a link in steps, texts, events."""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np

from collector.pair_history import RouteSince, pair_columns, pair_routes
from collector.received_light import Interface, ReceivedLight, received_light
from collector.schema import ROLLED_UP
from collector.sinks.database import HistoryDatabase
from collector.steps import Columns, empty_columns, in_steps, resolution_for
from topology.errors import SuanluError
from topology.ids import reverse_of

MAX_STEPS = 20_000


class HistoryError(SuanluError):
    """The history cannot answer."""


class UnknownMetric(HistoryError, ValueError):
    """There is no such metric of a link."""

    def __init__(self, metric: str) -> None:
        self.metric = metric
        super().__init__(f"no metric is called {metric!r}: take one of {', '.join(METRICS)}")


class UnknownLink(HistoryError, LookupError):
    """There is no such link."""

    def __init__(self, link: str) -> None:
        self.link = link
        super().__init__(f"no link is called {link!r}: GET /v1/topology/links lists them")


class RangeError(HistoryError, ValueError):
    """The range or its step makes no sense."""


class _Part(NamedTuple):
    """A series that a metric is made of. `end`: "from" is the sending interface, "to" the receiving one."""

    measurement: str
    field: str
    end: str = "from"


class Metric(NamedTuple):
    """`parts`: of several, the larger value in each step counts; `fallback` where they have none."""

    unit: str
    parts: tuple[_Part, ...]
    fallback: tuple[_Part, ...] = ()


def _measured(field: str, unit: str) -> Metric:
    return Metric(unit, (_Part("link_latency", field),), (_Part("link_latency", field, "to"),))


METRICS = {
    "used_bps": Metric("bps", (_Part("ifrate", "out_bps"), _Part("ifrate", "in_bps", "to"))),
    "in_bps": Metric("bps", (_Part("ifrate", "in_bps"),)),
    "out_bps": Metric("bps", (_Part("ifrate", "out_bps"),)),
    "in_util": Metric("ratio", (_Part("ifrate", "in_util"),)),
    "out_util": Metric("ratio", (_Part("ifrate", "out_util"),)),
    "speed_bps": Metric("bps", (_Part("ifrate", "speed_bps"),)),
    "latency_us": _measured("latency_us", "us"),
    "jitter_us": _measured("jitter_us", "us"),
    "loss_ppm": _measured("loss_ppm", "ppm"),
    "oper_up": Metric("bool", (_Part("ifstate", "oper_up"),)),
    "rx_power_dbm": Metric("dBm", (_Part("optics", "rx_power_dbm"),)),
    "tx_power_dbm": Metric("dBm", (_Part("optics", "tx_power_dbm"),)),
    "temp_c": Metric("celsius", (_Part("optics", "temp_c"),)),
}


class TextValue(NamedTuple):
    """A text that was stored, with the tags of its series."""

    t_ns: int
    field: str
    tags: tuple[tuple[str, str], ...]
    value: str


class History:
    """Reads a `HistoryDatabase`. `links`: the ids that exist; None: those that have ever had a value.

    `members`: the ports of bundles at the end that sends, by link: light is theirs.
    """

    def __init__(
        self,
        database: HistoryDatabase,
        *,
        links: Collection[str] | None = None,
        members: Mapping[str, tuple[Interface, ...]] | None = None,
    ) -> None:
        self._database = database
        self._links = links
        self._members = members or {}

    async def link(self, link_id: str, metric: str, start_ns: int, end_ns: int, step_ns: int) -> Columns:
        """Return a link's metric from `start_ns` up to but without `end_ns`, in steps.

        `used_bps` is the larger of what the sender's interface sends and the receiver's receives; delay comes
        from the sender's measurement, or where it has none, from the receiver's. UnknownMetric,
        UnknownLink, RangeError. Steps that are made of whole windows of a roll-up are read from it, and begin
        with one; so is what is older than the raw values that are kept.
        """
        known = METRICS.get(metric)
        if known is None:
            raise UnknownMetric(metric)
        _check_range(start_ns, end_ns, step_ns)
        await self._database.open()  # a question may come before the first value does
        return await self._database.run(self._link, link_id, known, start_ns, end_ns, step_ns)

    async def pair(self, ends: tuple[str, str], metric: str, window: tuple[int, int, int]) -> Columns:
        """Return a metric of `PAIR_METRICS` from one site to another, as `link` does. RangeError.

        `window` is start, end (excluded) and step, in ns.
        """
        _check_range(*window)
        await self._database.open()
        return await self._database.run(pair_columns, self._database, ends, metric, window)

    async def pair_routes(
        self, ends: tuple[str, str], start_ns: int, end_ns: int, *, most: int
    ) -> tuple[RouteSince, ...]:
        """Return the way of packets from one site to another at the start, and every change after it."""
        await self._database.open()
        return await self._database.run(pair_routes, self._database, ends, start_ns, end_ns, most)

    async def received_light(self, end_ns: int) -> tuple[ReceivedLight, ...]:
        """Return the light that the sender of each link received at a time, and that of the day before."""
        await self._database.open()
        return await self._database.run(
            lambda: received_light(self._database.connection, self._members, end_ns)
        )

    async def texts(
        self, measurement: str, start_ns: int, end_ns: int, *, link: str | None = None, limit: int = 1000
    ) -> tuple[TextValue, ...]:
        """Return the newest texts of a measurement in a range, newest first (`ifstate`, `event`)."""
        await self._database.open()
        return await self._database.run(self._texts, measurement, start_ns, end_ns, link, limit)

    async def events(self, start_ns: int, end_ns: int, *, limit: int = 1000) -> tuple[TextValue, ...]:
        """Return the newest stored events in a range, newest first."""
        return await self.texts("event", start_ns, end_ns, limit=limit)

    # ── in the thread "suanlu-storage" ────────────────────────────────────────────────────────────

    def _link(self, link_id: str, metric: Metric, start_ns: int, end_ns: int, step_ns: int) -> Columns:
        if not self._exists(link_id):
            raise UnknownLink(link_id)
        resolution = None
        if metric.parts[0].measurement in ROLLED_UP:
            resolution = resolution_for(self._database, start_ns, step_ns)
        if resolution is not None:
            start_ns = resolution.start_of(start_ns)  # steps hold whole windows
        columns = empty_columns()
        window = (start_ns, end_ns, step_ns)
        for parts in (metric.parts, metric.fallback):
            found = [self._series(link_id, part) for part in parts]
            steps = [in_steps(self._database, series, window, resolution) for series in found if series]
            columns = _larger([part for part in steps if len(part)])
            if len(columns):
                break
        return columns

    def _exists(self, link_id: str) -> bool:
        if self._links is not None:
            return link_id in self._links
        query = "SELECT 1 FROM series WHERE link = ? LIMIT 1"
        return bool(self._database.connection.execute(query, [link_id]).fetchall())

    def _series(self, link_id: str, part: _Part) -> list[tuple[int, int]]:
        """Return (id, kind) of the series behind a part; optics are those of the link's ports."""
        link = link_id if part.end == "from" else reverse_of(link_id)
        query = """
            SELECT id, kind FROM series WHERE measurement = $measurement AND field = $field AND (link = $link
            OR (link IS NULL AND (router, name) IN
                (SELECT (router, name) FROM series WHERE link = $link AND name IS NOT NULL))
            OR (measurement = 'optics' AND (router, name) IN
                (SELECT (router, name) FROM
                    (SELECT unnest($routers::VARCHAR[]) AS router, unnest($names::VARCHAR[]) AS name))))
            """
        members = self._members.get(link, ())
        parameters = {
            "measurement": part.measurement,
            "field": part.field,
            "link": link,
            "routers": [router for router, _ in members],
            "names": [name for _, name in members],
        }
        return self._database.connection.execute(query, parameters).fetchall()

    def _texts(
        self, measurement: str, start_ns: int, end_ns: int, link: str | None, limit: int
    ) -> tuple[TextValue, ...]:
        rows = self._database.connection.execute(
            """SELECT t_ns, field, tags, v FROM points_text JOIN series ON series = id
            WHERE measurement = $measurement AND t_ns >= $start AND t_ns < $end
            AND ($link IS NULL OR link = $link) ORDER BY t_ns DESC LIMIT $limit""",
            {"measurement": measurement, "start": start_ns, "end": end_ns, "link": link, "limit": limit},
        ).fetchall()
        return tuple(
            TextValue(t_ns, field, tuple((key, value) for key, value in json.loads(tags)), value)
            for t_ns, field, tags, value in rows
        )


def _check_range(start_ns: int, end_ns: int, step_ns: int) -> None:
    if step_ns <= 0 or end_ns <= start_ns:
        raise RangeError("a history needs a step above 0 and an end after its start")
    if (end_ns - start_ns) / step_ns > MAX_STEPS:
        raise RangeError(f"a history has at most {MAX_STEPS} steps: make the step longer")


def _larger(parts: list[Columns]) -> Columns:
    """Return for each step the larger value of those parts that have the step."""
    if len(parts) < 2:
        return parts[0] if parts else empty_columns()
    t_ns = np.unique(np.concatenate([part.t_ns for part in parts]))
    columns = []
    for name in ("min", "mean", "max"):
        column = np.full(len(t_ns), -np.inf)
        for part in parts:
            place = np.searchsorted(t_ns, part.t_ns)
            column[place] = np.maximum(column[place], getattr(part, name))
        columns.append(column)
    low, mean, high = columns
    return Columns(t_ns, low, mean, high, parts[0].resolution)
