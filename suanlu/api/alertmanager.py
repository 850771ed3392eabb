"""Alertmanager's API v2 (api/v2/openapi.yaml), so that Grafana, Karma and amtool show and silence our alerts.

Its names, shapes and status codes are Alertmanager's own. What it can do and we have not, alerts posted from
outside and a cluster, is not here.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from suanlu.alerts import Alert, Silence, SilenceError
from suanlu.alerts.forms.body import annotations_of, labels_of
from suanlu.alerts.silences import Matcher, all_match, matcher_of
from suanlu.api.context import Context, context_of
from suanlu.api.exchange import answer, read_body, read_query
from suanlu.api.problems import Problem
from suanlu.api.route import Parameter, Route
from suanlu.times import parse_rfc3339, rfc3339
from suanlu.version import version

FLAGS = ("active", "silenced", "inhibited", "unprocessed")
Json = dict[str, Any]


class SilenceRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Alertmanager's `postableSilence`; with an `id` that silence is changed."""

    matchers: tuple[Matcher, ...]
    starts_at: str
    ends_at: str
    created_by: str
    comment: str
    id: str = ""


class SilenceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The id of the silence that is there now."""

    silenceID: str  # noqa: N815 (Alertmanager's name)


_decoder: msgspec.json.Decoder[SilenceRequest] = msgspec.json.Decoder(SilenceRequest)


async def get_status(request: web.Request) -> web.StreamResponse:
    """What clients ask first."""
    read_query(request, ())
    return answer(
        {
            "cluster": {"status": "disabled", "peers": []},
            "config": {"original": ""},
            "uptime": context_of(request).view.snapshot.epoch,
            "versionInfo": {
                "version": version(), "branch": "", "buildDate": "", "buildUser": "", "goVersion": "",
                "revision": "",
            },
        }
    )  # fmt: skip


async def get_receivers(request: web.Request) -> web.StreamResponse:
    """The names of those who are told of alerts."""
    read_query(request, ())
    return answer([{"name": name} for name in context_of(request).receivers])


async def get_gettable_alerts(request: web.Request) -> web.StreamResponse:
    """Alerts that fire and meet every filter."""
    context = context_of(request)
    wanted = _wanted(request)
    return answer([_gettable(alert, context) for alert in context.alerts() if wanted(alert)])


async def get_alert_groups(request: web.Request) -> web.StreamResponse:
    """The same, a group an alert: one cause is one group already."""
    context = context_of(request)
    wanted = _wanted(request)
    receiver = {"name": context.receivers[0] if context.receivers else "none"}
    return answer(
        [
            {
                "labels": {"incident": alert.id},
                "receiver": receiver,
                "alerts": [_gettable(alert, context)],
            }
            for alert in context.alerts()
            if wanted(alert)
        ]
    )


async def get_silences(request: web.Request) -> web.StreamResponse:
    """All silences; a filter asks for a matcher that has this label and value."""
    context = context_of(request)
    filters = _filters(request, ())
    found = [
        silence
        for silence in context.silences.all()
        if all_match(filters, {matcher.name: matcher.value for matcher in silence.matchers})
    ]
    return answer([_shown(silence, context.now_ns()) for silence in found])


async def post_silence(request: web.Request) -> web.StreamResponse:
    """Make or change a silence."""
    context = context_of(request)
    asked = await read_body(request, _decoder)
    try:
        silence = context.silences.put(
            Silence(
                id=asked.id,
                matchers=asked.matchers,
                starts_at_ns=_time(asked.starts_at, "startsAt"),
                ends_at_ns=_time(asked.ends_at, "endsAt"),
                updated_at_ns=0,
                created_by=asked.created_by,
                comment=asked.comment,
            )
        )
    except SilenceError as error:
        raise Problem("invalid-request", str(error)) from error
    return answer(SilenceAnswer(silenceID=silence.id))


async def get_silence(request: web.Request) -> web.StreamResponse:
    """One silence."""
    read_query(request, ())
    context = context_of(request)
    silence = context.silences.get(request.match_info["id"])
    if silence is None:
        raise _missing(request)
    return answer(_shown(silence, context.now_ns()))


async def delete_silence(request: web.Request) -> web.StreamResponse:
    """End a silence now."""
    read_query(request, ())
    try:
        silence = context_of(request).silences.expire(request.match_info["id"])
    except SilenceError as error:
        raise Problem("invalid-request", str(error)) from error
    if silence is None:
        raise _missing(request)
    return web.Response()


def _wanted(request: web.Request) -> Callable[[Alert], bool]:
    """What the query asks for: firing alerts that are active or silenced and meet the filters."""
    filters = _filters(request, (*FLAGS, "receiver"))
    flags = {flag: request.query.get(flag, "true") == "true" for flag in FLAGS}

    def wanted(alert: Alert) -> bool:
        shown = flags["silenced"] if alert.silenced_by else flags["active"]
        return alert.state == "firing" and shown and all_match(filters, labels_of(alert))

    return wanted


def _filters(request: web.Request, others: tuple[str, ...]) -> list[Matcher]:
    """The matchers of the query's `filter`s; raises Problem for them and for an unknown parameter."""
    for name in request.query:
        if name not in (*others, "filter"):
            raise Problem("invalid-request", f"`{name}` is an unknown parameter")
    try:
        return [matcher_of(text) for text in request.query.getall("filter", [])]
    except SilenceError as error:
        raise Problem("invalid-request", f"`filter`: {error}") from error


def _time(text: str, field: str) -> int:
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        detail = f"`{field}` cannot be {text!r}: write an RFC 3339 time such as 2026-03-01T08:00:00Z"
        raise Problem("invalid-request", detail, pointer=f"/{field}") from error


def _gettable(alert: Alert, context: Context) -> Json:
    """Alertmanager's `gettableAlert`."""
    now = rfc3339(context.now_ns())
    return {
        "labels": labels_of(alert),
        "annotations": annotations_of(alert),
        "receivers": [{"name": name} for name in context.receivers],
        "fingerprint": alert.fingerprint,
        "startsAt": alert.since,
        "updatedAt": now,
        "endsAt": now,
        "generatorURL": f"{context.external_url}/v1/alerts#{alert.id}",
        "status": {
            "state": "suppressed" if alert.silenced_by else "active",
            "silencedBy": alert.silenced_by,
            "inhibitedBy": [],
            "mutedBy": [],
        },
    }


def _shown(silence: Silence, now_ns: int) -> Json:
    """Alertmanager's `gettableSilence`."""
    return {
        "id": silence.id,
        "matchers": silence.matchers,
        "startsAt": rfc3339(silence.starts_at_ns),
        "endsAt": rfc3339(silence.ends_at_ns),
        "updatedAt": rfc3339(silence.updated_at_ns),
        "createdBy": silence.created_by,
        "comment": silence.comment,
        "status": {"state": silence.state(now_ns)},
    }


def _missing(request: web.Request) -> Problem:
    name = request.match_info["id"]
    return Problem("not-found", f"there is no silence {name!r}; `GET /api/v2/silences` lists those there are")


_FILTER = Parameter("filter", 'a matcher such as severity="critical"; may be repeated')
_SHOWN = tuple(
    Parameter(flag, f"whether to show {flag} ones", {"type": "boolean", "default": True}) for flag in FLAGS
)
_RECEIVER = Parameter("receiver", "taken, and not looked at: every receiver has one list here")
_ID = Parameter("id", "a silence id", place="path", required=True)
_TAG = "alertmanager"
ROUTES = (
    Route("GET", "/api/v2/status", get_status, "Version and start", _TAG, answer=dict),
    Route("GET", "/api/v2/receivers", get_receivers, "Receivers by name", _TAG, answer=list),
    Route(
        "GET", "/api/v2/alerts", get_gettable_alerts, "Alerts that fire", _TAG, answer=list,
        parameters=(_FILTER, *_SHOWN, _RECEIVER), problems=("invalid-request",),
    ),
    Route(
        "GET", "/api/v2/alerts/groups", get_alert_groups, "Alerts that fire, by incident", _TAG, answer=list,
        parameters=(_FILTER, *_SHOWN, _RECEIVER), problems=("invalid-request",),
    ),
    Route(
        "GET", "/api/v2/silences", get_silences, "Silences", _TAG, answer=list,
        parameters=(_FILTER,), problems=("invalid-request",),
    ),
    Route(
        "POST", "/api/v2/silences", post_silence, "Silence alerts for a while", _TAG,
        body=SilenceRequest, answer=SilenceAnswer, problems=("invalid-request",),
        example={
            "matchers": [{"name": "circuit", "value": "wuhan-changsha-1", "isRegex": False}],
            "startsAt": "2026-03-01T02:00:00Z", "endsAt": "2099-03-01T04:00:00Z",
            "createdBy": "li.wei", "comment": "splicing",
        },
    ),
    Route(
        "GET", "/api/v2/silence/{id}", get_silence, "One silence", _TAG, answer=dict,
        parameters=(_ID,), problems=("not-found",),
    ),
    Route(
        "DELETE", "/api/v2/silence/{id}", delete_silence, "End a silence", _TAG,
        parameters=(_ID,), problems=("invalid-request", "not-found"),
    ),
)  # fmt: skip
