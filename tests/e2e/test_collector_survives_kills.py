"""Ten kill -9 of `suanlu serve` while 5,000 updates/s come in: nothing is lost but tails, nothing twice.

The judge is the simulator's own ledger. It lives in this process; what is killed is the whole service.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from time import monotonic

import duckdb
import pytest

from suanlu.simulator import SimulatedBackbone
from suanlu.simulator.settings import SimulatorSettings
from tests.kit.counter_ledger import Point, Verdict, compare, counters_sent
from tests.kit.servers import free_port
from tests.kit.simulated import reference_inventory
from tests.kit.wait import eventually

ROOT = Path(__file__).resolve().parents[2]
KILLS = 10
SAMPLE_INTERVAL_S = 0.4
UPDATES_PER_S = 5_000
UNREAD_S = 2.0  # of traffic, sent and not yet read when a kill comes; 0.5 s on two busy cores
STOP_DEADLINE_S = 20
CONFIG = """inventory = "inventory.json"
data = "data"
[api]
port = {port}
[collector]
sample_interval_s = {interval_s}
transport = {{ insecure = true }}
connects_per_s = 200
"""


def start(directory: Path) -> subprocess.Popen[bytes]:
    """Start the service; what it says is in `serve.log`."""
    with (directory / "serve.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "suanlu.cli", "serve", str(directory / "suanlu.toml")],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip


async def receive(backbone: SimulatedBackbone, process: subprocess.Popen[bytes], updates: int) -> float:
    """Wait until so many more updates were sent; the rate at which they were, connecting apart."""
    first = backbone.ledger.updates
    await eventually(lambda: backbone.ledger.updates > first + updates // 4, deadline_s=60)
    middle, since = backbone.ledger.updates, monotonic()
    await eventually(lambda: backbone.ledger.updates > first + updates, deadline_s=60)
    assert process.poll() is None, "the service ended by itself: see serve.log"
    return (backbone.ledger.updates - middle) / (monotonic() - since)


def stored_counters(directory: Path) -> dict[str, list[Point]]:
    """Every stored counter value, by router."""
    points = defaultdict(list)
    with duckdb.connect(str(directory / "data" / "history.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT router, name, field, t_ns, v FROM points_u64 JOIN series ON series = id "
            "WHERE measurement = 'ifcounters'"
        ).fetchall()
    for row in rows:
        points[row[0]].append(Point(*row))
    return points


@pytest.mark.timeout(300)
async def test_ten_kills_of_the_service_lose_nothing_that_was_appended(tmp_path):
    lives = random.Random(1)
    rates = []
    async with SimulatedBackbone(reference_inventory(), SimulatorSettings(full_ledger=True)) as backbone:
        (tmp_path / "inventory.json").write_bytes(backbone.inventory.to_json())
        config = CONFIG.format(port=free_port(), interval_s=SAMPLE_INTERVAL_S)
        (tmp_path / "suanlu.toml").write_text(config)
        for _ in range(KILLS):
            process = start(tmp_path)
            try:
                rates.append(await receive(backbone, process, lives.randrange(15_000, 30_000)))
            finally:
                process.kill()
                process.wait()
        process = start(tmp_path)  # the last one ends in peace, and stores what the others left in the log
        await receive(backbone, process, 20_000)
        process.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(process.wait, STOP_DEADLINE_S) == 0
        sent = {
            name: list(counters_sent(name, book.entries)) for name, book in backbone.ledger.routers.items()
        }
    stored = stored_counters(tmp_path)
    verdicts = [compare(points, stored[router]) for router, points in sent.items()]
    total = Verdict(*map(sum, zip(*verdicts, strict=True)))
    counters_per_s = sorted(rates)[KILLS // 2] * total.sent / backbone.ledger.updates
    tail_s = total.tails / KILLS / counters_per_s
    print(f"{KILLS} kills at {sorted(rates)[KILLS // 2]:,.0f} updates/s: {total}, {tail_s:.2f} s a kill")
    assert (total.lost, total.twice, total.invented) == (0, 0, 0)
    # What gRPC still held at a kill was never appended. It is bounded by the streams' windows, so by seconds.
    assert tail_s < UNREAD_S
    assert sorted(rates)[KILLS // 2] >= UPDATES_PER_S


def test_the_judge_sees_a_loss_a_repetition_and_an_invention():
    sent = [(1, Point("r", "e0", "in_octets", t_ns, t_ns)) for t_ns in range(10)]
    points = [point for _, point in sent]
    assert compare(sent, points[:7]) == Verdict(10, 7, 0, 3, 0, 0)
    assert compare(sent, points[:3] + points[4:7]).lost == 1
    assert compare(sent, [*points, points[2]]).twice == 1
    assert compare(sent, [*points, points[2]._replace(value=99)]).invented == 1
