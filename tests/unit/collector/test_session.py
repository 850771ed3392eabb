"""A target's session: faults of ours, cancellation, and what is said of an outage."""

import asyncio
from typing import NoReturn

import pytest
import structlog

from collector.gnmi.session import Session
from collector.reader import TargetReader
from collector.settings import Target
from tests.kit.collecting import FAST, Collected, collecting
from tests.kit.scripted_target import ScriptedTarget
from tests.kit.wait import eventually


def broken(*_: object) -> NoReturn:
    raise RuntimeError("a fault of ours")


async def test_a_fault_of_ours_leaves_no_router_synced(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ScriptedTarget()
    async with server.listening(), collecting([Target(id="r1", address=server.address)]) as seen:
        await eventually(lambda: seen.of("r1").phase == "synced")
        monkeypatch.setattr(TargetReader, "read", broken)
        server.more.put_nowait(b"")
        await eventually(lambda: seen.phases("r1")[-1] == "unreachable")
        assert seen.of("r1").errors == {"internal": 1}


@pytest.mark.parametrize("error", [RuntimeError("a fault of ours"), TimeoutError("too late")])
@pytest.mark.parametrize("method", ["run", "_once"])
async def test_a_cancellation_is_not_lost_in_an_error_of_the_same_moment(
    monkeypatch: pytest.MonkeyPatch, error: Exception, method: str
) -> None:
    started = asyncio.Event()

    async def fails_when_cancelled(_: Session) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise error

    monkeypatch.setattr(Session, method, fails_when_cancelled)
    collected = Collected([Target(id="r1", address="127.0.0.1:1")], FAST, {})
    running = asyncio.create_task(collected.collector.run())
    await started.wait()
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=2)
    running.cancel()
    assert done == {running}
    assert running.cancelled()


async def test_a_mute_router_is_said_to_be_mute() -> None:
    server = ScriptedTarget()
    server.sends_sync = False
    mute = {"sync_deadline_s": 0.25, "sample_interval_s": 5}
    with structlog.testing.capture_logs() as logs:
        async with server.listening(), collecting([Target(id="r1", address=server.address)], **mute) as seen:
            await eventually(lambda: "unreachable" in seen.phases("r1"))
    (line,) = [entry for entry in logs if entry["event"] == "target_lost"]
    assert line["reason"] == "no first message within 0.25 s"


async def test_an_outage_is_said_once_and_its_end_once() -> None:
    server = ScriptedTarget()
    async with server.listening():
        pass
    with structlog.testing.capture_logs() as logs:
        async with collecting([Target(id="r1", address=server.address)], connect_deadline_s=0.2) as seen:
            await eventually(lambda: seen.phases("r1").count("unreachable") >= 4)
            async with server.listening():
                await eventually(lambda: seen.of("r1").phase == "synced")
    said = [entry["event"] for entry in logs if entry["event"].startswith("target_")]
    assert said == ["target_lost", "target_back"]
