"""Disjoint paths have the least sum of all such sets, and are disjoint."""

from itertools import combinations
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pathcalc import NoConnectivity, NoDisjointPaths, NoFeasiblePath, PathEngine, PathError
from pathcalc.answers import DisjointAnswer
from tests.kit.graphs import World, ends_of, worlds
from tests.oracles import paths as oracle

CASES = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
LEVELS = ("link", "circuit", "router", "srlg", "site")
ADDITIVE = ("latency", "te_metric", "igp_metric", "hops")
choices = st.integers(0, 10_000)
counts = st.sampled_from((2, 2, 2, 3, 4))


class Wish(NamedTuple):
    """What is asked of a set of paths."""

    choice: int  # of the ends
    objective: str
    floor: int | None
    n_paths: int


wishes = st.builds(
    Wish, choices, st.sampled_from(ADDITIVE), st.sampled_from((None, None, None, 0, 1, 2, 3)), counts
)


def ask(engine: PathEngine, *asked: Any, **constraints: Any) -> DisjointAnswer | PathError:
    """The answer, or the error that says that there is none."""
    try:
        return engine.disjoint_paths(*asked, **constraints)
    except (NoConnectivity, NoFeasiblePath) as error:
        return error


def assert_disjoint(world: World, answer: DisjointAnswer, level: str, paths: list[oracle.Path]) -> None:
    """Check that the answer's paths are among those there are, and share nothing."""
    found = [tuple(world.by_id[link] for link in path.links) for path in answer]
    assert set(found) <= set(paths)
    assert all(oracle.shares_nothing(one, two, level, world) for one, two in combinations(found, 2))


@pytest.mark.parametrize("level", LEVELS)
@CASES
@given(worlds(7, 14), wishes)
def test_sets_of_least_sum(level: str, world: World, wish: Wish) -> None:
    ends, objective = ends_of(world, wish.choice), wish.objective
    may = oracle.usable(objective=objective, floor=wish.floor)
    paths = list(oracle.simple_paths(world, *(world.routers_at(end) for end in ends), may))
    assume(len(paths) < 150)

    def cost(path: oracle.Path) -> int:
        return oracle.value(path, objective) * 1000 + len(path)

    def best(n_paths: int) -> tuple[oracle.Path, ...] | None:
        return oracle.best_set(paths, level, n_paths, cost, world)

    limits = {"objective": objective, "min_bandwidth_bps": wish.floor}
    answer = ask(PathEngine(world.snapshot()), *ends, level=level, count=wish.n_paths, **limits)
    least = best(wish.n_paths)
    if isinstance(answer, NoDisjointPaths):
        assert least is None
        assert answer.binding[0].constraint == f"disjoint.{level}"
        assert best(answer.exist) is not None
        assert best(answer.exist + 1) is None
        assert len(answer.limited_by) in (0, answer.exist)
    elif isinstance(answer, PathError):
        assert not paths
    else:
        assert (answer.status, answer.bound_us) == ("optimal", None)
        assert least is not None
        assert_disjoint(world, answer, level, paths)
        found = [tuple(world.by_id[link] for link in path.links) for path in answer]
        assert len(found) == wish.n_paths
        assert sum(map(cost, found)) == sum(map(cost, least))
        assert found == sorted(found, key=oracle.order(objective))


@pytest.mark.parametrize("level", LEVELS)
@settings(CASES, max_examples=150)
@given(worlds(9, 25), choices, counts, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(
    level: str, world: World, choice: int, n_paths: int, random: Random
) -> None:
    ends = ends_of(world, choice)
    answers = []
    for snapshot in (world.snapshot(), world.snapshot(random)):
        answer = ask(PathEngine(snapshot), *ends, level=level, count=n_paths)
        told = answer if isinstance(answer, PathError) else [path.links for path in answer]
        answers.append(str(told))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("level", ["circuit", "router", "srlg", "site"])
@settings(CASES, max_examples=250)
@given(worlds(6, 12), choices, st.integers(1, 3), counts)
def test_circuits_of_any_shape_are_one_resource_each(
    level: str, world: World, choice: int, n_circuits: int, n_paths: int
) -> None:
    """A given graph may call any links one circuit: also parallel ones, also more than two."""
    ends = ends_of(world, choice)
    renamed = tuple(
        type(link)(**{**link.__dict__, "circuit": f"x{i % n_circuits}", "srlgs": ()}) if i % 2 else link
        for i, link in enumerate(world.links)
    )
    world = World(world.sites, renamed)
    sources, targets = (world.routers_at(end) for end in ends)
    paths = list(oracle.simple_paths(world, sources, targets, oracle.usable(objective="latency")))
    assume(len(paths) < 150)

    def cost(path: oracle.Path) -> int:
        return oracle.value(path, "latency")

    least = oracle.best_set(paths, level, n_paths, cost, world)
    answer = ask(PathEngine(world.snapshot()), *ends, level=level, count=n_paths)
    if isinstance(answer, PathError):
        assert least is None
    else:
        assert least is not None
        assert_disjoint(world, answer, level, paths)
        assert sum(path.latency_us or 0 for path in answer) == sum(map(cost, least))


@pytest.mark.parametrize("level", ["circuit", "router"])
@settings(CASES, max_examples=150)
@given(worlds(30, 90), choices, st.sampled_from(ADDITIVE), counts)
def test_landmarks_do_not_change_the_answer(
    level: str, world: World, choice: int, objective: str, n_paths: int
) -> None:
    ends = ends_of(world, choice)
    answers = []
    for which in ((), range(len(ADDITIVE))):
        engine = PathEngine(world.snapshot())
        for weight in which:
            engine._solver.prepare(weight, 0)
        for _ in range(2):  # the second time by the fast lane
            answer = ask(engine, *ends, level=level, count=n_paths, objective=objective)
            told = answer if isinstance(answer, PathError) else [path.links for path in answer]
            answers.append(str(told))
    assert len(set(answers)) == 1
