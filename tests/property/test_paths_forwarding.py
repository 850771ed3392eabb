"""Where packets go, against networkx's shortest paths and a packet-by-packet count in fractions."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pathcalc import Constraints, PathEngine
from tests.kit.graphs import World, ends_of, worlds
from tests.kit.limits import arguments, limits, with_names
from tests.oracles import constraints, paths
from tests.oracles import forwarding as oracle
from tests.oracles.paths import Path

CASES = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
choices = st.integers(0, 10_000)


@CASES
@given(worlds(7, 14, backed=True) | worlds(7, 14, dead=0.5, backed=True), choices)
def test_shares_and_branches(world: World, choice: int) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    ingress, shares = oracle.shares(world, sources, targets)
    found = PathEngine(world.snapshot()).forwarding(*ends)
    assert found.status == ("predicted" if ingress else "unreachable")
    assert set(found.ingress) == ingress
    assert set(found.drained_links) == {link for link in shares if world.by_id[link].state == "drained"}
    assert {share.link for share in found.links} == set(shares)
    for share in found.links:
        assert abs(share.fraction - shares[share.link]) < 1e-12
        assert abs(share.fraction_ppm - shares[share.link] * 1_000_000) <= 0.5 + 1e-6
    branches = oracle.branches(world, sources, targets)
    assert found.branch_count == len(branches)
    assume(len(branches) <= 64)
    assert {branch.links for branch in found.branches} == set(branches)
    if branches:
        assert sum(branch.weight_ppm for branch in found.branches) == 1_000_000
    for branch in found.branches:
        assert abs(branch.weight_ppm - branches[branch.links] * 1_000_000) < 1
    weights = [branches[branch.links] for branch in found.branches]
    assert weights == sorted(weights, reverse=True)


@CASES
@given(worlds(7, 14, backed=True), choices)
def test_sums_over_the_branches(world: World, choice: int) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    branches = oracle.branches(world, sources, targets)
    found = PathEngine(world.snapshot()).forwarding(*ends, bandwidth_basis="capacity")
    links = {name: [world.by_id[link] for link in name] for name in branches}
    latencies = [paths.value(path, "latency") for path in links.values()]
    if not branches or paths.UNKNOWN in latencies:
        assert found.latency_us == (None, None, None)
    else:
        assert (found.latency_us.min, found.latency_us.max) == (min(latencies), max(latencies))
        mean = sum(part * paths.value(links[name], "latency") for name, part in branches.items())
        assert found.latency_us.mean is not None
        assert abs(found.latency_us.mean - mean) < 1e-9 * (1 + mean)
    bandwidths = [link.capacity_bps for path in links.values() for link in path]
    known = [value for value in bandwidths if value is not None]
    assert found.bandwidth_bps == (min(known) if known and len(known) == len(bandwidths) else None)
    if branches:
        hops = [len(name) for name in branches]
        assert (found.hop_count.min, found.hop_count.max) == (min(hops), max(hops))


@CASES
@given(worlds(7, 14, backed=True), choices)
def test_traffic_is_conserved(world: World, choice: int) -> None:
    ends = ends_of(world, choice)
    _, targets = (world.routers_at(end) for end in ends)
    found = PathEngine(world.snapshot()).forwarding(*ends)
    assume(found.status == "predicted")
    balance: dict[str, float] = defaultdict(float)
    for router in found.ingress:
        balance[router] += 1 / len(found.ingress)
    for share in found.links:
        link = world.by_id[share.link]
        balance[link.tail] -= share.fraction
        balance[link.head] += share.fraction
    assert all(abs(rest) < 1e-12 for router, rest in balance.items() if router not in targets)
    assert abs(sum(balance[router] for router in targets) - 1) < 1e-12


@CASES
@given(worlds(7, 14, backed=True), choices)
def test_next_hops_are_those_of_all_shortest_paths(world: World, choice: int) -> None:
    """With positive metrics, where networkx needs no rule of ours."""
    links = tuple(
        link if link.igp_metric is None else replace(link, igp_metric=link.igp_metric + 1)
        for link in world.links
    )
    world = World(world.sites, links, world.backups)
    ends = ends_of(world, choice)
    _, targets = (world.routers_at(end) for end in ends)
    expected = oracle.next_hops_on_shortest_paths(world, targets)
    used: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for share in PathEngine(world.snapshot()).forwarding(*ends).links:
        link = world.by_id[share.link]
        used[link.tail].add((link.tail, link.head))
    assert all(hops == expected[router] for router, hops in used.items())


def broken(world: World, branches: list[Path], found: dict[str, Any]) -> set[str]:
    """The fields of the limits that some branch does not keep."""
    names = set()
    for name, metric in constraints.SUMS.items():
        if found.get(name) is not None:
            values = [constraints.total(branch, metric) for branch in branches]
            if any(value is None or value > found[name] for value in values):
                names.add(name)
    for name in constraints.FILTERS:
        if found.get(name) is not None and any(
            constraints.fails(world, link, name, "latency", found) for branch in branches for link in branch
        ):
            names.add(name)
    stops = found.get("include", ())
    if not all(constraints.passes_stops(world, branch, stops) for branch in branches):
        names.add("include")
    if not found.get("allow_draining") and any(link.state == "drained" for b in branches for link in b):
        names.add("allow_draining")
    return names


@CASES
@given(worlds(7, 14, grouped=0.4, dead=0.2, backed=True), choices, limits)
def test_verdict_on_every_constraint(world: World, choice: int, found: dict[str, Any]) -> None:
    ends = ends_of(world, choice)
    found = with_names(world, found, choice, stops=choice % 3)
    sources, targets = (world.routers_at(end) for end in ends)
    branches = [tuple(world.by_id[i] for i in names) for names in oracle.branches(world, sources, targets)]
    assume(branches)
    asked = Constraints(**arguments(found))
    forwarding = PathEngine(world.snapshot()).forwarding(*ends, bandwidth_basis=asked.bandwidth_basis)
    expected = broken(world, branches, found)
    assert {violation.constraint.split(".")[0] for violation in forwarding.violations(asked)} == expected
    assert forwarding.satisfied(asked) == (not expected)


@CASES
@given(worlds(7, 14, backed=True), choices, st.sampled_from(("latency_us", "igp_metric", "state")))
def test_an_engine_that_takes_over_forwards_as_a_new_one(world: World, choice: int, moved: str) -> None:
    ends, engine = ends_of(world, choice), PathEngine(world.snapshot())
    engine.forwarding(*ends)
    value = "down" if moved == "state" else choice % 7
    links = tuple(
        replace(link, **{moved: value}) if (choice + number) % 3 == 0 else link
        for number, link in enumerate(world.links)
    )
    snapshot = World(world.sites, links, world.backups).snapshot()
    after, fresh = PathEngine(snapshot, engine).forwarding(*ends), PathEngine(snapshot).forwarding(*ends)
    assert (after.links, after.latency_us, after.ingress) == (fresh.links, fresh.latency_us, fresh.ingress)
    assert (after.bandwidth_bps, after.branches) == (fresh.bandwidth_bps, fresh.branches)


@CASES
@given(worlds(7, 14, backed=True), choices)
def test_same_as_only_a_single_branch(world: World, choice: int) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    branches = oracle.branches(world, sources, targets)
    engine = PathEngine(world.snapshot())
    assume(branches)
    best = engine.path(*ends, objective="igp_metric", allow_draining=True)
    assert engine.forwarding(*ends).same_as(best) == (set(branches) == {best.links})
