"""Unknown metrics, caps, dead links and odd graphs in answers."""

import networkx as nx
import pytest

from pathcalc import (
    Constraints,
    Exclude,
    GraphTooLarge,
    InvalidQuery,
    NoConnectivity,
    NoFeasiblePath,
    PathEngine,
)
from topology.given import from_networkx

KNOWN = {"latency_us": 10, "te_metric": 1, "igp_metric": 1, "bandwidth_bps": 100, "loss_ppm": 600_000}


def engine_of(*links: tuple[str, str, dict[str, object]]) -> PathEngine:
    graph = nx.MultiDiGraph()
    for n, (tail, head, changes) in enumerate(links):
        attributes = {k: v for k, v in {**KNOWN, **changes}.items() if v is not None}
        graph.add_edge(tail, head, key=f"c{n}:az", **attributes)
    return PathEngine(from_networkx(graph))


def test_a_sum_with_an_unknown_addend_is_unknown() -> None:
    path = engine_of(("a", "b", {}), ("b", "c", {"te_metric": None, "bandwidth_bps": None})).path("a", "c")
    assert path.latency_us == 20
    assert path.te_metric is None
    assert path.bandwidth_bps is None
    assert path.bottleneck_link is None
    assert path.single_flow_max_bps is None


def test_loss_is_capped_at_everything() -> None:
    assert engine_of(("a", "b", {}), ("b", "c", {})).path("a", "c").loss_ppm == 1_000_000


def test_objective_that_is_unknown_on_every_path_says_so() -> None:
    engine = engine_of(("a", "b", {"te_metric": None}))
    with pytest.raises(NoFeasiblePath) as caught:
        engine.path("a", "b", objective="te_metric")
    assert [(b.constraint, b.reason) for b in caught.value.binding] == [("objective", "unknown")]
    assert engine.path("a", "b").links == ("c0:az",)


def test_unknown_metric_fails_every_bound_on_it() -> None:
    engine = engine_of(("a", "b", {"latency_us": None, "bandwidth_bps": None}))
    for bound in ({"max_latency_us": 1_000_000}, {"min_bandwidth_bps": 0}):
        with pytest.raises(NoFeasiblePath) as caught:
            engine.path("a", "b", objective="hops", **bound)  # type: ignore[arg-type]
        assert [(b.constraint, b.reason) for b in caught.value.binding] == [(*bound, "unknown")]
        assert caught.value.relaxations == ()


@pytest.mark.parametrize(("state", "flag"), [("stale", "allow_stale"), ("drained", "allow_draining")])
def test_states_are_used_only_when_asked_for(state: str, flag: str) -> None:
    engine = engine_of(("a", "b", {"state": state}), ("b", "a", {"state": "down"}))
    with pytest.raises(NoConnectivity, match=flag) as caught:
        engine.path("a", "b")
    assert caught.value.with_states == (flag,)
    path = engine.path("a", "b", **{flag: True})  # type: ignore[arg-type]
    assert path.stale_links == (("c0:az",) if state == "stale" else ())
    assert engine.forwarding("a", "b").status == ("unreachable" if state == "stale" else "predicted")
    with pytest.raises(NoConnectivity):
        engine.path("b", "a", allow_stale=True, allow_draining=True)


def test_one_way_links_lead_one_way() -> None:
    engine = engine_of(("a", "b", {}))
    assert engine.path("a", "b").hop_count == 1
    with pytest.raises(NoConnectivity):
        engine.path("b", "a")


def test_zero_weight_circles_are_not_walked() -> None:
    zero = {"latency_us": 0, "igp_metric": 0}
    engine = engine_of(("a", "b", zero), ("b", "a", zero), ("b", "c", zero), ("c", "b", zero))
    assert engine.path("a", "c").links == ("c0:az", "c2:az")
    assert engine.forwarding("a", "c").latency_us == (0, 0, 0)
    assert len(engine.k_paths("a", "c", k=5)) == 1


def test_parallel_circuits_are_kept_apart() -> None:
    engine = engine_of(("a", "b", {}), ("a", "b", {}), ("a", "b", {"latency_us": 11}))
    assert [path.links for path in engine.k_paths("a", "b", k=9)] == [("c0:az",), ("c1:az",), ("c2:az",)]
    assert len(engine.disjoint_paths("a", "b", level="router")) == 2
    assert [share.fraction_ppm for share in engine.forwarding("a", "b").links] == [333_333] * 3


def test_sums_beyond_64_bits_are_refused_at_load() -> None:
    graph = nx.path_graph(33_000, create_using=nx.MultiDiGraph)
    nx.set_edge_attributes(graph, 0xFFFF_FFFE, "latency_us")
    with pytest.raises(GraphTooLarge, match="latency"):
        PathEngine(from_networkx(graph))


@pytest.mark.parametrize(
    ("field", "ask"),
    [
        ("k", lambda e: e.k_paths("a", "b", k=0)),
        ("objective", lambda e: e.path("a", "b", objective="beauty")),
        ("objective", lambda e: e.disjoint_paths("a", "b", objective="beauty")),
        ("disjoint.count", lambda e: e.disjoint_paths("a", "b", count=17)),
        ("disjoint.level", lambda e: e.disjoint_paths("a", "b", level="planet")),
        ("include", lambda e: e.disjoint_paths("a", "b", include=("a",))),
        ("max_hops", lambda e: e.path("a", "b", max_hops=-1)),
        ("min_bandwidth_bps", lambda e: e.path("a", "b", min_bandwidth_bps=1.5)),
        ("min_bandwidth_bps", lambda e: e.path("a", "b", min_bandwidth_bps=1 << 64)),
        ("bandwidth_basis", lambda e: e.path("a", "b", bandwidth_basis="hope")),
        ("exclude", lambda e: e.path("a", "b", exclude={"links": []})),
        ("from", lambda e: e.path((), "b")),
        ("routing", lambda e: e.matrix(["a"], ["b"], routing="te")),
        ("min_bandwidth_bps", lambda e: e.matrix(["a"], ["b"], routing="igp", min_bandwidth_bps=1)),
    ],
)
def test_what_is_not_exact_is_refused_by_name(field: str, ask: object) -> None:
    with pytest.raises(InvalidQuery) as caught:
        ask(engine_of(("a", "b", {})))  # type: ignore[operator]
    assert caught.value.field == field


def test_excluding_an_endpoint_leaves_nothing() -> None:
    with pytest.raises(NoFeasiblePath) as caught:
        engine_of(("a", "b", {})).path("a", "b", exclude=Exclude(routers=("a",)))
    assert caught.value.relaxations[0].value == ("a",)


def test_verdict_names_what_packets_do_not_keep() -> None:
    forwarding = engine_of(("a", "b", {}), ("b", "c", {"bandwidth_bps": 50})).forwarding("a", "c")
    limits = Constraints(min_bandwidth_bps=60, max_latency_us=19, exclude=Exclude(routers=("b",)))
    assert not forwarding.satisfied(limits)
    assert [(v.constraint, v.value) for v in forwarding.violations(limits)] == [
        ("min_bandwidth_bps", 50),
        ("max_latency_us", 20),
        ("exclude.routers", ("b",)),
    ]
    assert forwarding.violations(limits)[1].sentence == "20 µs on the longest branch, the limit is 19"


def test_packets_pass_the_way_points_in_order_on_every_branch_or_the_verdict_says_so() -> None:
    forwarding = engine_of(("a", "b", {}), ("b", "d", {}), ("a", "c", {}), ("c", "d", {})).forwarding(
        "a", "d"
    )
    assert forwarding.satisfied(Constraints(include=("a", "d")))
    (violation,) = forwarding.violations(Constraints(include=("a", "b", "d")))
    assert (violation.constraint, violation.limit, violation.value) == ("include", None, ("b", "d"))
    assert violation.sentence == "not all packets pass b, then d"


def test_a_dearer_start_that_is_quicker_is_not_forgotten() -> None:
    engine = engine_of(
        ("a", "b", {"te_metric": 1, "latency_us": 5}),
        ("a", "b", {"te_metric": 2, "latency_us": 1}),
        ("b", "c", {"te_metric": 1, "latency_us": 9}),
        ("b", "c", {"te_metric": 10, "latency_us": 5}),
    )
    path = engine.path("a", "c", objective="te_metric", max_latency_us=10)
    assert (path.links, path.te_metric) == (("c1:az", "c2:az"), 3)
