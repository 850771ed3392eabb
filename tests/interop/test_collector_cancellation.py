"""A collector that is told to end ends, whatever goes wrong at that very moment."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from collector.errors import TargetSilent
from collector.reader import TargetReader
from collector.settings import Target
from tests.kit.collecting import FAST, Collected
from tests.kit.responses import SYNC
from tests.kit.scripted_target import ScriptedTarget
from tests.kit.wait import eventually


def supervising() -> asyncio.Task[Any]:
    """The task that supervises the one target."""
    return next(task for task in asyncio.all_tasks() if task.get_name() == "target r1")


def soon(ending: Callable[[], object]) -> None:
    """Not now, but before anything that the loop learns later."""
    asyncio.get_running_loop().call_soon(ending)


@pytest.mark.parametrize("fault", [RuntimeError("a fault of ours"), TargetSilent("r1", "no word")])
@pytest.mark.parametrize("when", [lambda ending: ending(), soon], ids=["before the fault", "after it"])
@pytest.mark.parametrize("whole", [True, False], ids=["the collector", "the target"])
async def test_cancellation_that_comes_with_a_fault_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    when: Callable[[Callable[[], object]], None],
    whole: bool,
) -> None:
    server = ScriptedTarget()
    async with server.listening():
        seen = Collected([Target(id="r1", address=server.address)], FAST, {})
        running = asyncio.create_task(seen.collector.run())
        await eventually(lambda: seen.of("r1").phase == "synced")
        ends = running if whole else supervising()

        def read(*_: Any) -> int:
            when(ends.cancel)
            raise fault

        monkeypatch.setattr(TargetReader, "read", read)
        server.more.put_nowait(SYNC)
        try:
            done, _ = await asyncio.wait([ends], timeout=5)
            assert done == {ends}
            assert ends.cancelled()
        finally:
            running.cancel()
            await asyncio.wait([running], timeout=5)


async def test_fault_of_ours_costs_its_target_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ScriptedTarget(), ScriptedTarget()
    async with first.listening(), second.listening():
        targets = [Target(id="r1", address=first.address), Target(id="r2", address=second.address)]
        seen = Collected(targets, FAST, {})
        running = asyncio.create_task(seen.collector.run())
        await eventually(lambda: {seen.of("r1").phase, seen.of("r2").phase} == {"synced"})

        read = TargetReader.read

        def broken(reader: TargetReader, *message: Any) -> int:
            if reader.router == "r1":
                raise RuntimeError("a fault of ours")
            return read(reader, *message)

        monkeypatch.setattr(TargetReader, "read", broken)
        first.more.put_nowait(SYNC)
        second.more.put_nowait(SYNC)
        await eventually(lambda: seen.of("r1").errors == {"internal": 1})
        assert seen.of("r2").phase == "synced"
        assert not running.done()
        running.cancel()
        await asyncio.wait([running], timeout=5)
        assert running.cancelled()
