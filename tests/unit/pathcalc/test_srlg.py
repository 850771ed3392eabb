"""SRLG-disjoint pairs past their budget: a bound that is one, or no answer at all."""

import random

import networkx as nx
import pytest

from pathcalc import BudgetExhausted, NoFeasiblePath, PathEngine
from pathcalc.any.risks import RiskTable
from pathcalc.any.solver import Solver
from pathcalc.any.srlg import SrlgPair, SrlgSearch
from pathcalc.constraints.fields import UNCONSTRAINED
from pathcalc.structure import Structure
from pathcalc.tables import Tables
from tests.kit.graphs import make_world
from topology.given import from_networkx


def search(seed: int, budget: int) -> SrlgSearch:
    """A grid where every SRLG runs under several circuits here and there."""
    rng = random.Random(seed)
    grid = nx.grid_2d_graph(5, 5)
    graph = nx.MultiGraph()
    for n, (a, z) in enumerate(grid.edges):
        duct = f"duct:{rng.randrange(9)}"
        graph.add_edge(str(a), str(z), key=f"c{n}", latency_us=rng.randint(1, 20), srlgs=[duct])
    snapshot = from_networkx(graph)
    structure = Structure.of(snapshot)
    snapshot = structure.arranged(snapshot)
    solver = Solver(snapshot, Tables(snapshot, structure))
    ends = (snapshot.router_index["(0, 0)"],), (snapshot.router_index["(4, 4)"],)
    table = RiskTable.of(snapshot, with_srlgs=True)
    return SrlgSearch(solver, table, ends, "latency", UNCONSTRAINED, budget=budget)


def pair_of(seed: int, budget: int) -> SrlgPair | str | None:
    try:
        return search(seed, budget).pair()
    except BudgetExhausted:
        return "exhausted"


def test_a_short_budget_gives_a_bound_that_holds() -> None:
    outcomes = set()
    for seed in range(120):
        exact = pair_of(seed, 100_000)
        assert exact != "exhausted"
        for budget in (1, 2, 4):
            short = pair_of(seed, budget)
            if short == "exhausted":
                outcomes.add("exhausted")
            elif short is None:
                assert exact is None
                outcomes.add("infeasible")
            else:
                assert isinstance(short, SrlgPair)
                assert isinstance(exact, SrlgPair)
                assert short.bound_key <= exact.key <= short.key
                outcomes.add("optimal" if short.bound_key == short.key else "feasible")
    assert outcomes == {"exhausted", "infeasible", "optimal", "feasible"}


def test_one_circuit_is_no_pair() -> None:
    world = make_world(1, n_routers=2, n_circuits=1, unknown=0, dead=0)
    link = world.links[0]
    with pytest.raises(NoFeasiblePath, match=r"disjoint\.srlg"):
        PathEngine(world.snapshot()).disjoint_paths(link.tail, link.head, level="srlg")
