"""GET /v1/events: every change as a server-sent event, resumable by Last-Event-ID."""

import asyncio
import contextlib

from aiohttp import web

from suanlu.api.context import Context, context_of
from suanlu.api.exchange import HELP, read_query
from suanlu.api.ring import frame
from suanlu.api.route import Parameter, Route
from suanlu.times import rfc3339
from topology.event import Event

HEARTBEAT_S = 15
WRITE_DEADLINE_S = 10
MAX_ID = 100  # characters; our ids are shorter
_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold events back otherwise
    "Link": HELP,
}


async def get_events(request: web.Request) -> web.StreamResponse:
    """Stream events until the client leaves or the app stops."""
    context = context_of(request)
    read_query(request, ())
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    # a reader that has gone or does not read resumes from its last id if it comes back
    with contextlib.suppress(ConnectionError, TimeoutError):
        await _follow(context, response, _last_id(request))
    return response


def _last_id(request: web.Request) -> str | None:
    """The id to go on from. Ours are ASCII; other bytes come as surrogates, which no answer can repeat."""
    given = request.headers.get("Last-Event-ID")
    return None if given is None else given[:MAX_ID].encode("ascii", "replace").decode()


async def _follow(context: Context, response: web.StreamResponse, last_id: str | None) -> None:
    ring = context.ring
    position = ring.after(last_id) if last_id else ring.end
    opening = b"retry: 1000\n"
    if position is None:
        opening += _reset(context, f"the events after {last_id} are no longer kept")
        position = ring.end
    elif not last_id:
        # An id without data is no event, but makes the browser resume from here (WHATWG HTML, 9.2.6)
        opening += b"id: %b\n\n" % ring.newest_id.encode()
    else:
        opening += b"\n"
    await _write(response, opening)
    while not ring.closed:
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                await ring.wait_beyond(position)
        except TimeoutError:
            await _write(response, b": still here\n\n")
            continue
        read = ring.read(position)
        if read is None:
            await _write(response, _reset(context, "more happened than is kept for slow readers"))
            position = ring.end
            continue
        frames, position = read
        await _write(response, b"".join(frames))


def _reset(context: Context, cause: str) -> bytes:
    stamp = context.view.stamp
    return frame(
        Event(
            type="reset",
            id=context.ring.newest_id,
            at=rfc3339(context.now_ns()),
            version=stamp.version,
            cause=cause,
        )
    )


async def _write(response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(WRITE_DEADLINE_S):
        await response.write(data)


_LAST_ID = Parameter(
    "Last-Event-ID", "the id of the last event seen; the stream goes on after it", place="header"
)
ROUTES = (
    Route(
        "GET",
        "/v1/events",
        get_events,
        "Every change as it happens",
        "events",
        answer=Event,
        parameters=(_LAST_ID,),
        problems=("invalid-request",),
        media_type="text/event-stream",
    ),
)
