"""GET /v1/alerts: what is wrong now, one entry a cause; POST /v1/alerts/{id}:ack: who has taken it on."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta, structs

from suanlu.alerts import Acknowledgement, Alert
from suanlu.api.context import context_of
from suanlu.api.exchange import aging, answer, read_body, read_query, tag_of, tagged, unchanged
from suanlu.api.moments import AT, PAST, past_moment, problems_of_the_past
from suanlu.api.problems import Problem
from suanlu.api.route import Parameter, Route
from suanlu.published import Stamp
from suanlu.times import rfc3339

STATES = ("firing", "resolved")


class AlertsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Firing alerts first, then those resolved lately."""

    topology: Stamp
    alerts: tuple[Alert, ...]


class AcknowledgementRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who, and what else the others should know."""

    by: Annotated[str, Meta(min_length=1, max_length=100)]
    note: Annotated[str, Meta(max_length=1000)] = ""
    ticket: Annotated[str, Meta(max_length=200)] = ""
    owner: Annotated[str, Meta(max_length=100)] = ""


class AcknowledgedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The alert as it is now."""

    topology: Stamp
    alert: Alert


_decoder: msgspec.json.Decoder[AcknowledgementRequest] = msgspec.json.Decoder(AcknowledgementRequest)


async def get_alerts(request: web.Request) -> web.StreamResponse:
    """Alerts with the things that they affect; `?at=` gives those that fired at a moment."""
    context = context_of(request)
    query = read_query(request, ("at", "state"))
    states = _states(query)
    if "at" in query:
        at_ns = past_moment(context, query)
        with problems_of_the_past():
            then = await context.past.alerts_at(at_ns)
        stamp = structs.replace(context.view.stamp, at=rfc3339(at_ns))
        alerts = tuple(alert for alert in then if alert.state in states)
        return aging(AlertsAnswer(topology=stamp, alerts=alerts))
    alerts = tuple(alert for alert in context.alerts() if alert.state in states)
    document = AlertsAnswer(topology=context.view.stamp, alerts=alerts)
    tag = tag_of(document)
    return unchanged(request, tag) or tagged(answer(document), tag)


def _states(query: dict[str, str]) -> tuple[str, ...]:
    if "state" not in query:
        return STATES
    if query["state"] not in STATES:
        allowed = " or ".join(STATES)
        raise Problem(
            "invalid-request",
            f"`state` cannot be {query['state']!r}: write {allowed}, or leave it out for both",
        )
    return (query["state"],)


async def post_acknowledgement(request: web.Request) -> web.StreamResponse:
    """Say who has taken a firing alert on; a second one takes the place of the first."""
    context = context_of(request)
    said = await read_body(request, _decoder)
    at = rfc3339(context.now_ns())
    alert_id = request.match_info["id"]
    alert = context.acknowledge(
        alert_id,
        Acknowledgement(by=said.by, at=at, note=said.note, ticket=said.ticket, owner=said.owner),
    )
    if alert is None:
        raise Problem("not-found", f"no alert {alert_id!r} fires; `GET /v1/alerts` lists those that do")
    return answer(AcknowledgedAnswer(topology=context.view.stamp, alert=alert))


ROUTES = (
    Route(
        "POST",
        "/v1/alerts/{id}:ack",
        post_acknowledgement,
        "Take an alert on",
        "alerts",
        body=AcknowledgementRequest,
        answer=AcknowledgedAnswer,
        parameters=(Parameter("id", "an alert id", place="path", required=True),),
        problems=("invalid-request", "not-found"),
        example={"by": "li.wei", "note": "splicing crew called", "ticket": "INC-4711"},
    ),
    Route(
        "GET",
        "/v1/alerts",
        get_alerts,
        "What is wrong now, or was at a moment",
        "alerts",
        answer=AlertsAnswer,
        parameters=(
            AT,
            Parameter(
                "state", "those that fire, or were resolved lately; default both", {"enum": list(STATES)}
            ),
        ),
        problems=("invalid-request", *PAST),
        statuses=((304, "The client's copy, named by If-None-Match, is still true"),),
    ),
)
