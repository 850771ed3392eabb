"""The embedded store: one transaction with the cursor, one owner, old values go."""

from pathlib import Path

import numpy as np
import pytest

from collector.sinks import Accepted, DuckDBSink, HistoryDatabase, HistorySettings, SinkError
from collector.sinks.retention import remove_old
from tests.kit.batches import SECOND_NS, interface_series, make_batch
from topology.series import KIND_F64, KIND_U64

DAY_NS = 86_400 * SECOND_NS


async def opened(path: Path, settings: HistorySettings | None = None) -> tuple[HistoryDatabase, DuckDBSink]:
    database = HistoryDatabase(path / "history.duckdb", settings)
    sink = DuckDBSink(database, now_ns=lambda: 1)
    await sink.open("a-log")
    return database, sink


async def rows(database: HistoryDatabase, query: str) -> list[tuple]:
    return await database.run(lambda: database.connection.execute(query).fetchall())


async def test_each_kind_has_its_table_and_keeps_its_bits(tmp_path):
    database, sink = await opened(tmp_path)
    series = (
        interface_series(5, "in_bps"),
        interface_series(6, "in_octets", kind=KIND_U64),
        interface_series(7, "rx_power_dbm", kind=KIND_F64),
        interface_series(8, "description"),
    )
    points = [(5, 1, -(2**63)), (6, 2, 2**64 - 1), (7, 3, -7.53)]
    assert await sink.write(
        1, make_batch(series, points, [(8, 4, "a\x00'; DROP TABLE series; 网")])
    ) == Accepted(4)
    assert await rows(database, "SELECT t_ns, v FROM points_i64") == [(1, -(2**63))]
    assert await rows(database, "SELECT t_ns, v FROM points_u64") == [(2, 2**64 - 1)]
    assert await rows(database, "SELECT t_ns, v FROM points_f64") == [(3, -7.53)]
    assert await rows(database, "SELECT t_ns, v FROM points_text") == [(4, "a\x00'; DROP TABLE series; 网")]
    assert (await rows(database, "SELECT * FROM series WHERE field = 'in_bps'"))[0] == (
        *(0, "ifrate", "wuhan-r1", "Ethernet1", "wuhan", "-", "in_bps", 0),
        '[["link", "-"], ["name", "Ethernet1"], ["site", "wuhan"], ["source", "wuhan-r1"]]',
    )
    await sink.close()


async def test_the_cursor_is_of_one_log_and_moves_with_the_rows(tmp_path):
    _, sink = await opened(tmp_path)
    await sink.write(41, make_batch([interface_series(0, "in_bps")], [(0, 1, 1)]))
    await sink.close()
    again = DuckDBSink(HistoryDatabase(tmp_path / "history.duckdb"))
    assert await again.open("a-log") == 41
    assert await again.open("another-log") == 0
    await again.close()


async def test_a_failed_insert_leaves_nothing_behind(tmp_path, monkeypatch):
    database, sink = await opened(tmp_path)

    def fail(batch):
        raise RuntimeError("the texts cannot be inserted")

    monkeypatch.setattr(sink, "_insert_texts", fail)
    batch = make_batch([interface_series(0, "in_bps")], [(0, 1, 1)])
    with pytest.raises(RuntimeError):
        await sink.write(1, batch)
    assert await rows(database, "SELECT count(*) FROM points_i64") == [(0,)]
    assert await rows(database, "SELECT count(*) FROM series") == [(0,)]
    monkeypatch.undo()
    await sink.write(1, batch)
    assert await rows(database, "SELECT count(*) FROM points_i64 JOIN series ON id = series") == [(1,)]
    await sink.close()


async def test_a_file_that_is_no_history_is_an_error_that_says_so(tmp_path):
    (tmp_path / "history.duckdb").write_text("not a database")
    with pytest.raises(SinkError, match=r"history\.duckdb cannot be opened"):
        await opened(tmp_path)


async def test_values_beyond_the_age_go(tmp_path):
    database, sink = await opened(tmp_path, HistorySettings(max_age_days=2))
    points = [(0, day * DAY_NS, day) for day in range(10)]
    await sink.write(1, make_batch([interface_series(0, "in_bps")], points, [(0, 0, "old")]))
    assert await database.run(remove_old, database, 10 * DAY_NS) == 9
    assert await rows(database, "SELECT v FROM points_i64 ORDER BY 1") == [(8,), (9,)]
    await sink.close()


async def test_the_oldest_go_while_there_are_too_many_bytes(tmp_path):
    database, sink = await opened(tmp_path, HistorySettings(max_bytes=4 << 20, max_age_days=1e6))
    batch = make_batch([interface_series(0, "in_bps")], [(0, 0, 0)])
    noise = np.random.default_rng(1)
    for block in range(12):
        count = 100_000
        values = noise.integers(0, 2**63, count).astype(np.uint64)
        times = np.arange(block * count, (block + 1) * count)
        columns = (np.zeros(count, np.uint32), times, values)
        await sink.write(block + 1, type(batch)(batch.new_series, *columns, (), {}))
    before = await database.run(lambda: database.size_bytes)
    await database.run(remove_old, database, 0)
    after = await database.run(lambda: database.size_bytes)
    ((first, last, count),) = await rows(database, "SELECT min(t_ns), max(t_ns), count(*) FROM points_i64")
    assert before > 8 << 20
    assert after <= 4 << 20
    assert (last, count) == (1_199_999, 1_200_000 - first)
    assert count > 100_000
    await sink.close()
