"""Threads that ask one engine, also while engines are replaced: every answer is that of one thread."""

import random
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.graphs import World, make_world
from tests.kit.real_graphs import real_world, some_pairs

READERS = 8
Question = Callable[[PathEngine, str, str], object]

QUESTIONS: tuple[Question, ...] = (
    lambda engine, a, z: engine.path(a, z).links,
    lambda engine, a, z: engine.path(a, z, objective="te_metric", max_latency_us=40_000).links,
    lambda engine, a, z: engine.path(a, z, objective="widest_then_latency").links,
    lambda engine, a, z: engine.path(a, z, min_bandwidth_bps=50_000_000_000, max_hops=12).links,
    lambda engine, a, z: engine.widest(a, z).links,
    lambda engine, a, z: [path.links for path in engine.k_paths(a, z, k=6)],
    lambda engine, a, z: [path.links for path in engine.disjoint_paths(a, z, level="router")],
    lambda engine, a, z: [path.links for path in engine.disjoint_paths(a, z, level="srlg")],
    lambda engine, a, z: engine.max_flow(a, z).value_bps,
    lambda engine, a, z: engine.forwarding(a, z).links,
    lambda engine, a, z: engine.pin(engine.path(a, z), z),
    lambda engine, a, z: engine.matrix([a, z], [z, a], metric="latency").tobytes(),
    lambda engine, a, z: engine.matrix([a], [z], metric="bandwidth", routing="igp").tobytes(),
)


def answer(question: Question, engine: PathEngine, ends: tuple[str, str]) -> object:
    try:
        return question(engine, *ends)
    except (NoConnectivity, NoFeasiblePath) as error:
        return str(error)


@contextmanager
def threads_that_switch_often() -> Iterator[None]:
    """The interpreter hands over between threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize("name", ["made", "sndlib/germany50"])
def test_eight_readers_of_one_engine_get_the_answers_of_one(name: str) -> None:
    if name == "made":
        world = make_world(7, n_routers=90, n_circuits=300, largest=20, unknown=0.02, dead=0.02)
    else:
        world = real_world(name)
    pairs = [ends for ends in some_pairs(world, 12) if world.sites[ends[0]] != world.sites[ends[1]]]
    asked = [(question, ends) for question in QUESTIONS for ends in pairs]
    alone = PathEngine(world.snapshot())
    expected = [answer(question, alone, ends) for question, ends in asked]
    # A new engine, so that what is made when it is first needed is made by threads that meet there.
    shared = PathEngine(world.snapshot())
    start = threading.Barrier(READERS)

    def read(seed: int) -> list[int]:
        order = random.Random(seed).sample(range(len(asked)), len(asked))
        start.wait(timeout=30)
        return [i for i in order if answer(asked[i][0], shared, asked[i][1]) != expected[i]]

    with threads_that_switch_often(), ThreadPoolExecutor(READERS) as readers:
        wrong = list(readers.map(read, range(READERS)))
    assert wrong == [[]] * READERS


def versions(count: int) -> list[World]:
    """One structure with other metrics each, and now and then another state."""
    world = make_world(11, n_routers=70, n_circuits=220, largest=30, unknown=0, dead=0)
    rng = random.Random(3)
    found = [world]
    for _ in range(count - 1):
        links = tuple(
            replace(link, latency_us=rng.randint(1, 60), state="down" if rng.random() < 0.01 else "up")
            if rng.random() < 0.2
            else link
            for link in found[-1].links
        )
        found.append(World(world.sites, links))
    return found


def test_readers_of_engines_that_are_replaced_get_answers_of_one_version_each() -> None:
    worlds = versions(24)
    pairs = [
        ends for ends in some_pairs(worlds[0], 6) if worlds[0].sites[ends[0]] != worlds[0].sites[ends[1]]
    ]
    asked = [(question, ends) for question in QUESTIONS for ends in pairs]
    snapshots = [world.snapshot() for world in worlds]
    expected = []
    for snapshot in snapshots:
        alone = PathEngine(snapshot)
        expected.append([answer(question, alone, ends) for question, ends in asked])
    published: list[tuple[int, PathEngine]] = [(0, PathEngine(snapshots[0]))]
    over = threading.Event()

    def read(seed: int) -> tuple[int, set[int]]:
        rng, wrong, seen = random.Random(seed), 0, set()
        while not over.is_set():
            version, engine = published[-1]
            seen.add(version)
            for _ in range(5):
                i = rng.randrange(len(asked))
                wrong += answer(asked[i][0], engine, asked[i][1]) != expected[version][i]
        return wrong, seen

    def publish() -> None:
        try:
            for version, snapshot in enumerate(snapshots[1:], start=1):
                engine = PathEngine(snapshot, published[-1][1])
                engine.prepare()
                published.append((version, engine))
        finally:
            over.set()

    with threads_that_switch_often(), ThreadPoolExecutor(READERS + 1) as pool:
        readers = [pool.submit(read, seed) for seed in range(READERS)]
        pool.submit(publish).result(timeout=100)
        found = [reader.result(timeout=30) for reader in readers]
    assert [wrong for wrong, _ in found] == [0] * READERS
    assert len(set().union(*(seen for _, seen in found))) > 1
