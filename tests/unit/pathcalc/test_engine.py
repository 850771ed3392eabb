"""The engine on a small graph whose answers can be seen by eye."""

import networkx as nx
import pytest

from pathcalc import Constraints, Exclude, InvalidQuery, NoConnectivity, PathEngine, SameEndpoint
from pathcalc.core.search import shortest
from topology.errors import UnknownNode
from topology.given import from_networkx


def square() -> nx.MultiDiGraph:
    """a to d over b (10 + 10 µs, 100 bit/s) or over c (15 + 15 µs, 400 bit/s); two routers at site d."""
    graph = nx.MultiDiGraph()
    for name in ("a", "b", "c", "d1", "d2"):
        graph.add_node(name, site=name[0])
    for tail, head, latency, bandwidth in (
        ("a", "b", 10, 100),
        ("b", "d1", 10, 100),
        ("a", "c", 15, 400),
        ("c", "d2", 15, 400),
        ("d1", "d2", 1, 400),
    ):
        attributes = {"latency_us": latency, "bandwidth_bps": bandwidth, "te_metric": 5, "igp_metric": 10}
        graph.add_edge(tail, head, key=f"{tail}-{head}:az", srlgs=[f"duct:{tail}{head}"], **attributes)
        graph.add_edge(head, tail, key=f"{tail}-{head}:za", srlgs=[f"duct:{tail}{head}"], **attributes)
    return graph


@pytest.fixture(scope="module")
def engine() -> PathEngine:
    return PathEngine(from_networkx(square()))


def test_path_has_the_fields_of_the_api(engine: PathEngine) -> None:
    path = engine.path("a", "d")
    assert path.links == ("a-b:az", "b-d1:az")
    assert path.routers == ("a", "b", "d1")
    assert path.sites == ("a", "b", "d")
    assert (path.latency_us, path.te_metric, path.igp_metric, path.hop_count) == (20, 10, 20, 2)
    assert (path.bandwidth_bps, path.bottleneck_link) == (100, "a-b:az")
    assert path.loss_ppm is None
    assert path.jitter_us is None
    assert path.hops[1].from_router == "b"
    assert path.status == "optimal"


def test_bandwidth_floor_takes_the_wide_way(engine: PathEngine) -> None:
    assert engine.path("a", "d", min_bandwidth_bps=101).links == ("a-c:az", "c-d2:az")
    assert engine.widest("a", "d").bandwidth_bps == 400


def test_router_endpoint_may_be_entered_by_the_pair_link(engine: PathEngine) -> None:
    assert engine.path("a", "d2").links == ("a-b:az", "b-d1:az", "d1-d2:az")


@pytest.mark.parametrize(
    "exclude",
    [
        Exclude(sites=("b",)),
        Exclude(routers=("b",)),
        Exclude(circuits=("a-b",)),
        Exclude(links=("b-d1:az",)),
        Exclude(srlgs=("duct:ab",)),
    ],
)
def test_exclusions_keep_off_what_they_name(engine: PathEngine, exclude: Exclude) -> None:
    assert engine.path("a", "d", exclude=exclude).routers == ("a", "c", "d2")


def test_unknown_names_are_refused_with_near_matches(engine: PathEngine) -> None:
    with pytest.raises(UnknownNode) as caught:
        engine.path("a", "d3")
    assert set(caught.value.near) <= {"d", "d1", "d2"}
    assert caught.value.near
    with pytest.raises(InvalidQuery, match=r"exclude\.srlgs"):
        engine.path("a", "d", exclude=Exclude(srlgs=("duct:nowhere",)))


@pytest.mark.parametrize(
    ("source", "target"), [("a", "a"), ("d", "d1"), ("d1", "d"), (("a", "b"), ("b", "c"))]
)
def test_same_endpoint_is_refused(engine: PathEngine, source: str, target: str) -> None:
    with pytest.raises(SameEndpoint):
        engine.path(source, target)


def test_any_of_takes_the_nearest(engine: PathEngine) -> None:
    assert engine.path(("a", "c"), "d").routers == ("c", "d2")


def test_forwarding_splits_by_next_hop(engine: PathEngine) -> None:
    forwarding = engine.forwarding("a", "d")
    assert [branch.weight_ppm for branch in forwarding.branches] == [500_000, 500_000]
    assert {share.link: share.fraction for share in forwarding.links} == dict.fromkeys(
        ("a-b:az", "a-c:az", "b-d1:az", "c-d2:az"), 0.5
    )
    assert forwarding.latency_us == (20, 25, 30)
    assert forwarding.bandwidth_bps == 100


def test_no_connectivity() -> None:
    graph = square()
    graph.add_node("z")
    engine = PathEngine(from_networkx(graph))
    with pytest.raises(NoConnectivity):
        engine.path("a", "z")
    assert engine.forwarding("a", "z").status == "unreachable"


def test_a_core_query_whose_ends_meet_is_refused() -> None:
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", latency_us=1)
    engine = PathEngine(from_networkx(graph))
    query = engine._solver.query(((0, 1), (1,)), "latency", Constraints())
    with pytest.raises(ValueError, match="both source and target"):
        shortest(query)
