"""The pump and its books: received = stored + buffered + quarantined + dropped, whatever happens."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from collector.batch import Batch
from collector.log import AcceptedLog, LogSettings
from collector.sinks import (
    Accepted,
    DuckDBSink,
    HistoryDatabase,
    HistorySettings,
    Outcome,
    PumpSettings,
    Rejected,
    SinkPump,
    Unavailable,
)
from tests.kit.batches import interface_series, make_batch
from tests.kit.wait import eventually

SERIES = tuple(interface_series(i, f"field_{i}") for i in range(3))
QUICK = PumpSettings(linger_ms=1, max_values=5, backoff_min_ms=1, backoff_max_ms=2)
SMALL = LogSettings(
    commit_interval_ms=1, commit_bytes=1, segment_bytes=300, max_bytes=3000, cursor_interval_ms=2
)


class FakeSink:
    """Takes, refuses and fails by chance, and keeps what it took."""

    name = "fake"
    pumping = QUICK

    def __init__(self, chance: random.Random) -> None:
        self.thread = ThreadPoolExecutor(1)
        self.stored: list[int] = []
        self.stalled = False
        self._chance = chance

    async def open(self, log: str) -> int | None:
        return None

    async def write(self, seq: int, batch: Batch) -> Outcome:
        if self.stalled or self._chance.random() < 0.3:
            return Unavailable("by chance")
        values = batch.bits.tolist()
        good = [value for value in values if value % 7]
        self.stored += good
        dropped = {"by_rule": 1} if values and values[0] == 1 else {}
        if len(good) == len(values):
            return Accepted(len(values) - len(dropped), dropped)
        return Rejected(len(good), len(values) - len(good), "seven", {})

    async def close(self) -> None:
        self.thread.shutdown()


async def run_with(directory: Path, chance: random.Random, values: range) -> SinkPump:
    """Append one record a value with a sink that stalls for a while; return the pump when all is done."""
    sink = FakeSink(chance)
    log = AcceptedLog(directory, SMALL)
    pump = SinkPump(log, sink)

    def balanced() -> bool:
        books = pump.statistics()
        parts = books.stored + books.buffered + books.quarantined + sum(books.dropped.values())
        assert books.received == parts, books
        return True

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(pump.run()), tasks.create_task(log.run())]
        for value in values:
            sink.stalled = values.start + 20 < value < values.stop - 20
            log.append(make_batch(SERIES, [(value % 3, value, value)]))
            await asyncio.wait_for(log.flush(), 10)
            balanced()
        await eventually(lambda: balanced() and pump.statistics().buffered == 0)
        for task in running:
            task.cancel()
    assert len(set(sink.stored)) == len(sink.stored)
    return pump


@pytest.mark.parametrize("seed", range(3))
async def test_books_balance_through_outages_refusals_and_a_full_log(tmp_path, seed):
    books = (await run_with(tmp_path, random.Random(seed), range(200))).statistics()
    assert books.received == 200
    assert books.dropped["log_full"] > 0
    assert books.quarantined > 0
    assert books.carried_over == 0


async def test_books_name_what_an_earlier_process_left(tmp_path):
    log = AcceptedLog(tmp_path, SMALL)
    log.reader("fake")
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(log.run())
        for value in range(10):
            log.append(make_batch(SERIES, [(0, value, value)]))
            await asyncio.wait_for(log.flush(), 10)
        running.cancel()
    books = (await run_with(tmp_path, random.Random(9), range(100, 150))).statistics()
    assert books.carried_over == 10
    assert books.received == 60


async def test_a_history_that_breaks_is_opened_again(tmp_path, monkeypatch):
    database = HistoryDatabase(tmp_path / "history.duckdb", HistorySettings(max_age_days=1e6))
    sink = DuckDBSink(database)
    await sink.open("log")
    batch = make_batch(SERIES, [(0, 1, 1)])

    def fail(seq, batch):
        raise duckdb.FatalException("the database has been invalidated")

    monkeypatch.setattr(sink, "_insert", fail)
    assert isinstance(await sink.write(1, batch), Unavailable)
    monkeypatch.undo()
    assert await sink.write(1, batch) == Accepted(1)
    await sink.close()
