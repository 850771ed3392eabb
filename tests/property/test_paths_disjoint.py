"""Disjoint pairs have the least sum of all, and are disjoint."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.graphs import World, ends_of, worlds
from tests.oracles import paths as oracle

CASES = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
ADDITIVE = ("latency", "te_metric", "igp_metric", "hops")
choices = st.integers(0, 10_000)


@pytest.mark.parametrize("level", ["link", "circuit", "router", "srlg"])
@CASES
@given(
    worlds(6, 12), st.integers(0, 10_000), st.sampled_from(ADDITIVE), st.one_of(st.none(), st.integers(0, 3))
)
def test_pair_of_least_sum(level: str, world: World, choice: int, objective: str, floor: int | None) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    may = oracle.usable(objective=objective, floor=floor)
    paths = list(oracle.simple_paths(world, sources, targets, may))
    assume(len(paths) < 300)
    least = oracle.least_pair(paths, objective, level)
    engine = PathEngine(world.snapshot())
    try:
        answer = engine.disjoint_paths(*ends, level=level, objective=objective, min_bandwidth_bps=floor)  # type: ignore[arg-type]
    except NoConnectivity:
        assert not paths
        return
    except NoFeasiblePath as error:
        refusal = error
    else:
        refusal = None
    if refusal is not None:
        assert least is None
        assert (refusal.binding[0].constraint == f"disjoint.{level}") == bool(paths)
        return
    assert answer.status == "optimal"
    assert answer.bound_us is None
    one, two = (oracle.assert_valid(world, path.links, sources, targets, may) for path in answer)
    assert oracle.shares_nothing(one, two, level)
    assert oracle.value(one, objective) + oracle.value(two, objective) == least
    key = oracle.order(objective)
    assert key(one) <= key(two)


@CASES
@given(worlds(6, 12), choices, st.integers(1, 3))
def test_circuits_of_any_shape_are_one_resource_each(world: World, choice: int, n_circuits: int) -> None:
    """A given graph may call any links one circuit: also parallel ones, also more than two."""
    ends = ends_of(world, choice)
    renamed = tuple(
        type(link)(**{**link.__dict__, "circuit": f"x{i % n_circuits}"}) if i % 2 else link
        for i, link in enumerate(world.links)
    )
    world = World(world.sites, renamed)
    sources, targets = (world.routers_at(end) for end in ends)
    paths = list(oracle.simple_paths(world, sources, targets, oracle.usable(objective="latency")))
    least = oracle.least_pair(paths, "latency", "circuit")
    try:
        answer = PathEngine(world.snapshot()).disjoint_paths(*ends, level="circuit")
    except (NoConnectivity, NoFeasiblePath):
        assert least is None
    else:
        one, two = (tuple(world.by_id[link] for link in path.links) for path in answer)
        assert oracle.shares_nothing(one, two, "circuit")
        assert oracle.value(one, "latency") + oracle.value(two, "latency") == least
