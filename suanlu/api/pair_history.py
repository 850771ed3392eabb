"""GET /v1/pairs/{a}/{b}/history: the delay between two sites and the ways between them, from the store."""

import msgspec
from aiohttp import web

from collector.history import HistoryError
from collector.pair_history import PAIR_METRICS
from collector.sinks import SinkError
from collector.steps import Resolution
from suanlu.api.context import Context, context_of
from suanlu.api.documents import Moment
from suanlu.api.endpoints import near
from suanlu.api.exchange import answer, read_query, tag_of, tagged, unchanged
from suanlu.api.history import UNITS, read_window, unreadable, window_parameters
from suanlu.api.problems import Problem
from suanlu.api.route import Parameter, Route
from suanlu.times import NS_PER_MS, rfc3339

MOST_ROUTES = 1000


class RouteDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The sites on the way of most traffic, from `since` on; `(+n)` counts further branches."""

    since: Moment
    route: str


class PairHistoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """As the history of a link; `routes`: the way at the start and each change after it (at most 1,000)."""

    a: str
    b: str
    metric: str
    unit: str
    step_ms: int
    resolution: Resolution
    t: tuple[Moment, ...]
    min: tuple[int, ...]
    mean: tuple[float, ...]
    max: tuple[int, ...]
    routes: tuple[RouteDocument, ...]


async def get_pair_history(request: web.Request) -> web.StreamResponse:
    """From one site to another as packets went, between two times; by default the last hour."""
    context = context_of(request)
    a, b = _site(context, request.match_info["a"]), _site(context, request.match_info["b"])
    query = read_query(request, ("metric", "from", "to", "step"))
    metric = query.get("metric", "latency_us")
    if metric not in PAIR_METRICS:
        allowed = ", ".join(PAIR_METRICS)
        raise Problem("invalid-request", f"`metric` cannot be {metric!r}; allowed: {allowed}")
    window = read_window(query, context.now_ns())
    start_ns, end_ns, step_ns = window.start_ns, window.end_ns, window.step_ns
    try:
        columns = await context.history.pair((a, b), metric, (start_ns, end_ns, step_ns))
        routes = await context.history.pair_routes((a, b), start_ns, end_ns, most=MOST_ROUTES)
    except (HistoryError, SinkError) as error:
        return unreadable(error)
    unit = PAIR_METRICS[metric]
    document = PairHistoryAnswer(
        a=a,
        b=b,
        metric=metric,
        unit=UNITS.get(unit, unit),
        step_ms=step_ns // NS_PER_MS,
        resolution=columns.resolution,
        t=tuple(rfc3339(int(t_ns)) for t_ns in columns.t_ns),
        min=tuple(map(int, columns.min)),
        mean=tuple(map(float, columns.mean)),
        max=tuple(map(int, columns.max)),
        routes=tuple(RouteDocument(since=rfc3339(found.t_ns), route=found.route) for found in routes),
    )
    tag = tag_of(document)
    return unchanged(request, tag) or tagged(answer(document), tag)


def _site(context: Context, name: str) -> str:
    sites = context.describer.sites
    if name not in sites:
        raise Problem("not-found", f"there is no site {name!r}", near=near(name, sites))
    return name


ROUTES = (
    Route(
        "GET",
        "/v1/pairs/{a}/{b}/history",
        get_pair_history,
        "The past of two sites: delay, and the ways of packets",
        "history",
        answer=PairHistoryAnswer,
        parameters=(
            Parameter("a", "the site that sends", place="path", required=True),
            Parameter("b", "the site that receives", place="path", required=True),
            Parameter("metric", "what to read", {"enum": list(PAIR_METRICS), "default": "latency_us"}),
            *window_parameters(),
        ),
        problems=("invalid-request", "not-found"),
        statuses=((304, "The client's copy is still true"), (503, "The store cannot be read")),
    ),
)
