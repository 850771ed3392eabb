"""k paths are the same by landmarks, by the fast lane, and by an enumeration of all simple paths."""

from itertools import islice

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathcalc import NoConnectivity, NoFeasiblePath, PathEngine
from pathcalc.any.objectives import WEIGHTS
from pathcalc.core.graph import Bans, Graph, Query
from pathcalc.core.kpaths import k_shortest
from pathcalc.core.landmarks import Landmarks
from tests.kit.compared import compared
from tests.kit.graphs import World, ends_of, worlds
from tests.oracles import paths as oracle
from tests.property.test_paths_guided import random_graph

CASES = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
ADDITIVE = ("latency", "te_metric", "igp_metric", "hops")
LABELS = 1_000_000


def several(query: Query, k: int) -> list[tuple[int, ...]]:
    paths, complete = k_shortest(query, k, (), (), LABELS, 0.0)
    assert complete
    return paths


@CASES
@given(st.integers(0, 2**32 - 1), st.sampled_from((0, 1, 3, 1000)), st.sampled_from((1, 2, 7, 40)))
def test_same_paths_with_landmarks(seed: int, largest: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    n, density = int(rng.integers(2, 60)), int(rng.integers(1, 5))
    plain, guided = (random_graph(np.random.default_rng(seed), n, density * n, largest)[0] for _ in "ab")
    assert Landmarks(guided, 0, 0).attach(guided, 0)
    for _ in range(5):
        ends = rng.permutation(n)[: min(n, 4)].tolist()
        count = int(rng.integers(1, min(2, n - 1) + 1))
        floor = None if rng.random() < 0.5 else int(rng.integers(0, 4))
        banned = rng.choice(plain.m, int(rng.integers(0, 1 + plain.m // 10)), replace=False).tolist()

        def query(graph: Graph) -> Query:
            bans = Bans(graph, banned)  # noqa: B023 - called at once
            return Query(graph, tuple(ends[:count]), tuple(ends[count:]), 0, 0, 0, floor, bans)  # noqa: B023

        assert several(query(guided), k) == several(query(plain), k)


@CASES
@given(worlds(6, 12), st.integers(0, 10_000), st.sampled_from(ADDITIVE), st.integers(1, 12))
def test_same_paths_as_an_enumeration_however_often_asked(
    world: World, choice: int, objective: str, k: int
) -> None:
    ends = ends_of(world, choice)
    sources, targets = (world.routers_at(end) for end in ends)
    every = oracle.simple_paths(world, sources, targets, oracle.usable(objective=objective))
    expected = [oracle.ids(path) for path in islice(sorted(every, key=oracle.order(objective)), k)]
    engine = PathEngine(world.snapshot())
    compared("all simple paths, one by one", "question")
    for is_prepared in (False, False, True):
        if is_prepared:
            engine._solver.prepare(WEIGHTS.index(objective), 0)
        try:
            found = engine.k_paths(*ends, k=k, objective=objective, budget_ms=10_000)  # type: ignore[arg-type]
        except (NoConnectivity, NoFeasiblePath):
            assert not expected
        else:
            assert [path.links for path in found] == expected
            assert found.status == "optimal"


def test_searches_for_several_paths_count_towards_landmarks() -> None:
    rng = np.random.default_rng(4)
    graph, _ = random_graph(rng, 80, 320, 50)
    for _ in range(200):
        source, target = rng.permutation(80)[:2].tolist()
        query = Query(graph, (source,), (target,), 0, 0, 0, None, None)
        several(query, 3)
        if query.due:
            break
    assert query.due
