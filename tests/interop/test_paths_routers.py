"""Networks on which routing daemons test their own path computation, and what they expect of it.

FRRouting tests its constrained shortest path first on four routers (topotest `cspf_topo1`); Open/R its k-th
edge-disjoint paths (KSP2) on a square with a doubled side, a doubled full mesh, a mesh and a ring. Only the
topologies and the expected values are theirs.
"""

from typing import NamedTuple

import networkx as nx
import pytest

from pathcalc import Affinity, NoFeasiblePath, PathEngine, SameEndpoint
from topology.errors import UnknownNode
from topology.given import from_networkx

V4, V6 = Affinity(include_any=("v4",)), Affinity(include_any=("v6",))
BITS = 8  # FRR counts bandwidth in bytes/s


class Adjacency(NamedTuple):
    """Two directions, each (te_metric, delay µs), and the address families that it carries."""

    name: str
    a: str
    z: str
    az: tuple[int, int]
    za: tuple[int, int]
    families: tuple[str, ...]


# 10 of IGP metric and 1.25 Mbyte/s to reserve everywhere.
FRR = (
    Adjacency("first", "north", "hub", (20, 10_000), (20, 10_000), ("v4",)),
    Adjacency("second", "north", "hub", (10, 20_000), (10, 20_000), ("v4", "v6")),
    Adjacency("slow", "hub", "east", (40, 40_000), (25, 25_000), ("v4", "v6")),
    Adjacency("quick", "hub", "south", (25, 25_000), (40, 40_000), ("v4",)),
    Adjacency("far", "east", "south", (10, 10_000), (10, 10_000), ("v6",)),
)


@pytest.fixture(scope="module")
def frr() -> PathEngine:
    graph = nx.MultiDiGraph()
    for name, a, z, az, za, families in FRR:
        for side, tail, head, (te_metric, delay) in (("az", a, z, az), ("za", z, a, za)):
            graph.add_edge(
                tail,
                head,
                key=f"{name}:{side}",
                igp_metric=10,
                te_metric=te_metric,
                latency_us=delay,
                bandwidth_bps=1_250_000 * BITS,
                admin_groups=list(families),
            )
    return PathEngine(from_networkx(graph))


@pytest.mark.parametrize(
    ("family", "objective", "limit", "expected"),
    [
        (V4, "igp_metric", {"max_igp_metric": 50}, (20, "first quick")),
        (V4, "te_metric", {"max_te_metric": 50}, (35, "second quick")),
        (V4, "latency", {"max_latency_us": 50_000}, (35_000, "first quick")),
        (
            V4,
            "latency",
            {"max_latency_us": 50_000, "min_bandwidth_bps": 1_000_000 * BITS},
            (35_000, "first quick"),
        ),
        (V6, "igp_metric", {"max_igp_metric": 50}, (30, "second slow far")),
        (V6, "te_metric", {"max_te_metric": 80}, (60, "second slow far")),
        (V6, "latency", {"max_latency_us": 80_000}, (70_000, "second slow far")),
        (
            V6,
            "latency",
            {"max_latency_us": 80_000, "min_bandwidth_bps": 1_000_000 * BITS},
            (70_000, "second slow far"),
        ),
    ],
)
def test_frr_finds_the_constrained_path(
    frr: PathEngine, family: Affinity, objective: str, limit: dict[str, int], expected: tuple[int, str]
) -> None:
    cost, links = expected
    path = frr.path("north", "south", objective=objective, affinity=family, **limit)  # type: ignore[arg-type]
    assert [link.removesuffix(":az") for link in path.links] == links.split()
    assert getattr(path, {"latency": "latency_us"}.get(objective, objective)) == cost


@pytest.mark.parametrize(
    ("family", "objective", "limit", "least"),
    [
        (V4, "igp_metric", {"max_igp_metric": 10}, 20),
        (V6, "te_metric", {"max_te_metric": 50}, 60),
        (V4, "latency", {"max_latency_us": 5000}, 35_000),
        (V6, "latency", {"min_bandwidth_bps": 10_000_000 * BITS}, 1_250_000 * BITS),
    ],
)
def test_frr_refuses_and_ours_says_what_would_do(
    frr: PathEngine, family: Affinity, objective: str, limit: dict[str, int], least: int
) -> None:
    with pytest.raises(NoFeasiblePath) as caught:
        frr.path("north", "south", objective=objective, affinity=family, **limit)  # type: ignore[arg-type]
    changes = {relaxation.constraint: relaxation.value for relaxation in caught.value.relaxations}
    (name,) = limit
    assert changes[name] == least


def test_frr_refuses_ends_that_are_none(frr: PathEngine) -> None:
    for ends in (("west", "south"), ("north", "west")):
        with pytest.raises(UnknownNode):
            frr.path(*ends, objective="igp_metric")
    with pytest.raises(SameEndpoint):
        frr.path("north", "north")


def openr(*adjacencies: tuple[int, int, int], drained: frozenset[int] = frozenset()) -> PathEngine:
    """Routers by number; (one, other, metric) of each adjacency, which may be repeated."""
    graph = nx.MultiDiGraph()
    for number, (a, z, metric) in enumerate(adjacencies):
        state = "drained" if drained & {a, z} else "up"
        for side, tail, head in (("az", a, z), ("za", z, a)):
            graph.add_edge(
                str(tail), str(head), key=f"{number}:{side}", igp_metric=metric, bandwidth_bps=1, state=state
            )
    return PathEngine(from_networkx(graph))


def metrics(engine: PathEngine, source: str, target: str, k: int) -> list[int | None]:
    return [path.igp_metric for path in engine.k_paths(source, target, k=k, objective="igp_metric")]


SQUARE = ((1, 2, 10), (1, 3, 5), (2, 4, 15), (2, 4, 35), (3, 4, 20))
MESH = tuple((a, z, 10) for a in range(1, 5) for z in range(a + 1, 5))
RING = ((1, 2, 10), (1, 3, 10), (2, 4, 10), (3, 4, 10))


def test_openr_square_with_a_doubled_side() -> None:
    engine = openr(*SQUARE)
    assert metrics(engine, "2", "4", 10) == [15, 35, 35]
    first, second, third = engine.k_paths("2", "4", k=3, objective="igp_metric")
    assert [len(first), len(second), len(third)] == [1, 1, 3]
    three = engine.disjoint_paths("2", "4", count=3, level="link", objective="igp_metric")
    assert [path.igp_metric for path in three] == [15, 35, 35]
    assert engine.max_flow("2", "4").value_bps == 3


def test_openr_doubled_mesh_by_hops() -> None:
    engine = openr(*(adjacency for adjacency in MESH for _ in range(2)))
    lengths = [len(path) for path in engine.k_paths("2", "4", k=10, objective="hops")]
    assert lengths == [1] * 2 + [2] * 8
    flow = engine.max_flow("2", "4")
    assert flow.value_bps == 6  # that many share no link: two of one hop, four of two
    six = engine.disjoint_paths("2", "4", count=6, level="circuit", objective="hops")
    assert [len(path) for path in six] == [1] * 2 + [2] * 4


def test_openr_mesh_and_a_drained_router() -> None:
    assert [path.routers for path in openr(*MESH).k_paths("1", "4", k=3, objective="igp_metric")] == [
        ("1", "4"),
        ("1", "2", "4"),
        ("1", "3", "4"),
    ]
    drained = openr(*MESH, drained=frozenset([3]))
    paths = drained.k_paths("1", "4", k=9, objective="igp_metric")
    assert [path.routers for path in paths] == [("1", "4"), ("1", "2", "4")]


def test_openr_ring() -> None:
    engine = openr(*RING)
    assert metrics(engine, "1", "2", 9) == [10, 30]
    assert metrics(engine, "1", "4", 9) == [20, 20]
    assert [branch.routers for branch in engine.forwarding("1", "4").branches] == [
        ("1", "2", "4"),
        ("1", "3", "4"),
    ]
    pair = engine.disjoint_paths("1", "2", level="router", objective="igp_metric")
    assert [path.igp_metric for path in pair] == [10, 30]
