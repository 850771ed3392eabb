"""A target's session: faults of ours, cancellation, and what is said of an outage."""

import asyncio
from typing import NoReturn

import pytest

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
