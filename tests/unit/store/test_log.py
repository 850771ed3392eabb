"""The accepted log: order, restarts, damage, a failing disk, its caps and its owner."""

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from collector.log import AcceptedLog, LogInUse, LogReader, LogSettings, Record
from tests.kit.batches import interface_series, make_batch
from tests.kit.faulty_disk import FaultyDisk
from tests.kit.wait import eventually

SMALL = LogSettings(
    commit_interval_ms=5, commit_bytes=1, segment_bytes=500, cursor_interval_ms=5, disk_retry_ms=5
)
ONE_SEGMENT = LogSettings(commit_interval_ms=5, commit_bytes=1, cursor_interval_ms=5, disk_retry_ms=5)
SERIES = tuple(interface_series(i, f"field_{i}") for i in range(3))


@pytest.fixture
def thread():
    with ThreadPoolExecutor(1) as executor:
        yield executor


@asynccontextmanager
async def running_log(
    directory: Path, settings: LogSettings = ONE_SEGMENT, *, readers: tuple[str, ...] = ("sink",), disk=None
) -> AsyncIterator[tuple[AcceptedLog, LogReader]]:
    log = AcceptedLog(directory, settings, disk=disk)
    for name in readers:
        log.reader(name)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(log.run())
        await log.wait_opened()
        yield log, log.reader("sink")
        running.cancel()


async def append_values(log: AcceptedLog, values: range, *, define: bool = True) -> None:
    """One record a value: the value is a point of one of three series."""
    for value in values:
        log.append(make_batch(SERIES if define else (), [(value % 3, value, value)]))
        await asyncio.wait_for(log.flush(), 10)


def read_all(reader: LogReader) -> list[Record]:
    """What is there by now, of all segments."""
    return [record for records in iter(lambda: reader.read_nowait(1000), []) for record in records]


def values_of(records) -> list[int]:
    return [int(bits) for record in records for bits in record.batch.bits]


def only_segment(directory: Path) -> Path:
    (path,) = directory.glob("*.log")
    return path


async def test_records_come_in_order_and_only_when_appended(tmp_path, thread):
    async with running_log(tmp_path) as (log, reader):
        await append_values(log, range(10))
        records = read_all(reader)
        assert values_of(records) == list(range(10))
        assert [record.seq for record in records] == list(range(1, 11))
        waiting = asyncio.ensure_future(reader.read(1000, thread))
        await append_values(log, range(10, 11))
        assert values_of(await asyncio.wait_for(waiting, 10)) == [10]


async def test_every_record_defines_what_its_segment_lacks(tmp_path):
    async with running_log(tmp_path, SMALL) as (log, reader):
        await append_values(log, range(1))
        await append_values(log, range(1, 30), define=False)
        assert len(list(tmp_path.glob("*.log"))) > 2
        records = read_all(reader)
        assert values_of(records) == list(range(30))
        assert [entry.id for entry in records[0].batch.new_series] == [0]
        assert [entry.id for entry in records[1].batch.new_series] == [1]
        assert [entry.id for entry in records[3].batch.new_series] == []


async def test_a_read_is_of_one_segment_for_ids_mean_the_same_in_one_only(tmp_path):
    async with running_log(tmp_path) as (log, _):
        await append_values(log, range(3))
    async with running_log(tmp_path) as (log, reader):
        await append_values(log, range(3, 5))
        assert values_of(reader.read_nowait(1000)) == [0, 1, 2]
        assert values_of(reader.read_nowait(1000)) == [3, 4]


async def test_a_restart_goes_on_behind_the_acknowledged(tmp_path):
    async with running_log(tmp_path) as (log, reader):
        await append_values(log, range(10))
        reader.acknowledge(reader.read_nowait(4)[-1].seq)
    async with running_log(tmp_path) as (log, reader):
        await append_values(log, range(10, 12))
        records = read_all(reader)
        assert values_of(records) == list(range(4, 12))
        assert {entry.id for entry in records[0].batch.new_series} == {0, 1, 2}


async def test_a_torn_tail_is_cut(tmp_path):
    async with running_log(tmp_path) as (log, _):
        await append_values(log, range(5))
    path = only_segment(tmp_path)
    os.truncate(path, path.stat().st_size - 7)
    async with running_log(tmp_path) as (log, reader):
        await append_values(log, range(100, 101))
        assert values_of(read_all(reader)) == [0, 1, 2, 3, 100]
        assert reader.statistics().lost_records == 0


async def test_damage_in_the_middle_is_passed_over_and_counted(tmp_path):
    async with running_log(tmp_path) as (log, _):
        await append_values(log, range(9))
    path = only_segment(tmp_path)
    data = bytearray(path.read_bytes())
    starts = [place for place in range(len(data)) if data[place : place + 4] == b"SANL"]
    data[starts[4] + 40] ^= 1
    path.write_bytes(data)
    async with running_log(tmp_path) as (log, reader):
        await append_values(log, range(100, 101))
        assert values_of(read_all(reader)) == [0, 1, 2, 3, 5, 6, 7, 8, 100]
        statistics = reader.statistics()
        assert statistics.lost_records == 1
        assert reader.undefined_values == 0


async def test_values_whose_definition_was_lost_are_counted_and_never_misread(tmp_path):
    async with running_log(tmp_path) as (log, _):
        await append_values(log, range(6))
    path = only_segment(tmp_path)
    data = bytearray(path.read_bytes())
    data[40] ^= 1  # the first record, which defines series 0
    path.write_bytes(data)
    async with running_log(tmp_path) as (_, reader):
        assert values_of(read_all(reader)) == [1, 2, 4, 5]
        assert reader.statistics().lost_records == 1
        assert reader.undefined_values == 1


async def test_a_failed_sync_is_not_tried_again_on_the_same_file(tmp_path):
    disk = FaultyDisk()
    async with running_log(tmp_path, disk=disk) as (log, reader):
        await append_values(log, range(3))
        disk.fail_syncs = 1
        await append_values(log, range(3, 6))
        assert values_of(read_all(reader)) == list(range(6))
        assert disk.syncs_after_failure == 0
        assert log.statistics().write_failures == 1
        assert len(list(tmp_path.glob("*.log"))) == 2
    async with running_log(tmp_path) as (_, reader):
        assert values_of(read_all(reader)) == list(range(6))


async def test_failed_writes_lose_nothing_and_repeat_nothing(tmp_path):
    disk = FaultyDisk()
    async with running_log(tmp_path, disk=disk) as (log, reader):
        await append_values(log, range(3))
        disk.fail_writes = 7
        await append_values(log, range(3, 6))
        assert log.statistics().write_failures == 7
        assert values_of(read_all(reader)) == list(range(6))
    async with running_log(tmp_path) as (_, reader):
        assert values_of(read_all(reader)) == list(range(6))


async def test_a_full_disk_gives_up_the_oldest_backlog_and_counts_it(tmp_path):
    disk = FaultyDisk()
    disk.space_bytes = 2000
    async with running_log(tmp_path, SMALL, disk=disk) as (log, reader):
        await append_values(log, range(60))
        kept = values_of(read_all(reader))
        dropped = log.statistics().dropped["sink"]["disk_full"]
        assert dropped > 0
        assert kept == list(range(dropped, 60))


async def test_a_disk_that_stays_full_refuses_what_does_not_fit_in_memory(tmp_path):
    disk = FaultyDisk()
    disk.space_bytes = 0
    settings = LogSettings(commit_interval_ms=5, commit_bytes=1, disk_retry_ms=5, pending_max_bytes=1000)
    async with running_log(tmp_path, settings, disk=disk) as (log, reader):
        for value in range(100):
            log.append(make_batch(SERIES if value == 0 else (), [(value % 3, value, value)]))
        await eventually(lambda: log.statistics().write_failures > 2)
        refused = log.statistics().refused["pending_full"]
        assert refused > 0
        disk.space_bytes = None
        await asyncio.wait_for(log.flush(), 10)
        assert values_of(read_all(reader)) == list(range(100 - refused))
        await append_values(log, range(100, 103), define=False)
        assert values_of(read_all(reader)) == [100, 101, 102]


async def test_the_cap_drops_the_oldest_segment_with_exact_books(tmp_path):
    settings = LogSettings(
        commit_interval_ms=5, commit_bytes=1, segment_bytes=500, max_bytes=2000, cursor_interval_ms=5
    )
    async with running_log(tmp_path, settings, readers=("sink", "other")) as (log, reader):
        await append_values(log, range(12))
        assert values_of(reader.read_nowait(3)) == list(range(3))
        await append_values(log, range(12, 90))
        await eventually(lambda: log.statistics().size_bytes <= 2000)
        rest = values_of(read_all(reader))
        dropped = log.statistics().dropped
        assert rest == list(range(90 - len(rest), 90))
        assert 3 + dropped["sink"]["log_full"] + len(rest) == 90
        assert dropped["other"]["log_full"] == 3 + dropped["sink"]["log_full"]


async def test_segments_go_when_every_sink_has_them(tmp_path):
    async with running_log(tmp_path, SMALL, readers=("sink", "other")) as (log, reader):
        await append_values(log, range(40))
        segments = log.statistics().segments
        assert segments > 2
        reader.acknowledge(read_all(reader)[-1].seq)
        await append_values(log, range(40, 41))
        assert log.statistics().segments >= segments
        log.reader("other").acknowledge(40)
        await append_values(log, range(41, 42))
        await eventually(lambda: log.statistics().segments < 3)
        assert (tmp_path / "other.cursor").read_text() == '{"seq":40}\n'


async def test_numbers_go_on_when_all_segments_are_gone(tmp_path):
    async with running_log(tmp_path) as (log, reader):
        await append_values(log, range(5))
        reader.acknowledge(read_all(reader)[-1].seq)
    only_segment(tmp_path).unlink()
    async with running_log(tmp_path) as (log, reader):
        await append_values(log, range(5, 6))
        assert [(record.seq, *values_of([record])) for record in read_all(reader)] == [(6, 5)]


async def test_one_process_owns_a_log(tmp_path):
    async with running_log(tmp_path) as (log, _):
        with pytest.raises(LogInUse, match="running process"):
            await AcceptedLog(tmp_path).open()
    async with running_log(tmp_path) as (again, _):
        assert again.identity == log.identity


async def test_values_without_a_definition_are_refused(tmp_path):
    async with running_log(tmp_path) as (log, reader):
        log.append(make_batch(SERIES, [(2, 1, 1), (5000, 1, 2)], texts=[(77, 1, "x"), (1, 1, "y")]))
        await asyncio.wait_for(log.flush(), 10)
        (record,) = read_all(reader)
        assert record.batch.bits.tolist() == [1]
        assert [text.value for text in record.batch.texts] == ["y"]
        assert log.statistics().refused == {"undefined": 2}


async def test_what_waits_at_the_end_is_written(tmp_path):
    async with running_log(tmp_path, LogSettings(commit_interval_ms=60_000)) as (log, _):
        log.append(make_batch(SERIES, [(0, 1, 42)]))
    async with running_log(tmp_path) as (_, reader):
        assert values_of(read_all(reader)) == [42]
