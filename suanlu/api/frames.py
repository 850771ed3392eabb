"""GET /v1/frames/{nodes,edges,geo}: the network as Grafana's node graph and geomap panels take it.

Grafana's Infinity data source reads them with the root selectors `nodes` and `edges`. Parallel circuits and
both directions lie on one line in these panels, so neighbours are one edge; `geo` has a point half way
between two sites, and each half of the line shows the direction that begins at its end.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from suanlu.api.context import Context, context_of
from suanlu.api.exchange import answer, read_query, tag_of, tagged, unchanged
from suanlu.api.frame_documents import Edge, EdgesAnswer, GeoAnswer, Node, NodesAnswer
from suanlu.api.problems import Problem
from suanlu.api.route import Parameter, Route
from suanlu.published import View
from topology.inventory import Site
from topology.snapshot import NULL_U4, NULL_U8, LinkState, Snapshot

LEVELS = ("site", "router")
USE_COLORS = ((0.9, "red"), (0.8, "orange"), (0.7, "yellow"), (0.5, "semi-dark-green"), (0.0, "green"))
"""From this share of the capacity on; the same steps as on the weathermap and the boards."""
STATE_COLORS = {
    LinkState.UNCONFIRMED: "purple",
    LinkState.STALE: "gray",
    LinkState.DRAINED: "blue",
    LinkState.DOWN: "dark-red",
}
UNKNOWN_COLOR = "gray"
DASHES = "8 6"
GIGA = 10**9
MIDDLE_RADIUS = 1
_UNSURE = (LinkState.UNCONFIRMED, LinkState.STALE)
_OUT = (LinkState.DOWN, LinkState.DRAINED)


async def get_nodes(request: web.Request) -> web.StreamResponse:
    """Sites, or routers with `level=router`."""
    level, context, view = _level(request), context_of(request), context_of(request).view
    return _answered(request, view, NodesAnswer(topology=view.stamp, nodes=tuple(_nodes(context, level))))


async def get_edges(request: web.Request) -> web.StreamResponse:
    """One edge for each two neighbours."""
    level, view = _level(request), context_of(request).view
    snapshot = view.snapshot
    edges = [_edge(snapshot, f"{a}--{z}", a, z, links) for (a, z), links in _joined(snapshot, level)]
    return _answered(request, view, EdgesAnswer(topology=view.stamp, edges=tuple(edges)))


async def get_geo(request: web.Request) -> web.StreamResponse:
    """Sites and neighbours for a map, each direction on its half of the line."""
    read_query(request, ())
    context, view = context_of(request), context_of(request).view
    snapshot, sites = view.snapshot, context.describer.sites
    nodes, edges = _nodes(context, "site"), []
    for (a, z), links in _joined(snapshot, "site"):
        middle = f"{a}--{z}"
        nodes.append(_middle(middle, sites[a], sites[z]))
        for end in (a, z):
            leaving = [i for i in links if _ends(snapshot, "site", i)[0] == end]
            edges.append(_edge(snapshot, f"{middle}:{end}", end, middle, leaving))
    return _answered(request, view, GeoAnswer(topology=view.stamp, nodes=tuple(nodes), edges=tuple(edges)))


def _level(request: web.Request) -> str:
    level = read_query(request, ("level",)).get("level", "site")
    if level not in LEVELS:
        raise Problem("invalid-request", f"`level` cannot be {level!r}; allowed: {', '.join(LEVELS)}")
    return level


def _answered(request: web.Request, view: View, document: Any) -> web.StreamResponse:
    tag = tag_of(view.stamp, request.rel_url.raw_path_qs)
    return unchanged(request, tag) or tagged(answer(document), tag)


def _ends(snapshot: Snapshot, level: str, link: int) -> tuple[str, str]:
    """Ids of the site or router that a link leaves and of the one that it enters."""
    tail, head = int(snapshot.tail[link]), int(snapshot.head[link])
    if level == "router":
        return snapshot.router_ids[tail], snapshot.router_ids[head]
    return (
        snapshot.site_ids[snapshot.router_site[tail]],
        snapshot.site_ids[snapshot.router_site[head]],
    )


def _joined(snapshot: Snapshot, level: str) -> list[tuple[tuple[str, str], list[int]]]:
    """Two neighbours in the order of their ids, with all links between them, but not what is inside one."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for link in range(len(snapshot.link_ids)):
        a, z = sorted(_ends(snapshot, level, link))
        if a != z:
            found[a, z].append(link)
    return sorted(found.items())


def _nodes(context: Context, level: str) -> list[Node]:
    """Every site or router, with what it sends to others."""
    describer, snapshot = context.describer, context.view.snapshot
    leaving: defaultdict[str, list[int]] = defaultdict(list)
    for link in range(len(snapshot.link_ids)):
        start, end = _ends(snapshot, level, link)
        if start != end:
            leaving[start].append(link)
    if level == "router":
        now_ns = context.now_ns()
        return [
            _node(
                snapshot,
                leaving[router.id],
                router.id,
                title=router.id,
                subtitle=router.platform,
                state=describer.router(router, now_ns).state,
                place=describer.sites[router.site],
            )
            for router in describer.inventory.routers
        ]
    return [
        _node(
            snapshot,
            leaving[site.id],
            site.id,
            title=site.name_en,
            subtitle=site.name_zh,
            state=describer.site(snapshot, site).state,
            place=site,
        )
        for site in describer.inventory.sites
    ]


def _node(
    snapshot: Snapshot, links: Sequence[int], name: str, *, title: str, subtitle: str, state: str, place: Site
) -> Node:
    states = Counter(LinkState(int(snapshot.state[i])) for i in links)
    total = len(links) or 1
    up, unsure = states[LinkState.UP], sum(states[one] for one in _UNSURE)
    return Node(
        id=name,
        title=title,
        subtitle=subtitle,
        mainstat=_sum(snapshot.used_bps, links),
        secondarystat=f"{up} of {len(links)} links up",
        arc__up=up / total,
        arc__unsure=unsure / total,
        arc__down=sum(states[one] for one in _OUT) / total,
        color="green" if up == len(links) else "orange" if up else "red",
        latitude=place.lat,
        longitude=place.lon,
        detail__state=state,
    )


def _middle(name: str, a: Site, z: Site) -> Node:
    """The point half way on the straight line of a Mercator map."""
    y = [math.asinh(math.tan(math.radians(site.lat))) for site in (a, z)]
    return Node(
        id=name,
        title="",
        subtitle="",
        mainstat=None,
        secondarystat="",
        arc__up=0.0,
        arc__unsure=0.0,
        arc__down=0.0,
        color="transparent",
        noderadius=MIDDLE_RADIUS,
        latitude=math.degrees(math.atan(math.sinh(sum(y) / 2))),
        longitude=(a.lon + z.lon) / 2,
        detail__state="",
    )


def _edge(snapshot: Snapshot, name: str, source: str, target: str, links: Sequence[int]) -> Edge:
    states = {i: LinkState(int(snapshot.state[i])) for i in links}
    lit = [i for i in links if states[i] not in _OUT]
    worst = max(states.values())
    capacity_bps, used_bps = _sum(snapshot.capacity_bps, lit), _sum(snapshot.used_bps, lit)
    use = max((one for i in lit if (one := _use(snapshot, i)) is not None), default=None)
    delays = [us for i in lit if (us := _known(snapshot.latency_us, i)) is not None]
    latency_us = min(delays, default=None)
    wide = "?" if capacity_bps is None else f"{capacity_bps / GIGA:,.0f} Gbit/s"
    return Edge(
        id=name,
        source=source,
        target=target,
        mainstat=f"{'?' if use is None else f'{use:.0%}'} of {wide}" if lit else worst.label,
        secondarystat="" if latency_us is None else f"{latency_us / 1000:.2f} ms",
        thickness=_thickness(capacity_bps),
        color=_color(worst, use),
        strokedasharray="" if worst == LinkState.UP else DASHES,
        use=use,
        used_bps=used_bps,
        capacity_bps=capacity_bps,
        latency_us=latency_us,
        detail__state=worst.label,
        detail__links=", ".join(snapshot.link_ids[i] for i in links),
    )


def _color(worst: LinkState, use: float | None) -> str:
    if worst != LinkState.UP:
        return STATE_COLORS[worst]
    return UNKNOWN_COLOR if use is None else next(color for least, color in USE_COLORS if use >= least)


def _thickness(capacity_bps: int | None) -> float:
    """1 for up to 100 Gbit/s, one more for each doubling, at most 6."""
    doublings = math.log2(max(1, (capacity_bps or 0) / (100 * GIGA)))
    return round(min(6.0, 1 + doublings), 1)


def _known(values: Any, link: int) -> int | None:
    value = int(values[link])
    return None if value in (NULL_U4, NULL_U8) else value


def _use(snapshot: Snapshot, link: int) -> float | None:
    used_bps, capacity_bps = _known(snapshot.used_bps, link), _known(snapshot.capacity_bps, link)
    return used_bps / capacity_bps if used_bps is not None and capacity_bps else None


def _sum(values: Any, links: Sequence[int]) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = [value for i in links if (value := _known(values, i)) is not None]
    return sum(known) if known else None


_LEVEL = Parameter("level", "what a node is", {"enum": list(LEVELS), "default": "site"})
_UNCHANGED = ((304, "The client's copy is still true"),)


def _route(name: str, handler: Any, summary: str, kind: Any, *parameters: Parameter) -> Route:
    return Route(
        "GET",
        f"/v1/frames/{name}",
        handler,
        summary,
        "frames",
        answer=kind,
        parameters=parameters,
        problems=("invalid-request",),
        statuses=_UNCHANGED,
    )


ROUTES = (
    _route("nodes", get_nodes, "Nodes for Grafana's node graph", NodesAnswer, _LEVEL),
    _route("edges", get_edges, "Edges for Grafana's node graph", EdgesAnswer, _LEVEL),
    _route("geo", get_geo, "Sites and links for Grafana's geomap", GeoAnswer),
)
