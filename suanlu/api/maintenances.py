"""Maintenance windows: enter, check before, list, end. What they do is in `suanlu.maintenance`."""

import asyncio
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from suanlu.api.context import Context, context_of
from suanlu.api.documents import Moment
from suanlu.api.exchange import answer, read_body, read_query, tag_of, tagged, unchanged
from suanlu.api.problems import Problem
from suanlu.api.route import Parameter, Route
from suanlu.maintenance import (
    Asked,
    Impact,
    MaintenanceError,
    MaintenanceNotStored,
    Scope,
    Subject,
    UnknownSubject,
    Window,
    WindowState,
    check,
)
from suanlu.published import Stamp
from suanlu.times import parse_rfc3339, rfc3339

MOST_SUBJECTS = 200


class MaintenanceRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A window: from when to when (RFC 3339 with an offset), on what, why and by whom."""

    starts_at: Annotated[str, Meta(max_length=64)]
    ends_at: Annotated[str, Meta(max_length=64)]
    subjects: Annotated[tuple[Subject, ...], Meta(min_length=1, max_length=MOST_SUBJECTS)]
    comment: Annotated[str, Meta(max_length=1000)] = ""
    created_by: Annotated[str, Meta(min_length=1, max_length=100)]


class EndRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who ends it."""

    by: Annotated[str, Meta(min_length=1, max_length=100)]


class MaintenanceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A window. `links` are those that it takes out of use; `ended_by` is who ended it early, or null."""

    id: str
    state: WindowState
    starts_at: Moment
    ends_at: Moment
    subjects: tuple[Subject, ...]
    links: tuple[str, ...]
    comment: str
    created_by: str
    created_at: Moment
    ended_at: Moment | None
    ended_by: str | None


class MaintenanceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One window."""

    topology: Stamp
    maintenance: MaintenanceDocument


class MaintenancesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Active windows, planned ones, then those that ended, the last first."""

    topology: Stamp
    maintenances: tuple[MaintenanceDocument, ...]


class CheckAnswer(Impact, frozen=True, kw_only=True):
    """What a window would do to the network of `topology`; see the fields' notes in `Impact`."""

    topology: Stamp


_decoder: msgspec.json.Decoder[MaintenanceRequest] = msgspec.json.Decoder(MaintenanceRequest)
_end_decoder: msgspec.json.Decoder[EndRequest] = msgspec.json.Decoder(EndRequest)


async def post_maintenance(request: web.Request) -> web.StreamResponse:
    """Enter a window. While it lasts its links are drained, and alerts about its subjects alone muted."""
    context = context_of(request)
    asked = _asked(await read_body(request, _decoder))
    try:
        window = await context.maintenances.add(asked)
    except (MaintenanceError, MaintenanceNotStored) as error:
        raise _problem(error) from error
    return answer(_answer(context, window))


async def post_check(request: web.Request) -> web.StreamResponse:
    """What a window would do, without entering it: to every pair, to redundancy, and to the load."""
    context = context_of(request)
    view, now_ns = context.view, context.now_ns()
    if view.stamp.health == "blind":
        raise Problem(
            "stale-topology",
            "no router is heard, so nothing can be said of a window: look at `GET /readyz` for those missing",
        )
    try:
        asked = _asked(await read_body(request, _decoder)).checked(now_ns)
        own = context.maintenances.places.scope(asked.subjects)
    except MaintenanceError as error:
        raise _problem(error) from error
    others = [
        (window.id, _rest(context.maintenances.scope(window), own))
        for window in context.maintenances.schedule.overlapping(asked.starts_at_ns, asked.ends_at_ns, now_ns)
    ]
    # Two sweeps over all failures are felt by others on the loop.
    impact = await asyncio.to_thread(check, view.engine, own, others, context.maintenances.names)
    return answer(CheckAnswer(topology=view.stamp, **msgspec.structs.asdict(impact)))


async def get_maintenances(request: web.Request) -> web.StreamResponse:
    """All windows of the last year."""
    context = context_of(request)
    read_query(request, ())
    now_ns = context.now_ns()
    document = MaintenancesAnswer(
        topology=context.view.stamp,
        maintenances=tuple(
            _document(context, window, now_ns) for window in context.maintenances.schedule.all(now_ns)
        ),
    )
    tag = tag_of(document)
    return unchanged(request, tag) or tagged(answer(document), tag)


async def get_maintenance(request: web.Request) -> web.StreamResponse:
    """One window."""
    context = context_of(request)
    read_query(request, ())
    window = context.maintenances.schedule.get(request.match_info["id"])
    if window is None:
        raise _missing(request)
    return answer(_answer(context, window))


async def post_end(request: web.Request) -> web.StreamResponse:
    """End a window now, or call a planned one off; what is still down then is told."""
    context = context_of(request)
    said = await read_body(request, _end_decoder)
    try:
        window = await context.maintenances.end(request.match_info["id"], said.by)
    except (MaintenanceError, MaintenanceNotStored) as error:
        raise _problem(error) from error
    if window is None:
        raise _missing(request)
    return answer(_answer(context, window))


def _asked(body: MaintenanceRequest) -> Asked:
    return Asked(
        starts_at_ns=_time(body.starts_at, "starts_at"),
        ends_at_ns=_time(body.ends_at, "ends_at"),
        subjects=body.subjects,
        comment=body.comment,
        created_by=body.created_by,
    )


def _time(text: str, field: str) -> int:
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        detail = f"`{field}` cannot be {text!r}: write an RFC 3339 time such as 2026-03-01T02:00:00Z"
        raise Problem("invalid-request", detail, pointer=f"/{field}") from error


def _rest(other: Scope, own: Scope) -> Scope:
    """What another window takes out beside this one."""
    return Scope(circuits=other.circuits - own.circuits)


def _problem(error: MaintenanceError | MaintenanceNotStored) -> Problem:
    if isinstance(error, MaintenanceNotStored):
        return Problem("not-stored", str(error))
    pointer = f"/{error.field}" if error.field else None
    slug = "unknown-endpoint" if isinstance(error, UnknownSubject) else "invalid-request"
    return Problem(slug, str(error), pointer=pointer, near=error.near)


def _missing(request: web.Request) -> Problem:
    name = request.match_info["id"]
    return Problem(
        "not-found", f"there is no maintenance {name!r}; `GET /v1/maintenances` lists those there are"
    )


def _answer(context: Context, window: Window) -> MaintenanceAnswer:
    document = _document(context, window, context.now_ns())
    return MaintenanceAnswer(topology=context.view.stamp, maintenance=document)


def _document(context: Context, window: Window, now_ns: int) -> MaintenanceDocument:
    state = window.state(now_ns)
    ended_at_ns = window.ends_at_ns if window.ended_at_ns is None else window.ended_at_ns
    return MaintenanceDocument(
        id=window.id,
        state=state,
        starts_at=rfc3339(window.starts_at_ns),
        ends_at=rfc3339(window.ends_at_ns),
        subjects=window.subjects,
        links=context.maintenances.scope(window).links,
        comment=window.comment,
        created_by=window.created_by,
        created_at=rfc3339(window.created_at_ns),
        ended_at=rfc3339(ended_at_ns) if state == "ended" else None,
        ended_by=window.ended_by,
    )


_TAG = "maintenance"
_ID = Parameter("id", "a maintenance id", place="path", required=True)
_EXAMPLE = {
    "starts_at": "2026-03-02T18:00:00Z",
    "ends_at": "2026-03-02T20:00:00Z",
    "subjects": [{"kind": "circuit", "id": "wuhan-changsha-1"}],
    "comment": "splicing at Yueyang",
    "created_by": "li.wei",
}
ROUTES = (
    Route(
        "POST", "/v1/maintenances", post_maintenance, "Enter a maintenance window", _TAG,
        body=MaintenanceRequest, answer=MaintenanceAnswer, example=_EXAMPLE,
        problems=("invalid-request", "unknown-endpoint", "not-stored"),
    ),
    Route(
        "POST", "/v1/maintenances:check", post_check, "What a maintenance window would do", _TAG,
        body=MaintenanceRequest, answer=CheckAnswer, example=_EXAMPLE,
        problems=("invalid-request", "unknown-endpoint", "stale-topology"),
    ),
    Route(
        "POST", "/v1/maintenances/{id}:end", post_end, "End a maintenance window", _TAG,
        body=EndRequest, answer=MaintenanceAnswer, example={"by": "li.wei"}, parameters=(_ID,),
        problems=("invalid-request", "not-found", "not-stored"),
    ),
    Route(
        "GET", "/v1/maintenances", get_maintenances, "Maintenance windows", _TAG,
        answer=MaintenancesAnswer, problems=("invalid-request",),
        statuses=((304, "The client's copy, named by If-None-Match, is still true"),),
    ),
    Route(
        "GET", "/v1/maintenances/{id}", get_maintenance, "One maintenance window", _TAG,
        answer=MaintenanceAnswer, parameters=(_ID,), problems=("invalid-request", "not-found"),
    ),
)  # fmt: skip
