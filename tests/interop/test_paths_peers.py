"""Real networks: the values that igraph, networkit, networkx, scipy, cspy and HiGHS find.

Networks are topohub's, metrics random, circuits doubled and one-way here and there. Where a peer is not
installed its tests are skipped and say so.
"""

import random
import warnings
from functools import lru_cache
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from scipy.sparse.csgraph import breadth_first_order, dijkstra, yen

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine
from tests.kit.campaign import TIMES
from tests.kit.compared import compared
from tests.kit.real_graphs import ALL, MIDDLE, SMALL, real_world, some_pairs
from tests.oracles import programmes, srlg_milp
from tests.oracles.paths import assert_valid, shares_nothing, usable, value
from tests.oracles.peers import Peers

OBJECTIVES = ("latency", "te_metric", "igp_metric", "hops")


@lru_cache(maxsize=16)
def network(name: str, *, plain: bool = False) -> tuple[PathEngine, Peers]:
    world = real_world(name, plain=plain)
    return PathEngine(world.snapshot()), Peers(world)


def best(engine: PathEngine, ends: tuple[str, str], **query: Any) -> int | None:
    """The value of the best path, None where there is none."""
    objective = query.get("objective", "latency")
    try:
        path = engine.path(*ends, **query)
    except (NoConnectivity, NoFeasiblePath):
        return None
    field = {"latency": "latency_us", "hops": "hop_count", "widest": "bandwidth_bps"}.get(
        objective, objective
    )
    found: int = getattr(path, field)
    return found


def known(number: float) -> int | None:
    return round(number) if np.isfinite(number) else None


@pytest.mark.parametrize("name", ALL)
def test_one_pair_by_scipy_and_igraph(name: str) -> None:
    engine, peers = network(name)
    for objective in OBJECTIVES:
        pairs = some_pairs(peers.world, 12 * TIMES, seed=len(objective))
        sources = [peers.index[source] for source, _ in pairs]
        rows = dijkstra(peers.csr(objective), indices=sources)
        for ends, row in zip(pairs, rows, strict=True):
            (other,) = peers.igraph.distances([peers.index[ends[0]]], [peers.index[ends[1]]], objective)
            found = best(engine, ends, objective=objective)
            compared("scipy", "path")
            compared("igraph", "path")
            assert found == known(row[peers.index[ends[1]]]) == known(other[0])


@pytest.mark.parametrize("name", ALL)
def test_one_pair_by_networkit(name: str) -> None:
    networkit = pytest.importorskip("networkit", reason="networkit is not installed")
    engine, peers = network(name)
    graph = networkit.Graph(len(peers.routers), weighted=True, directed=True)
    for tail, head, weight in zip(
        peers.tail.tolist(), peers.head.tolist(), peers.weights("latency").tolist(), strict=True
    ):
        graph.addEdge(tail, head, weight)
    for ends in some_pairs(peers.world, 25 * TIMES, seed=5):
        search = networkit.distance.Dijkstra(graph, peers.index[ends[0]], False)
        search.run()
        distance = search.distance(peers.index[ends[1]])
        compared("networkit", "path")
        assert best(engine, ends) == (None if distance > 1e300 else round(distance))


@pytest.mark.parametrize("name", SMALL)
def test_one_pair_by_networkx(name: str) -> None:
    engine, peers = network(name)
    for objective in OBJECTIVES:
        for ends in some_pairs(peers.world, 15 * TIMES, seed=6):
            try:
                least = nx.dijkstra_path_length(peers.networkx, *ends, weight=objective)
            except nx.NetworkXNoPath:
                least = None
            compared("networkx", "path")
            assert best(engine, ends, objective=objective) == least


@pytest.mark.parametrize("name", ALL)
def test_floors_by_scipy_on_what_is_left(name: str) -> None:
    engine, peers = network(name)
    for percent in (10, 30, 50):
        floor = int(np.percentile(peers.free_bps, percent))
        csr = peers.csr("latency", peers.free_bps >= floor)
        pairs = some_pairs(peers.world, 12 * TIMES, seed=percent)
        rows = dijkstra(csr, indices=[peers.index[source] for source, _ in pairs])
        for ends, row in zip(pairs, rows, strict=True):
            compared("scipy", "floor")
            assert best(engine, ends, min_bandwidth_bps=floor, flows=10**6) == known(
                row[peers.index[ends[1]]]
            )


@pytest.mark.parametrize("name", ALL)
def test_widest_by_bisection(name: str) -> None:
    engine, peers = network(name)
    values = np.unique(peers.free_bps)
    for source, target in some_pairs(peers.world, 6 * TIMES, seed=8):
        low, high = 0, len(values)
        while low < high:
            middle = (low + high) // 2
            csr = peers.csr("hops", peers.free_bps >= values[middle])
            reached = breadth_first_order(csr, peers.index[source], return_predecessors=False)
            if peers.index[target] in reached:
                low = middle + 1
            else:
                high = middle
        compared("scipy", "widest")
        assert best(engine, (source, target), objective="widest") == (int(values[low - 1]) if low else None)


@pytest.mark.parametrize("name", MIDDLE)
def test_k_paths_by_igraph_and_yen(name: str) -> None:
    engine, peers = network(name)
    weights = peers.weights("latency").tolist()
    for ends in some_pairs(peers.world, 4 * TIMES, seed=9):
        if best(engine, ends) is None:
            continue
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # when there are no more
            found = peers.igraph.get_k_shortest_paths(
                *(peers.index[end] for end in ends), k=12, weights="latency", output="epath"
            )
        compared("igraph", "k paths")
        answer = engine.k_paths(*ends, k=12)
        assert [path.latency_us for path in answer] == [sum(weights[i] for i in path) for path in found]
    engine, peers = network(name, plain=True)
    csr = peers.csr("latency")
    for ends in some_pairs(peers.world, 3 * TIMES, seed=10):
        if best(engine, ends) is None:
            continue
        lengths = yen(csr, *(peers.index[end] for end in ends), 8)
        compared("scipy", "k paths")
        assert [path.latency_us for path in engine.k_paths(*ends, k=8)] == lengths.round().tolist()


@pytest.mark.parametrize("name", MIDDLE)
@pytest.mark.parametrize("level", ["circuit", "router"])
def test_disjoint_sets_by_highs(name: str, level: str) -> None:
    engine, peers = network(name)
    for number, ends in enumerate(some_pairs(peers.world, 8 * TIMES, seed=11)):
        count = 2 + number % 3
        least = programmes.disjoint_sum(peers, *ends, count, split=level == "router")
        compared("HiGHS", "disjoint set")
        try:
            found = engine.disjoint_paths(*ends, count=count, level=level)  # type: ignore[arg-type]
        except (NoConnectivity, NoFeasiblePath):
            assert least is None
            continue
        may = usable(objective="latency")
        paths = [assert_valid(peers.world, path.links, {ends[0]}, {ends[1]}, may) for path in found]
        assert all(shares_nothing(one, two, level) for one, two in combinations(paths, 2))
        assert sum(value(path, "latency") for path in paths) == least


@pytest.mark.parametrize("name", ALL)
def test_max_flow_by_igraph(name: str) -> None:
    engine, peers = network(name)
    for ends in some_pairs(peers.world, 4 * TIMES, seed=12):
        most = peers.igraph.maxflow_value(*(peers.index[end] for end in ends), "capacity")
        compared("igraph", "max flow")
        answer = engine.max_flow(*ends)
        assert answer.value_bps == round(most)
        bandwidth = {link.id: link.free_bps or 0 for link in peers.world.links}
        assert sum(bandwidth[link] for link in answer.min_cut) == answer.value_bps


@pytest.mark.parametrize("name", MIDDLE)
def test_matrices_by_scipy(name: str) -> None:
    engine, peers = network(name)
    for metric in OBJECTIVES:
        for rows, columns in ((peers.routers[:7], peers.routers), (peers.routers, peers.routers[-5:])):
            values = engine.matrix(rows, columns, metric=metric)  # type: ignore[arg-type]
            expected = dijkstra(peers.csr(metric))[
                np.ix_([peers.index[r] for r in rows], [peers.index[r] for r in columns])
            ]
            compared("scipy", "matrix cell", values.size)
            assert np.array_equal(np.where(np.isnan(values), np.inf, values), expected)


def bounds_of(
    engine: PathEngine, ends: tuple[str, str], percent: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Bounds on TE metric and hops between what the quickest path has and the least there can be."""
    quickest = engine.path(*ends)
    least = engine.path(*ends, objective="te_metric")
    assert quickest.te_metric is not None
    assert least.te_metric is not None
    te = least.te_metric + (quickest.te_metric - least.te_metric) * percent // 100
    return {"max_te_metric": te, "max_hops": max(len(quickest), len(least))}, {"te_metric": te}


@pytest.mark.parametrize("name", [*SMALL, "gabriel/500/0"])
def test_two_bounds_by_highs(name: str) -> None:
    engine, peers = network(name)
    for number, ends in enumerate(some_pairs(peers.world, 5 * TIMES, seed=13)):
        if best(engine, ends) is None:
            continue
        limits, _ = bounds_of(engine, ends, 25 * (number % 4))
        bounds = {
            "te": (peers.weights("te_metric"), limits["max_te_metric"]),
            "hops": (peers.weights("hops"), limits["max_hops"]),
        }
        compared("HiGHS", "two bounds")
        assert best(engine, ends, **limits) == programmes.bounded(peers, *ends, "latency", bounds)


@pytest.mark.parametrize("name", SMALL)
def test_two_bounds_by_cspy(name: str) -> None:
    cspy = pytest.importorskip("cspy", reason="cspy is not installed")
    engine, peers = network(name, plain=True)
    for number, ends in enumerate(some_pairs(peers.world, 12 * TIMES, seed=14)):
        if best(engine, ends) is None:
            continue
        limits, _ = bounds_of(engine, ends, 25 * (number % 4))
        graph = nx.DiGraph(directed=True, n_res=2)
        rename = {ends[0]: "Source", ends[1]: "Sink"}
        for link in peers.world.links:
            if link.head != ends[0] and link.tail != ends[1]:
                graph.add_edge(
                    rename.get(link.tail, link.tail),
                    rename.get(link.head, link.head),
                    weight=link.latency_us,
                    res_cost=np.array([1, link.te_metric]),
                )
        most = [limits["max_hops"], limits["max_te_metric"]]
        search = cspy.BiDirectional(graph, max_res=most, min_res=[0, 0], direction="forward")
        search.run()
        compared("cspy", "two bounds")
        found = best(engine, ends, **limits)
        assert found == (None if search.total_cost is None else round(search.total_cost))


@pytest.mark.parametrize("name", SMALL)
def test_srlg_pairs_by_highs(name: str) -> None:
    engine, peers = network(name)
    for source, target in some_pairs(peers.world, 3 * TIMES, seed=15):
        least = srlg_milp.least_pair(peers.world, {source}, {target})
        try:
            answer = engine.disjoint_paths(source, target, level="srlg")
        except (NoConnectivity, NoFeasiblePath):
            assert least is None
            continue
        assert answer.status == "optimal"
        assert sum(path.latency_us or 0 for path in answer) == least


@pytest.mark.parametrize("name", MIDDLE)
def test_branches_by_igraph(name: str) -> None:
    """Every equal-cost path by links; of many only as many as the answer lists are compared."""
    engine, peers = network(name)
    for ends in some_pairs(peers.world, 10 * TIMES, seed=16):
        forwarding = engine.forwarding(*ends)
        source, target = (peers.index[end] for end in ends)
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
            distance = peers.igraph.distances([source], [target], "igp_metric")[0][0]
        compared("igraph", "IGP branches")
        if not np.isfinite(distance):
            assert forwarding.status == "unreachable"
            continue
        nodes = [
            tuple(peers.routers[i] for i in path)
            for path in peers.igraph.get_all_shortest_paths(source, target, "igp_metric")
        ]  # one for each combination of parallel links
        assert forwarding.branch_count == len(nodes)
        if len(nodes) <= 64:
            assert sorted(branch.routers for branch in forwarding.branches) == sorted(nodes)


def test_the_networks_are_not_too_easy() -> None:
    """A control: some pairs are not joined, some have one path only, some have ties."""
    engine, peers = network("topozoo/TataNld")
    rng = random.Random(1)
    values = engine.matrix(peers.routers, peers.routers)
    assert np.isnan(values).any() or len(peers.world.links) % 2  # one-way circuits
    branches = [engine.forwarding(*rng.sample(peers.routers, 2)).branch_count for _ in range(60)]
    assert max(branches) > 1
