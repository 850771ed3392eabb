"""The preparer beside the API: guides of searches are made off the loop, and questions do not wait for it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from pathcalc import PathEngine
from pathcalc.any.engines import WANTED
from pathcalc.any.objectives import WEIGHTS
from suanlu.preparer import Preparer
from tests.kit.wait import eventually
from tests.unit.api.conftest import World

LATENCY = WEIGHTS.index("latency")


@dataclass
class Watched:
    """Every engine that was prepared, by which thread; none goes on while `may_go_on` is clear."""

    engines: list[PathEngine] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    may_go_on: threading.Event = field(default_factory=threading.Event)


@pytest_asyncio.fixture
async def watched(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watched]:
    found, prepare = Watched(), PathEngine.prepare

    def watch(engine: PathEngine, *objectives: str) -> None:
        found.engines.append(engine)
        found.threads.add(threading.get_ident())
        assert found.may_go_on.wait(10)
        prepare(engine, *objectives)

    monkeypatch.setattr(PathEngine, "prepare", watch)
    task = asyncio.create_task(Preparer(world.published).run())
    yield found
    found.may_go_on.set()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def cut(world: World, circuit: str) -> PathEngine:
    """Publish a cut while a weight is wanted that is not measured yet; return the engine of what is left."""
    world.published.view.engine._solver.graph.wiring.choose(LATENCY, WANTED)
    world.circuit(circuit, up=False)
    world.publish()
    return world.published.view.engine


async def test_a_published_engine_is_prepared_in_a_thread(world: World, watched: Watched) -> None:
    watched.may_go_on.set()
    engine = cut(world, "bd-1")
    assert not engine.is_prepared
    _, before = await world.paths(from_="a1", to="d")
    await eventually(lambda: engine.is_prepared)
    _, after = await world.paths(from_="a1", to="d")
    assert watched.engines == [engine]
    assert threading.get_ident() not in watched.threads
    assert (before["paths"], before["forwarded"]) == (after["paths"], after["forwarded"])


async def test_questions_are_answered_meanwhile_and_then_the_newest_is_prepared(
    world: World, watched: Watched
) -> None:
    first = cut(world, "aa-1")
    await eventually(lambda: watched.engines == [first])
    passed_over, newest = cut(world, "ab-1"), cut(world, "bd-1")
    assert not newest.is_prepared
    status, answer = await world.paths(from_="a1", to="d")
    assert (status, answer["topology"]["version"]) == (200, world.graph.snapshot.version)
    watched.may_go_on.set()
    await eventually(lambda: newest.is_prepared)
    assert passed_over not in watched.engines


async def test_what_is_prepared_already_is_left_alone(world: World, watched: Watched) -> None:
    assert world.published.view.engine.is_prepared
    world.circuit("bd-1", up=False)
    world.publish()
    await eventually(lambda: not world.published.swapped.is_set())
    assert watched.engines == []
