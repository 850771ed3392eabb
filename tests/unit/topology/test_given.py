"""Snapshots of given graphs: what an edge's attributes and an edge's kind become."""

import networkx as nx
import pytest

from topology import LinkState, Snapshot
from topology.errors import GraphError
from topology.snapshot import NULL_U4, NULL_U8


def test_undirected_edge_becomes_two_links_of_one_circuit():
    snapshot = Snapshot.from_networkx(nx.Graph([("a", "b", {"latency_us": 5, "srlgs": ["duct:x"]})]))
    assert snapshot.link_ids == ("a-b-1:az", "a-b-1:za")
    assert snapshot.circuit_ids == ("a-b-1",)
    assert snapshot.link_reverse.tolist() == [1, 0]
    assert snapshot.latency_us.tolist() == [5, 5]
    assert snapshot.circuit_srlgs(0) == ("duct:x",)


def test_directed_edge_stays_one_way():
    snapshot = Snapshot.from_networkx(nx.DiGraph([("a", "b")]))
    assert snapshot.link_ids == ("a-b-1:az",)
    assert snapshot.link_reverse.tolist() == [NULL_U4]


def test_parallel_edges_stay_apart():
    graph = nx.MultiGraph([("a", "b", {"latency_us": 5}), ("a", "b", {"latency_us": 7})])
    snapshot = Snapshot.from_networkx(graph)
    assert snapshot.link_ids == ("a-b-1:az", "a-b-2:az", "a-b-1:za", "a-b-2:za")
    assert snapshot.node_first.tolist() == [0, 2, 4]


def test_edge_key_is_the_link_id_and_names_the_circuit():
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", key="trunk-1:az")
    graph.add_edge("b", "a", key="trunk-1:za")
    snapshot = Snapshot.from_networkx(graph)
    assert snapshot.circuit_ids == ("trunk-1",)
    assert snapshot.link_reverse.tolist() == [1, 0]


def test_bandwidth_is_capacity_and_free_where_they_are_not_given():
    graph = nx.DiGraph([("a", "b", {"bandwidth_bps": 100}), ("b", "a", {"capacity_bps": 90, "free_bps": 10})])
    snapshot = Snapshot.from_networkx(graph)
    assert snapshot.capacity_bps.tolist() == [100, 90]
    assert snapshot.free_p05_bps.tolist() == snapshot.free_now_bps.tolist() == [100, 10]
    assert snapshot.used_bps.tolist() == [NULL_U8, NULL_U8]


def test_absent_attributes_are_unknown_and_the_link_is_up():
    snapshot = Snapshot.from_networkx(nx.DiGraph([("a", "b")]))
    assert snapshot.latency_us.tolist() == [NULL_U4]
    assert snapshot.capacity_bps.tolist() == [NULL_U8]
    assert snapshot.state.tolist() == [LinkState.UP]


def test_nodes_share_a_site_where_they_say_so():
    graph = nx.Graph([("r1", "r2"), ("r2", "x")])
    graph.nodes["r1"]["site"] = graph.nodes["r2"]["site"] = "wuhan"
    snapshot = Snapshot.from_networkx(graph)
    assert snapshot.site_ids == ("wuhan", "x")
    assert snapshot.router_site.tolist() == [0, 0, 1]


@pytest.mark.parametrize("value", [1.5, -1, NULL_U4, True])
def test_latency_that_is_no_whole_number_in_range_is_refused(value):
    with pytest.raises(GraphError, match="latency_us of a-b-1:az"):
        Snapshot.from_networkx(nx.DiGraph([("a", "b", {"latency_us": value})]))


def test_self_loop_is_refused():
    with pytest.raises(GraphError, match="to itself"):
        Snapshot.from_networkx(nx.DiGraph([("a", "a")]))


def test_nodes_that_read_the_same_are_refused():
    with pytest.raises(GraphError, match="same name"):
        Snapshot.from_networkx(nx.Graph([(1, "1")]))


def test_link_id_used_twice_is_refused():
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", key="x:az")
    graph.add_edge("b", "c", key="x:az")
    with pytest.raises(GraphError, match="'x:az' is used twice"):
        Snapshot.from_networkx(graph)


def test_more_admin_groups_than_a_mask_has_bits_are_refused():
    groups = [f"g{i}" for i in range(65)]
    with pytest.raises(GraphError, match="64 bits"):
        Snapshot.from_networkx(nx.DiGraph([("a", "b", {"admin_groups": groups})]))


def test_lists_in_text_are_json_or_words_apart_by_commas():
    graph = nx.DiGraph([("a", "b", {"srlgs": "duct:x, duct:y"}), ("b", "a", {"srlgs": '["duct:z"]'})])
    snapshot = Snapshot.from_networkx(graph)
    assert snapshot.circuit_srlgs(0) == ("duct:x", "duct:y")
    assert snapshot.circuit_srlgs(1) == ("duct:z",)


def test_unreadable_documents_are_refused():
    with pytest.raises(GraphError, match="node-link"):
        Snapshot.from_node_link({"vertices": []})
    with pytest.raises(GraphError, match="GraphML"):
        Snapshot.from_graphml("<graphml")
    with pytest.raises(GraphError, match="entities"):
        Snapshot.from_graphml('<!DOCTYPE x [<!ENTITY a "b">]><graphml/>')
