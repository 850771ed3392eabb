"""Drained links and routers: in no best path, and the last resort of what packets really do."""

import networkx as nx
import pytest

from pathcalc import Constraints, GraphTooLarge, NoConnectivity, PathEngine
from topology.given import from_networkx


def engine_of(*circuits: str, drained: tuple[str, ...] = (), igp_metric: int = 10) -> PathEngine:
    """Circuits `a-b`, both ways; `drained`: circuits or routers. A router `a2` stands in site `site-a`."""
    graph = nx.MultiDiGraph()
    for name in circuits:
        a, z = name.split("-")
        state = "up" if {name, a, z}.isdisjoint(drained) else "drained"
        for way, tail, head in (("az", a, z), ("za", z, a)):
            graph.add_edge(tail, head, key=f"{name}:{way}", latency_us=1, igp_metric=igp_metric, state=state)
    for router in graph:
        graph.nodes[router]["site"] = f"site-{router.rstrip('0123456789')}"
    return PathEngine(from_networkx(graph))


def test_packets_go_round_a_drained_link() -> None:
    forwarding = engine_of("a-b", "a-c", "c-b", drained=("a-b",)).forwarding("a", "b")
    assert [link for link, *_ in forwarding.links] == ["a-c:az", "c-b:az"]
    assert forwarding.drained_links == ()
    assert forwarding.satisfied(Constraints())


def test_what_nothing_else_can_carry_takes_the_drained_link_and_says_so() -> None:
    engine = engine_of("a-b", "b-c", drained=("b-c",))
    forwarding = engine.forwarding("a", "c")
    assert forwarding.drained_links == ("b-c:az",)
    assert not forwarding.satisfied(Constraints())
    violation = forwarding.violations(Constraints())[0]
    assert (violation.constraint, violation.limit, violation.value) == ("allow_draining", None, ("b-c:az",))
    assert violation.sentence == "packets pass b-c:az, drained, as the last resort"
    assert forwarding.satisfied(Constraints(allow_draining=True))
    with pytest.raises(NoConnectivity, match="allow_draining"):
        engine.path("a", "c")


def test_fewest_drained_links_win_whatever_the_metric() -> None:
    engine = engine_of("a-b", "b-c", "a-d", "d-e", "e-c", drained=("a-b", "b-c", "d-e"))
    assert engine.forwarding("a", "c").drained_links == ("d-e:az",)


def test_a_drained_router_is_passed_by_but_can_be_reached_and_can_send() -> None:
    engine = engine_of("a-b", "b-c", "a-d", "d-e", "e-c", drained=("b",))
    assert engine.forwarding("a", "c").drained_links == ()
    assert engine.forwarding("a", "b").drained_links == ("a-b:az",)
    assert engine.forwarding("b", "d").drained_links == ("a-b:za",)


def test_a_sites_traffic_enters_at_its_drained_router_only_for_want_of_another() -> None:
    both = ("a-b", "a2-b", "b-c")
    assert engine_of(*both).forwarding("site-a", "c").ingress == ("a", "a2")
    assert engine_of(*both, drained=("a2",)).forwarding("site-a", "c").ingress == ("a",)
    assert engine_of(*both, drained=("a", "a2")).forwarding("site-a", "c").ingress == ("a", "a2")
    assert engine_of("a-d", "a2-b", "b-c", drained=("a2",)).forwarding("site-a", "c").ingress == ("a2",)


def test_a_sites_traffic_leaves_at_its_undrained_router() -> None:
    forwarding = engine_of("a-b", "a-c", "c-d", "d-b2", drained=("b",)).forwarding("a", "site-b")
    assert [link for link, *_ in forwarding.links] == ["a-c:az", "c-d:az", "d-b2:az"]


def test_the_igp_matrix_counts_the_last_resort() -> None:
    engine = engine_of("a-b", "b-c", drained=("b-c",))
    assert engine.matrix(["a"], ["c"], routing="igp")[0, 0] == 2
    assert engine.matrix(["a"], ["c"], metric="igp_metric", routing="igp")[0, 0] == 20  # as given


def test_sums_with_drained_links_are_refused_where_they_could_exceed_64_bits() -> None:
    count = 40_000
    most = (1 << 46) // count - 2  # 46 bits of sum above 16 bits of hops

    def engine(state: str) -> PathEngine:
        graph = nx.path_graph(count, create_using=nx.MultiDiGraph)
        nx.set_edge_attributes(graph, most, "igp_metric")
        graph.edges[0, 1, 0]["state"] = state
        return PathEngine(from_networkx(graph))

    engine("up")
    with pytest.raises(GraphTooLarge, match="igp_metric"):
        engine("drained")
