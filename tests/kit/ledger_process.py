"""A collector's stand-in that dies: it appends a numbered ledger and says what it appended.

    python -m tests.kit.ledger_process DIRECTORY FIRST UPDATES_PER_SECOND

Value n of series n mod SERIES at time n: so the store shows which are missing and which are there twice.
A line on stdout, flushed, says `appended N` when the values below N are in the log.
"""

import asyncio
import sys
import time
from pathlib import Path

import numpy as np

from collector.batch import Batch
from collector.log import AcceptedLog, LogSettings
from collector.sinks import DuckDBSink, HistoryDatabase, HistorySettings, PumpSettings, SinkPump
from tests.kit.batches import interface_series

SERIES = 500
KEEP = HistorySettings(max_age_days=1e6)  # the times of the ledger are small
FLUSH_S = 0.05  # how often the collector hands its columns over


def ledger_batch(first: int, last: int, *, define: bool) -> Batch:
    """Values `first` up to but without `last`."""
    numbers = np.arange(first, last)
    return Batch(
        tuple(interface_series(i, f"field_{i}") for i in range(SERIES)) if define else (),
        (numbers % SERIES).astype(np.uint32),
        numbers.astype(np.int64),
        numbers.astype(np.uint64),
        (),
        {"wuhan-r1": last - first},
    )


async def append_ledger(log: AcceptedLog, first: int, updates_per_s: int) -> None:
    """Append at a steady rate for ever."""
    await log.wait_opened()
    start = time.monotonic()
    number, define = first, True
    while True:
        due = first + int((time.monotonic() - start) * updates_per_s)
        if due > number:
            log.append(ledger_batch(number, due, define=define))
            number, define = due, False
            await log.flush()
            print(f"appended {number}", flush=True)
        await asyncio.sleep(FLUSH_S)


async def run(directory: Path, first: int, updates_per_s: int) -> None:
    """Log, sink and writer together, until killed."""
    log = AcceptedLog(directory / "log", LogSettings(segment_bytes=1 << 16, cursor_interval_ms=50))
    database = HistoryDatabase(directory / "history.duckdb", KEEP)
    pump = SinkPump(log, DuckDBSink(database), PumpSettings(linger_ms=20))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(log.run())
        tasks.create_task(pump.run())
        tasks.create_task(append_ledger(log, first, updates_per_s))


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
