"""The graph in other people's formats: networkx, node-link JSON, GraphML; nodes are routers.

Names of attributes are those that `topology.given` reads, so each format comes back as the same snapshot.
Unknown values are left out.
"""

import json
from typing import Any

import networkx as nx

from topology.given import from_graphml, from_networkx, from_node_link
from topology.snapshot import NULL_U4, NULL_U8, OBSERVED, U4_METRICS, U8_METRICS, LinkState, Snapshot, Source

__all__ = ["from_graphml", "from_networkx", "from_node_link", "to_graphml", "to_networkx", "to_node_link"]

_ID_LISTS = ("site_ids", "circuit_ids", "srlg_ids", "admin_group_ids")


def to_networkx(snapshot: Snapshot) -> Any:
    """Return an `nx.MultiDiGraph`: nodes are router ids with `site`, an edge's key is its link id.

    A router that is no ingress of its site says so: `ingress` is False.
    """
    graph = nx.MultiDiGraph(
        epoch=snapshot.epoch,
        version=snapshot.version,
        structure_version=snapshot.structure_version,
        published_at_ns=snapshot.published_at_ns,
        free_p05_ready=snapshot.free_p05_ready,
        **{name: list(getattr(snapshot, name)) for name in _ID_LISTS},
    )
    for router, site, ingress in zip(
        snapshot.router_ids, snapshot.router_site, snapshot.ingress, strict=True
    ):
        graph.add_node(router, site=snapshot.site_ids[site], **({} if ingress else {"ingress": False}))
    columns = _columns(snapshot)
    for i, link in enumerate(snapshot.link_ids):
        tail, head = snapshot.router_ids[snapshot.tail[i]], snapshot.router_ids[snapshot.head[i]]
        circuit = int(snapshot.link_circuit[i])
        known = {name: column[i] for name, column in columns.items() if column[i] is not None}
        graph.add_edge(
            tail,
            head,
            key=link,
            circuit=snapshot.circuit_ids[circuit],
            state=LinkState(snapshot.state[i]).label,
            srlgs=list(snapshot.circuit_srlgs(circuit)),
            admin_groups=_admin_groups(snapshot, i),
            **known,
        )
    return graph


def to_node_link(snapshot: Snapshot) -> dict[str, Any]:
    """Return node-link data with `nodes` and `links`, ready for JSON; `id` and `key` as in networkx."""
    data: dict[str, Any] = nx.node_link_data(to_networkx(snapshot), edges="links")
    return data


def to_graphml(snapshot: Snapshot) -> str:
    """Return a GraphML document; lists are JSON arrays, for GraphML has none."""
    graph = to_networkx(snapshot)
    _join_lists(graph.graph)
    for *_, attributes in graph.edges(data=True):
        _join_lists(attributes)
    return "\n".join(nx.generate_graphml(graph))


def _columns(snapshot: Snapshot) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for name in (*U4_METRICS, *U8_METRICS):
        null = NULL_U8 if name in U8_METRICS else NULL_U4
        columns[name] = [None if value == null else value for value in getattr(snapshot, name).tolist()]
    for name in OBSERVED:
        columns[f"{name}_source"] = [Source(s).label for s in getattr(snapshot, f"{name}_source")]
        times = getattr(snapshot, f"{name}_observed_at_ns").tolist()
        columns[f"{name}_observed_at_ns"] = [time or None for time in times]
    columns["free_bps"] = columns["free_p05_bps"]
    return columns


def _admin_groups(snapshot: Snapshot, link: int) -> list[str]:
    mask = int(snapshot.admin_groups[link])
    return [name for bit, name in enumerate(snapshot.admin_group_ids) if mask >> bit & 1]


def _join_lists(attributes: dict[str, Any]) -> None:
    for name, value in attributes.items():
        if isinstance(value, list):
            attributes[name] = json.dumps(value)
