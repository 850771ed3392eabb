"""Constraints on small graphs whose answers can be seen by eye."""

import itertools
import random
from typing import Any

import networkx as nx
import pytest

from pathcalc import Affinity, InvalidQuery, NoFeasiblePath, PathEngine
from topology.given import from_networkx


def engine_of(*edges: tuple[str, str, dict[str, Any]], **graph_attributes: Any) -> PathEngine:
    graph = nx.MultiDiGraph(**graph_attributes)
    for tail, head, attributes in edges:
        graph.add_edge(
            tail, head, key=f"{tail}-{head}:az", **({"latency_us": 1, "igp_metric": 1} | attributes)
        )
    return PathEngine(from_networkx(graph))


def both(tail: str, head: str, **attributes: Any) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    return (tail, head, attributes), (head, tail, attributes)


def test_leg_by_leg_would_pass_a_router_twice() -> None:
    # The best way from a to w and the best way from w to z both pass m: the path must go round by x.
    engine = engine_of(
        *both("a", "m"), *both("m", "w"), *both("m", "z"), *both("w", "x", latency_us=9), *both("x", "z")
    )
    path = engine.path("a", "z", include=("w",))
    assert path.routers == ("a", "m", "w", "x", "z")
    assert path.status == "optimal"


def test_way_points_are_passed_in_order() -> None:
    engine = engine_of(
        *(link for a in "apqz" for b in "apqz" if a < b for link in both(a, b, latency_us=ord(b) - ord(a)))
    )
    assert engine.path("a", "z", include=("p", "q")).routers == ("a", "p", "q", "z")
    assert engine.path("a", "z", include=("q", "p")).routers == ("a", "q", "p", "z")
    assert engine.path("a", "z", include=("a", "z")).routers == ("a", "z")
    with pytest.raises(NoFeasiblePath) as caught:
        engine.path("a", "z", include=("q", "p"), max_hops=2)
    assert {r.constraint: r.value for r in caught.value.relaxations} == {"max_hops": 3, "include": ("q",)}


def test_one_flow_has_one_member_of_a_group() -> None:
    group = {"capacity_bps": 400, "free_bps": 350, "single_flow_max_bps": 100}
    engine = engine_of(
        ("a", "b", group), ("a", "c", {"bandwidth_bps": 120}), ("c", "b", {"bandwidth_bps": 120})
    )
    assert engine.path("a", "b", min_bandwidth_bps=101).routers == ("a", "c", "b")
    assert engine.path("a", "b", min_bandwidth_bps=101, flows=2).routers == ("a", "b")
    assert engine.widest("a", "b").routers == ("a", "c", "b")
    assert engine.widest("a", "b", flows=4).routers == ("a", "b")
    with pytest.raises(NoFeasiblePath) as caught:
        engine.path("a", "b", min_bandwidth_bps=400, flows=3)
    assert caught.value.relaxations[0].value == 300
    with pytest.raises(NoFeasiblePath) as caught:
        engine.path("a", "b", min_bandwidth_bps=400, flows=10**6)
    assert caught.value.relaxations[0].value == 350


def test_unknown_metric_keeps_no_bound() -> None:
    engine = engine_of(("a", "b", {}))
    for name in ("max_jitter_us", "max_loss_ppm", "max_te_metric", "min_mtu_bytes"):
        with pytest.raises(NoFeasiblePath) as caught:
            engine.path("a", "b", **{name: 10**9})  # type: ignore[arg-type]
        assert [(b.constraint, b.reason) for b in caught.value.binding] == [(name, "unknown")]
        assert f"a link of which what {name} looks at is unknown" in str(caught.value)
        assert engine.explain("a", "b", **{name: 10**9}).objections[0].reason == "unknown"  # type: ignore[arg-type]


def test_loss_beyond_all_of_it_is_all_of_it() -> None:
    engine = engine_of(("a", "b", {"loss_ppm": 700_000}), ("b", "c", {"loss_ppm": 700_000}))
    assert engine.path("a", "c", max_loss_ppm=1_000_000).loss_ppm == 1_000_000
    with pytest.raises(NoFeasiblePath) as caught:
        engine.path("a", "c", max_loss_ppm=999_999)
    assert caught.value.relaxations[0].value == 1_000_000


def test_affinities() -> None:
    engine = engine_of(
        ("a", "b", {"admin_groups": ["satellite"]}),
        ("a", "c", {"admin_groups": ["fibre", "own"]}),
        ("c", "b", {"admin_groups": ["fibre"]}),
    )
    assert engine.path("a", "b", affinity=Affinity(exclude_any=("satellite",))).routers == ("a", "c", "b")
    assert engine.path("a", "b", affinity=Affinity(include_all=("fibre",))).routers == ("a", "c", "b")
    assert engine.path("a", "b", affinity=Affinity(include_any=("satellite", "own"))).routers == ("a", "b")
    with pytest.raises(NoFeasiblePath) as caught:
        engine.path("a", "b", affinity=Affinity(include_all=("fibre", "own")))
    assert [(r.constraint, r.value) for r in caught.value.relaxations] == [("affinity.include_all", ("own",))]
    with pytest.raises(InvalidQuery, match=r"affinity\.include_any"):
        engine.path("a", "b", affinity=Affinity(include_any=("copper",)))


def test_objectives_in_turn() -> None:
    engine = engine_of(
        ("a", "b", {"bandwidth_bps": 10, "latency_us": 5}),
        ("a", "c", {"bandwidth_bps": 20, "latency_us": 2}),
        ("c", "b", {"bandwidth_bps": 20, "latency_us": 3}),
        ("c", "d", {"bandwidth_bps": 20, "latency_us": 1}),
        ("d", "b", {"bandwidth_bps": 20, "latency_us": 1}),
    )
    assert engine.path("a", "b", objective="widest").routers == ("a", "c", "b")
    assert engine.path("a", "b", objective="widest_then_latency").routers == ("a", "c", "d", "b")
    assert engine.path("a", "b", objective="latency_then_widest").routers == ("a", "c", "d", "b")
    three = engine.k_paths("a", "b", k=9, objective="widest")
    assert [path.routers for path in three] == [("a", "c", "b"), ("a", "c", "d", "b"), ("a", "b")]


def test_explanation_is_in_words() -> None:
    engine = engine_of(
        ("a", "b", {"latency_us": 30}), ("b", "c", {"bandwidth_bps": 5}), ("a", "c", {"latency_us": 99})
    )
    explanation = engine.explain("a", "c", max_latency_us=20, min_bandwidth_bps=6, include=("c", "b"))
    assert explanation.best_without.links == ("a-b:az", "b-c:az")
    assert [(o.constraint, o.reason, o.sentence) for o in explanation.objections] == [
        ("min_bandwidth_bps", "limit", "min_bandwidth_bps rules out a-b:az, b-c:az"),
        ("max_latency_us", "limit", "it has 31 µs, the limit is 20"),
        ("include", "limit", "it does not pass b after c"),
    ]


def hard(size: int) -> PathEngine:
    """A chain of pairs of links, one quicker and one steadier: a knapsack."""
    rng = random.Random(size)
    graph = nx.MultiDiGraph()
    for i in range(size):
        for name in "xy":
            attributes = {"latency_us": rng.randrange(1 << 20), "jitter_us": rng.randrange(1 << 20)}
            graph.add_edge(f"r{i:03d}", f"r{i + 1:03d}", key=f"r{i:03d}{name}:az", **attributes)
    return PathEngine(from_networkx(graph))


def test_a_budget_in_time_gives_the_best_so_far_and_a_bound() -> None:
    engine = hard(400)
    quick, steady = engine.path("r000", "r400"), engine.path("r000", "r400", max_jitter_us=1 << 40)
    assert quick == steady
    assert quick.jitter_us is not None
    limit = quick.jitter_us * 9 // 10
    path = engine.path("r000", "r400", max_jitter_us=limit, budget_ms=5)
    assert path.status == "feasible"
    assert path.bound_us is not None
    assert path.latency_us is not None
    assert path.jitter_us is not None
    assert quick.latency_us is not None
    assert quick.latency_us <= path.bound_us <= path.latency_us
    assert path.jitter_us <= limit


def pareto(engine: PathEngine, size: int) -> list[tuple[int, int]]:
    """All (latency, jitter) of the chain of which no other has both less, by latency."""
    snapshot = engine.snapshot
    front = [(0, 0)]
    for i in range(size):
        links = [snapshot.link_index[f"r{i:03d}{name}:az"] for name in "xy"]
        values = [(int(snapshot.latency_us[link]), int(snapshot.jitter_us[link])) for link in links]
        every = sorted((a + latency, b + jitter) for a, b in front for latency, jitter in values)
        least = itertools.accumulate((jitter for _, jitter in every), min, initial=1 << 60)
        front = [way for way, before in zip(every, least, strict=False) if way[1] < before]
    return front


def test_many_labels_find_the_best_of_a_knapsack() -> None:
    # Some need more labels than landmarks are tried with, so both kinds of bounds have their turn.
    engine = hard(60)
    front = pareto(engine, 60)
    for latency, jitter in front[:: len(front) // 40]:
        path = engine.path("r000", "r060", max_jitter_us=jitter)
        assert (path.status, path.latency_us, path.jitter_us) == ("optimal", latency, jitter)
        if jitter > front[-1][1]:
            nearer = engine.path("r000", "r060", max_jitter_us=jitter - 1)
            assert nearer.latency_us == front[front.index((latency, jitter)) + 1][0]


def test_budget_is_checked() -> None:
    for wrong in (0, 10_001, 1.5):
        with pytest.raises(InvalidQuery, match="budget_ms"):
            hard(2).path("r000", "r002", budget_ms=wrong)  # type: ignore[arg-type]
