"""GET /v1/alerts: what is wrong now, one entry a cause."""

import msgspec
from aiohttp import web

from suanlu.alerts import Alert
from suanlu.api.context import context_of
from suanlu.api.exchange import answer, read_query, tag_of, tagged, unchanged
from suanlu.api.route import Route
from suanlu.published import Stamp


class AlertsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Firing alerts first, then those resolved lately."""

    topology: Stamp
    alerts: tuple[Alert, ...]


async def get_alerts(request: web.Request) -> web.StreamResponse:
    """Alerts with the things that they affect."""
    context = context_of(request)
    read_query(request, ())
    document = AlertsAnswer(topology=context.view.stamp, alerts=context.alerts())
    tag = tag_of(document)
    return unchanged(request, tag) or tagged(answer(document), tag)


ROUTES = (
    Route(
        "GET",
        "/v1/alerts",
        get_alerts,
        "What is wrong now",
        "alerts",
        answer=AlertsAnswer,
        problems=("invalid-request",),
        statuses=((304, "The client's copy, named by If-None-Match, is still true"),),
    ),
)
