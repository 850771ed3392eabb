"""The hierarchy changes no value: the same matrix as by plain searches, by enumeration and by scipy."""

import itertools
import math
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from pathcalc import Exclude, NoConnectivity, NoFeasiblePath, PathEngine
from pathcalc.any import engines, laid, solver
from pathcalc.any.matrix import METRICS
from pathcalc.constraints.fields import WEIGHTS, Constraints
from pathcalc.core.graph import Bans, Graph, Query, Wiring
from pathcalc.core.hierarchy.climb import Climb, shortest_climbed
from pathcalc.core.hierarchy.contraction import Hierarchy
from pathcalc.core.hierarchy.rows import Rows
from pathcalc.core.search import column, shortest
from pathcalc.places import places_of
from tests.kit.graphs import World, make_world, worlds

CASES = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
NULL_U4, NULL_U8 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
seeds = st.integers(0, 2**32 - 1)


def random_graph(rng: np.random.Generator, n: int, m: int, largest: int) -> Graph:
    """A multigraph of one-way links, self-loops, zero weights, unknown weights and all states."""
    tail = np.sort(rng.integers(0, n, m)).astype(np.uint32)
    weight = rng.integers(0, largest + 1, m).astype(np.uint32)
    weight[rng.random(m) < 0.02] = NULL_U4
    bandwidth = rng.integers(0, 6, m).astype(np.uint64)
    bandwidth[rng.random(m) < 0.02] = NULL_U8
    return Graph(
        Wiring(
            node_first=np.searchsorted(tail, np.arange(n + 1)).astype(np.uint32),
            tail=tail,
            head=rng.integers(0, n, m).astype(np.uint32),
            rank=np.arange(m, dtype=np.uint32),
        ),
        state=rng.choice([0, 1, 2, 3, 4], m, p=[0.8, 0.05, 0.05, 0.05, 0.05]).astype(np.uint8),
        weights=(weight,) * 5,
        bandwidths=(bandwidth,) * 6,
    )


def rows_by_search(graph: Graph, sources: list[tuple[int, ...]], *query: object) -> np.ndarray:
    """Each row by a plain search a router and column: the least of the row's routers."""
    values = np.full((len(sources), graph.n), np.nan)
    to_target = np.empty(graph.n)
    for target in range(graph.n):
        column(Query(graph, (), (target,), *query), to_target)  # type: ignore[arg-type]
        for row, routers in enumerate(sources):
            if routers:
                values[row, target] = np.fmin.reduce(to_target[list(routers)])
    return values


@CASES
@given(seeds, st.integers(1, 40), st.sampled_from((0, 1, 5, 2_000, 20_000_000)), st.booleans())
def test_rows_are_those_of_plain_searches(seed: int, n: int, largest: int, backwards: bool) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, n, int(rng.integers(0, 5 * n)), largest)
    bans = Bans(graph, rng.integers(0, graph.m, 3).tolist()) if graph.m and rng.random() < 0.3 else None
    asked = (0, int(rng.integers(0, 8)), 0, int(rng.integers(0, 4)) if rng.random() < 0.3 else None, bans)
    weights = Rows(Hierarchy(graph.wiring), Query(graph, (), (), *asked))
    sources = [tuple(rng.integers(0, n, rng.integers(0, 4)).tolist()) for _ in range(rng.integers(1, 40))]
    rows, everywhere = places_of(tuple(sources)), places_of(tuple((v,) for v in range(n)))
    if not backwards:
        values = np.empty((len(sources), n))
        weights.fill(rows.routers, rows.first, everywhere.routers, everywhere.first, values)
    else:
        turned = np.empty((n, len(sources)))
        weights.fill(everywhere.routers, everywhere.first, rows.routers, rows.first, turned, True)
        values = turned.T
    if not backwards:
        assert np.array_equal(values, rows_by_search(graph, sources, *asked), equal_nan=True)
        return
    for row, routers in enumerate(sources):  # from everywhere to the sources, so from them to everywhere
        assert np.isnan(values[row]).all() or routers
    again = np.empty((len(sources), n))
    weights.fill(rows.routers, rows.first, everywhere.routers, everywhere.first, again)
    assert np.array_equal(values, again, equal_nan=True)


@CASES
@given(seeds, st.integers(2, 40), st.sampled_from((0, 1, 5, 2_000, 2**31)))
def test_paths_are_those_of_plain_searches_link_by_link(seed: int, n: int, largest: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, n, int(rng.integers(0, 5 * n)), largest)
    bans = Bans(graph, rng.integers(0, graph.m, 3).tolist()) if graph.m and rng.random() < 0.3 else None
    asked = (0, int(rng.integers(0, 8)), 0, int(rng.integers(0, 4)) if rng.random() < 0.3 else None, bans)
    climb = Climb(Hierarchy(graph.wiring), Query(graph, (), (), *asked))
    for _ in range(10):
        routers = rng.permutation(n).tolist()
        middle = int(rng.integers(1, min(n, 4)))
        ends = tuple(sorted(routers[:middle])), tuple(sorted(routers[middle : middle + 3]))
        query = Query(graph, *ends, *asked)
        assert shortest_climbed(query, climb) == shortest(query)


def test_weights_of_other_links_are_refused() -> None:
    graph = random_graph(np.random.default_rng(1), 10, 40, 9)
    climb = Climb(Hierarchy(graph.wiring), Query(graph, (), (), 0, 0, 0, None, None))
    for query in (
        Query(graph, (0,), (1,), 1, 0, 0, None, None),
        Query(graph, (0,), (1,), 0, 1, 0, None, None),
        Query(graph, (0,), (1,), 0, 0, 0, 3, None),
        Query(graph, (0,), (1,), 0, 0, 0, None, Bans(graph, (1,))),
    ):
        with pytest.raises(ValueError, match="another"):
            shortest_climbed(query, climb)
    with pytest.raises(ValueError, match="both source and target"):
        shortest_climbed(Query(graph, (3,), (3,), 0, 0, 0, None, None), climb)


@CASES
@given(worlds(9, 20), st.sampled_from(METRICS), st.one_of(st.none(), st.integers(0, 3)), st.data())
def test_matrices_are_those_of_plain_searches(
    world: World, metric: str, floor: int | None, data: st.DataObject
) -> None:
    places = st.lists(st.sampled_from(world.places()), min_size=1, max_size=20)
    rows, columns = data.draw(places), data.draw(places)
    asked = {"metric": metric, "min_bandwidth_bps": floor, "exclude": Exclude(routers=("r1",))}
    with (
        mock.patch.object(laid, "SEARCHES_BEFORE", 0),
        mock.patch.object(laid, "TRIANGLES_A_SEARCH", 1 << 40),
    ):
        swept = PathEngine(world.snapshot()).matrix(rows, columns, **asked)
    with mock.patch.object(laid, "SEARCHES_BEFORE", 1 << 40):
        searched = PathEngine(world.snapshot()).matrix(rows, columns, **asked)
    assert swept.flags.c_contiguous
    assert np.array_equal(swept, searched, equal_nan=True)


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_large_matrices_are_those_of_scipy(seed: int) -> None:
    world = make_world(seed, n_routers=150, n_circuits=300, largest=1_000, unknown=0.0, dead=0.0)
    routers = sorted(world.sites)
    at = {router: i for i, router in enumerate(routers)}
    best: dict[tuple[int, int], int] = {}
    for link in world.links:  # scipy adds parallel links up, and takes zero for no link
        ends = at[link.tail], at[link.head]
        assert link.latency_us is not None
        best[ends] = min(best.get(ends, 1 << 40), 1_000 * link.latency_us + 1)
    tails, heads = zip(*best, strict=True)
    sums = dijkstra(coo_matrix((list(best.values()), (tails, heads)), shape=(150, 150)).tocsr())
    sums[np.isinf(sums)] = math.nan
    values = PathEngine(world.snapshot()).matrix(routers, routers)
    assert np.array_equal(values, sums // 1_000, equal_nan=True)


def test_sums_beyond_30_bits_are_left_to_plain_searches() -> None:
    rng = np.random.default_rng(1)
    graph = random_graph(rng, 30, 90, 2_000_000_000)
    with pytest.raises(OverflowError, match="30 bits"):
        Rows(Hierarchy(graph.wiring), Query(graph, (), (), 0, 0, 0, None, None))


def test_weights_are_laid_once_they_are_worth_it() -> None:
    world = make_world(3, n_routers=30, n_circuits=60)
    engine = PathEngine(world.snapshot())
    routers = sorted(world.sites)
    weights = engine._matrix._weights
    counts = [weights.rows("latency", Constraints(), 1) is not None for _ in range(laid.SEARCHES_BEFORE + 2)]
    assert counts == sorted(counts)
    assert not counts[0]
    assert counts[-1]
    assert weights.rows("hops", Constraints(), len(routers)) is not None


@pytest.mark.parametrize("faster", [True, False])
def test_the_faster_engine_is_chosen_and_answers_the_same(faster: bool) -> None:
    world = make_world(5, n_routers=90, n_circuits=200, unknown=0.0, dead=0.0)
    engine = PathEngine(world.snapshot())
    routers = sorted(world.sites)
    graph = engine._solver.graph
    graph.wiring.choose(0, engines.GUIDED)  # nothing is to be measured before the clock is given
    before = [_links(engine, a, z) for a in routers[:9] for z in routers[9:30]]
    ticks = itertools.count()

    def clock() -> float:  # the hierarchy is measured first
        tick = next(ticks)
        return tick if (tick < 2 * engines.ROUNDS) == faster else 10.0 * tick

    graph.wiring.choose(0, engines.UNDECIDED)
    engines.choose(graph, lambda: engine._structure.hierarchy, 0, 0, clock)
    assert graph.is_laid(0, 0) == faster
    assert [_links(engine, a, z) for a in routers[:9] for z in routers[9:30]] == before
    later = PathEngine(world.snapshot(), engine)
    assert later.is_prepared == (not faster)
    later.prepare()
    assert later.is_prepared
    assert later._solver.graph.is_laid(0, 0) == faster
    assert [_links(later, a, z) for a in routers[:9] for z in routers[9:30]] == before


def _links(engine: PathEngine, source: str, target: str, **asked: object) -> tuple[str, ...] | None:
    try:
        return tuple(engine.path(source, target, **asked).links)  # type: ignore[arg-type]
    except (NoConnectivity, NoFeasiblePath):
        return None


def test_a_filter_asked_again_and_again_gets_weights_of_its_own() -> None:
    world = make_world(5, n_routers=90, n_circuits=200, unknown=0.0, dead=0.0)
    pairs = [(f"r{i % 90}", f"r{(7 * i + 1) % 90}") for i in range(400) if i % 90 != (7 * i + 1) % 90]
    floor: dict[str, object] = {"min_bandwidth_bps": 1, "exclude": Exclude(routers=("r3",))}
    snapshot = world.snapshot()
    engine = PathEngine(snapshot)
    engine._solver.graph.wiring.choose(0, engines.HIERARCHY)
    with mock.patch.object(engines, "Climb", wraps=Climb) as made:
        often = [_links(engine, *pair, **floor) for pair in pairs]
    assert made.call_count >= 2
    assert often == [_links(PathEngine(snapshot), *pair, **floor) for pair in pairs]


def test_what_is_wanted_in_a_large_network_is_prepared_when_asked() -> None:
    world = make_world(5, n_routers=90, n_circuits=200, unknown=0.0, dead=0.0)
    with mock.patch.object(solver, "MOST_LAID", 80):
        engine = PathEngine(world.snapshot())
        assert engine.is_prepared
        for _ in range(40):
            engine.path("r1", "r2")
        assert not engine.is_prepared
        engine.prepare()
        assert engine.is_prepared
    engine.prepare("te_metric", "hops", "widest")
    assert engine._solver.graph.is_guided(WEIGHTS.index("te_metric"), 0)


def test_landmarks_are_prepared_beside_a_hierarchy_for_what_it_is_not_laid_for() -> None:
    world = make_world(5, n_routers=90, n_circuits=200, unknown=0.0, dead=0.0)
    with mock.patch.object(solver, "MOST_WITH_LANDMARKS", 80):
        engine = PathEngine(world.snapshot())
        engine._solver.graph.wiring.choose(0, engines.HIERARCHY)
        for _ in range(40):
            engine.path("r1", "r2")
        graph = engine._solver.graph
        assert (graph.is_laid(0, 0), graph.is_guided(0, 0), engine.is_prepared) == (True, False, False)
        engine.prepare()
        assert (graph.is_guided(0, 0), engine.is_prepared) == (True, True)


def test_a_network_too_dense_has_no_hierarchy() -> None:
    n = 200
    tail, head = (part.ravel().astype(np.uint32) for part in np.indices((n, n)))
    wiring = Wiring(
        node_first=np.arange(0, n * n + 1, n, dtype=np.uint32),
        tail=tail,
        head=head,
        rank=np.arange(n * n, dtype=np.uint32),
    )
    with pytest.raises(OverflowError, match="dense"):
        Hierarchy(wiring)


def test_places_are_resolved_anew_when_a_list_has_changed() -> None:
    world = make_world(3, n_routers=12, n_circuits=30, unknown=0.0, dead=0.0)
    engine = PathEngine(world.snapshot())
    names = sorted(world.sites)
    before = engine.matrix(names, names)
    names.reverse()
    assert np.array_equal(engine.matrix(names, names), before[::-1, ::-1], equal_nan=True)
    several: list[str | list[str]] = [["r0"], "r2"]
    assert engine.matrix(several, ["r5"]).shape == (2, 1)
    several[0] = ["r5"]
    assert engine.matrix(several, ["r5"])[0, 0] == 0
