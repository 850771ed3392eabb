"""Why there is no path, or not the best one: claims checked against an enumeration of all simple paths."""

from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import Constraints, NoConnectivity, NoFeasiblePath, PathEngine
from pathcalc.any.solver import Task
from tests.kit.graphs import World, ends_of, worlds
from tests.kit.limits import arguments, limits, with_names
from tests.oracles import constraints as oracle
from tests.oracles.paths import Path, ids

CASES = settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
choices = st.integers(0, 10**6)
objectives = st.sampled_from(sorted(oracle.OBJECTIVES))
networks = worlds(7, 12, grouped=0.4)
SET_KINDS = ("exclude", "affinity")
CONTEXT = ("flows", "bandwidth_basis")


def names_in(found: dict[str, Any]) -> list[str]:
    """The names of single constraints, `exclude.srlgs` style."""
    names = [name for name in found if name not in (*SET_KINDS, *CONTEXT) and found[name] != ()]
    return names + [f"{f}.{kind}" for f in SET_KINDS for kind, items in found.get(f, {}).items() if items]


def having(found: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The limits with another value of one constraint."""
    field, _, kind = name.partition(".")
    return found | {field: found[field] | {kind: value} if kind else value}


def only(found: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The limits without those that are not named."""
    left = dict(found)
    for name in names_in(found):
        if name not in names:
            left = having(left, name, () if "." in name or name == "include" else None)
    return left


def least_change(
    world: World, paths: list[Path], objective: str, found: dict[str, Any], name: str
) -> int | None:
    """The value of one bound or filter nearest to its own by which a path keeps all."""
    rest = only(found, tuple(n for n in names_in(found) if n != name))
    values: list[int] = []
    # With no limit at all on it the metric must be known all the same, and its age counts.
    loosest = {"min_bandwidth_bps": 0, "min_mtu_bytes": 0}.get(name, 1 << 40)
    for path in paths:
        if not oracle.keeps(world, path, objective, having(rest, name, loosest)):
            continue
        if name in oracle.SUMS:
            values.append(oracle.total(path, oracle.SUMS[name]) or 0)
        elif name == "min_bandwidth_bps":
            values.append(-min(oracle.bandwidth(link, found) or 0 for link in path))
        elif name == "min_mtu_bytes":
            values.append(-min(link.mtu_bytes or 0 for link in path))
        else:
            counted = oracle.counted(objective, rest)
            values.append(max(oracle.age_ms(link, counted, found) for link in path))
    return abs(min(values)) if values else None


@CASES
@given(networks, choices, objectives, limits)
def test_binding_is_smallest_and_relaxations_are_least(
    world: World, choice: int, objective: str, given_limits: dict[str, Any]
) -> None:
    ends = ends_of(world, choice)
    found = with_names(world, given_limits, choice, stops=choice % 3)
    paths = oracle.every(world, ends)
    try:
        PathEngine(world.snapshot()).path(*ends, objective=objective, **arguments(found))  # type: ignore[arg-type]
    except NoConnectivity:
        assert not paths
        return
    except NoFeasiblePath as caught:
        error = caught
    else:
        return
    names = names_in(found)
    without = oracle.ranked(world, paths, objective, only(found, ()))
    binding = tuple(b.constraint for b in error.binding)
    if not without:
        assert binding == ("objective",)
        return
    assert error.best_without is not None
    assert error.best_without.links == ids(without[0])
    assert not oracle.ranked(world, paths, objective, only(found, binding))
    for smaller in combinations(names, len(binding) - 1):
        assert oracle.ranked(world, paths, objective, only(found, smaller))
    relaxed = {relaxation.constraint: relaxation for relaxation in error.relaxations}
    for name in names:
        if "." in name or name == "include":
            relaxation = relaxed.get(name)
            tried = rests_of(found, name, None if relaxation is None else relaxation.value)
            kept = [bool(oracle.ranked(world, paths, objective, rest)) for rest in tried]
            assert any(kept) == (relaxation is not None)
            continue
        least = least_change(world, paths, objective, found, name)
        assert (relaxed[name].value if name in relaxed else None) == least
        if least is not None:
            assert relaxed[name].sentence.startswith(f"{least:,} ")


def rests_of(found: dict[str, Any], name: str, dropped: Any) -> list[dict[str, Any]]:
    """The limits without what a relaxation drops; where there is none, without everything of that name."""
    field, _, kind = name.partition(".")
    items = found[field][kind] if kind else found[field]
    if dropped is None:
        return [having(found, name, ())]
    assert dropped
    assert set(dropped) <= set(items)
    singles = [items[:i] + items[i + 1 :] for i in range(len(items))] if len(dropped) == 1 else []
    return [having(found, name, rest) for rest in (tuple(i for i in items if i not in dropped), *singles)]


@CASES
@given(networks, choices, objectives, limits)
def test_explanation_names_what_the_best_of_all_does_not_keep(
    world: World, choice: int, objective: str, given_limits: dict[str, Any]
) -> None:
    ends = ends_of(world, choice)
    found = with_names(world, given_limits, choice, stops=choice % 3)
    without = oracle.ranked(world, oracle.every(world, ends), objective, only(found, ()))
    engine = PathEngine(world.snapshot())
    try:
        explanation = engine.explain(*ends, objective=objective, **arguments(found))  # type: ignore[arg-type]
    except (NoConnectivity, NoFeasiblePath):
        assert not without
        return
    path = without[0]
    assert explanation.best_without.links == ids(path)
    expected: dict[str, tuple[str, ...]] = {}
    for name in names_in(found):
        alone = only(found, (name,))
        if name in oracle.FILTERS or "." in name:
            field = name.partition(".")[0]
            counted_with = found if name == "max_metric_age_ms" else alone
            hit = [link for link in path if oracle.fails(world, link, field, objective, counted_with | alone)]
            if name == "max_metric_age_ms":
                metrics = oracle.counted(objective, found)
                hit = [link for link in path if oracle.age_ms(link, metrics, found) > found[name]]
            if hit:
                expected[name] = ids(hit)
        elif not oracle.keeps(world, path, objective, alone):
            metric = oracle.METRICS.get(oracle.SUMS.get(name, ""))
            expected[name] = ids(link for link in path if metric and getattr(link, metric) is None)
    assert {objection.constraint: objection.links for objection in explanation.objections} == expected


@CASES
@given(networks, choices, limits)
def test_verdict_on_forwarded_traffic(world: World, choice: int, given_limits: dict[str, Any]) -> None:
    ends = ends_of(world, choice)
    found = with_names(world, given_limits, choice)
    forwarding = PathEngine(world.snapshot()).forwarding(*ends)
    if forwarding.status != "predicted" or forwarding.branch_count > len(forwarding.branches):
        return
    branches = [tuple(world.by_id[link] for link in branch.links) for branch in forwarding.branches]
    broken = set()
    for name in names_in(found):
        alone = only(found, (name,))
        if name == "max_metric_age_ms":
            metrics = oracle.counted("latency", found)
            kept = all(oracle.age_ms(link, metrics, found) <= found[name] for b in branches for link in b)
        else:  # hops are known on every link
            kept = all(oracle.keeps(world, branch, "hops", alone) for branch in branches)
        if not kept:
            broken.add(name)
    verdict = forwarding.violations(Constraints(**arguments(found), allow_draining=True))
    assert {violation.constraint for violation in verdict} == broken


@CASES
@given(networks, choices, objectives, limits, st.tuples(st.integers(0, 12), st.integers(1, 4)))
def test_what_a_spent_budget_proves(
    world: World, choice: int, objective: str, given_limits: dict[str, Any], budget: tuple[int, int]
) -> None:
    labels, k = budget
    ends = ends_of(world, choice)
    found = with_names(world, given_limits, choice, stops=choice % 3)
    engine = PathEngine(world.snapshot())
    ranked = oracle.ranked(world, oracle.every(world, ends), objective, found)
    task: Task = engine._solver.task(engine._endpoints.pair(*ends), Constraints(**arguments(found)))
    answer = engine._single.best(task._replace(labels=labels), objective)
    link_ids = engine._solver.snapshot.link_ids
    links = None if answer.links is None else tuple(world.by_id[link_ids[i]] for i in answer.links)
    if not answer.step:
        assert (links and ids(links)) == (ids(ranked[0]) if ranked else None)
    elif links is not None:
        assert links in ranked
    if answer.step == "bandwidth" and ranked:
        assert min(oracle.bandwidth(link, found) or 0 for link in ranked[0]) <= (answer.bound or 0)
    elif answer.step and ranked:
        least = oracle.total(ranked[0], answer.step)
        assert least is not None
        assert least >= (answer.bound or 0)
    several = engine._several.best(task._replace(labels=labels), objective, k)
    shown = [tuple(world.by_id[link_ids[i]] for i in path) for path in several.paths]
    assert shown == ranked[: k if several.complete else len(shown)]
