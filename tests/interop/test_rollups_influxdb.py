"""Roll-ups in a real InfluxDB: the measurements that boards read, sent again without a trace."""

import asyncio
import random
from pathlib import Path

import numpy as np

from collector.batch import Batch
from collector.rollups import Roller, Shipper
from collector.sinks import DuckDBSink, HistoryDatabase, HistorySettings, InfluxDBSettings, InfluxDBSink
from tests.kit.batches import SECOND_NS, interface_series
from tests.kit.influxd import influxdb_1
from tests.kit.servers import free_port
from tests.kit.wait import eventually
from topology.series import KIND_F64

HOUR_NS = 3600 * SECOND_NS
START_NS = 490_000 * HOUR_NS
LINK = "wuhan-changsha-1:az"
SERIES = (
    interface_series(0, "in_bps", link=LINK),
    interface_series(1, "out_bps", link=LINK),
    interface_series(2, "in_util", link=LINK, kind=KIND_F64),
)


def batch(values: np.ndarray, *, start_ns: int = START_NS) -> Batch:
    """Three series with a value every ten seconds; the share of use is the first as a part of 10^9."""
    times = start_ns + np.arange(len(values)) * 10 * SECOND_NS
    bits = [values.view(np.uint64), (2 * values).view(np.uint64), (values / 1e9).view(np.uint64)]
    series = np.repeat(np.arange(3, dtype=np.uint32), len(values))
    return Batch(SERIES, series, np.tile(times, 3), np.concatenate(bits), (), {})


async def test_boards_find_roll_ups_and_a_window_is_sent_twice_without_a_trace(tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(0, 10**9, 720)
    now_ns = START_NS + 2 * HOUR_NS + 61 * SECOND_NS
    kept = HistorySettings(max_age_days=1e5, max_age_5m_days=1e5, max_age_1h_days=1e5)
    database = HistoryDatabase(tmp_path / "history.duckdb", kept)
    sink = DuckDBSink(database, now_ns=lambda: now_ns)
    await sink.open("a-log")
    await sink.write(1, batch(values))
    roller = Roller(database, now_ns=lambda: now_ns, ship=True)
    port = free_port()
    settings = InfluxDBSettings(url=f"http://127.0.0.1:{port}", api="v1", timeout_ms=2000)
    shipper = Shipper(
        database,
        InfluxDBSink(settings, thread=database.thread),
        roller.rolled,
        uniform=lambda low, _: random.uniform(0, low),
    )
    await roller.catch_up()
    sending = asyncio.create_task(shipper.run())
    try:
        await eventually(lambda: shipper.failures > 0)  # the server is not there yet
        async with influxdb_1(tmp_path, port=port) as server:
            await eventually(lambda: shipper.shipped == 26)
            query = "SELECT in_bps_avg, in_bps_max, in_bps_p95, out_bps_p95, in_util_max FROM "
            for table, length in (("ifrate_5m", 30), ("ifrate_1h", 360)):
                (found,) = await server.query(f"{query} {table} WHERE link = '{LINK}'")
                windows = values.reshape(-1, length)
                p95 = np.quantile(windows, 0.95, axis=1, method="inverted_cdf")
                highest = windows.max(axis=1)
                expected = np.column_stack(
                    [
                        START_NS + np.arange(len(windows)) * length * 10 * SECOND_NS,
                        windows.mean(axis=1), highest, p95, 2 * p95, highest / 1e9,
                    ]
                )  # fmt: skip
                assert np.allclose(np.array(found["values"], float), expected, rtol=1e-12)
            (tags,) = await server.query("SHOW TAG KEYS FROM ifrate_5m")
            assert [key for (key,) in tags["values"]] == ["link", "name", "site", "source"]
            before = await server.query("SELECT * FROM ifrate_5m")
            # one value late changes its windows and nothing else
            await sink.write(2, batch(np.array([2 * 10**9])))
            now_ns += 600 * SECOND_NS
            await roller.catch_up()
            await eventually(lambda: shipper.shipped == 28)
            (after,) = await server.query("SELECT * FROM ifrate_5m")
            assert after["values"][1:] == before[0]["values"][1:]
            (first,) = await server.query("SELECT in_bps_max FROM ifrate_1h LIMIT 1")
            assert first["values"][0][1] == 2 * 10**9
    finally:
        sending.cancel()
        await asyncio.wait([sending])
        await database.close()
        database.thread.shutdown()
