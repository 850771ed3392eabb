"""The fast lane changes no answer and no error: a prepared question is answered as one never asked before."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import Exclude, InvalidQuery, NoConnectivity, NoFeasiblePath, PathEngine, SameEndpoint
from tests.kit.graphs import World, make_world, worlds
from topology.errors import UnknownNode

CASES = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
OBJECTIVES = ("latency", "te_metric", "igp_metric", "hops", "widest", "widest_then_latency")
ERRORS = (NoConnectivity, NoFeasiblePath, InvalidQuery, UnknownNode)


def answer(engine: PathEngine, source: Any, target: Any, objective: str, fields: dict[str, Any]) -> object:
    """All that an answer says, or its error's words."""
    try:
        path = engine.path(source, target, objective=objective, **fields)  # type: ignore[arg-type]
    except ERRORS as error:
        return type(error), str(error)
    return path.links, path.indexes, path.status, path.bandwidth_basis, path.bandwidth_bps, path.latency_us


@st.composite
def constraint_sets(draw: st.DrawFn, world: World) -> dict[str, Any]:
    """Fields that the lane takes, and some that it does not."""
    every: dict[str, Any] = {
        "min_bandwidth_bps": draw(st.sampled_from((None, 0, 1, 2, 3, 4, 2**64 - 2, 2**64))),
        "bandwidth_basis": draw(st.sampled_from(("capacity", "free_now", "free_p05"))),
        "max_latency_us": draw(st.integers(0, 12)),
        "max_hops": draw(st.integers(1, 4)),
        "max_loss_ppm": draw(st.integers(0, 9)),
        "flows": draw(st.sampled_from((1, 2, 1_000_000, True))),
        "allow_stale": draw(st.booleans()),
        "allow_draining": draw(st.booleans()),
        "exclude": Exclude(circuits=(draw(st.sampled_from(world.links)).circuit,)),
    }
    names = draw(st.lists(st.sampled_from(sorted(every)), unique=True, max_size=3))
    return {name: every[name] for name in names}


@CASES
@given(st.data(), worlds())
def test_same_answers_as_an_engine_that_was_asked_nothing_before(data: st.DataObject, world: World) -> None:
    if not world.links:
        return
    snapshot = world.snapshot()
    kept = PathEngine(snapshot)
    places = world.places()
    asked = data.draw(st.lists(st.sampled_from(OBJECTIVES), min_size=1, max_size=2))
    sets = [data.draw(constraint_sets(world)) for _ in range(2)]
    for _ in range(8):
        source, target = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))
        objective, fields = data.draw(st.sampled_from(asked)), dict(data.draw(st.sampled_from(sets)))
        if fields.get("min_bandwidth_bps") is not None:
            fields["min_bandwidth_bps"] = data.draw(st.sampled_from((0, 1, 2, 3, 2**64 - 2, -1, 2**64)))
        for name in fields.keys() & {"max_latency_us", "max_hops", "max_loss_ppm"}:
            fields[name] = data.draw(
                st.one_of(st.integers(0, 12), st.sampled_from((True, -1, 10**6, 2**64 - 2, 2**64 - 1)))
            )
        expected = answer(PathEngine(snapshot), source, target, objective, fields)
        assert answer(kept, source, target, objective, fields) == expected


def prepared() -> tuple[PathEngine, str, str]:
    world = make_world(3, n_routers=8, n_circuits=30, unknown=0.0, dead=0.0)
    engine = PathEngine(world.snapshot())
    source, target = sorted(set(world.sites.values()))[:2]
    for fields in ({}, {"flows": 1}, {"min_bandwidth_bps": 1}):
        engine.path(source, target, **fields)  # type: ignore[arg-type]
    return engine, source, target


def test_a_prepared_question_refuses_what_it_refused_before() -> None:
    engine, source, target = prepared()
    with pytest.raises(UnknownNode):
        engine.path(source + "x", target)
    with pytest.raises(SameEndpoint):
        engine.path(source, source)
    with pytest.raises(InvalidQuery, match="flows"):
        engine.path(source, target, flows=True)
    for bps in (True, 1.0, -1, 2**64):
        with pytest.raises(InvalidQuery, match="min_bandwidth_bps"):
            engine.path(source, target, min_bandwidth_bps=bps)  # type: ignore[arg-type]
    with pytest.raises(InvalidQuery, match="objective"):
        engine.path(source, target, objective="best")  # type: ignore[arg-type]


def test_links_are_made_once() -> None:
    engine, source, target = prepared()
    path = engine.path(source, target)
    assert path.links is path.links
    assert path == engine.path(source, target)


def test_bounds_are_kept_where_weights_fell_below_what_guides() -> None:
    world = make_world(7, n_routers=12, n_circuits=30, largest=40, unknown=0.0, dead=0.0)
    engine = PathEngine(world.snapshot())
    ends = sorted(set(world.sites.values()))[:2]
    fields: dict[str, Any] = {"max_te_metric": 60, "max_hops": 5}
    for _ in range(2):
        answer(engine, *ends, "latency", fields)
    for link in world.links:
        moved = engine.with_weights(latency_us={link.id: 0}, te_metric={link.id: 0})
        alone = PathEngine(moved.snapshot)
        assert answer(moved, *ends, "latency", fields) == answer(alone, *ends, "latency", fields)
        again = engine.with_weights(latency_us={link.id: 0}, te_metric={link.id: 0})
        assert answer(again, *ends, "latency", fields) == answer(alone, *ends, "latency", fields)
