"""A maximum flow is a flow, is as large as its cut, and as large as another program's."""

from itertools import combinations
from random import Random

import igraph
import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import FlowAnswer, GraphTooLarge, InvalidQuery, PathEngine
from tests.kit.compared import compared
from tests.kit.graphs import Link, World, ends_of, make_world, worlds
from tests.oracles import paths as oracle

CASES = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
choices = st.integers(0, 10_000)


def worth(link: Link) -> int:
    """All of the link, unless its members have nothing."""
    return 0 if link.single_flow_bps == 0 else link.capacity_bps or 0


def expected(world: World, sources: frozenset[str], targets: frozenset[str], may: oracle.Usable) -> int:
    """The value by networkx; links between two sources or out of a target are no use to it."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["from", "to"])
    for router in sources:
        graph.add_edge("from", router)
    for router in targets:
        graph.add_edge(router, "to")
    for link in world.links:
        if not may(link) or link.head in sources or link.tail in targets:
            continue
        before = graph.get_edge_data(link.tail, link.head, {"capacity": 0})["capacity"]
        graph.add_edge(link.tail, link.head, capacity=before + worth(link))
    compared("networkx", "max flow")
    value: int = nx.maximum_flow_value(graph, "from", "to")
    return value


def brute_force_cut(
    world: World, sources: frozenset[str], targets: frozenset[str], may: oracle.Usable
) -> int:
    """The least sum over all ways to put every router on one of two sides."""
    free = [router for router in world.sites if router not in sources | targets]
    links = [x for x in world.links if may(x) and x.head not in sources and x.tail not in targets]
    sides = (sources | set(side) for size in range(len(free) + 1) for side in combinations(free, size))
    return min(sum(worth(x) for x in links if x.tail in side and x.head not in side) for side in sides)


def assert_proved(
    world: World, answer: FlowAnswer, sources: frozenset[str], targets: frozenset[str], may: oracle.Usable
) -> None:
    """The paths are simple, fit together, add up to the value and the links; the cut lets no more through."""
    carried: dict[str, int] = {}
    for path, bps in answer.paths:
        assert bps > 0
        oracle.assert_valid(world, path.links, sources, targets, may)
        for link in path.links:
            carried[link] = carried.get(link, 0) + bps
    assert sum(bps for _, bps in answer.paths) == answer.value_bps
    assert dict(answer.links) == carried
    assert len(answer.paths) <= len(answer.links)
    assert all(bps <= worth(world.by_id[link]) for link, bps in carried.items())
    assert sum(worth(world.by_id[link]) for link in answer.min_cut) == answer.value_bps
    rest = World(world.sites, tuple(link for link in world.links if link.id not in answer.min_cut))
    assert expected(rest, sources, targets, may) == 0


@CASES
@given(worlds(9, 24, 0.3), choices, st.integers(0, 3) | st.none())
def test_flow_is_valid_largest_and_its_cut_proves_it(world: World, choice: int, floor: int | None) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    may = oracle.usable(floor=floor, basis="capacity_bps")
    answer = PathEngine(world.snapshot()).max_flow(*ends, bandwidth_basis="capacity", min_bandwidth_bps=floor)
    assert answer.value_bps == expected(world, sources, targets, may)
    assert answer.value_bps == brute_force_cut(world, sources, targets, may)
    assert_proved(world, answer, sources, targets, may)


@CASES
@given(worlds(9, 24), choices, st.randoms(use_true_random=False))
def test_flow_between_any_of_several_places(world: World, choice: int, chance: Random) -> None:
    routers = sorted(world.sites)
    chance.shuffle(routers)
    at = 1 + choice % (len(routers) - 1)
    sources, targets = routers[:at][:3], routers[at:][:3]
    may = oracle.usable(basis="capacity_bps")
    answer = PathEngine(world.snapshot()).max_flow(sources, targets, bandwidth_basis="capacity")
    assert answer.value_bps == expected(world, frozenset(sources), frozenset(targets), may)
    assert_proved(world, answer, frozenset(sources), frozenset(targets), may)


@CASES
@given(worlds(9, 24), choices, st.randoms(use_true_random=False))
def test_same_flow_whatever_the_order_of_the_input(world: World, choice: int, chance: Random) -> None:
    ends = ends_of(world, choice)
    one = PathEngine(world.snapshot()).max_flow(*ends, bandwidth_basis="capacity")
    other = PathEngine(world.snapshot(chance)).max_flow(*ends, bandwidth_basis="capacity")
    assert other.links == one.links  # read before the cut here, and after it below
    assert (one.min_cut, one.paths) == (other.min_cut, other.paths)


def cost_us(link: Link) -> int:
    """What ways are compared by: µs and one more a link; a link of unknown latency counts for a second."""
    return (1_000_000 if link.latency_us is None else link.latency_us) + 1


@CASES
@given(worlds(9, 24, 0.2), choices)
def test_flow_is_taken_apart_by_its_quickest_ways(world: World, choice: int) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    answer = PathEngine(world.snapshot()).max_flow(*ends, bandwidth_basis="capacity")
    left = dict(answer.links)
    for path, bps in answer.paths:
        graph = nx.MultiDiGraph([("from", router, {"cost": 0}) for router in sources])
        graph.add_edges_from((router, "to", {"cost": 0}) for router in targets)
        for link in (world.by_id[link] for link, carried in left.items() if carried):
            graph.add_edge(link.tail, link.head, cost=cost_us(link))
        quickest = nx.shortest_path_length(graph, "from", "to", weight="cost")
        compared("networkx", "path of a flow")
        assert sum(cost_us(world.by_id[link]) for link in path.links) == quickest
        for link in path.links:
            left[link] -= bps


@pytest.mark.parametrize("seed", range(12))
def test_large_networks_agree_with_igraph(seed: int) -> None:
    world = make_world(seed, n_routers=400, n_circuits=900, largest=10**9)
    engine = PathEngine(world.snapshot())
    routers = list(world.sites)
    place = {router: number for number, router in enumerate(routers)}
    may = oracle.usable(basis="capacity_bps")
    links = [link for link in world.links if may(link)]
    graph = igraph.Graph(len(routers), [(place[x.tail], place[x.head]) for x in links], directed=True)
    graph.es["worth"] = [worth(link) for link in links]
    chance = Random(seed)
    for _ in range(20):
        source, target = chance.sample(routers, 2)
        answer = engine.max_flow(source, target, bandwidth_basis="capacity")
        assert answer.value_bps == graph.maxflow_value(place[source], place[target], capacity="worth")
        assert_proved(world, answer, frozenset([source]), frozenset([target]), may)


def test_flow_from_a_hub_and_through_long_detours() -> None:
    """Wide ends, a narrow middle: most of the excess turns back."""
    links = []
    for i in range(30):
        links += [("s", f"a{i}", 50), (f"a{i}", f"a{(i + 1) % 30}", 7), (f"b{i}", "t", 50)]
        links += [
            (f"b{(i + 1) % 30}", f"b{i}", 7),
            (f"a{i}", f"b{(i * 7) % 30}", i % 5),
            (f"b{i}", f"a{i}", 3),
        ]
    routers = {name for tail, head, _ in links for name in (tail, head)}
    world = World(
        {name: f"site-{name}" for name in routers},
        tuple(Link(f"{a}-{z}:az", f"{a}-{z}", a, z, 1, 1, 1, bps, bps, (), "up") for a, z, bps in links),
    )
    may = oracle.usable(basis="capacity_bps")
    answer = PathEngine(world.snapshot()).max_flow("s", "t", bandwidth_basis="capacity")
    assert answer.value_bps == sum(i % 5 for i in range(30))
    assert_proved(world, answer, frozenset("s"), frozenset("t"), may)


def test_bounds_on_sums_are_refused_and_sums_cannot_overflow() -> None:
    def link(name: str, bps: int) -> Link:
        return Link(name, name, "r0", "r1", 1, 1, 1, bps, bps, (), "up")

    world = World({"r0": "a", "r1": "b"}, (link("x", 2**62), link("y", 2**62)))
    engine = PathEngine(world.snapshot())
    with pytest.raises(InvalidQuery):
        engine.max_flow("a", "b", max_latency_us=5)
    with pytest.raises(GraphTooLarge):
        engine.max_flow("a", "b", bandwidth_basis="capacity")
