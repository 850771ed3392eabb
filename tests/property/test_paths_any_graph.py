"""Graphs of every shape: right, or refused when they are loaded, by one sentence."""

import random
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from pathcalc import Exclude, GraphTooLarge, NoConnectivity, NoFeasiblePath, PathEngine, SameEndpoint
from tests.kit.compared import compared
from topology.errors import GraphError, UnknownNode
from topology.given import from_networkx

OBJECTIVES = ("latency", "te_metric", "igp_metric", "hops")
LARGEST_U4 = 0xFFFF_FFFE


def add(
    graph: nx.MultiDiGraph, name: str, ends: tuple[str, str], weight: int, bandwidth_bps: int = 10
) -> None:
    """One link all of whose metrics are the weight."""
    graph.add_edge(
        *ends,
        key=f"{name}:az",
        latency_us=weight,
        te_metric=weight,
        igp_metric=weight,
        bandwidth_bps=bandwidth_bps,
    )


def engine_of(*links: tuple[str, str, int], nodes: tuple[str, ...] = ()) -> PathEngine:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(nodes)
    for number, (tail, head, weight) in enumerate(links):
        add(graph, f"c{number}", (tail, head), weight)
    return PathEngine(from_networkx(graph))


def test_an_empty_graph_knows_no_place() -> None:
    engine = PathEngine(from_networkx(nx.MultiDiGraph()))
    with pytest.raises(UnknownNode):
        engine.path("a", "b")
    assert engine.matrix([], []).shape == (0, 0)
    assert engine.whatif("each_circuit") == ()


def test_one_node_has_nowhere_to_go() -> None:
    engine = engine_of(nodes=("a",))
    with pytest.raises(SameEndpoint):
        engine.path("a", "a")
    for routing in ("any", "igp"):
        assert engine.matrix(["a"], ["a"], routing=routing).tolist() == [[0.0]]  # type: ignore[arg-type]
    assert engine.whatif("each_router")[0].cut_off == ()


def test_a_graph_without_links_joins_nothing() -> None:
    engine = engine_of(nodes=("a", "b"))
    for ask in (engine.path, engine.widest, engine.disjoint_paths):
        with pytest.raises(NoConnectivity):
            ask("a", "b")
    with pytest.raises(NoConnectivity):
        engine.k_paths("a", "b", k=3)
    assert engine.max_flow("a", "b").value_bps == 0
    assert engine.forwarding("a", "b").status == "unreachable"
    assert np.isnan(engine.matrix(["a"], ["b"])).all()


def test_a_self_loop_is_refused_when_it_is_loaded() -> None:
    graph = nx.MultiDiGraph()
    add(graph, "loop", ("a", "a"), 1)
    with pytest.raises(GraphError, match="to itself"):
        from_networkx(graph)


def test_islands_are_apart() -> None:
    engine = engine_of(("a", "b", 1), ("c", "d", 1), ("b", "a", 1))
    with pytest.raises(NoConnectivity):
        engine.path("a", "d")
    values = engine.matrix(["a", "b", "c", "d"], ["a", "b", "c", "d"])
    assert np.isnan(values).sum() == 9
    assert engine.path("c", "d").latency_us == 1
    with pytest.raises(NoConnectivity):
        engine.path("d", "c")


def complete(n: int, weight: int) -> PathEngine:
    return engine_of(*((f"r{a}", f"r{z}", weight) for a in range(n) for z in range(n) if a != z))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_zero_weight_everywhere_is_decided_by_hops_and_ids(objective: str) -> None:
    engine = complete(6, 0)
    paths = engine.k_paths("r0", "r5", k=20, objective=objective)  # type: ignore[arg-type]
    lengths = [len(path) for path in paths]
    assert lengths == [1] + [2] * 4 + [3] * 12 + [4] * 3
    for length in (2, 3, 4):
        same = [path.links for path in paths if len(path) == length]
        assert same == sorted(same)
    assert [len(path) for path in engine.disjoint_paths("r0", "r5", objective=objective)] == [1, 2]  # type: ignore[arg-type]
    assert engine.forwarding("r0", "r5").branch_count >= 1


def test_complete_graph() -> None:
    engine = complete(9, 7)
    assert len(engine.k_paths("r0", "r8", k=1000)) == 1000
    assert engine.max_flow("r0", "r8").value_bps == 8 * 10
    values = engine.matrix([f"r{i}" for i in range(9)], [f"r{i}" for i in range(9)])
    assert np.array_equal(values, 7.0 * (1 - np.eye(9)))


def test_all_links_parallel() -> None:
    engine = engine_of(*(("a", "b", weight % 5) for weight in range(500)))
    paths = engine.k_paths("a", "b", k=1000)
    assert len(paths) == 500
    assert [path.latency_us for path in paths] == sorted(weight % 5 for weight in range(500))
    for one, other in pairwise(paths):
        assert (one.latency_us, one.links) < (other.latency_us, other.links)
    assert engine.max_flow("a", "b").value_bps == 5000
    assert [path.latency_us for path in engine.disjoint_paths("a", "b")] == [0, 0]
    assert engine.forwarding("a", "b").branch_count == 100


def test_star() -> None:
    spokes = [f"s{i}" for i in range(300)]
    engine = engine_of(*((spoke, "hub", 2) for spoke in spokes), *(("hub", spoke, 3) for spoke in spokes))
    assert engine.path("s0", "s299").links[0] == "c0:az"
    assert len(engine.k_paths("s0", "s299", k=9)) == 1
    with pytest.raises(NoFeasiblePath):
        engine.disjoint_paths("s0", "s299")
    assert (engine.matrix(spokes, spokes) == 5.0 * (1 - np.eye(300))).all()
    (effect,) = engine.whatif(["hub"], pairs=[("s0", "s1")])
    assert effect.cut_off == (("s0", "s1"),)


@pytest.mark.parametrize("n", [2, 3_000])
def test_long_line(n: int) -> None:
    engine = engine_of(*((f"r{i}", f"r{i + 1}", 1) for i in range(n - 1)))
    end = f"r{n - 1}"
    assert engine.path("r0", end).hop_count == n - 1
    assert engine.path("r0", end, max_latency_us=n - 1, max_hops=n - 1).latency_us == n - 1
    assert len(engine.k_paths("r0", end, k=5)) == 1
    assert engine.widest("r0", end).bandwidth_bps == 10
    assert engine.forwarding("r0", end).latency_us.max == n - 1
    assert engine.max_flow("r0", end).value_bps == 10
    with pytest.raises(NoConnectivity):
        engine.path(end, "r0")


def test_the_largest_weights_add_up_exactly() -> None:
    n = 1_000  # the sum needs 42 bits, its key 52
    line = [(f"r{i}", f"r{i + 1}", LARGEST_U4) for i in range(n - 1)]
    engine = engine_of(*line, ("r0", f"r{n - 1}", LARGEST_U4))
    direct, other = engine.k_paths("r0", f"r{n - 1}", k=2)
    assert direct.latency_us == LARGEST_U4
    assert other.latency_us == LARGEST_U4 * (n - 1)
    sums = [path.te_metric for path in engine.disjoint_paths("r0", f"r{n - 1}", objective="te_metric")]
    assert sums == [LARGEST_U4, LARGEST_U4 * (n - 1)]
    assert engine.path(
        "r0", f"r{n - 1}", exclude=Exclude(links=(f"c{n - 1}:az",))
    ).latency_us == LARGEST_U4 * (n - 1)
    values = engine.matrix(["r1"], [f"r{n - 1}"], metric="te_metric")
    assert values.tolist() == [[LARGEST_U4 * (n - 2)]]


def test_the_largest_weights_add_up_whatever_guides_the_search() -> None:
    n = 400
    engine = engine_of(*((f"r{i}", f"r{i + 1}", LARGEST_U4 - i) for i in range(n - 1)))
    ends = [f"r{i}" for i in range(n)]
    to_end = [sum(LARGEST_U4 - j for j in range(i, n - 1)) for i in range(n)]
    for objective in ("latency", "te_metric"):
        for i in range(120):  # after so many searches they are guided, where that can be
            path = engine.path(ends[i], ends[-1], objective=objective)  # type: ignore[arg-type]
            assert getattr(path, "latency_us" if objective == "latency" else objective) == to_end[i]
    values = engine.matrix(ends[:100], ends[-100:])
    expected = [[to_end[i] - to_end[j] for j in range(n - 100, n)] for i in range(100)]
    assert np.array_equal(values, np.array(expected, dtype=np.float64))


def test_just_below_the_limit_of_62_bits() -> None:
    n = 20_000  # 32 bits of weight, 15 of routers, 15 of hops
    engine = engine_of(*((f"r{i}", f"r{i + 1}", LARGEST_U4) for i in range(n - 1)))
    whole = LARGEST_U4 * (n - 1)
    assert engine.path("r0", f"r{n - 1}").latency_us == whole
    assert engine.path("r0", f"r{n - 1}", max_te_metric=whole).latency_us == whole
    with pytest.raises(NoFeasiblePath):
        engine.path("r0", f"r{n - 1}", max_latency_us=whole - 1)
    assert engine.matrix(["r0"], [f"r{n - 1}"]).tolist() == [[whole]]
    assert engine.forwarding("r0", f"r{n - 1}").latency_us.max == whole


def test_sums_that_could_overflow_are_refused_when_loaded() -> None:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(f"r{i}" for i in range(60_000))  # 32 bits of weight, 16 of routers, 16 of hops
    add(graph, "c", ("r0", "r1"), LARGEST_U4)
    with pytest.raises(GraphTooLarge, match="latency"):
        PathEngine(from_networkx(graph))


@pytest.mark.parametrize("weight", [-1, 1.5, 1 << 32, float("inf"), "3", True])
def test_weights_that_are_no_whole_number_in_range_are_refused(weight: object) -> None:
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", latency_us=weight)
    with pytest.raises(GraphError, match="latency_us"):
        from_networkx(graph)


def test_bandwidths_near_64_bits() -> None:
    graph = nx.MultiDiGraph()
    largest = (1 << 64) - 2
    add(graph, "wide", ("a", "b"), 5, largest)
    add(graph, "near", ("a", "b"), 1, largest - 1)
    engine = PathEngine(from_networkx(graph))
    assert engine.widest("a", "b").bandwidth_bps == largest
    assert engine.path("a", "b").bandwidth_bps == largest - 1
    assert engine.path("a", "b", min_bandwidth_bps=largest).links == ("wide:az",)


NAMES = ("深圳", "wuhan-r1", "Ωmega", "z", "é", "e\u0301", "🛰", " a", "a b")


def test_names_in_any_script_and_ties_in_byte_order() -> None:
    graph = nx.MultiDiGraph()
    for number, name in enumerate(NAMES):
        graph.add_edge("from", name, key=f"{name}{number}:az", latency_us=1, bandwidth_bps=1)
        graph.add_edge(name, "至", key=f"{number}{name}:za", latency_us=1, bandwidth_bps=1)
    paths = PathEngine(from_networkx(graph)).k_paths("from", "至", k=50)
    shown = [path.links for path in paths]
    assert len(shown) == len(NAMES)
    assert shown == sorted(shown, key=lambda links: [link.encode() for link in links])


def test_order_of_input_changes_no_byte() -> None:
    rng = random.Random(4)
    names = [f"{name}{i}" for i in range(6) for name in NAMES]
    links = [(tuple(rng.sample(names, 2)), rng.randrange(3)) for _ in range(200)]
    shown = set()
    for shuffle in range(4):
        graph = nx.MultiDiGraph()
        mixed = random.Random(shuffle)
        for name in mixed.sample(names, len(names)):
            graph.add_node(name)
        for number in mixed.sample(range(len(links)), len(links)):
            add(graph, f"c{number}", *links[number])
        engine = PathEngine(from_networkx(graph))
        answers: list[object] = []
        for source, target in zip(names[::2], names[1::2], strict=True):
            try:
                paths = engine.k_paths(source, target, k=5)
            except (NoConnectivity, NoFeasiblePath) as error:
                answers.append(str(error))
            else:
                answers += [path.links for path in paths]
            answers.append(engine.forwarding(source, target).branches)
            answers.append(engine.max_flow(source, target).value_bps)
        answers.append(engine.matrix(names, names).tobytes())
        shown.add(repr(answers))
    assert len(shown) == 1


def test_a_hundred_thousand_routers() -> None:
    """A ring one way with a chord from each router: there are long ways round and short ones."""
    n, rng = 100_000, np.random.default_rng(2)
    tail = np.concatenate([np.arange(n), np.arange(n)])
    head = np.concatenate([(np.arange(n) + 1) % n, rng.integers(0, n, n)])
    kept = tail != head
    tail, head = tail[kept], head[kept]
    weight = rng.integers(1, 1000, len(tail))
    engine = PathEngine(big_snapshot(n, tail, head, weight))
    order = np.lexsort((weight, head, tail))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    chosen = order[first]
    csr = csr_matrix((weight[chosen], (tail[chosen], head[chosen])), shape=(n, n))
    sources, targets = rng.integers(0, n, 3), rng.integers(0, n, 20)
    rows = dijkstra(csr, indices=sources)
    for source, row in zip(sources.tolist(), rows, strict=True):
        for target in targets.tolist():
            path = engine.path(f"r{source}", f"r{target}")
            compared("scipy", "path of 100,000 routers")
            assert path.latency_us == row[target]
    cells = engine.matrix([f"r{i}" for i in sources], [f"r{i}" for i in targets[:4]])
    assert np.array_equal(cells, rows[:, targets[:4]])
    source, target = f"r{sources[0]}", f"r{targets[0]}"
    best = engine.path(source, target)
    paths = engine.k_paths(source, target, k=3)
    assert paths[0] == best
    assert engine.disjoint_paths(source, target, level="link")[0].latency_us is not None
    assert engine.path(source, target, max_hops=len(best)).latency_us == best.latency_us
    assert engine.widest(source, target).bandwidth_bps == 10
    assert engine.forwarding(source, target).latency_us.min is not None


def big_snapshot(n: int, tail: np.ndarray, head: np.ndarray, weight: np.ndarray) -> object:
    """A snapshot of many links, by networkx."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(f"r{i}" for i in range(n))
    for number, (a, z, w) in enumerate(zip(tail.tolist(), head.tolist(), weight.tolist(), strict=True)):
        graph.add_edge(f"r{a}", f"r{z}", key=f"c{number}:az", latency_us=w, igp_metric=w, bandwidth_bps=10)
    return from_networkx(graph)
