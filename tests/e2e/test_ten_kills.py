"""Ten kill -9 of the server under the whole backbone's load, held against the simulator's own ledger.

What a router wrote to a stream reaches the log in that order. So of each stream's counters those stored
must be the first ones, without a gap: every value up to the last append. And none twice, none changed.
"""

import asyncio
import os
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

import duckdb
import msgspec
import pytest

from collector.log import AcceptedLog
from collector.sinks import DuckDBSink, HistoryDatabase, PumpSettings, SinkPump
from suanlu.simulator import SimulatedBackbone, SimulatorSettings
from tests.kit.servers import free_port
from tests.kit.simulated import reference_inventory
from tests.kit.wait import eventually

ROOT = Path(__file__).resolve().parents[2]
KILLS = 10
LIFE_UPDATES = (4_000, 12_000)
_CONFIG = """
inventory = "inventory.json"
data = "."
[api]
port = {port}
[collector]
sample_interval_s = 0.25
transport = {{ insecure = true }}
"""
_COUNTER = re.compile(r".*/interface\[name=(.+)\]/(?:state/counters|mib-statistics)/(.+)$")
_HUAWEI = {
    f"{way}-{what}": f"{side}_{field}"
    for way, side in (("receive", "in"), ("send", "out"))
    for what, field in (
        ("byte", "octets"),
        ("packet", "pkts"),
        ("error-packet", "errors"),
        ("drop-packet", "discards"),
    )
}
Key = tuple[str, str, str, int]  # router, interface, field, time


async def live_and_die(directory: Path, backbone: SimulatedBackbone, updates: int) -> float:
    """Run a server until the routers have sent it so many updates, kill it; return updates per second."""
    start = backbone.ledger.updates
    first_at = 0.0

    def sent() -> int:
        nonlocal first_at
        count = backbone.ledger.updates - start
        if count and not first_at:
            first_at = time.monotonic()
        return count

    with (directory / "serve.log").open("ab") as output:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "suanlu.cli", "serve", str(directory / "suanlu.toml")),
            stdout=output, stderr=output, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    try:
        await eventually(lambda: sent() >= updates or child.returncode is not None, deadline_s=60)
        assert child.returncode is None, (directory / "serve.log").read_text()
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
    return sent() / (time.monotonic() - first_at)


async def drain(directory: Path) -> None:
    """Store what is still in the log, as the next start does."""
    log = AcceptedLog(directory / "log")
    pump = SinkPump(log, DuckDBSink(HistoryDatabase(directory / "history.duckdb")), PumpSettings(linger_ms=1))
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(pump.run()), tasks.create_task(log.run())]
        await log.wait_opened()
        last_seq = log.statistics().last_seq
        await eventually(lambda: log.reader("duckdb").acknowledged == last_seq, deadline_s=30)
        for task in running:
            task.cancel()


def stored_counters(directory: Path) -> list[tuple[Key, int]]:
    """Every counter value in the history."""
    with duckdb.connect(str(directory / "history.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            """SELECT router, name, field, t_ns, v FROM points_u64 JOIN series ON series = id
            WHERE measurement = 'ifcounters'"""
        ).fetchall()
    return [((router, name, field, t_ns), value) for router, name, field, t_ns, value in rows]


def sent_counters(backbone: SimulatedBackbone) -> dict[tuple[str, int], list[tuple[Key, int]]]:
    """Every counter value of the ledger in the order of sending, by (router, stream)."""
    streams: dict[tuple[str, int], list[tuple[Key, int]]] = {}
    for router, ledger in backbone.ledger.routers.items():
        for stream, path, time_ns, value in ledger.entries or []:
            found = _COUNTER.match(path)
            if found is not None:
                field = _HUAWEI.get(found[2], found[2].replace("-", "_"))
                key = (router, found[1], field, time_ns)
                streams.setdefault((router, stream), []).append((key, int(value)))
    return streams


@pytest.mark.timeout(400)
async def test_ten_kills_lose_nothing_and_repeat_nothing(tmp_path, capsys):
    chance = random.Random(3)
    rates = []
    async with SimulatedBackbone(reference_inventory(), SimulatorSettings(full_ledger=True)) as backbone:
        (tmp_path / "inventory.json").write_bytes(msgspec.json.encode(backbone.inventory))
        (tmp_path / "suanlu.toml").write_text(_CONFIG.format(port=free_port()))
        for _ in range(KILLS):
            rates.append(await live_and_die(tmp_path, backbone, chance.randrange(*LIFE_UPDATES)))
        await drain(tmp_path)
        streams = sent_counters(backbone)

    stored = stored_counters(tmp_path)
    times = Counter(key for key, _ in stored)
    sent = {key: value for entries in streams.values() for key, value in entries}
    allowed = Counter(key for entries in streams.values() for key, _ in entries)
    twice = sum(count - allowed[key] for key, count in times.items() if count > allowed[key] > 0)
    wrong = sum(sent.get(key) != value for key, value in stored)
    lost = sum(lost_of(entries, times) for entries in streams.values())
    with capsys.disabled():
        print(
            f"\n{KILLS} kills at {min(rates):,.0f} to {max(rates):,.0f} updates/s: {len(stored):,} counter "
            f"values stored, {lost} lost, {twice} twice, {wrong} wrong"
        )
    assert (lost, twice, wrong) == (0, 0, 0)
    assert len(stored) > KILLS * LIFE_UPDATES[0] / 4


def lost_of(entries: list[tuple[Key, int]], stored: Counter[Key]) -> int:
    """Return how many values of a stream are missing before its last stored one."""
    present = [key in stored for key, _ in entries]
    last = max((place for place, is_stored in enumerate(present) if is_stored), default=-1)
    return present[: last + 1].count(False)
