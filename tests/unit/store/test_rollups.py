"""Roll-ups: exact by numpy on the raw values, whatever the order, the lateness and the restarts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from collector.batch import Batch
from collector.history import History
from collector.rollups import Roller
from collector.sinks import DuckDBSink, HistoryDatabase, HistorySettings
from tests.kit.batches import SECOND_NS, interface_series
from topology.series import KIND_F64, KIND_I64, KIND_U64

HOUR_NS, WINDOW_NS = 3600 * SECOND_NS, 300 * SECOND_NS
START_NS = 490_000 * HOUR_NS
SERIES = (
    interface_series(0, "in_bps", link="wuhan-changsha-1:az"),
    interface_series(1, "in_util", kind=KIND_F64),
    interface_series(2, "in_octets", measurement="ifcounters", kind=KIND_U64),
    interface_series(3, "rx_power_dbm", measurement="optics", kind=KIND_F64),
)
KINDS = (KIND_I64, KIND_F64, KIND_U64, KIND_F64)


class Store:
    """A history with a clock, and all that was put into it as arrays."""

    def __init__(self, database: HistoryDatabase) -> None:
        self.database = database
        self.now_ns = START_NS
        self.sink = DuckDBSink(database, now_ns=lambda: self.now_ns)
        self.roller = Roller(database, now_ns=lambda: self.now_ns, ship=True)
        self.seq = 0
        self.put_in: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    async def put(self, series: np.ndarray, times: np.ndarray, values: np.ndarray) -> None:
        self.seq += 1
        self.put_in.append((series, times, values))
        bits = np.nan_to_num(values).astype(np.int64).view(np.uint64)
        for number, kind in enumerate(KINDS):
            if kind == KIND_F64:
                bits[series == number] = values[series == number].view(np.uint64)
        new = SERIES if self.seq == 1 else ()
        await self.sink.write(self.seq, Batch(new, series.astype(np.uint32), times, bits, (), {}))

    async def rows(self, query: str) -> list[tuple]:
        return await self.database.run(lambda: self.database.connection.execute(query).fetchall())

    def expected(self, length_ns: int, until_ns: int) -> dict[tuple[int, int], tuple[float, ...]]:
        """What numpy makes of the raw values, by (series, window)."""
        series, times, values = (np.concatenate(column) for column in zip(*self.put_in, strict=True))
        keep = np.isfinite(values) & (times < until_ns) & (series != 2)
        found: dict[tuple[int, int], tuple[float, ...]] = {}
        for key in set(zip(series[keep], times[keep] // length_ns * length_ns, strict=True)):
            inside = values[keep & (series == key[0]) & (times // length_ns * length_ns == key[1])]
            p95 = np.quantile(inside, 0.95, method="inverted_cdf")
            found[key] = (len(inside), inside.min(), inside.mean(), inside.max(), p95)
        return found


@asynccontextmanager
async def store(directory: Path, settings: HistorySettings | None = None) -> AsyncIterator[Store]:
    kept = settings or HistorySettings(max_age_days=1e5, max_age_5m_days=1e5, max_age_1h_days=1e5)
    made = Store(HistoryDatabase(directory / "history.duckdb", kept))
    await made.sink.open("a-log")
    yield made
    await made.database.close()
    made.database.thread.shutdown()


def random_values(seed: int, count: int, start_ns: int, length_ns: int) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(seed)
    series = random.integers(0, len(SERIES), count)
    values = random.integers(0, 800_000_000_000, count).astype(np.float64)
    values[series == 3] = random.normal(-7.5, 1, int((series == 3).sum()))
    values[(series == 3) & (random.random(count) < 0.02)] = np.nan
    return series, start_ns + random.integers(0, length_ns, count), values


async def rolled(made: Store, table: str) -> dict[tuple[int, int], tuple[float, ...]]:
    rows = await made.rows(f"SELECT series, t_ns, n, min, mean, max, p95 FROM {table}")  # noqa: S608
    assert len({row[:2] for row in rows}) == len(rows)  # no window twice
    return {(series, t_ns): tuple(rest) for series, t_ns, *rest in rows}


async def agree(made: Store, until_ns: int) -> None:
    for table, length_ns in (("rollup_5m", WINDOW_NS), ("rollup_1h", HOUR_NS)):
        found = await rolled(made, table)
        expected = made.expected(length_ns, until_ns // length_ns * length_ns)
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            assert found[key] == pytest.approx(value, rel=1e-12)
            assert found[key][4] == value[4]  # the percentile is a value that was read


async def test_roll_ups_are_what_numpy_makes_of_the_raw_values(tmp_path: Path) -> None:
    async with store(tmp_path) as made:
        await made.put(*random_values(1, 4000, START_NS, 3 * HOUR_NS))
        made.now_ns = START_NS + 3 * HOUR_NS + 59 * SECOND_NS
        await made.roller.catch_up()
        await agree(made, START_NS + 3 * HOUR_NS - 1)  # the last hour is not complete yet
        made.now_ns += SECOND_NS
        await made.roller.catch_up()
        await agree(made, START_NS + 3 * HOUR_NS)
        assert await made.roller.catch_up() == 0


async def test_what_comes_late_is_added_and_a_restart_goes_on(tmp_path: Path) -> None:
    async with store(tmp_path) as made:
        await made.put(*random_values(2, 1500, START_NS, HOUR_NS))
        made.now_ns = START_NS + 2 * HOUR_NS
        await made.roller.catch_up()
        put_in = made.put_in
    async with store(tmp_path) as made:
        made.put_in, made.seq = put_in, 0
        made.now_ns = START_NS + 30 * HOUR_NS
        await made.put(*random_values(3, 300, START_NS, HOUR_NS))  # late by a day
        await made.put(*random_values(4, 500, START_NS + 20 * HOUR_NS, HOUR_NS))  # after an outage
        await made.roller.catch_up()
        await agree(made, made.now_ns)
        assert await made.rows("SELECT count(*) FROM rollup_late") == [(0,)]


async def test_the_same_window_again_gives_the_same_rows(tmp_path: Path) -> None:
    async with store(tmp_path) as made:
        await made.put(*random_values(5, 2000, START_NS, HOUR_NS))
        made.now_ns = START_NS + 2 * HOUR_NS
        await made.roller.catch_up()
        first = [await rolled(made, table) for table in ("rollup_5m", "rollup_1h")]
        await made.rows("INSERT INTO rollup_late SELECT DISTINCT '5m', t_ns FROM rollup_5m")
        await made.rows("INSERT INTO rollup_late SELECT DISTINCT '1h', t_ns FROM rollup_1h")
        made.now_ns += 600 * SECOND_NS
        assert await made.roller.catch_up() == 13
        assert [await rolled(made, table) for table in ("rollup_5m", "rollup_1h")] == first


async def test_long_steps_are_read_from_roll_ups_and_are_the_same(tmp_path: Path) -> None:
    link = "wuhan-changsha-1:az"
    async with store(tmp_path) as made:
        await made.put(*random_values(6, 5000, START_NS, 5 * HOUR_NS))
        history, end_ns = History(made.database), START_NS + 5 * HOUR_NS
        steps = (WINDOW_NS, 2 * HOUR_NS, 420 * SECOND_NS)
        raw = [await history.link(link, "in_bps", START_NS, end_ns, step) for step in steps]
        assert {columns.resolution for columns in raw} == {"raw"}
        made.now_ns = START_NS + 4 * HOUR_NS + WINDOW_NS  # the rest is still raw
        await made.roller.catch_up()
        again = [await history.link(link, "in_bps", START_NS, end_ns, step) for step in steps]
        assert [columns.resolution for columns in again] == ["5m", "1h", "raw"]
        for one, other in zip(raw, again, strict=True):
            for name in ("t_ns", "min", "max"):
                assert np.array_equal(getattr(one, name), getattr(other, name))
            assert np.allclose(one.mean, other.mean, rtol=1e-12)


async def test_the_past_beyond_the_raw_values_is_told_by_roll_ups(tmp_path: Path) -> None:
    settings = HistorySettings(max_age_days=1, max_age_5m_days=3, max_age_1h_days=10)
    async with store(tmp_path, settings) as made:
        for day in range(6):
            await made.put(*random_values(day, 200, START_NS + day * 24 * HOUR_NS, HOUR_NS))
            made.now_ns = START_NS + (day * 24 + 2) * HOUR_NS
            await made.roller.catch_up()
        await made.put(np.zeros(1, np.int64), np.array([made.now_ns]), np.ones(1))  # and a sweep
        history = History(made.database)
        for day, resolution in ((5, "raw"), (3, "5m"), (0, "1h")):
            start_ns = START_NS + day * 24 * HOUR_NS
            columns = await history.link(
                "wuhan-changsha-1:az", "in_bps", start_ns, start_ns + HOUR_NS, SECOND_NS
            )
            assert columns.resolution == resolution
            assert len(columns)
        # what comes late for a window whose raw values are gone changes nothing
        before = await rolled(made, "rollup_1h")
        await made.put(*random_values(9, 50, START_NS, HOUR_NS))
        made.now_ns += HOUR_NS // 2
        await made.roller.catch_up()
        assert await rolled(made, "rollup_1h") == before
        assert await made.rows("SELECT count(*) FROM rollup_late") == [(0,)]


async def test_raw_values_go_before_roll_ups(tmp_path: Path) -> None:
    async with store(tmp_path) as made:
        # in the order of time, as values come: what is forgotten is given up by groups of 122,880 rows
        times = np.linspace(START_NS, START_NS + 4 * HOUR_NS, 600_000, endpoint=False).astype(np.int64)
        values = np.random.default_rng(1).integers(0, 10**12, len(times)).astype(np.float64)
        await made.put(np.zeros(len(times), np.int64), times, values)
        made.now_ns = now_ns = START_NS + 5 * HOUR_NS
        await made.roller.catch_up()
        before = await rolled(made, "rollup_1h")
    kept = HistorySettings(max_age_days=1e5, max_age_5m_days=1e5, max_age_1h_days=1e5, max_bytes=5_000_000)
    async with store(tmp_path, kept) as made:
        made.now_ns = now_ns
        assert await made.database.run(lambda: made.database.size_bytes) > 5_000_000
        await made.put(np.zeros(1, np.int64), np.array([now_ns]), np.ones(1))
        assert await made.database.run(lambda: made.database.size_bytes) <= 5_000_000
        assert await rolled(made, "rollup_1h") == before
        ((first,),) = await made.rows("SELECT min(t_ns) FROM points_i64")
        assert first > START_NS + HOUR_NS // 10
