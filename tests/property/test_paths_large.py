"""Larger networks against networkx, igraph and small dynamic programmes, by value; the links are checked."""

import random
import warnings
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import igraph
import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.compared import compared
from tests.kit.graphs import World, make_world
from tests.oracles import paths as oracle

SOURCE, TARGET = "#source", "#target"
networks = st.builds(
    make_world,
    st.integers(0, 2**32 - 1),
    n_routers=st.integers(20, 60),
    n_circuits=st.integers(30, 140),
    largest=st.sampled_from((3, 1000)),
    unknown=st.just(0.02),
    dead=st.just(0.03),
)
CASES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def some_pairs(world: World, count: int) -> list[tuple[str, str]]:
    rng = random.Random(len(world.links))
    places = world.places()
    pairs = [(rng.choice(places), rng.choice(places)) for _ in range(count)]
    return [(a, z) for a, z in pairs if not world.routers_at(a) & world.routers_at(z)]


def expanded(world: World, ends: tuple[str, str], objective: str) -> nx.MultiDiGraph:
    """The graph with one source and one sink node."""
    sources, targets = (world.routers_at(end) for end in ends)
    may = oracle.usable(objective=objective)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from([*world.sites, SOURCE, TARGET])
    for link in world.links:
        if may(link) and link.head not in sources and link.tail not in targets:
            weight = oracle.metric(link, objective)
            graph.add_edge(link.tail, link.head, key=link.id, weight=weight, capacity=1)
    for router in sources:
        graph.add_edge(SOURCE, router, key=f"#{router}", weight=0, capacity=2)
    for router in targets:
        graph.add_edge(router, TARGET, key=f"#{router}", weight=0, capacity=2)
    return graph


@CASES
@given(networks)
def test_best_path_equals_networkx(world: World) -> None:
    engine = PathEngine(world.snapshot())
    for ends in some_pairs(world, 5):
        for objective in ("latency", "te_metric", "hops"):
            graph = expanded(world, ends, objective)
            try:
                compared("networkx", "path")
                least = nx.dijkstra_path_length(graph, SOURCE, TARGET)
            except nx.NetworkXNoPath:
                with pytest.raises((NoConnectivity, NoFeasiblePath)):
                    engine.path(*ends, objective=objective)  # type: ignore[arg-type]
                continue
            path = engine.path(*ends, objective=objective)  # type: ignore[arg-type]
            sources, targets = (world.routers_at(end) for end in ends)
            links = oracle.assert_valid(
                world, path.links, sources, targets, oracle.usable(objective=objective)
            )
            assert oracle.value(links, objective) == least


@CASES
@given(networks)
def test_k_best_values_equal_igraph(world: World) -> None:
    engine = PathEngine(world.snapshot())
    for ends in some_pairs(world, 3):
        values = k_best_values(world, ends, 15)
        if values:
            answer = engine.k_paths(*ends, k=15)
            assert [path.latency_us for path in answer] == values
            assert len({path.links for path in answer}) == len(answer)


def test_k_best_values_of_guided_searches_equal_igraph_at_hundreds_of_routers() -> None:
    world = make_world(7, n_routers=400, n_circuits=1_000, largest=1_000, unknown=0.02, dead=0.02)
    engine = PathEngine(world.snapshot())
    engine.prepare("latency")
    assert engine._solver.graph.is_guided(0, 0)
    for ends in some_pairs(world, 12):
        values = k_best_values(world, ends, 10)
        if values:
            answer = engine.k_paths(*ends, k=10)
            assert (answer.status, [path.latency_us for path in answer]) == ("optimal", values)
            assert len({path.links for path in answer}) == len(answer)


def k_best_values(world: World, ends: tuple[str, str], k: int) -> list[int]:
    """The latencies of the k best simple paths by igraph, none where there is no path."""
    graph = expanded(world, ends, "latency")
    if not nx.has_path(graph, SOURCE, TARGET):
        return []  # igraph warns of it
    nodes = {name: i for i, name in enumerate(graph)}
    edges = list(graph.edges(data="weight"))
    flat = igraph.Graph(len(nodes), [(nodes[a], nodes[z]) for a, z, _ in edges], directed=True)
    weights = [weight for *_, weight in edges]
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # when there are no more
        found = flat.get_k_shortest_paths(nodes[SOURCE], nodes[TARGET], k=k, weights=weights, output="epath")
    compared("igraph", "k paths")
    return [sum(weights[i] for i in path) for path in found]


def least_flow(world: World, ends: tuple[str, str], n_paths: int, *, split: bool) -> int | None:
    """The least sum of disjoint paths as a flow of so many units at least cost."""
    graph = nx.DiGraph()
    sources, targets = (world.routers_at(end) for end in ends)
    inside = set(world.sites) - sources - targets

    def name(router: str, side: str) -> str:
        if router in sources:
            return SOURCE
        if router in targets:
            return TARGET
        return f"{router}/{side}" if split else router

    graph.add_node(SOURCE, demand=-n_paths)
    graph.add_node(TARGET, demand=n_paths)
    for router in inside if split else ():
        graph.add_edge(name(router, "in"), name(router, "out"), weight=0, capacity=1)
    for tail, head, key, data in expanded(world, ends, "latency").edges(keys=True, data=True):
        if not key.startswith("#"):  # a node on each link keeps parallel ones apart
            graph.add_edge(name(tail, "out"), key, weight=data["weight"], capacity=1)
            graph.add_edge(key, name(head, "in"), weight=0, capacity=1)
    try:
        compared("networkx", "disjoint pair")
        return int(nx.min_cost_flow_cost(graph))
    except nx.NetworkXUnfeasible:
        return None


@CASES
@given(networks, st.integers(2, 5))
def test_disjoint_paths_equal_least_cost_flows(world: World, n_paths: int) -> None:
    engine = PathEngine(world.snapshot())
    for ends in some_pairs(world, 3):
        for level, split in (("circuit", False), ("router", True)):
            least = least_flow(world, ends, n_paths, split=split)
            try:
                answer = engine.disjoint_paths(*ends, level=level, count=n_paths)  # type: ignore[arg-type]
            except (NoConnectivity, NoFeasiblePath):
                assert least is None
                continue
            paths = [tuple(world.by_id[link] for link in path.links) for path in answer]
            assert all(oracle.shares_nothing(one, two, level) for one, two in combinations(paths, 2))
            assert sum(oracle.value(path, "latency") for path in paths) == least


def least_te_within(world: World, ends: tuple[str, str], max_latency_us: int, max_hops: int) -> int | None:
    """The least te_metric within both bounds, hop by hop over all (router, latency) that can be reached."""
    graph = expanded(world, ends, "te_metric")
    compared("dynamic programming", "two bounds")
    best: int | None = None
    now: dict[tuple[str, int], int] = {(router, 0): 0 for router in world.routers_at(ends[0])}
    targets = world.routers_at(ends[1])
    for _ in range(max_hops):
        after: dict[tuple[str, int], int] = defaultdict(lambda: 1 << 60)
        for (router, latency), te in now.items():
            for _, head, key in graph.out_edges(router, keys=True):
                link = world.by_id.get(key)
                if link is None or link.latency_us is None or latency + link.latency_us > max_latency_us:
                    continue
                at = head, latency + link.latency_us
                after[at] = min(after[at], te + (link.te_metric or 0))
        found = [te for (router, _), te in after.items() if router in targets]
        best = min([*found, *([] if best is None else [best])], default=None)
        now = after
    return best


@CASES
@given(
    st.builds(
        make_world,
        st.integers(0, 2**32 - 1),
        n_routers=st.just(15),
        n_circuits=st.just(35),
        largest=st.just(9),
    ),
    st.integers(1, 30),
    st.integers(1, 8),
)
def test_bounded_paths_equal_dynamic_programming(world: World, max_latency_us: int, max_hops: int) -> None:
    engine = PathEngine(world.snapshot())
    for ends in some_pairs(world, 3):
        least = least_te_within(world, ends, max_latency_us, max_hops)
        bounds = {"max_latency_us": max_latency_us, "max_hops": max_hops}
        try:
            path = engine.path(*ends, objective="te_metric", **bounds)  # type: ignore[arg-type]
        except (NoConnectivity, NoFeasiblePath):
            assert least is None
        else:
            assert path.te_metric == least


def test_threads_get_the_answers_of_one() -> None:
    world = make_world(7, n_routers=60, n_circuits=200, largest=20, unknown=0, dead=0)
    engine = PathEngine(world.snapshot())
    places = world.places()

    def ask(ends: tuple[str, str]) -> list[object]:
        found: list[object] = []
        for question in (
            lambda: engine.path(*ends).links,
            lambda: engine.path(*ends, objective="te_metric", max_latency_us=60).links,
            lambda: [path.links for path in engine.k_paths(*ends, k=6)],
            lambda: [path.links for path in engine.disjoint_paths(*ends, level="router")],
            lambda: engine.forwarding(*ends).links,
            lambda: engine.matrix([ends[0]], places[:8]).tolist(),
        ):
            try:
                found.append(question())
            except (NoConnectivity, NoFeasiblePath) as error:
                found.append(str(error))
        return found

    pairs = some_pairs(world, 60)
    alone = [ask(ends) for ends in pairs]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, pairs * 3)) == alone * 3
