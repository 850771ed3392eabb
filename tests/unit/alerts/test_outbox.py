"""The outbox: durable, in order, bounded, and alive when its disk is not."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import time_ns
from typing import Any

import msgspec
import pytest

from suanlu.alerts import AlertSettings, Outbox, OutboxError, ReceiverSettings
from suanlu.alerts.delivery.message import Message, ReceiverQueue
from tests.kit.alert_process import made_up_record
from tests.kit.alerting import START_NS
from tests.kit.wait import eventually

S = 1_000_000_000


def settings(**changes: Any) -> AlertSettings:
    receiver = ReceiverSettings(name="noc", url="https://noc.example/", secret_file="")
    return AlertSettings(receivers=(receiver,), **changes)


class Clock:
    def __init__(self) -> None:
        self.now_ns = START_NS

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def running(path: Path, clock: Clock, **changes: Any) -> AsyncIterator[Outbox]:
    outbox = Outbox(path, settings(**changes), now_ns=clock)
    task = asyncio.create_task(outbox.run())
    await asyncio.sleep(0)  # a task that is cancelled before it began would do nothing
    try:
        yield outbox
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def put(outbox: Outbox, name: str, revision: int = 1) -> None:
    record = msgspec.structs.replace(made_up_record(name), revision=revision)
    outbox.put(record, {"noc": f"{name} {revision}".encode()})


async def take(outbox: Outbox) -> Message:
    async with asyncio.timeout(5):
        (message,) = await outbox.next_messages("noc", 1)
        return message


async def test_message_is_on_disk_before_it_is_seen(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "outbox.sqlite"
    async with running(path, clock) as outbox:
        put(outbox, "a")
        await take(outbox)
        with sqlite3.connect(path) as other:
            assert other.execute("SELECT body FROM messages").fetchall() == [(b"a 1",)]
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        other.close()


async def test_undelivered_messages_survive_in_order_and_with_their_ids(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "outbox.sqlite"
    async with running(path, clock) as outbox:
        for name in ("a", "b", "c"):
            put(outbox, name)
        outbox.delivered(first := await take(outbox))
        second = await take(outbox)
    assert first.body == b"a 1"
    async with running(path, clock) as outbox:
        again = await take(outbox)
        assert (again.id, again.body) == (second.id, b"b 1")
        outbox.delivered(again)
        assert (await take(outbox)).body == b"c 1"
        assert [record.alert.id for record in outbox.records] == ["a-a", "a-b", "a-c"]


async def test_messages_of_one_alert_never_overtake_each_other(tmp_path: Path, clock: Clock) -> None:
    async with running(tmp_path / "o", clock) as outbox:
        put(outbox, "a", 1)
        put(outbox, "a", 2)
        put(outbox, "b", 1)
        message = await take(outbox)
        outbox.failed(message, delay_s=60, error="status 422", whole_receiver=False)
        other = await take(outbox)
        assert other.body == b"b 1"
        outbox.delivered(other)
        clock.now_ns += 61 * S
        assert (await take(outbox)).body == b"a 1"


async def test_receiver_in_trouble_is_left_alone_until_its_time(tmp_path: Path, clock: Clock) -> None:
    async with running(tmp_path / "o", clock) as outbox:
        put(outbox, "a")
        put(outbox, "b")
        outbox.failed(await take(outbox), delay_s=60, error="no answer", whole_receiver=True)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await outbox.next_messages("noc", 1)
        statistics = outbox.statistics().receivers["noc"]
        assert (statistics.queued, statistics.failed_attempts, statistics.last_error) == (2, 1, "no answer")
        assert statistics.paused_s == pytest.approx(60)


async def test_old_and_surplus_messages_are_dropped_and_counted(tmp_path: Path, clock: Clock) -> None:
    async with running(tmp_path / "o", clock, messages_kept=2, message_age_s=100) as outbox:
        for name in ("a", "b", "c"):
            put(outbox, name)
        await eventually(lambda: outbox.statistics().receivers["noc"].dropped_overflow == 1)
        assert (await take(outbox)).body == b"b 1"
        clock.now_ns += 101 * S
        put(outbox, "d")
        assert (await take(outbox)).body == b"d 1"
        assert outbox.statistics().receivers["noc"].dropped_too_old == 2


async def test_messages_of_a_receiver_that_is_gone_are_removed_and_counted(
    tmp_path: Path, clock: Clock
) -> None:
    path = tmp_path / "o"
    async with running(path, clock) as outbox:
        put(outbox, "a")
    outbox = Outbox(path, AlertSettings(), now_ns=clock)
    task = asyncio.create_task(outbox.run())
    await eventually(lambda: outbox.statistics().commits)
    assert outbox.statistics().orphaned == 1
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_resolved_alerts_are_forgotten_beyond_the_limit(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "o"
    async with running(path, clock, resolved_kept=2) as outbox:
        for name in ("a", "b", "c"):
            clock.now_ns += S
            record = made_up_record(name)
            ended = msgspec.structs.replace(record.alert, state="resolved", resolved_at=record.alert.since)
            outbox.put(msgspec.structs.replace(record, alert=ended), {})
        put(outbox, "d")
    async with running(path, clock) as outbox:
        assert [record.alert.id for record in outbox.records] == ["a-b", "a-c", "a-d"]


async def test_disk_that_fails_does_not_hide_the_alert(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suanlu.alerts.delivery.outbox.RETRY_S", 0.01)
    path = tmp_path / "o"
    async with running(path, clock) as outbox:
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("PRAGMA busy_timeout=0")
        outbox._store._connection.execute("PRAGMA busy_timeout=0")
        blocker.execute("BEGIN IMMEDIATE")
        put(outbox, "a")
        message = await take(outbox)
        assert outbox.statistics().commit_errors > 0
        blocker.execute("ROLLBACK")
        blocker.close()
        outbox.delivered(message)
    async with running(path, clock) as outbox:
        assert [record.alert.id for record in outbox.records] == ["a-a"]
        assert outbox.statistics().receivers["noc"].queued == 0


async def test_commit_is_short(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "o", settings(), now_ns=time_ns)
    task = asyncio.create_task(outbox.run())
    for number in range(50):
        put(outbox, f"c{number}")
        await eventually(lambda n=number: outbox.statistics().commits > n)
    assert outbox.statistics().slowest_commit_ms < 1000
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_file_that_is_no_database_is_refused(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "o"
    path.write_text("this is no database, it is a text of more than a hundred bytes" * 3)
    with pytest.raises(OutboxError, match="not a database"):
        Outbox(path, settings(), now_ns=clock)


def test_file_of_a_newer_format_is_refused(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "o"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=9")
    connection.close()
    with pytest.raises(OutboxError, match="its format is 9"):
        Outbox(path, settings(), now_ns=clock)


def test_empty_queue_is_never_due() -> None:
    assert ReceiverQueue().next_due_ns() is None


async def test_what_waits_for_a_full_disk_is_bounded(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suanlu.alerts.delivery.outbox.RETRY_S", 0.001)
    path = tmp_path / "o"
    async with running(path, clock, resolved_kept=3) as outbox:
        put(outbox, "stands")
        outbox.delivered(await take(outbox))
        await eventually(lambda: outbox.statistics().commits >= 2)

        def full(_: Any) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as disk:
            disk.setattr(outbox._store, "commit", full)
            for number in range(50):
                put(outbox, f"c{number}")
                record = made_up_record(f"c{number}")
                over = msgspec.structs.replace(record.alert, state="resolved")
                outbox.put(msgspec.structs.replace(record, alert=over, revision=2), {"noc": b"over"})
                for _ in range(2):
                    outbox.delivered(await take(outbox))
            await eventually(lambda: outbox.statistics().commit_errors > 50)
            # three alerts, the order to forget others, and the few messages of an attempt that was under way
            assert len(outbox._pending) < 30
        await eventually(lambda: not len(outbox._pending))
    async with running(path, clock) as outbox:
        assert {record.alert.id for record in outbox.records} == {"a-stands", "a-c47", "a-c48", "a-c49"}
        assert outbox.statistics().receivers["noc"].queued == 0


async def test_a_message_that_waits_for_the_disk_keeps_its_attempts(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suanlu.alerts.delivery.outbox.RETRY_S", 0.001)
    path = tmp_path / "o"
    async with running(path, clock) as outbox:

        def full(_: Any) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as disk:
            disk.setattr(outbox._store, "commit", full)
            put(outbox, "a")
            message = await take(outbox)
            errors = outbox.statistics().commit_errors
            outbox.failed(message, delay_s=60, error="503", whole_receiver=False)
            await eventually(lambda: outbox.statistics().commit_errors > errors + 1)
        await eventually(lambda: not len(outbox._pending))
    async with running(path, clock) as outbox:
        assert (await take(outbox)).attempts == 1
