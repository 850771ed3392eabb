"""Snapshots of a given graph: networkx, node-link JSON or GraphML, without any telemetry.

Attributes of an edge: `latency_us`, `jitter_us`, `loss_ppm`, `te_metric`, `igp_metric`, `mtu_bytes`,
`capacity_bps`, `used_bps`, `free_bps`, `bandwidth_bps` (capacity and free, where they are not given),
`srlgs`, `admin_groups`, `circuit`, `state`; whole numbers, absent = unknown. The key of an edge is its
link id. A node may have `site`; without it, it is a site of its own. An undirected edge becomes two links
of one circuit.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from topology.errors import GraphError
from topology.ids import circuit_of
from topology.layout import Layout, LinkEnds, lay_out
from topology.snapshot import NULL_U4, NULL_U8, OBSERVED, U4_METRICS, U8_METRICS, LinkState, Snapshot, Source

Attributes = Mapping[str, Any]
_STATES = {state.label: state for state in LinkState}
_SOURCES = {source.label: source for source in Source}


class _Edge(NamedTuple):
    ends: LinkEnds
    attributes: Attributes


def from_networkx(graph: Any) -> Snapshot:
    """Return the snapshot of a networkx graph of any of the four classes.

    Raises GraphError for a self-loop, an id used twice, or a value that is no whole number in range.
    """
    own: Attributes = graph.graph if isinstance(graph.graph, dict) else {}
    sites = {str(node): str(data.get("site", node)) for node, data in graph.nodes(data=True)}
    if len(sites) < graph.number_of_nodes():
        raise GraphError("two nodes have the same name when written as text: rename one")
    edges = list(_edges(graph))
    circuits: dict[str, Sequence[str]] = dict.fromkeys(_names(own.get("circuit_ids")), ())
    for edge in edges:
        members = _names(edge.attributes.get("srlgs"))
        circuits[edge.ends.circuit] = tuple(dict.fromkeys((*circuits.get(edge.ends.circuit, ()), *members)))
    layout = lay_out(
        site_ids=tuple(dict.fromkeys((*_names(own.get("site_ids")), *sites.values()))),
        router_site=sites,
        circuit_srlgs=circuits,
        links=[edge.ends for edge in edges],
        srlg_ids=_names(own.get("srlg_ids")),
        admin_group_ids=_names(own.get("admin_group_ids")),
        backups={str(node) for node, data in graph.nodes(data=True) if data.get("ingress") in (False, 0)},
    )
    return _snapshot(own, layout, [edges[i] for i in layout.order])


def from_node_link(data: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot of node-link JSON, as `to_node_link` and networkx write it.

    Raises GraphError, also for a document that is no node-link graph.
    """
    edges = "links" if "links" in data and "edges" not in data else "edges"
    try:
        graph = nx.node_link_graph(dict(data), edges=edges)
    except (LookupError, TypeError, ValueError, AttributeError, nx.NetworkXError) as error:
        raise GraphError(
            f"not a node-link graph: {error!r}; it needs `nodes` and `edges` (or `links`)"
        ) from error
    return from_networkx(graph)


def from_graphml(text: str | bytes) -> Snapshot:
    """Return the snapshot of a GraphML document; lists are JSON arrays or words apart by commas.

    Raises GraphError for what is no GraphML.
    """
    if b"<!DOCTYPE" in (raw := text.encode() if isinstance(text, str) else text):
        raise GraphError(
            "GraphML with a document type declaration is refused: entities could expand without end"
        )
    try:
        graph = nx.parse_graphml(raw.decode(), force_multigraph=True)
    except (SyntaxError, ValueError, KeyError, nx.NetworkXError) as error:
        raise GraphError(f"not a GraphML document: {error}") from error
    return from_networkx(graph)


def _edges(graph: Any) -> Iterator[_Edge]:
    made: dict[tuple[str, str], int] = {}
    keyed = (
        graph.edges(keys=True, data=True)
        if graph.is_multigraph()
        else ((*e[:2], None, e[2]) for e in graph.edges(data=True))
    )
    for tail, head, key, attributes in keyed:
        a, z = str(tail), str(head)
        if a == z:
            raise GraphError(f"the edge {a!r} to itself is no link: remove it")
        given = key if isinstance(key, str) else attributes.get("id")
        if not isinstance(given, str):
            n = made[a, z] = made.get((a, z), 0) + 1
            given = f"{a}-{z}-{n}:az"
        groups = _names(attributes.get("admin_groups"))
        is_directional = given.endswith((":az", ":za"))
        circuit = str(attributes.get("circuit", circuit_of(given) if is_directional else given))
        if graph.is_directed():
            yield _Edge(LinkEnds(given, circuit, a, z, groups), attributes)
        else:
            yield _Edge(LinkEnds(f"{circuit}:az", circuit, a, z, groups), attributes)
            yield _Edge(LinkEnds(f"{circuit}:za", circuit, z, a, groups), attributes)


def _names(value: Any) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        value = _parsed(value) if value.startswith("[") else value.split(",")
    if not isinstance(value, list | tuple | set | frozenset):
        raise GraphError(f'{value!r} is no list of names: write ["a", "b"] or a,b')
    return tuple(str(name).strip() for name in value)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise GraphError(f"{text!r} is no list of names: {error}") from error


def _snapshot(attributes: Attributes, layout: Layout, edges: Sequence[_Edge]) -> Snapshot:
    columns: dict[str, Any] = {}
    for metric in U4_METRICS:
        columns[metric] = np.array([_number(edge, (metric,), NULL_U4) for edge in edges], np.uint32)
    for metric, names in _BANDWIDTHS.items():
        columns[metric] = np.array([_number(edge, names, NULL_U8) for edge in edges], np.uint64)
    for metric in OBSERVED:
        at = f"{metric}_observed_at_ns"
        columns[at] = np.array([_whole(edge.attributes, at, 0) for edge in edges], np.int64)
        unknown = columns[metric] == (NULL_U8 if metric in U8_METRICS else NULL_U4)
        given = [_source(edge, f"{metric}_source") for edge in edges]
        columns[f"{metric}_source"] = np.where(unknown, Source.NONE, np.array(given, np.uint8)).astype(
            np.uint8
        )
    return Snapshot(
        epoch=str(attributes.get("epoch", "given")),
        version=_whole(attributes, "version", 1),
        structure_version=_whole(attributes, "structure_version", 1),
        published_at_ns=_whole(attributes, "published_at_ns", 0),
        free_p05_ready=bool(attributes.get("free_p05_ready", True)),
        state=np.array([_state(edge) for edge in edges], np.uint8),
        **layout.snapshot_fields(),
        **columns,
    )


_BANDWIDTHS = {
    "capacity_bps": ("capacity_bps", "bandwidth_bps"),
    "used_bps": ("used_bps",),
    "free_now_bps": ("free_now_bps", "free_bps", "bandwidth_bps"),
    "free_p05_bps": ("free_p05_bps", "free_bps", "bandwidth_bps"),
    "single_flow_max_bps": ("single_flow_max_bps", "capacity_bps", "bandwidth_bps", "free_bps"),
}


def _number(edge: _Edge, names: Sequence[str], null: int) -> int:
    for name in names:
        value = edge.attributes.get(name)
        if value is None:
            continue
        if not _is_count(value) or value >= null:
            raise GraphError(
                f"{name} of {edge.ends.id} is {value!r}: give a whole number from 0 to {null - 1}"
            )
        return int(value)
    return null


def _whole(attributes: Attributes, name: str, default: int) -> int:
    # Other people's graphs may use these names for anything; only a number can be one of ours.
    value = attributes.get(name)
    return value if type(value) is int and 0 <= value < 1 << 63 else default


def _is_count(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return False
    return bool(value >= 0 and value % 1 == 0)


def _state(edge: _Edge) -> LinkState:
    label = edge.attributes.get("state", "up")
    if not isinstance(label, str) or label not in _STATES:
        raise GraphError(f"state of {edge.ends.id} is {label!r}: one of {', '.join(_STATES)}")
    return _STATES[label]


def _source(edge: _Edge, name: str) -> Source:
    label = edge.attributes.get(name, Source.INVENTORY.label)
    if not isinstance(label, str) or label not in _SOURCES:
        raise GraphError(
            f"{name} of {edge.ends.id} is {label!r}: leave it out or use one of Suanlu's sources"
        )
    return _SOURCES[label]
