"""What other people's tools see of a live graph."""

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from tests.kit.telemetry import S, Telemetry, backbone, circuit
from topology import Inventory, Snapshot
from topology.export import to_graphml, to_networkx, to_node_link

REFERENCE = Path(__file__).parents[3] / "suanlu" / "reference-backbone.json"


@pytest.fixture
def snapshot() -> Snapshot:
    """Two parallel circuits, one of them down, one measured."""
    c1 = circuit("c1", "a", "z", admin_groups=("gold",))
    world = Telemetry(backbone(c1, circuit("c2", "a", "z", latency_us=None))).all_up()
    world.oper("a", "to-z-c2", "DOWN")
    world.measure("a", "ifrate", "to-z-c1", out_bps=30 * S)
    world.after(1)
    world.graph.publish(world.now_ns)
    return world.graph.snapshot


def test_networkx_has_a_node_a_router_and_an_edge_a_link(snapshot):
    graph = to_networkx(snapshot)
    assert isinstance(graph, nx.MultiDiGraph)
    assert dict(graph.nodes(data="site")) == {"a": "at-a", "z": "at-z"}
    assert set(graph.edges(keys=True)) == {
        *{("a", "z", "c1:az"), ("a", "z", "c2:az")},
        *{("z", "a", "c1:za"), ("z", "a", "c2:za")},
    }
    assert graph.edges["a", "z", "c2:az"]["state"] == "down"
    assert graph.graph["version"] == snapshot.version


def test_unknown_values_are_left_out(snapshot):
    edge = to_networkx(snapshot).edges["a", "z", "c1:az"]
    assert (edge["latency_us"], edge["used_bps"], edge["free_bps"]) == (1000, 30 * S, 70 * S)
    assert edge["latency_us_source"] == "nominal"
    assert "jitter_us" not in edge
    assert "latency_us" not in to_networkx(snapshot).edges["a", "z", "c2:az"]


def test_node_link_is_json_that_networkx_reads(snapshot):
    data = json.loads(json.dumps(to_node_link(snapshot)))
    graph = nx.node_link_graph(data, edges="links")
    assert nx.shortest_path_length(graph, "a", "z") == 1
    assert graph.edges["a", "z", "c1:az"]["admin_groups"] == ["gold"]


def test_graphml_is_read_by_networkx(snapshot):
    graph = nx.parse_graphml(to_graphml(snapshot))
    assert sorted(key for _, _, key in graph.edges(keys=True)) == ["c1:az", "c1:za", "c2:az", "c2:za"]


@pytest.mark.parametrize(
    "back",
    [
        lambda s: Snapshot.from_networkx(to_networkx(s)),
        lambda s: Snapshot.from_node_link(json.loads(json.dumps(to_node_link(s)))),
        lambda s: Snapshot.from_graphml(to_graphml(s)),
    ],
    ids=["networkx", "node-link", "graphml"],
)
def test_reference_backbone_comes_back_the_same(back):
    snapshot = Telemetry(Inventory.load(REFERENCE)).all_up().graph.snapshot
    again = back(snapshot)
    assert again.circuit_ids == snapshot.circuit_ids
    assert again.site_ids == snapshot.site_ids
    for name in Snapshot.array_names():
        assert np.array_equal(getattr(again, name), getattr(snapshot, name)), name
