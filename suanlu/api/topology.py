"""GET /v1/topology and its parts: the live graph, every metric with its value, age and source."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from aiohttp import web

from suanlu.api.context import context_of
from suanlu.api.describe import Describer
from suanlu.api.documents import (
    CircuitAnswer,
    CircuitsAnswer,
    LinkAnswer,
    LinkDocument,
    LinksAnswer,
    RouterAnswer,
    RoutersAnswer,
    SiteAnswer,
    SitesAnswer,
    TopologyAnswer,
)
from suanlu.api.endpoints import near
from suanlu.api.exchange import aging, answer, read_query, tag_of, tagged, unchanged
from suanlu.api.moments import AT, PAST, Seen, seen
from suanlu.api.problems import Problem
from suanlu.api.route import Parameter, Route
from suanlu.published import View
from topology.export import to_graphml, to_node_link
from topology.snapshot import LinkState

FORMATS = ("json", "nodelink", "graphml")
_STATES = tuple(state.label for state in LinkState)
_LINK_FILTERS = ("site", "state", "srlg", "changed_since", "at")


async def get_topology(request: web.Request) -> web.StreamResponse:
    """The whole graph; `?format=` gives it for networkx (nodelink) or as GraphML, `?at=` as it was."""
    query = read_query(request, ("format", "at"))
    form = query.get("format", "json")
    if form not in FORMATS:
        raise Problem("invalid-request", f"`format` cannot be {form!r}; allowed: {', '.join(FORMATS)}")
    at = await seen(context_of(request), query)
    view = at.view
    if form == "json":
        return aging(_whole(at))
    tag = _tag(request, view)
    if (known := unchanged(request, tag)) is not None:
        return known
    if form == "nodelink":
        return tagged(web.json_response(body=msgspec.json.encode(to_node_link(view.snapshot))), tag)
    return tagged(web.Response(body=to_graphml(view.snapshot), content_type="application/graphml+xml"), tag)


def _whole(at: Seen) -> TopologyAnswer:
    describer, view, snapshot, now_ns = at.describer, at.view, at.view.snapshot, at.now_ns
    return TopologyAnswer(
        topology=view.stamp,
        name=describer.inventory.name,
        sites=tuple(describer.site(snapshot, site) for site in describer.inventory.sites),
        routers=tuple(describer.router(router, now_ns) for router in describer.inventory.routers),
        circuits=tuple(describer.circuit(snapshot, circuit) for circuit in describer.inventory.circuits),
        links=tuple(describer.link(snapshot, i, now_ns) for i in range(len(snapshot.link_ids))),
        inconsistencies=describer.inconsistencies(),
    )


async def get_sites(request: web.Request) -> web.StreamResponse:
    """All sites."""
    return await _listed(request, SitesAnswer, "sites")


async def get_routers(request: web.Request) -> web.StreamResponse:
    """All routers."""
    return await _listed(request, RoutersAnswer, "routers")


async def get_circuits(request: web.Request) -> web.StreamResponse:
    """All circuits."""
    return await _listed(request, CircuitsAnswer, "circuits")


async def _listed(request: web.Request, kind: type[Any], name: str) -> web.StreamResponse:
    at = await seen(context_of(request), read_query(request, ("at",)))
    things = getattr(at.describer.inventory, name)

    def document() -> Any:
        described = tuple(_described(at.describer, name, thing, at.view, at.now_ns) for thing in things)
        return kind(topology=at.view.stamp, **{name: described})

    return _answered(request, at.view, name, document)


def _answered(request: web.Request, view: View, kind: str, document: Callable[[], Any]) -> web.StreamResponse:
    """Sites and circuits are as their version; routers say how old their telemetry is."""
    if kind == "routers":
        return aging(document())
    tag = _tag(request, view)
    return unchanged(request, tag) or tagged(answer(document()), tag)


def _described(describer: Describer, kind: str, thing: Any, view: View, now_ns: int) -> Any:
    if kind == "sites":
        return describer.site(view.snapshot, thing)
    if kind == "routers":
        return describer.router(thing, now_ns)
    return describer.circuit(view.snapshot, thing)


async def get_links(request: web.Request) -> web.StreamResponse:
    """Links, filtered by `site` (either end), `state`, `srlg` and `changed_since` (a version)."""
    filters = read_query(request, _LINK_FILTERS)
    at = await seen(context_of(request), filters)
    return aging(LinksAnswer(topology=at.view.stamp, links=tuple(_filtered(at, filters))))


def _filtered(at: Seen, filters: dict[str, str]) -> Iterator[LinkDocument]:
    view = at.view
    site, state, srlg = filters.get("site"), filters.get("state"), filters.get("srlg")
    since = filters.get("changed_since", "0")
    if not (since.isascii() and since.isdigit()) or len(since) > 18:
        raise Problem(
            "invalid-request", f"`changed_since` cannot be {since!r}: it is a version, as in `topology`"
        )
    if state is not None and state not in _STATES:
        raise Problem("invalid-request", f"`state` cannot be {state!r}; allowed: {', '.join(_STATES)}")
    for kind, name, known in (
        ("site", site, view.snapshot.site_index),
        ("srlg", srlg, view.snapshot.srlg_index),
    ):
        if name is not None and name not in known:
            raise Problem("invalid-request", f"there is no {kind} {name!r}", near=near(name, known))
    for index in (view.changed > int(since)).nonzero()[0]:
        link = at.describer.link(view.snapshot, int(index), at.now_ns)
        if site is not None and site not in (link.from_site, link.to_site):
            continue
        if (state is None or link.state == state) and (srlg is None or srlg in link.srlgs):
            yield link


async def get_site(request: web.Request) -> web.StreamResponse:
    """One site."""
    context = context_of(request)
    return _one(request, SiteAnswer, "site", context.describer.sites, "sites")


async def get_router(request: web.Request) -> web.StreamResponse:
    """One router."""
    context = context_of(request)
    return _one(request, RouterAnswer, "router", context.describer.routers, "routers")


async def get_circuit(request: web.Request) -> web.StreamResponse:
    """One circuit."""
    context = context_of(request)
    return _one(request, CircuitAnswer, "circuit", context.describer.circuits, "circuits")


async def get_link(request: web.Request) -> web.StreamResponse:
    """One link."""
    context, view = context_of(request), context_of(request).view
    read_query(request, ())
    index = view.snapshot.link_index[known_link(request, view)]
    link = context.describer.link(view.snapshot, index, context.now_ns())
    return aging(LinkAnswer(topology=view.stamp, link=link))


def known_link(request: web.Request, view: View) -> str:
    """The link id in the URL; raises Problem `not-found` with names that are like it."""
    name = request.match_info["id"]
    if name not in view.snapshot.link_index:
        raise _missing("link", name, view.snapshot.link_ids)
    return name


def _one(
    request: web.Request, kind: type[Any], singular: str, things: dict[str, Any], plural: str
) -> web.StreamResponse:
    context, view = context_of(request), context_of(request).view
    read_query(request, ())
    name = request.match_info["id"]
    if name not in things:
        raise _missing(singular, name, things)

    def document() -> Any:
        described = _described(context.describer, plural, things[name], view, context.now_ns())
        return kind(topology=view.stamp, **{singular: described})

    return _answered(request, view, plural, document)


def _missing(kind: str, name: str, names: Any) -> Problem:
    return Problem("not-found", f"there is no {kind} {name!r}", near=near(name, names))


def _tag(request: web.Request, view: View) -> str:
    active = context_of(request).maintenances.schedule.active  # a window may begin where all is down already
    return tag_of(view.stamp, active, request.rel_url.raw_path_qs)


_ID = Parameter("id", "an id, percent-encoded", place="path", required=True)
_FORMAT = Parameter("format", "how the graph is written", {"enum": list(FORMATS), "default": "json"})
_FILTERS = (
    Parameter("site", "links that leave or enter this site"),
    Parameter("state", "links in this state", {"enum": list(_STATES)}),
    Parameter("srlg", "links that run through this shared-risk group"),
    Parameter("changed_since", "links that changed after this version", {"type": "integer", "minimum": 0}),
    AT,
)
_TAGS = ((304, "The client's copy, named by If-None-Match, is still true; never where there are ages"),)


def _route(
    path: str,
    handler: Any,
    summary: str,
    kind: Any,
    *parameters: Parameter,
    one: bool = False,
    has_tag: bool = False,
) -> Route:
    return Route(
        "GET",
        f"/v1/topology{path}",
        handler,
        summary,
        "topology",
        answer=kind,
        parameters=(_ID, *parameters) if one else parameters,
        problems=("invalid-request", *(("not-found",) if one else ()), *(PAST if AT in parameters else ())),
        statuses=_TAGS if has_tag else (),
    )


ROUTES = (
    _route("", get_topology, "The graph, live or of the past", TopologyAnswer, _FORMAT, AT, has_tag=True),
    _route("/sites", get_sites, "All sites", SitesAnswer, AT, has_tag=True),
    _route("/sites/{id}", get_site, "One site", SiteAnswer, one=True, has_tag=True),
    _route("/routers", get_routers, "All routers", RoutersAnswer, AT),
    _route("/routers/{id}", get_router, "One router", RouterAnswer, one=True),
    _route("/circuits", get_circuits, "All circuits", CircuitsAnswer, AT, has_tag=True),
    _route("/circuits/{id}", get_circuit, "One circuit", CircuitAnswer, one=True, has_tag=True),
    _route("/links", get_links, "Links, also those that changed since a version", LinksAnswer, *_FILTERS),
    _route("/links/{id}", get_link, "One link", LinkAnswer, one=True),
)
