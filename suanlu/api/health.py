"""GET /livez, /readyz, /metrics: for those who run the server."""

import msgspec
from aiohttp import web

from suanlu.api.context import context_of
from suanlu.api.exchange import encode, read_query
from suanlu.api.route import Route


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: str = "ok"


class ReadinessAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`missing` names the routers that the graph has not yet heard in full."""

    ready: bool
    missing: tuple[str, ...]


async def get_livez(request: web.Request) -> web.StreamResponse:
    """200 while the event loop turns."""
    read_query(request, ())
    return web.Response(body=encode(Alive()), content_type="application/json")


async def get_readyz(request: web.Request) -> web.StreamResponse:
    """200 once every router was in sync; a router or store that is lost later does not take it back."""
    read_query(request, ())
    missing = context_of(request).readiness.missing
    readiness = ReadinessAnswer(ready=not missing, missing=missing)
    return web.Response(
        body=encode(readiness), content_type="application/json", status=503 if missing else 200
    )


async def get_metrics(request: web.Request) -> web.StreamResponse:
    """Prometheus text format."""
    read_query(request, ())
    body, content_type = context_of(request).metrics.exposition()
    return web.Response(body=body, headers={"Content-Type": content_type})


async def get_network_metrics(request: web.Request) -> web.StreamResponse:
    """Prometheus text format: gauges of every link, gauges and counters of every interface."""
    read_query(request, ())
    context = context_of(request)
    body, content_type = context.metrics.exposition_of(context.network_figures())
    return web.Response(body=body, headers={"Content-Type": content_type})


ROUTES = (
    Route("GET", "/livez", get_livez, "The process answers", "operation", answer=Alive),
    Route(
        "GET",
        "/readyz",
        get_readyz,
        "The graph is in sync; what is missing is named",
        "operation",
        answer=ReadinessAnswer,
        statuses=((503, "Not yet; `missing` names the routers"),),
    ),
    Route("GET", "/metrics", get_metrics, "Figures for Prometheus", "operation", media_type="text/plain"),
    Route(
        "GET",
        "/metrics/network",
        get_network_metrics,
        "Links and interfaces for Prometheus",
        "operation",
        media_type="text/plain",
    ),
)
