"""Landmarks change no answer: the same links as an enumeration of all paths, and as a search without them."""

import random

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine, canonical
from pathcalc.any.objectives import WEIGHTS
from pathcalc.any.solver import LEAST_GUIDED
from pathcalc.canonical import LEAST_ALONG_LINKS
from pathcalc.core.alt import shortest_guided
from pathcalc.core.graph import Bans, Graph, Query, Wiring
from pathcalc.core.landmarks import Landmarks
from pathcalc.core.search import shortest
from tests.kit.compared import compared
from tests.kit.graphs import World, ends_of, make_world, worlds
from tests.oracles import paths as oracle

CASES = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
NULL_U4, NULL_U8 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
seeds = st.integers(0, 2**32 - 1)


def random_graph(rng: np.random.Generator, n: int, m: int, largest: int) -> tuple[Graph, np.ndarray]:
    """A multigraph of one-way links, zero weights, unknown weights and all states; and its links as rows."""
    tail = np.sort(rng.integers(0, n, m)).astype(np.uint32)
    head = rng.integers(0, n, m).astype(np.uint32)
    first = np.searchsorted(tail, np.arange(n + 1)).astype(np.uint32)
    weight = rng.integers(0, largest + 1, m).astype(np.uint32)
    weight[rng.random(m) < 0.02] = NULL_U4
    bandwidth = rng.integers(0, 5, m).astype(np.uint64)
    bandwidth[rng.random(m) < 0.02] = NULL_U8
    state = rng.choice([0, 1, 2, 3, 4], m, p=[0.8, 0.05, 0.05, 0.05, 0.05]).astype(np.uint8)
    rank = np.arange(m, dtype=np.uint32)
    graph = Graph(
        Wiring(node_first=first, tail=tail, head=head, rank=rank),
        state=state,
        weights=(weight,) * 5,
        bandwidths=(bandwidth,) * 6,
    )
    return graph, np.column_stack([tail, head, weight, bandwidth, state]).astype(np.uint64)


def least(
    rows: np.ndarray, allow: int, floor: int | None, banned: set[int], ends: tuple[set[int], set[int]]
) -> int | None:
    """The least sum by networkx; no path enters a source or leaves a target."""
    sources, targets = ends
    graph = nx.DiGraph()
    graph.add_nodes_from(["#source", "#target"])
    for link, (tail, head, weight, bandwidth, state) in enumerate(rows.tolist()):
        usable = state < 2 or (state == 2 and allow & 1) or (state == 3 and allow & 2)
        known = weight != NULL_U4 and (floor is None or floor <= bandwidth < NULL_U8)
        if not usable or not known or link in banned or head in sources or tail in targets:
            continue
        a = "#source" if tail in sources else tail
        z = "#target" if head in targets else head
        if not graph.has_edge(a, z) or graph[a][z]["weight"] > weight:
            graph.add_edge(a, z, weight=weight)
    try:
        compared("networkx", "path")
        return int(nx.dijkstra_path_length(graph, "#source", "#target"))
    except nx.NetworkXNoPath:
        return None


@CASES
@given(seeds, st.sampled_from((0, 1, 3, 1000, 2**31)))
def test_same_links_as_a_plain_search(seed: int, largest: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 120))
    graph, rows = random_graph(rng, n, int(rng.integers(1, 5 * n)), largest)
    allow = int(rng.integers(0, 4))
    try:
        assert Landmarks(graph, 0, allow).attach(graph, allow)
    except OverflowError:
        assert largest == 2**31
        return
    for _ in range(10):
        ends = rng.permutation(n)[: min(n, 6)]
        count = int(rng.integers(1, min(3, n - 1) + 1))
        sources, targets = ends[:count].tolist(), ends[count : count + 3].tolist()
        floor = None if rng.random() < 0.5 else int(rng.integers(0, 4))
        banned = rng.choice(graph.m, int(rng.integers(0, 1 + graph.m // 10)), replace=False).tolist()
        query = Query(graph, tuple(sources), tuple(targets), 0, allow, 0, floor, Bans(graph, banned))
        found = shortest_guided(query)
        assert found == shortest(query)
        value = None if found is None else int(rows[list(found), 2].sum())
        assert value == least(rows, allow, floor, set(banned), (set(sources), set(targets)))


@CASES
@given(seeds, st.sampled_from((1, 3, 1000)))
def test_bounds_of_a_floor_hold_while_weights_keep_above_it(seed: int, largest: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 120))
    graph, rows = random_graph(rng, n, int(rng.integers(1, 5 * n)), largest)
    weight = rows[:, 2].astype(np.uint32)
    known = np.where(weight == NULL_U4, 0, weight)
    floor = (known * rng.uniform(0, 1, graph.m)).astype(np.uint32)
    landmarks = Landmarks(graph, 0, 0, floor)
    allow = int(rng.integers(0, 4))
    assert landmarks.attach(graph, allow)
    for _ in range(10):
        source, target = rng.permutation(n)[:2].tolist()
        query = Query(graph, (source,), (target,), 0, allow, 0, None, None)
        assert shortest_guided(query) == shortest(query)


def test_landmarks_do_not_guide_below_their_floor() -> None:
    graph, rows = random_graph(np.random.default_rng(1), 9, 40, 9)
    floor = rows[:, 2].astype(np.uint32)
    used = int(np.flatnonzero((rows[:, 4] == 0) & (floor != NULL_U4) & (rows[:, 0] != rows[:, 1]))[0])
    assert Landmarks(graph, 0, 0, floor).attach(graph, 0)
    floor[used] += 1
    assert not Landmarks(graph, 0, 0, floor).attach(graph, 0)


@CASES
@given(worlds(), st.integers(0, 10_000), st.sampled_from(("latency", "te_metric", "igp_metric", "hops")))
def test_same_links_as_an_enumeration(world: World, choice: int, objective: str) -> None:
    source, target = ends_of(world, choice)
    engine = PathEngine(world.snapshot())
    engine._solver.prepare(WEIGHTS.index(objective), 0)
    every = oracle.simple_paths(
        world, world.routers_at(source), world.routers_at(target), oracle.usable(objective=objective)
    )
    best = min(every, key=oracle.order(objective), default=None)
    try:
        found = engine.path(source, target, objective=objective).links  # type: ignore[arg-type]
    except (NoConnectivity, NoFeasiblePath):
        found = None
    assert found == (best and oracle.ids(best))


@CASES
@given(worlds(), st.integers(0, 10_000), st.sampled_from(("latency", "hops", "widest")))
def test_the_order_of_routers_changes_no_answer(world: World, choice: int, objective: str) -> None:
    source, target = ends_of(world, choice)
    found = []
    for least in (LEAST_ALONG_LINKS, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(canonical, "LEAST_ALONG_LINKS", least)
            engine = PathEngine(world.snapshot())
        try:
            found.append(engine.path(source, target, objective=objective).links)  # type: ignore[arg-type]
        except (NoConnectivity, NoFeasiblePath):
            found.append(None)
    assert found[0] == found[1]


def links(engine: PathEngine, source: str, target: str) -> tuple[str, ...] | None:
    try:
        return engine.path(source, target).links
    except (NoConnectivity, NoFeasiblePath):
        return None


def test_landmarks_come_after_some_searches_and_change_nothing() -> None:
    world = make_world(5, n_routers=LEAST_GUIDED, n_circuits=200, largest=50, unknown=0.0, dead=0.0)
    snapshot = world.snapshot()
    engine = PathEngine(snapshot)
    rng = random.Random(3)
    for _ in range(64):
        source, target = rng.sample(sorted(world.sites), 2)
        assert links(engine, source, target) == links(PathEngine(snapshot), source, target)
    assert engine._solver._landmarks[WEIGHTS.index("latency"), 0] is not None


def test_landmarks_of_other_links_are_refused() -> None:
    graph, _ = random_graph(np.random.default_rng(1), 5, 12, 9)
    other, _ = random_graph(np.random.default_rng(2), 5, 12, 9)
    with pytest.raises(ValueError, match="other routers or links"):
        Landmarks(graph, 0, 0).attach(other, 0)
