"""What a check says of redundancy and load, against networkx, failure by failure."""

import dataclasses
from collections import defaultdict
from itertools import permutations

import networkx as nx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import PathEngine
from suanlu.effects import SiteNames
from suanlu.maintenance import Scope, check
from tests.kit.graphs import Link, World, worlds
from tests.oracles import forwarding as oracle
from topology.inventory import Inventory

NAMES = SiteNames(Inventory(name="any", sites=(), routers=(), srlgs=(), circuits=()))
CASES = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def both_ways(world: World) -> World:
    """The world as an inventory would have it: circuits of two links, all of them up, with a metric."""
    by_circuit: dict[str, list[Link]] = defaultdict(list)
    for link in world.links:
        by_circuit[link.circuit].append(link)
    links = [
        dataclasses.replace(link, state="up", igp_metric=link.igp_metric or 1, latency_us=1)
        for pair in by_circuit.values()
        if len(pair) == 2
        for link in pair
    ]
    return World(world.sites, tuple(links))


def without(world: World, circuits: set[str]) -> World:
    return World(world.sites, tuple(link for link in world.links if link.circuit not in circuits))


def joined(world: World) -> set[tuple[str, str]]:
    """The pairs of sites that a packet can get from one to the other of."""
    graph = nx.DiGraph()
    for router, site in world.sites.items():
        graph.add_edge(f"from {site}", router)
        graph.add_edge(router, f"to {site}")
    graph.add_edges_from((link.tail, link.head) for link in world.links)
    return {
        (a, b)
        for a, b in permutations(sorted(set(world.sites.values())), 2)
        if nx.has_path(graph, f"from {a}", f"to {b}")
    }


def _pairs(directions: set[tuple[str, str]]) -> set[frozenset[str]]:
    return {frozenset(direction) for direction in directions}


@CASES
@given(worlds(6, 9), st.data())
def test_redundancy_lost_is_what_only_the_window_exposes(given_world: World, data: st.DataObject) -> None:
    world = both_ways(given_world)
    circuits = sorted({link.circuit for link in world.links})
    if not circuits:
        return
    own = data.draw(st.sets(st.sampled_from(circuits), min_size=1, max_size=2))
    impact = check(PathEngine(world.snapshot()), Scope(circuits=frozenset(own)), [], NAMES)
    after = without(world, own)
    assert impact.effects.pairs_cut == len(_pairs(joined(world) - joined(after)))
    srlgs = {srlg for link in world.links for srlg in link.srlgs}
    groups = {("circuit", name): {name} for name in circuits if name not in own}
    for srlg in srlgs:
        groups["srlg", srlg] = {link.circuit for link in world.links if srlg in link.srlgs}
    expected = {}
    for failure, failed in groups.items():
        today = _pairs(joined(world) - joined(without(world, failed)))
        exposed = _pairs(joined(after) - joined(without(after, failed))) - today
        if exposed:
            expected[failure] = len(exposed)
    assert {(cut.kind, cut.id): cut.pairs_cut for cut in impact.redundancy_lost} == expected


@CASES
@given(worlds(6, 9), st.data())
def test_load_goes_round_the_gap_as_packets_between_its_ends_would(
    given_world: World, data: st.DataObject
) -> None:
    world = both_ways(given_world)
    circuits = sorted({link.circuit for link in world.links})
    if not circuits:
        return
    own = data.draw(st.sets(st.sampled_from(circuits), min_size=1, max_size=2))
    loads = {link.id: data.draw(st.integers(0, 100)) for link in world.links}
    snapshot = world.snapshot()
    used = snapshot.used_bps.copy()
    capacity = snapshot.capacity_bps.copy()
    for name, load in loads.items():
        used[snapshot.link_index[name]], capacity[snapshot.link_index[name]] = load, 100
    engine = PathEngine(dataclasses.replace(snapshot, used_bps=used, capacity_bps=capacity))
    impact = check(engine, Scope(circuits=frozenset(own)), [], NAMES)
    after, came, unplaced = without(world, own), defaultdict(float), 0
    for link in (link for link in world.links if link.circuit in own):
        arrives, shares = oracle.shares(after, {link.tail}, {link.head})
        unplaced += 0 if arrives else loads[link.id]
        for name, part in shares.items():
            came[name] += float(part * loads[link.id])
    full: dict[str, float] = {}
    for name, bps in came.items():
        share = (loads[name] + bps) / 100
        if round(bps) and share > 0.8:
            circuit = world.by_id[name].circuit
            full[circuit] = max(share, full.get(circuit, 0))
    assert impact.unplaced_bps == unplaced
    found = {one.circuit: one.utilisation for one in impact.circuits_over_80_percent}
    assert found.keys() == full.keys()
    assert all(abs(found[name] - share) < 1e-3 for name, share in full.items())
