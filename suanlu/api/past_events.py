"""GET /v1/events/past: what happened between two times, from the store."""

import msgspec
from aiohttp import web

from collector.history import HistoryError, TextValue
from collector.sinks import SinkError
from suanlu.api.context import context_of
from suanlu.api.documents import Moment
from suanlu.api.exchange import aging, read_query
from suanlu.api.history import read_window, unreadable
from suanlu.api.route import Parameter, Route
from suanlu.times import rfc3339

MOST = 1000
NO_TAG = "-"


class PastEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A stored event; `link` and `site` are null where it is of none."""

    at: Moment
    type: str
    severity: str
    text: str
    link: str | None
    site: str | None


class PastEventsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The newest thousand of the time asked for, newest first."""

    events: tuple[PastEvent, ...]


async def get_past_events(request: web.Request) -> web.StreamResponse:
    """Changes of state and alerts between `from` and `to`; by default those of the last hour."""
    context = context_of(request)
    window = read_window(read_query(request, ("from", "to")), context.now_ns())
    try:
        rows = await context.history.events(window.start_ns, window.end_ns, limit=2 * MOST)
    except (HistoryError, SinkError) as error:
        return unreadable(error)
    # an event is two texts of one moment and series: what was said, and the link that it was of
    links = {(row.t_ns, row.tags): row.value for row in rows if row.field == "link"}
    events = tuple(
        _event(row, links.get((row.t_ns, row.tags), NO_TAG)) for row in rows if row.field == "text"
    )
    return aging(PastEventsAnswer(events=events))


def _event(row: TextValue, link: str) -> PastEvent:
    tags = dict(row.tags)
    site = tags.get("site", NO_TAG)
    return PastEvent(
        at=rfc3339(row.t_ns),
        type=tags["kind"],
        severity=tags["severity"],
        text=row.value,
        link=None if link == NO_TAG else link,
        site=None if site == NO_TAG else site,
    )


_TIME = {"type": "string", "format": "date-time"}
ROUTES = (
    Route(
        "GET",
        "/v1/events/past",
        get_past_events,
        "What happened between two times",
        "events",
        answer=PastEventsAnswer,
        parameters=(
            Parameter("from", "start, RFC 3339; default an hour before `to`", _TIME),
            Parameter("to", "end, RFC 3339; default now", _TIME),
        ),
        problems=("invalid-request",),
        statuses=((503, "The store cannot be read"),),
    ),
)
