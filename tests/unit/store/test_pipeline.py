"""Log, pump, DuckDB and history together: what is appended can be asked for, after a restart too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import duckdb
import pytest

from collector.history import History, UnknownLink, UnknownMetric
from collector.log import AcceptedLog
from collector.sinks import DuckDBSink, HistoryDatabase, HistorySettings, PumpSettings, SinkPump
from tests.kit.batches import SECOND_NS, interface_series, make_batch
from tests.kit.wait import eventually
from topology.series import KIND_F64, KIND_U64

KEEP = HistorySettings(max_age_days=1e6)  # the times of the tests are small
OUT, IN, LATENCY, OPTICS, COUNTER = range(5)
LINK = "wuhan-changsha-1:az"


@asynccontextmanager
async def running_store(directory: Path) -> AsyncIterator[tuple[AcceptedLog, SinkPump, History]]:
    log = AcceptedLog(directory / "log")
    database = HistoryDatabase(directory / "history.duckdb", KEEP)
    pump = SinkPump(log, DuckDBSink(database), PumpSettings(linger_ms=1))
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(pump.run()), tasks.create_task(log.run())]
        await log.wait_opened()
        yield log, pump, History(database)
        for task in running:
            task.cancel()


def series_of_a_link() -> tuple:
    other_end = {
        "router": "changsha-r1",
        "name": "xe-0/0/0",
        "site": "changsha",
        "link": "wuhan-changsha-1:za",
    }
    tags = (("channel", "1"), ("name", "Ethernet1"), ("site", "wuhan"), ("source", "wuhan-r1"))
    delay = (("a", "wuhan"), ("link", "wuhan-changsha-1:za"), ("method", "twamp"), ("z", "changsha"))
    return (
        interface_series(OUT, "out_bps", link=LINK),
        interface_series(IN, "in_bps", **other_end),
        interface_series(LATENCY, "latency_us", measurement="link_latency")._replace(tags=delay),
        interface_series(OPTICS, "rx_power_dbm", measurement="optics", kind=KIND_F64)._replace(tags=tags),
        interface_series(COUNTER, "out_octets", measurement="ifcounters", link=LINK, kind=KIND_U64),
    )


POINTS = [
    (OUT, 10 * SECOND_NS, 100),
    (OUT, 15 * SECOND_NS, 300),
    (IN, 10 * SECOND_NS, 250),
    (IN, 20 * SECOND_NS, 50),
    (LATENCY, 12 * SECOND_NS, 1900),
    (OPTICS, 12 * SECOND_NS, -7.53),
    (COUNTER, 12 * SECOND_NS, 2**64 - 1),
]


async def test_history_of_a_link_answers_by_step(tmp_path):
    async with running_store(tmp_path) as (log, pump, history):
        log.append(make_batch(series_of_a_link(), POINTS))
        await eventually(lambda: pump.statistics().stored == len(POINTS))
        used = await history.link(LINK, "used_bps", 0, 30 * SECOND_NS, 10 * SECOND_NS)
        assert used.t_ns.tolist() == [10 * SECOND_NS, 20 * SECOND_NS]
        assert used.min.tolist() == [250, 50]
        assert used.mean.tolist() == [250, 50]
        assert used.max.tolist() == [300, 50]
        assert (await history.link(LINK, "latency_us", 0, 30 * SECOND_NS, SECOND_NS)).mean.tolist() == [1900]
        power = await history.link(LINK, "rx_power_dbm", 0, 30 * SECOND_NS, SECOND_NS)
        assert power.mean.tolist() == [-7.53]
        assert len(await history.link(LINK, "in_bps", 0, 30 * SECOND_NS, SECOND_NS)) == 0


async def test_history_names_what_it_does_not_know(tmp_path):
    async with running_store(tmp_path) as (log, pump, history):
        log.append(make_batch(series_of_a_link(), POINTS))
        await eventually(lambda: pump.statistics().stored == len(POINTS))
        with pytest.raises(UnknownMetric, match="used_bps"):
            await history.link(LINK, "used", 0, 1, 1)
        with pytest.raises(UnknownLink, match="moon"):
            await history.link("moon:az", "used_bps", 0, 1, 1)


async def test_a_restart_gives_new_ids_and_one_series(tmp_path):
    async with running_store(tmp_path) as (log, pump, history):
        log.append(make_batch(series_of_a_link(), POINTS))
        await eventually(lambda: pump.statistics().stored == len(POINTS))
    async with running_store(tmp_path) as (log, pump, history):
        log.append(
            make_batch(
                [interface_series(0, "in_octets"), interface_series(7, "out_bps", link=LINK)],
                [(7, 40 * SECOND_NS, 5)],
            )
        )
        await eventually(lambda: pump.statistics().stored == 1)
        out = await history.link(LINK, "out_bps", 0, 50 * SECOND_NS, 50 * SECOND_NS)
        assert (out.min[0], out.max[0], len(out)) == (5, 300, 1)
        books = pump.statistics()
        assert books.received == books.stored == 1
        assert books.buffered == 0


async def test_a_backlog_of_two_lives_that_number_series_differently_is_told_apart(tmp_path):
    names = ("in_octets", "out_octets")
    for life, order in enumerate((names, names[::-1])):
        log = AcceptedLog(tmp_path / "log")
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(log.run())
            await log.wait_opened()
            series = [interface_series(i, name, kind=KIND_U64) for i, name in enumerate(order)]
            points = [(i, life, 100 * life + len(name)) for i, name in enumerate(order)]
            log.append(make_batch(series, points))
            running.cancel()
    async with running_store(tmp_path) as (_, pump, _):
        await eventually(lambda: pump.statistics().stored == 4)
    with duckdb.connect(str(tmp_path / "history.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT field, t_ns, v FROM points_u64 JOIN series ON series = id ORDER BY ALL"
        ).fetchall()
    assert rows == [(name, life, 100 * life + len(name)) for name in names for life in (0, 1)]


async def test_texts_are_kept(tmp_path):
    entry = interface_series(0, "oper_status", measurement="ifstate", link=LINK)
    async with running_store(tmp_path) as (log, pump, history):
        log.append(make_batch([entry], texts=[(0, SECOND_NS, "UP"), (0, 2 * SECOND_NS, "DOWN")]))
        await eventually(lambda: pump.statistics().stored == 2)
        texts = await history.texts("ifstate", 0, 3 * SECOND_NS, link=LINK)
        assert [text.value for text in texts] == ["DOWN", "UP"]
