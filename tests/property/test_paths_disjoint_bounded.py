"""Disjoint paths that keep bounds, and widest ones, are the best of all such sets."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.graphs import World, ends_of, worlds
from tests.oracles import paths as oracle

CASES = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
LEVELS = ("link", "circuit", "router", "srlg", "site")
Order = tuple[int, ...]


class Wish(NamedTuple):
    """What is asked of a set of paths."""

    choice: int  # of the ends
    objective: str
    n_paths: int
    max_latency_us: int | None = None
    max_hops: int | None = None


choices = st.integers(0, 10_000)
counts = st.sampled_from((2, 2, 3))
bounds = st.one_of(st.none(), st.integers(1, 12))
wishes = st.builds(Wish, choices, st.sampled_from(("latency", "te_metric", "hops")), counts, bounds, bounds)
widest = st.sampled_from(("widest", "widest_then_latency", "latency_then_widest"))
widest_wishes = st.builds(
    Wish, choices, widest, counts, st.none(), st.one_of(st.none(), st.none(), st.integers(1, 4))
)


def order_of(objective: str) -> Callable[[tuple[oracle.Path, ...]], Order]:
    """What sets are compared by."""

    def narrowest(paths: tuple[oracle.Path, ...]) -> int:
        return min(link.free_bps or 0 for path in paths for link in path)

    def total(paths: tuple[oracle.Path, ...], metric: str) -> int:
        return sum(oracle.value(path, metric) for path in paths)

    def order(paths: tuple[oracle.Path, ...]) -> Order:
        if objective == "widest":
            return (-narrowest(paths), total(paths, "hops"))
        if objective == "widest_then_latency":
            return (-narrowest(paths), total(paths, "latency"))
        if objective == "latency_then_widest":
            return (total(paths, "latency"), -narrowest(paths))
        return (total(paths, objective),)

    return order


def usable(wish: Wish) -> oracle.Usable:
    """Links whose metrics are known as far as the question counts with them."""
    counted = {"latency"} if "latency" in wish.objective or wish.max_latency_us is not None else set()
    may = oracle.usable(objective="hops" if wish.objective.count("widest") else wish.objective)
    return lambda link: (
        may(link)
        and ("latency" not in counted or link.latency_us is not None)
        and ("widest" not in wish.objective or link.free_bps is not None)
    )


def assert_best(level: str, world: World, wish: Wish) -> None:
    ends = ends_of(world, wish.choice)
    sources, targets = (world.routers_at(end) for end in ends)
    paths = [
        path
        for path in oracle.simple_paths(world, sources, targets, usable(wish))
        if oracle.within(path, wish.max_latency_us, wish.max_hops)
    ]
    assume(len(paths) < 80)
    order = order_of(wish.objective)
    sets = oracle.disjoint_sets(paths, level, wish.n_paths, world)
    best = min(map(order, sets), default=None)
    try:
        answer = PathEngine(world.snapshot()).disjoint_paths(
            *ends,
            level=level,  # type: ignore[arg-type]
            count=wish.n_paths,
            objective=wish.objective,  # type: ignore[arg-type]
            max_latency_us=wish.max_latency_us,
            max_hops=wish.max_hops,
            bandwidth_basis="free_now",
        )
    except (NoConnectivity, NoFeasiblePath):
        assert best is None
        return
    found = tuple(tuple(world.by_id[link] for link in path.links) for path in answer)
    assert set(found) <= set(paths)
    assert answer.status == "optimal"
    assert order(found) == best


@pytest.mark.parametrize("level", LEVELS)
@CASES
@given(worlds(7, 13), wishes)
def test_each_path_keeps_the_bounds(level: str, world: World, wish: Wish) -> None:
    assert_best(level, world, wish)


@pytest.mark.parametrize("level", LEVELS)
@CASES
@given(worlds(7, 13), widest_wishes)
def test_the_narrowest_link_of_the_set_is_widest(level: str, world: World, wish: Wish) -> None:
    assert_best(level, world, wish)
