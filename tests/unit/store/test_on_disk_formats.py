"""docs/on-disk-formats.md: its reader reads a log, its tables are the tables."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from collector.batch import Batch, NewSeries, Text
from collector.log.record import encode_record
from collector.sinks import HistoryDatabase
from suanlu.alerts.delivery.store import OutboxStore
from suanlu.maintenance.store import MaintenanceStore
from suanlu.past.store import JournalStore

PAGE = Path(__file__).parents[3] / "docs" / "on-disk-formats.md"
COLUMNS = "SELECT table_name, column_name, data_type FROM information_schema.columns ORDER BY ALL"


def blocks(kind: str) -> list[str]:
    """The page's blocks of one language."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def batch(new_series: tuple[NewSeries, ...], series: list[int], bits: list[int], *texts: Text) -> Batch:
    return Batch(
        new_series,
        np.array(series, np.uint32),
        np.arange(len(series), dtype=np.int64) + 7,
        np.array(bits, np.uint64),
        texts,
        {"wuhan-r1": len(series)},
    )


def test_the_reader_of_the_page_reads_a_segment() -> None:
    tags = (("link", "-"), ("source", "wuhan-r1"))
    octets, power = NewSeries(0, 1, "ifcounters", tags, "in_octets"), NewSeries(1, 2, "optics", tags, "rx")
    note = NewSeries(2, 3, "event", tags, "body")
    half = int(np.float64(-0.5).view(np.uint64))
    segment = encode_record(1, 0, batch((octets, power, note), [0, 1, 0], [2**64 - 1, half, 5]))
    segment += encode_record(2, 0, batch((), [], [], Text(2, 3, "上行")))
    segment += encode_record(3, 0, batch((), [1], [half]))
    (code,) = blocks("python")
    names: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 -- the page's own
    read = [(measurement, field, at, value) for measurement, _, field, at, value in names["values"](segment)]
    assert read == [
        ("ifcounters", "in_octets", 7, 2**64 - 1),
        ("optics", "rx", 8, -0.5),
        ("ifcounters", "in_octets", 9, 5),
        ("optics", "rx", 7, -0.5),
    ]


async def test_the_tables_of_the_page_are_those_of_the_history(tmp_path: Path) -> None:
    schema, query = blocks("sql")
    with duckdb.connect(":memory:") as shown:
        shown.execute(schema)
        expected = shown.execute(COLUMNS).fetchall()
        assert shown.execute(query).fetchall() == []
    database = HistoryDatabase(tmp_path / "history.duckdb")
    await database.open()
    try:
        real = await database.run(lambda: database.connection.execute(COLUMNS).fetchall())
    finally:
        await database.close()
        database.thread.shutdown()
    assert real == expected


@pytest.mark.parametrize(("place", "store"), [(0, OutboxStore), (1, MaintenanceStore), (2, JournalStore)])
def test_the_tables_of_the_page_are_those_of_the_file(tmp_path: Path, place: int, store: Any) -> None:
    schema = blocks("sqlite")[place]
    store(tmp_path / "real.sqlite").close()
    tables = []
    for path in (":memory:", str(tmp_path / "real.sqlite")):
        connection = sqlite3.connect(path)
        if path == ":memory:":
            connection.executescript(schema)
        tables.append(
            connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name").fetchall()
        )
        connection.close()
    assert tables[0] == tables[1]
