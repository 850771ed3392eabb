"""Where packets go, against networkx's shortest paths and a packet-by-packet count in fractions."""

from collections import defaultdict
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pathcalc import Constraints, Exclude, PathEngine
from tests.kit.graphs import World, ends_of, worlds
from tests.oracles import forwarding as oracle
from tests.oracles import paths

CASES = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
choices = st.integers(0, 10_000)


@CASES
@given(worlds(7, 14) | worlds(7, 14, dead=0.5), choices)
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
@given(worlds(7, 14), choices)
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
@given(worlds(7, 14), choices)
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
@given(worlds(7, 14), choices)
def test_next_hops_are_those_of_all_shortest_paths(world: World, choice: int) -> None:
    """With positive metrics, where networkx needs no rule of ours."""
    links = tuple(
        link if link.igp_metric is None else replace(link, igp_metric=link.igp_metric + 1)
        for link in world.links
    )
    world = World(world.sites, links)
    ends = ends_of(world, choice)
    _, targets = (world.routers_at(end) for end in ends)
    expected = oracle.next_hops_on_shortest_paths(world, targets)
    used: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for share in PathEngine(world.snapshot()).forwarding(*ends).links:
        link = world.by_id[share.link]
        used[link.tail].add((link.tail, link.head))
    assert all(hops == expected[router] for router, hops in used.items())


@CASES
@given(worlds(7, 14, dead=0.2), choices, st.integers(0, 4), st.integers(0, 10), st.integers(0, 4))
def test_verdict_on_constraints(world: World, choice: int, floor: int, latency: int, hops: int) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    branches = [[world.by_id[i] for i in names] for names in oracle.branches(world, sources, targets)]
    circuit = world.links[0].circuit if world.links else None
    limits = Constraints(
        min_bandwidth_bps=floor,
        bandwidth_basis="free_now",
        max_latency_us=latency,
        max_hops=hops,
        exclude=Exclude(circuits=(circuit,) if circuit else ()),
    )
    found = PathEngine(world.snapshot()).forwarding(*ends, bandwidth_basis="free_now")
    assume(branches)
    may = paths.usable(floor=floor, avoid={circuit} if circuit else ())
    kept = all(paths.within(tuple(b), latency, hops) and all(map(may, b)) for b in branches)
    # An unknown latency fails for all at once: the worst branch's is then not known.
    assert found.satisfied(limits) == kept
    assert bool(found.violations(limits)) != kept


@CASES
@given(worlds(7, 14), choices)
def test_same_as_only_a_single_branch(world: World, choice: int) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    branches = oracle.branches(world, sources, targets)
    engine = PathEngine(world.snapshot())
    assume(branches)
    best = engine.path(*ends, objective="igp_metric", allow_draining=True)
    assert engine.forwarding(*ends).same_as(best) == (set(branches) == {best.links})
