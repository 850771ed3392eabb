"""Paths without shared risks past their budget: a bound that is one, or no answer at all."""

import random

import networkx as nx
import pytest

from pathcalc import BudgetExhausted, NoDisjointPaths, PathEngine
from pathcalc.answers import DisjointAnswer
from pathcalc.any import disjoint
from tests.kit.graphs import make_world
from topology.given import from_networkx


def grid(seed: int) -> PathEngine:
    """A grid where every SRLG runs under several circuits here and there."""
    rng = random.Random(seed)
    graph = nx.MultiGraph()
    for n, (a, z) in enumerate(nx.grid_2d_graph(5, 5).edges):
        duct = f"duct:{rng.randrange(9)}"
        graph.add_edge(str(a), str(z), key=f"c{n}", latency_us=rng.randint(1, 20), srlgs=[duct])
    return PathEngine(from_networkx(graph))


def pair_of(engine: PathEngine) -> DisjointAnswer | str | None:
    try:
        return engine.disjoint_paths("(0, 0)", "(4, 4)", level="srlg")
    except BudgetExhausted:
        return "exhausted"
    except NoDisjointPaths:
        return None


def total(answer: DisjointAnswer) -> int:
    return sum(path.latency_us or 0 for path in answer)


def test_a_short_budget_gives_a_bound_that_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = set()
    for seed in range(120):
        exact = pair_of(grid(seed))
        assert exact != "exhausted"
        for budget in (1, 2, 4):
            with monkeypatch.context() as patched:
                patched.setattr(disjoint, "MOST_NODES", budget)
                short = pair_of(grid(seed))
            if short == "exhausted":
                outcomes.add("exhausted")
            elif short is None:
                assert exact is None
                outcomes.add("infeasible")
            else:
                assert isinstance(short, DisjointAnswer)
                assert isinstance(exact, DisjointAnswer)
                assert exact.status == "optimal"
                bound = total(short) if short.bound_us is None else short.bound_us
                assert bound <= total(exact) <= total(short)
                outcomes.add(short.status)
    assert outcomes == {"exhausted", "infeasible", "optimal", "feasible"}


def test_one_circuit_is_no_pair() -> None:
    world = make_world(1, n_routers=2, n_circuits=1, unknown=0, dead=0)
    link = world.links[0]
    with pytest.raises(NoDisjointPaths, match=r"no 2 paths from .* are disjoint at level srlg") as caught:
        PathEngine(world.snapshot()).disjoint_paths(link.tail, link.head, level="srlg")
    assert caught.value.exist == 1
    assert caught.value.binding[0].constraint == "disjoint.srlg"
