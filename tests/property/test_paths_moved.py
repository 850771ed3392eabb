"""Engines of other weights, one change after the other: the answers of engines made new, for all who read."""

import dataclasses
import random
import threading

import numpy as np
import pytest

from pathcalc import NoConnectivity, PathEngine
from pathcalc.any.engines import HIERARCHY
from pathcalc.any.objectives import WEIGHTS
from tests.kit.graphs import World, make_world
from topology.snapshot import NULL_U4, Snapshot

Pairs = list[tuple[str, str]]
LATENCY = WEIGHTS.index("latency")
WAYS = ("plain", "landmarks", "hierarchy")


def network(largest: int = 2000) -> World:
    return make_world(11, n_routers=90, n_circuits=260, largest=largest, unknown=0.02, dead=0.05)


def prepared(snapshot: Snapshot, way: str) -> PathEngine:
    """An engine that answers in one of the ways, whichever is measured to be the fastest."""
    engine = PathEngine(snapshot)
    if way != "plain":
        engine._solver.prepare(LATENCY, 0)
    if way == "hierarchy":
        engine._solver.graph.wiring.choose(LATENCY, HIERARCHY)
        engine._solver.choose(LATENCY, 0)
        assert engine._solver.graph.is_laid(LATENCY, 0)
    return engine


def answers(engine: PathEngine, pairs: Pairs) -> list[tuple[tuple[str, ...], int | None] | None]:
    found: list[tuple[tuple[str, ...], int | None] | None] = []
    for source, target in pairs:
        try:
            path = engine.path(source, target)
            found.append((path.links, path.latency_us))
        except NoConnectivity:
            found.append(None)
    return found


def with_latency(snapshot: Snapshot, latency_us: dict[str, int]) -> Snapshot:
    """The snapshot with other latencies, by a loop over its links."""
    values = snapshot.latency_us.copy()
    for i, link in enumerate(snapshot.link_ids):
        values[i] = latency_us.get(link, values[i])
    return dataclasses.replace(snapshot, latency_us=values)


def joined(snapshot: Snapshot, rng: random.Random, count: int) -> Pairs:
    """Pairs of routers by chance that have a path."""
    found: Pairs = []
    engine = PathEngine(snapshot)
    while len(found) < count:
        source, target = rng.sample(snapshot.router_ids, 2)
        if answers(engine, [(source, target)]) != [None]:
            found.append((source, target))
    return found


def known(snapshot: Snapshot) -> list[str]:
    return [snapshot.link_ids[i] for i in np.flatnonzero(snapshot.latency_us != NULL_U4).tolist()]


@pytest.mark.parametrize("largest", [3, 2000])
@pytest.mark.parametrize("way", WAYS)
def test_long_chains_stay_exact_above_and_below_the_floor_of_landmarks(way: str, largest: int) -> None:
    """With few different weights there are ties everywhere; the links are then those of the least ids."""
    rng, snapshot = random.Random(4), network(largest).snapshot(random.Random(1))
    engine = base = prepared(snapshot, way)
    pairs, links = joined(snapshot, rng, 60), known(snapshot)
    latency_us: dict[str, int] = {}
    for step in range(200):
        for _ in range(rng.choice((1, 1, 1, 1, 1, 20, 70))):  # of which all but the last are not asked about
            link = rng.choice(links)
            latency_us[link] = rng.choice((0, 1, largest // 4, largest - 1, largest + largest // 4))
            engine = engine.with_weights(latency_us={link: latency_us[link]})
        asked = pairs if step % 40 == 0 else rng.sample(pairs, 2)
        assert answers(engine, asked) == answers(PathEngine(with_latency(snapshot, latency_us)), asked)
    assert engine._lane.owner is base
    assert answers(base, pairs) == answers(PathEngine(snapshot), pairs)


@pytest.mark.parametrize("way", WAYS)
def test_versions_are_asked_in_any_order(way: str) -> None:
    rng, snapshot = random.Random(8), network(60).snapshot()
    pairs, links = joined(snapshot, rng, 12), known(snapshot)
    made = [(prepared(snapshot, way), dict[str, int]())]
    for _ in range(25):
        engine, latency_us = rng.choice(made)
        change = {link: rng.randint(0, 80) for link in rng.sample(links, rng.randint(1, 4))}
        made.append((engine.with_weights(latency_us=change), latency_us | change))
    for _ in range(80):
        engine, latency_us = rng.choice(made)
        asked = rng.sample(pairs, 3)
        assert answers(engine, asked) == answers(PathEngine(with_latency(snapshot, latency_us)), asked)


def test_filters_bounds_and_other_objectives_know_the_weights() -> None:
    rng, snapshot = random.Random(5), network().snapshot()
    base = prepared(snapshot, "hierarchy")
    both = (snapshot.latency_us != NULL_U4) & (snapshot.te_metric != NULL_U4)
    changed = {snapshot.link_ids[i]: 3000 for i in np.flatnonzero(both)[:100:2]}
    moved = base.with_weights(latency_us=changed, te_metric=dict.fromkeys(changed, 7))
    te_metric = np.where(np.isin(snapshot.link_ids, list(changed)), 7, snapshot.te_metric).astype(np.uint32)
    new = PathEngine(dataclasses.replace(with_latency(snapshot, changed), te_metric=te_metric))
    for source, target in joined(snapshot, rng, 20):
        for fields in (
            {},
            {"objective": "te_metric"},
            {"objective": "hops"},
            {"objective": "widest_then_latency"},
            {"min_bandwidth_bps": 1},
            {"max_latency_us": 100_000},
        ):
            one, other = (engine.path(source, target, **fields) for engine in (moved, new))  # type: ignore[arg-type]
            assert one.links == other.links
            assert (one.te_metric, one.latency_us) == (other.te_metric, other.latency_us)
            assert one.hops[0].latency_us == other.hops[0].latency_us
    assert moved._lane.owner is base
    paths = [[path.links for path in engine.k_paths(source, target, k=3)] for engine in (moved, new)]
    assert paths[0] == paths[1]
    assert moved._lane.owner is None
    assert np.array_equal(moved.snapshot.latency_us, new.snapshot.latency_us)


def test_readers_of_old_engines_are_not_disturbed_by_new_ones() -> None:
    rng, snapshot = random.Random(6), network().snapshot()
    base = prepared(snapshot, "hierarchy")
    pairs, links = joined(snapshot, rng, 20), known(snapshot)
    changes = [{rng.choice(links): rng.randint(0, 2000) for _ in range(20)} for _ in range(4)]
    engines = [base.with_weights(latency_us=change) for change in changes]
    expected = [answers(PathEngine(with_latency(snapshot, change)), pairs) for change in changes]
    wrong: list[int] = []

    def read(number: int) -> None:
        for turn in range(20):
            if answers(engines[number], pairs) != expected[number]:
                wrong.append(number)
            if turn == 10 and number % 2:
                engines[number].matrix([pairs[0][0]], [pairs[0][1]])  # now one of its own

    threads = [threading.Thread(target=read, args=(number % 4,)) for number in range(8)]
    for thread in threads:
        thread.start()
    last = base
    for _ in range(200):
        last = last.with_weights(latency_us={rng.choice(links): rng.randint(0, 2000)})
        answers(last, pairs[:1])
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_is_prepared_for_the_base_later_serves_its_versions_too() -> None:
    snapshot, rng = network().snapshot(), random.Random(2)
    base, pairs = PathEngine(snapshot), joined(network().snapshot(), rng, 20)
    change = {link: rng.randint(0, 3000) for link in known(snapshot)[::9]}
    moved, new = base.with_weights(latency_us=change), PathEngine(with_latency(snapshot, change))
    for way in range(2):
        assert answers(moved, pairs) == answers(new, pairs)
        base._solver.prepare(LATENCY, 0)
        if way:
            base._solver.graph.wiring.choose(LATENCY, HIERARCHY)
            base._solver.choose(LATENCY, 0)
    assert answers(moved, pairs) == answers(new, pairs)
    assert moved._lane.graph.is_laid(LATENCY, 0)


def test_a_line_of_more_changes_than_links_begins_anew() -> None:
    snapshot = network().snapshot()
    base = engine = PathEngine(snapshot)
    link, other = known(snapshot)[:2]
    for count in range(9000):
        engine = engine.with_weights(latency_us={link: count})
    assert engine._lane.owner is not base
    snapshot = engine.with_weights(latency_us={other: 1}).snapshot
    assert snapshot.latency_us[snapshot.link_index[link]] == 8999
