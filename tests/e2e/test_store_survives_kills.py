"""Ten kill -9 under load: every value up to the last append is stored, none twice."""

import asyncio
import random
import sys
from pathlib import Path

import duckdb
import pytest

from collector.log import AcceptedLog, LogSettings
from collector.sinks import DuckDBSink, HistoryDatabase, PumpSettings, SinkPump
from tests.kit.ledger_process import KEEP
from tests.kit.wait import eventually

UPDATES_PER_S = 10_000
KILLS = 10


async def run_until_killed(directory: Path, first: int, life_values: int) -> tuple[int, int]:
    """Start the child, kill it after `life_values` values; return what it appended and may have begun."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.kit.ledger_process", str(directory), str(first), str(UPDATES_PER_S)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    appended = first

    async def follow() -> None:
        nonlocal appended
        while line := await child.stdout.readline():
            appended = int(line.split()[1])

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(follow())
        await eventually(
            lambda: appended > first + life_values or child.returncode is not None, deadline_s=30
        )
        assert child.returncode is None, "the child ended by itself"
        child.kill()
    await child.wait()
    return appended, appended + UPDATES_PER_S


async def drain(directory: Path) -> None:
    """Let a last process store what is still in the log."""
    log = AcceptedLog(directory / "log", LogSettings(cursor_interval_ms=50))
    database = HistoryDatabase(directory / "history.duckdb", KEEP)
    pump = SinkPump(log, DuckDBSink(database), PumpSettings(linger_ms=1))
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(pump.run()), tasks.create_task(log.run())]
        await log.wait_opened()
        last_seq = log.statistics().last_seq
        await eventually(lambda: log.reader("duckdb").acknowledged == last_seq, deadline_s=30)
        for task in running:
            task.cancel()


@pytest.mark.timeout(300)
async def test_ten_kills_lose_nothing_and_repeat_nothing(tmp_path):
    random_lives = random.Random(1)
    ranges = []
    first = 0
    for _ in range(KILLS):
        appended, begun = await run_until_killed(
            tmp_path, first, random_lives.randrange(UPDATES_PER_S // 4, UPDATES_PER_S)
        )
        ranges.append((first, appended, begun))
        first = begun + UPDATES_PER_S  # a number is given once, also what was begun and not said
    await drain(tmp_path)
    with duckdb.connect(str(tmp_path / "history.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT count(*), count(DISTINCT v), count(*) FILTER (v != t_ns) FROM points_i64"
        ).fetchall()
        stored, distinct, wrong = rows[0]
        wrong_series = connection.execute(
            "SELECT count(*) FROM points_i64 JOIN series ON series = id WHERE field != 'field_' || (v % 500)"
        ).fetchall()[0][0]
        missing = 0
        for start, appended, _ in ranges:
            present = connection.execute(
                "SELECT count(*) FROM points_i64 WHERE v >= ? AND v < ?", [start, appended]
            ).fetchall()[0][0]
            missing += appended - start - present
    total = sum(appended - start for start, appended, _ in ranges)
    assert missing == 0
    assert stored == distinct
    assert (wrong, wrong_series) == (0, 0)
    assert stored >= total > KILLS * UPDATES_PER_S * 0.3
    print(
        f"{KILLS} kills: {total} values appended, {stored} stored, {missing} lost, {stored - distinct} twice"
    )
