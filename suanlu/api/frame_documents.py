"""The documents of `/v1/frames`: nodes and edges by the field names of Grafana's node graph and geomap."""

import msgspec

from suanlu.published import Stamp

SITE_RADIUS = 30


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A site or router; `mainstat` is what it sends to others in bit/s. Arcs are shares of its links."""

    id: str
    title: str
    subtitle: str
    mainstat: int | None
    secondarystat: str
    arc__up: float
    arc__up_color: str = "green"
    arc__unsure: float
    arc__unsure_color: str = "purple"
    arc__down: float
    arc__down_color: str = "red"
    color: str
    noderadius: int = SITE_RADIUS
    latitude: float
    longitude: float
    detail__state: str


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """What joins two nodes: `use` is the fullest link's share of capacity, `latency_us` the least.

    Capacity and use are sums over the links that are not down. Unknown is null.
    """

    id: str
    source: str
    target: str
    mainstat: str
    secondarystat: str
    thickness: float
    color: str
    strokedasharray: str
    use: float | None
    used_bps: int | None
    capacity_bps: int | None
    latency_us: int | None
    detail__state: str
    detail__links: str


class NodesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Nodes in inventory order."""

    topology: Stamp
    nodes: tuple[Node, ...]


class EdgesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Edges by the ids of their nodes."""

    topology: Stamp
    edges: tuple[Edge, ...]


class GeoAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Sites and the points half way between neighbours; an edge from a site to each of its points."""

    topology: Stamp
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
