"""An engine that took over from an earlier one answers as one that is made new."""

import dataclasses
import random
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import Overlay, PathEngine, PathError
from pathcalc.any.engines import GUIDED
from pathcalc.any.objectives import WEIGHTS
from tests.kit.asking import everything
from tests.kit.graphs import World, ends_of, make_world, worlds
from topology.snapshot import NULL_U4, Snapshot

CASES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
U4 = ("latency_us", "jitter_us", "loss_ppm", "te_metric", "igp_metric", "mtu_bytes")
U8 = ("capacity_bps", "free_now_bps", "free_p05_bps")


def moved(snapshot: Snapshot, rng: np.random.Generator) -> Snapshot:
    """The snapshot with some values of links times 0.5 to 2, some unknown, some links in other states."""
    changes: dict[str, Any] = {"version": snapshot.version + 1}
    m = len(snapshot.link_ids)
    for name in (*U4, *U8):
        values = getattr(snapshot, name).copy()
        some = rng.random(m) < 0.3
        null = np.iinfo(values.dtype).max
        scaled = (np.where(values == null, 0, values) * rng.uniform(0.5, 2, m)).astype(values.dtype)
        values[some] = np.where(values == null, values, scaled)[some]
        values[rng.random(m) < 0.03] = null
        changes[name] = values
    state = snapshot.state.copy()
    some = rng.random(m) < 0.1
    state[some] = rng.integers(0, 5, m)[some]
    return dataclasses.replace(snapshot, state=state, **changes)


@CASES
@given(worlds(), st.integers(0, 10_000), st.integers(0, 2**32 - 1))
def test_an_engine_that_took_over_answers_as_a_new_one(world: World, choice: int, seed: int) -> None:
    ends, rng = ends_of(world, choice), np.random.default_rng(seed)
    snapshot = world.snapshot(random.Random(seed))
    engine = PathEngine(snapshot)
    for _ in range(3):
        snapshot = moved(snapshot, rng)
        structure = engine._structure
        engine = PathEngine(snapshot, engine)
        assert engine._structure is structure
        assert everything(engine, ends) == everything(PathEngine(snapshot), ends)
        if rng.random() < 0.5:
            engine._solver.prepare(WEIGHTS.index("latency"), 0)


@CASES
@given(worlds(), worlds(), st.integers(0, 10_000))
def test_nothing_is_taken_over_from_another_network(world: World, other: World, choice: int) -> None:
    ends = ends_of(world, choice)
    snapshot = world.snapshot()
    taken = PathEngine(snapshot, PathEngine(other.snapshot()))
    assert everything(taken, ends) == everything(PathEngine(snapshot), ends)


def test_landmarks_are_handed_on_and_made_anew_below_their_floor() -> None:
    world = make_world(5, n_routers=80, n_circuits=250, largest=5000, unknown=0.02, dead=0.05)
    rng, which = np.random.default_rng(2), WEIGHTS.index("latency")
    snapshot = world.snapshot()
    engine = PathEngine(snapshot)
    engine._solver.graph.wiring.choose(which, GUIDED)  # what is measured to be faster may be the hierarchy
    engine._solver.prepare(which, 0)
    assert engine.is_prepared
    lost = 0
    for _ in range(30):
        known = snapshot.latency_us != NULL_U4
        latency = (np.where(known, snapshot.latency_us, 0) * rng.uniform(0.99, 1.01, len(known))).astype(
            np.uint32
        )
        moved_on = dataclasses.replace(
            snapshot, latency_us=np.where(known, latency, NULL_U4).astype(np.uint32)
        )
        engine = PathEngine(moved_on, engine)
        if not engine.is_prepared:
            lost += 1
            engine.prepare()
            assert engine.is_prepared
        fresh = PathEngine(moved_on)
        for _ in range(5):
            ends = ends_of(world, int(rng.integers(0, 10_000)))
            assert path(engine, ends) == path(fresh, ends)
    assert 1 <= lost <= 3  # the floor settles below what is measured


def test_what_is_asked_as_if_lowers_no_floor() -> None:
    snapshot, which = (
        make_world(5, n_routers=80, n_circuits=250, largest=5000).snapshot(),
        WEIGHTS.index("latency"),
    )
    base = PathEngine(snapshot)
    guides = base._solver.graph.wiring.guides
    base._solver.graph.wiring.choose(which, GUIDED)
    base._solver.prepare(which, 0)
    shared = guides[which]
    every = dict.fromkeys(snapshot.link_ids[::3], 0)
    lower = base.with_overlay(Overlay(set={link: {"latency_us": 0} for link in every}))
    for engine in (lower, base.with_weights(latency_us=every)):
        engine.prepare()
        assert engine.is_prepared
        assert guides[which] is shared
    assert PathEngine(snapshot, base).is_prepared


def path(engine: PathEngine, ends: tuple[str, str]) -> object:
    try:
        return engine.path(*ends).links
    except PathError as error:
        return str(error)
