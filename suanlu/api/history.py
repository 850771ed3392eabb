"""GET /v1/links/{id}/history: the past of a link, from the store."""

import re

import msgspec
from aiohttp import web

from collector.history import METRICS, HistoryError
from collector.sinks import SinkError
from collector.steps import Resolution
from suanlu.api.context import context_of
from suanlu.api.documents import Moment
from suanlu.api.exchange import answer, read_query, tag_of, tagged, unchanged
from suanlu.api.moments import read_time
from suanlu.api.problems import Problem, ProblemDocument, response
from suanlu.api.route import Parameter, Route
from suanlu.api.topology import known_link
from suanlu.times import NS_PER_MS, NS_PER_S, rfc3339
from topology.errors import SuanluError

MAX_POINTS = 10_000
_DURATION = re.compile(r"(\d{1,9})(ms|s|m|h|d)")
_UNIT_NS = {"ms": NS_PER_MS, "s": NS_PER_S, "m": 60 * NS_PER_S, "h": 3600 * NS_PER_S, "d": 86_400 * NS_PER_S}
UNITS = {"bps": "bit/s", "us": "µs", "celsius": "°C"}  # what people read; the others are as the store says

_INTEGERS = ("bps", "us", "ppm", "bool")  # units of metrics that routers send as integers


class HistoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One entry a step that has data: its start, and the least, mean and greatest value in it.

    `min` and `max` are values that were read, so they are integers where the metric is; a mean is none.
    `resolution`: what the steps are made of, raw values or windows of a roll-up.
    """

    link: str
    metric: str
    unit: str
    step_ms: int
    resolution: Resolution
    t: tuple[Moment, ...]
    min: tuple[int | float, ...]
    mean: tuple[float, ...]
    max: tuple[int | float, ...]


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """From, to (exclusive) and step, in ns."""

    start_ns: int
    end_ns: int
    step_ns: int


async def get_link_history(request: web.Request) -> web.StreamResponse:
    """A metric of a link between two times, at most 10,000 steps; by default the last hour."""
    context = context_of(request)
    link = known_link(request, context.view)
    query = read_query(request, ("metric", "from", "to", "step"))
    metric = query.get("metric", "used_bps")
    if metric not in METRICS:
        raise Problem("invalid-request", f"`metric` cannot be {metric!r}; allowed: {', '.join(METRICS)}")
    window = read_window(query, context.now_ns())
    try:
        columns = await context.history.link(link, metric, window.start_ns, window.end_ns, window.step_ns)
    except (HistoryError, SinkError) as error:
        return unreadable(error)
    unit = METRICS[metric].unit
    read = int if unit in _INTEGERS else float
    document = HistoryAnswer(
        link=link,
        metric=metric,
        unit=UNITS.get(unit, unit),
        step_ms=window.step_ns // NS_PER_MS,
        resolution=columns.resolution,
        t=tuple(rfc3339(int(t_ns)) for t_ns in columns.t_ns),
        min=tuple(map(read, columns.min)),
        mean=tuple(map(float, columns.mean)),
        max=tuple(map(read, columns.max)),
    )
    tag = tag_of(document)
    return unchanged(request, tag) or tagged(answer(document), tag)


def read_window(query: dict[str, str], now_ns: int) -> Window:
    """The window that a query string asks for; raises Problem."""
    end_ns = read_time(query, "to") if "to" in query else now_ns
    start_ns = read_time(query, "from") if "from" in query else end_ns - _UNIT_NS["h"]
    if not 0 <= start_ns < end_ns:
        raise Problem("invalid-request", "`from` must be earlier than `to`")
    step_ns = _duration(query["step"]) if "step" in query else _usual_step(end_ns - start_ns)
    if (end_ns - start_ns) // step_ns > MAX_POINTS:
        detail = f"`step` is too short: it makes more than {MAX_POINTS:,} steps of this time; make it longer"
        raise Problem("invalid-request", detail)
    return Window(start_ns=start_ns, end_ns=end_ns, step_ns=step_ns)


def _usual_step(range_ns: int) -> int:
    """About 360 steps; long ones of whole windows of a roll-up."""
    step_ns = max(NS_PER_S, range_ns // 360)
    for unit in ("h", "m"):
        window_ns = _UNIT_NS[unit] * (5 if unit == "m" else 1)
        if step_ns > window_ns:
            return -(-step_ns // window_ns) * window_ns
    return step_ns


def _duration(text: str) -> int:
    match = _DURATION.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise Problem(
            "invalid-request", f"`step` cannot be {text!r}: write a duration such as 500ms, 10s, 5m, 1h"
        )
    return int(match[1]) * _UNIT_NS[match[2]]


def unreadable(error: SuanluError) -> web.Response:
    """The answer while the store cannot be read: only what asks it suffers."""
    # RFC 9457, 4.2.1: about:blank says no more than the status itself does
    document = ProblemDocument(type="about:blank", title="Service Unavailable", status=503, detail=str(error))
    return response(document, {"Retry-After": "5"})


def window_parameters() -> tuple[Parameter, ...]:
    """What `read_window` reads."""
    time = {"type": "string", "format": "date-time"}
    duration = {"type": "string", "pattern": _DURATION.pattern}
    return (
        Parameter("from", "start, RFC 3339; default an hour before `to`", time),
        Parameter("to", "end, RFC 3339; default now", time),
        Parameter("step", "length of a step: 500ms, 10s, 5m, 1h", duration),
    )


_PARAMETERS = (
    Parameter("id", "a link id, percent-encoded", place="path", required=True),
    Parameter("metric", "what to read", {"enum": list(METRICS), "default": "used_bps"}),
    *window_parameters(),
)
ROUTES = (
    Route(
        "GET",
        "/v1/links/{id}/history",
        get_link_history,
        "The past of a link",
        "history",
        answer=HistoryAnswer,
        parameters=_PARAMETERS,
        problems=("invalid-request", "not-found"),
        statuses=((304, "The client's copy is still true"), (503, "The store cannot be read")),
    ),
)
