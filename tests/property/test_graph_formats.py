"""Every exchange format brings the same snapshot back."""

import json

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topology import Snapshot
from topology.errors import GraphError
from topology.export import from_graphml, from_networkx, from_node_link, to_graphml, to_networkx, to_node_link
from topology.snapshot import NULL_U4

COUNTS = st.integers(0, NULL_U4 - 1)
RATES = st.integers(0, 2**63)
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "latency_us": COUNTS,
        "jitter_us": COUNTS,
        "loss_ppm": COUNTS,
        "te_metric": COUNTS,
        "igp_metric": COUNTS,
        "mtu_bytes": COUNTS,
        "bandwidth_bps": RATES,
        "capacity_bps": RATES,
        "used_bps": RATES,
        "free_bps": RATES,
        "free_now_bps": RATES,
        "single_flow_max_bps": RATES,
        "state": st.sampled_from(["up", "unconfirmed", "stale", "drained", "down"]),
        "srlgs": st.lists(st.sampled_from(["duct:a", "duct:b", "node:c"]), unique=True),
        "admin_groups": st.lists(st.sampled_from(["gold", "satellite"]), unique=True),
    },
)
WAYS = {
    "networkx": lambda s: from_networkx(to_networkx(s)),
    "node-link": lambda s: from_node_link(json.loads(json.dumps(to_node_link(s)))),
    "graphml": lambda s: from_graphml(to_graphml(s)),
}


@st.composite
def graphs(draw: st.DrawFn) -> nx.Graph:
    """A graph of any of networkx's four classes, with parallel, one-way and disconnected parts."""
    graph = draw(st.sampled_from([nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph]))()
    names = ["a", "b", "c", "d", "é e", "<f>"]
    for name in draw(st.lists(st.sampled_from(names), min_size=2, unique=True)):
        graph.add_node(name, **draw(st.sampled_from([{}, {"site": "s1"}, {"site": "s2"}])))
    pairs = st.tuples(st.sampled_from(list(graph)), st.sampled_from(list(graph))).filter(
        lambda p: p[0] != p[1]
    )
    for tail, head in draw(st.lists(pairs, max_size=8)):
        graph.add_edge(tail, head, **draw(ATTRIBUTES))
    return graph


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=150, deadline=None)
@given(graph=graphs())
def test_round_trip_gives_the_same_snapshot(way: str, graph: nx.Graph) -> None:
    snapshot = Snapshot.from_networkx(graph)
    back = WAYS[way](snapshot)
    for name in (
        "site_ids",
        "router_ids",
        "circuit_ids",
        "link_ids",
        "srlg_ids",
        "admin_group_ids",
        "version",
    ):
        assert getattr(back, name) == getattr(snapshot, name), name
    for name in Snapshot.array_names():
        assert np.array_equal(getattr(back, name), getattr(snapshot, name)), name


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["a", "[", "[1]"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["id", "source", "target", "key", "site", "circuit", "state", "srlgs", "admin_groups", "latency_us"]
NAMES += ["capacity_bps", "latency_us_source", "latency_us_observed_at_ns", "version", "site_ids"]
OBJECTS = st.dictionaries(st.sampled_from(NAMES), VALUES | st.sampled_from(["a", "b"]), max_size=6)


@settings(max_examples=500, deadline=None)
@given(
    data=st.fixed_dictionaries(
        {"nodes": st.lists(OBJECTS, max_size=3) | VALUES, "links": st.lists(OBJECTS, max_size=3) | VALUES},
        optional={"graph": OBJECTS | VALUES, "directed": st.booleans(), "multigraph": st.booleans()},
    )
)
def test_any_node_link_document_is_a_snapshot_or_refused(data: dict[str, object]) -> None:
    try:
        snapshot = Snapshot.from_node_link(data)
    except GraphError:
        return
    assert from_node_link(to_node_link(snapshot)).link_ids == snapshot.link_ids
