"""A maximum flow is a flow, is as large as its cut, and as large as another program's."""

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import GraphTooLarge, InvalidQuery, PathEngine
from tests.kit.graphs import Link, World, ends_of, worlds
from tests.oracles import paths as oracle

CASES = settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
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
    value: int = nx.maximum_flow_value(graph, "from", "to")
    return value


@CASES
@given(worlds(9, 24, 0.3), choices, st.integers(0, 3) | st.none())
def test_flow_is_valid_largest_and_its_cut_proves_it(world: World, choice: int, floor: int | None) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    may = oracle.usable(floor=floor, basis="capacity_bps")
    answer = PathEngine(world.snapshot()).max_flow(*ends, bandwidth_basis="capacity", min_bandwidth_bps=floor)
    assert answer.value_bps == expected(world, sources, targets, may)
    carried: dict[str, int] = {}
    for path, bps in answer.paths:
        assert bps > 0
        oracle.assert_valid(world, path.links, sources, targets, may)
        for link in path.links:
            carried[link] = carried.get(link, 0) + bps
    assert sum(bps for _, bps in answer.paths) == answer.value_bps
    assert dict(answer.links) == carried
    assert all(bps <= worth(world.by_id[link]) for link, bps in carried.items())
    assert sum(worth(world.by_id[link]) for link in answer.min_cut) == answer.value_bps
    rest = World(world.sites, tuple(link for link in world.links if link.id not in answer.min_cut))
    assert expected(rest, sources, targets, may) == 0


def test_bounds_on_sums_are_refused_and_sums_cannot_overflow() -> None:
    def link(name: str, bps: int) -> Link:
        return Link(name, name, "r0", "r1", 1, 1, 1, bps, bps, (), "up")

    world = World({"r0": "a", "r1": "b"}, (link("x", 2**62), link("y", 2**62)))
    engine = PathEngine(world.snapshot())
    with pytest.raises(InvalidQuery):
        engine.max_flow("a", "b", max_latency_us=5)
    with pytest.raises(GraphTooLarge):
        engine.max_flow("a", "b", bandwidth_basis="capacity")
