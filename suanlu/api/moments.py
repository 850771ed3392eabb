"""`?at=`: a question about the past, answered from the journal and the store by the code that tells now."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from collector.sinks import SinkError
from suanlu.api.context import Context
from suanlu.api.describe import Describer
from suanlu.api.problems import Problem
from suanlu.api.route import Parameter
from suanlu.past import BeforeJournal
from suanlu.published import View
from suanlu.times import parse_rfc3339

AT = Parameter(
    "at", "as it was at this moment, RFC 3339; default now", {"type": "string", "format": "date-time"}
)
PAST = ("version-gone", "store-unavailable")
"""The problems that a question about the past may meet."""


@dataclass(frozen=True, eq=False)
class Seen:
    """The graph at a moment, `now_ns`: of now, or as it was. Ages are relative to it."""

    describer: Describer
    view: View
    now_ns: int


async def seen(context: Context, query: Mapping[str, str]) -> Seen:
    """What a query is about: the present, or with `at` the past; raises Problem."""
    if "at" not in query:
        return Seen(context.describer, context.view, context.now_ns())
    at_ns = past_moment(context, query)
    with problems_of_the_past():
        then = await context.past.at(at_ns)
    return Seen(context.describer.of(then.states, context.maintenances.at(at_ns)), then.view, at_ns)


def past_moment(context: Context, query: Mapping[str, str]) -> int:
    """The moment that `at` names, in ns; raises Problem for what is no time or not yet."""
    at_ns = read_time(query, "at")
    if at_ns > context.now_ns():
        raise Problem("invalid-request", f"`at` cannot be {query['at']}: it is in the future")
    return at_ns


def read_time(query: Mapping[str, str], name: str) -> int:
    """A parameter that is an RFC 3339 time, in ns; raises Problem."""
    try:
        return parse_rfc3339(query[name])
    except ValueError as error:
        detail = f"`{name}` cannot be {query[name]!r}: write an RFC 3339 time such as 2026-03-01T08:00:00Z"
        raise Problem("invalid-request", detail) from error


@contextmanager
def problems_of_the_past() -> Iterator[None]:
    """Turn what the past cannot tell into problems."""
    try:
        yield
    except BeforeJournal as error:
        raise Problem("version-gone", str(error)) from error
    except SinkError as error:
        raise Problem("store-unavailable", str(error)) from error
