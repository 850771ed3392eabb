"""Any constraints with any objective equal an enumeration of all simple paths: the links, so the ties too."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.graphs import World, ends_of, worlds
from tests.kit.limits import arguments, bounds, filters, limits, with_names
from tests.oracles import constraints as oracle
from tests.oracles.paths import ids

CASES = settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
choices = st.integers(0, 10**6)
objectives = st.sampled_from(sorted(oracle.OBJECTIVES))
SUMS = ("latency", "te_metric", "igp_metric", "hops")


def best(
    world: World, ends: tuple[str, str], objective: str, found: dict[str, Any]
) -> tuple[str, ...] | None:
    try:
        path = PathEngine(world.snapshot()).path(*ends, objective=objective, **arguments(found))  # type: ignore[arg-type]
    except (NoConnectivity, NoFeasiblePath):
        return None
    assert path.status == "optimal"
    return path.links


def check(world: World, choice: int, objective: str, found: dict[str, Any]) -> None:
    ends = ends_of(world, choice)
    ranked = oracle.ranked(world, oracle.every(world, ends), objective, found)
    assert best(world, ends, objective, found) == (ids(ranked[0]) if ranked else None)


@CASES
@given(worlds(9, 16, grouped=0.4), choices, objectives, filters)
def test_filters(world: World, choice: int, objective: str, found: dict[str, Any]) -> None:
    check(world, choice, objective, with_names(world, found, choice))


@CASES
@given(worlds(9, 16, grouped=0.4), choices, st.sampled_from(SUMS), bounds)
def test_several_bounds_on_sums(world: World, choice: int, objective: str, found: dict[str, Any]) -> None:
    check(world, choice, objective, found)


@CASES
@given(worlds(9, 16, grouped=0.4), choices, objectives, limits)
def test_everything_with_everything(world: World, choice: int, objective: str, found: dict[str, Any]) -> None:
    check(world, choice, objective, with_names(world, found, choice, stops=choice % 2))


@CASES
@given(worlds(9, 16, grouped=0.4), choices, st.sampled_from(SUMS), st.integers(1, 3), bounds)
def test_way_points_in_order(
    world: World, choice: int, objective: str, stops: int, found: dict[str, Any]
) -> None:
    few = {name: value for name, value in found.items() if choice % 2}
    check(world, choice, objective, with_names(world, few, choice, stops=stops))


@CASES
@given(worlds(7, 12, grouped=0.4), choices, objectives, limits, st.integers(1, 12))
def test_k_best_under_everything(
    world: World, choice: int, objective: str, found: dict[str, Any], k: int
) -> None:
    ends = ends_of(world, choice)
    given_limits = with_names(world, found if choice % 3 else {}, choice, stops=choice % 5 % 3)
    ranked = oracle.ranked(world, oracle.every(world, ends), objective, given_limits)[:k]
    try:
        answer = PathEngine(world.snapshot()).k_paths(
            *ends,
            k=k,
            objective=objective,  # type: ignore[arg-type]
            **arguments(given_limits),
        )
    except (NoConnectivity, NoFeasiblePath):
        assert not ranked
    else:
        assert answer.status == "optimal"
        assert [path.links for path in answer] == [ids(path) for path in ranked]
