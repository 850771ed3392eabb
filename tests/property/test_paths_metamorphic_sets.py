"""What must hold between the answers of several paths, disjoint ones, flows and matrices.

As in `test_paths_metamorphic`, no answer is known beforehand; they are compared with each other.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from pathcalc import BudgetExhausted, NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.campaign import cases
from tests.kit.graphs import World
from tests.kit.questions import Question, a_link_more, questions, turned
from tests.oracles import paths as oracle

CASES = cases(40)
SUMS = ("latency", "te_metric", "igp_metric", "hops")
LEVELS = ("link", "circuit", "router", "srlg", "site")
UNREACHED = 1 << 62
seeds = st.integers(0, 2**32 - 1)


BUDGETED = ("srlg", "site")


def least_sum(question: Question, level: str, count: int = 2) -> int:
    """The least sum of disjoint paths, UNREACHED where there are not so many."""
    try:
        found = PathEngine(question.world.snapshot()).disjoint_paths(
            *question.ends,
            count=count,
            level=level,  # type: ignore[arg-type]
            objective=question.objective,  # type: ignore[arg-type]
            **question.limits,
        )
    except (NoConnectivity, NoFeasiblePath):
        return UNREACHED
    except BudgetExhausted:
        assert level in BUDGETED
        reject()  # it is NP-hard there, and says that nothing is proved: nothing follows
    if level in BUDGETED:
        assume(found.status == "optimal")
    assert found.status == "optimal"
    paths = [tuple(question.world.by_id[link] for link in path.links) for path in found]
    assert len(paths) == count
    assert level == "site" or all(oracle.shares_nothing(a, z, level) for a, z in combinations(paths, 2))
    return sum(oracle.value(path, question.objective) for path in paths)


def flow(world: World, ends: tuple[str, str], **limits: Any) -> int:
    return PathEngine(world.snapshot()).max_flow(*ends, bandwidth_basis="capacity", **limits).value_bps


def matrix(world: World, places: Sequence[str], metric: str, **limits: Any) -> np.ndarray:
    """With what cannot be reached as infinitely bad, so that matrices can be compared."""
    values = PathEngine(world.snapshot()).matrix(places, places, metric=metric, **limits)  # type: ignore[arg-type]
    return np.where(np.isnan(values), -np.inf if metric == "bandwidth" else np.inf, values)


@CASES
@given(questions(), st.integers(1, 12))
def test_fewer_paths_are_the_first_of_more(question: Question, k: int) -> None:
    more = question.several(k + 1)
    assert question.several(k) == more[:k]
    assert [question.order(path) for path in more] == sorted(question.order(path) for path in more)
    assert len(set(more)) == len(more)
    assert (more[0] if more else None) == question.best()


@CASES
@given(questions(), st.integers(2, 8), seeds)
def test_no_place_in_the_order_gets_worse_by_a_link(question: Question, k: int, seed: int) -> None:
    more = question._replace(world=a_link_more(question.world, seed))
    before, after = question.several(k), more.several(k)
    assert len(after) >= len(before)
    for one, other in zip(before, after, strict=False):
        assert more.order(other) <= question.order(one)


@CASES
@given(questions(SUMS), st.integers(2, 8))
def test_turning_every_link_turns_all_paths(question: Question, k: int) -> None:
    back = question._replace(world=turned(question.world), ends=question.ends[::-1])
    if "include" in back.limits:
        back = back.having(include=back.limits["include"][::-1])
    assert [back.value(path) for path in back.several(k)] == [
        question.value(path) for path in question.several(k)
    ]


@CASES
@given(questions(SUMS, limited=False), st.integers(2, 8))
def test_excluding_the_best_leaves_the_others_of_which_none_uses_it(question: Question, k: int) -> None:
    paths = question.several(k)
    if not paths:
        return
    gone = paths[0][0]
    less = question.on(tuple(link for link in question.world.links if link != gone))
    kept = [path for path in paths if gone not in path]
    assert less.several(len(kept) or 1)[: len(kept)] == kept


@CASES
@given(questions(SUMS, limited=False), seeds, st.integers(0, 4))
def test_disjoint_pairs(question: Question, seed: int, floor: int) -> None:
    sums = {level: least_sum(question, level) for level in LEVELS}
    assert sums["link"] <= sums["circuit"] <= min(sums["router"], sums["srlg"])
    assert sums["router"] <= sums["site"]
    best = question.best()
    if best is None:
        assert sums["link"] == UNREACHED
    else:
        assert sums["link"] >= 2 * oracle.value(best, question.objective)
    wider = question.having(min_bandwidth_bps=floor)
    more = question._replace(world=a_link_more(question.world, seed))
    back = question._replace(world=turned(question.world), ends=question.ends[::-1])
    for level in LEVELS:
        assert least_sum(wider, level) >= sums[level]
        assert least_sum(more, level) <= sums[level]
        assert least_sum(back, level) == sums[level]


@CASES
@given(questions(SUMS, limited=False), st.sampled_from(("link", "circuit", "router")))
def test_each_further_disjoint_path_costs_no_less_than_the_one_before(question: Question, level: str) -> None:
    best = question.best()
    sums = [0, UNREACHED if best is None else oracle.value(best, question.objective)]
    while sums[-1] < UNREACHED and len(sums) < 7:
        sums.append(least_sum(question, level, len(sums)))
    added = [after - before for before, after in pairwise(sums)]
    assert added == sorted(added)


@CASES
@given(questions(limited=False), seeds, st.integers(1, 4), st.integers(2, 10**9))
def test_flows(question: Question, seed: int, floor: int, factor: int) -> None:
    world, ends = question.world, question.ends
    value = flow(world, ends)
    assert flow(a_link_more(world, seed), ends) >= value
    assert flow(turned(world), ends[::-1]) == value
    assert flow(world, ends, min_bandwidth_bps=floor) <= value
    scaled = tuple(
        replace(
            link,
            capacity_bps=None if link.capacity_bps is None else link.capacity_bps * factor,
            single_flow_bps=None if link.single_flow_bps is None else link.single_flow_bps * factor,
        )
        for link in world.links
    )
    assert flow(World(world.sites, scaled), ends) == value * factor
    widest = question.having(bandwidth_basis="capacity", flows=10**6)._replace(objective="widest")
    path = widest.best()
    assert (value > 0) == (path is not None and widest.order(path)[1] < 0)
    if path is not None:
        assert value >= -widest.order(path)[1]


@CASES
@given(questions(limited=False), st.sampled_from((*SUMS, "bandwidth")), seeds, st.integers(1, 3))
def test_matrices(question: Question, metric: str, seed: int, floor: int) -> None:
    world, places = question.world, question.world.places()
    values = matrix(world, places, metric)
    better = np.greater_equal if metric == "bandwidth" else np.less_equal
    assert better(matrix(a_link_more(world, seed), places, metric), values).all()
    assert better(values, matrix(world, places, metric, min_bandwidth_bps=floor)).all()
    assert np.array_equal(matrix(turned(world), places, metric), values.T)
    few = places[: len(places) // 3 + 1]
    part = PathEngine(world.snapshot()).matrix(few, places, metric=metric)  # type: ignore[arg-type]
    turned_part = PathEngine(world.snapshot()).matrix(places, few, metric=metric)  # type: ignore[arg-type]
    worst = -np.inf if metric == "bandwidth" else np.inf
    assert np.array_equal(np.nan_to_num(part, nan=worst, posinf=np.inf, neginf=-np.inf), values[: len(few)])
    assert np.array_equal(np.nan_to_num(turned_part, nan=worst, posinf=np.inf), values[:, : len(few)])
    single = question._replace(objective="widest" if metric == "bandwidth" else metric)
    path = single.best()
    cell = values[places.index(question.ends[0]), places.index(question.ends[1])]
    expected = worst if path is None else abs(single.order(path)[1])
    assert cell == expected


@CASES
@given(questions(("latency",), limited=False))
def test_latencies_keep_the_triangle(question: Question) -> None:
    routers = sorted(question.world.sites)[:12]
    values = matrix(question.world, routers, "latency")
    assert (values[:, :, None] + values[None, :, :] >= values[:, None, :]).all()


@CASES
@given(questions(limited=False))
def test_nothing_forwarded_is_quicker_than_the_best(question: Question) -> None:
    engine = PathEngine(question.world.snapshot())
    forwarded = engine.forwarding(*question.ends)
    if forwarded.latency_us.min is None or forwarded.drained_links:
        return
    best = engine.path(*question.ends)
    assert best.latency_us is not None
    assert best.latency_us <= forwarded.latency_us.min
    mean, most = forwarded.latency_us.mean, forwarded.latency_us.max
    assert mean is not None
    assert most is not None
    assert forwarded.latency_us.min - 1e-6 <= mean <= most + 1e-6
