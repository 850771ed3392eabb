"""Problems: what the API refuses or cannot do, as RFC 9457 documents.

This is the only place where an error becomes a document. A handler raises `Problem` itself where it is
the one who knows the field; errors of the rooms below are translated by `problem_of`.
"""

from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from suanlu.validation import explain

MEDIA_TYPE = "application/problem+json"
TYPES: dict[str, tuple[int, str]] = {
    "invalid-request": (400, "The request is not one that this call understands"),
    "unknown-endpoint": (422, "A query names something that is not in the topology"),
    "same-endpoint": (422, "Both ends of the query are the same place"),
    "no-connectivity": (422, "There is no path at all between the two ends"),
    "no-feasible-path": (422, "No path satisfies every constraint"),
    "version-gone": (410, "The moment is earlier than what is kept"),
    "store-unavailable": (503, "The store of the past cannot be read now"),
    "stale-topology": (503, "The live graph is older than the query allows"),
    "budget-exhausted": (503, "The search ended before it found or proved an answer"),
    "too-large": (413, "The request is larger than this call takes"),
    "overloaded": (503, "The server has more work than it can do now"),
    "not-stored": (503, "What was asked for could not be written to disk; nothing has changed"),
    "unauthenticated": (401, "The server does not know who asks"),
    "forbidden": (403, "Who asks may not do this"),
    "cross-site": (403, "The request comes from the page of another site"),
    "not-found": (404, "There is nothing at this URL"),
    "unknown-subject": (404, "The simulated backbone has nothing of this name"),
    "fault-refused": (422, "This fault cannot be played on this subject"),
}


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457. `type` is a URL on this server that says what the problem means."""

    type: str
    title: str
    status: int
    detail: str
    pointer: str | None = None
    near: tuple[str, ...] = ()
    binding: tuple[dict[str, Any], ...] = ()
    relaxations: tuple[dict[str, Any], ...] = ()
    best_without: dict[str, Any] | None = None


class Problem(Exception):
    """A refusal with its document; `slug` is one of `TYPES`, `members` the document's other members."""

    def __init__(self, slug: str, detail: str, *, pointer: str | None = None, **members: Any) -> None:
        super().__init__(detail)
        status, title = TYPES[slug]
        self.slug = slug
        self.document = ProblemDocument(
            type=f"/problems/{slug}", title=title, status=status, detail=detail, pointer=pointer, **members
        )

    def within(self, prefix: str) -> "Problem":
        """The same problem of an item in a larger document: its pointer starts at `prefix`."""
        if self.document.pointer is None:
            return self
        moved = Problem(self.slug, self.document.detail)
        moved.document = msgspec.structs.replace(self.document, pointer=prefix + self.document.pointer)
        return moved


def invalid(error: msgspec.DecodeError, expected: type[Any]) -> Problem:
    """The problem of a body that is not JSON, or not the JSON that `expected` describes."""
    if not isinstance(error, msgspec.ValidationError):
        return Problem("invalid-request", f"the body is not JSON: {error}", pointer="")
    refusal = explain(error, expected)
    return Problem("invalid-request", refusal.detail, pointer=refusal.pointer)


def response(document: ProblemDocument, headers: dict[str, str] | None = None) -> web.Response:
    """The HTTP response that carries a problem."""
    return web.Response(
        body=msgspec.json.encode(document),
        status=document.status,
        content_type=MEDIA_TYPE,
        headers=headers,
    )


def of_http_error(error: web.HTTPException) -> ProblemDocument:
    """The document for what aiohttp refuses by itself: an unknown URL, a method, a body that is too large."""
    if error.status == HTTPStatus.NOT_FOUND:
        return Problem("not-found", "there is nothing at this URL; /docs lists what there is").document
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Problem("too-large", "the body is larger than 1 MiB: ask in several requests").document
    # RFC 9457, 4.2.1: about:blank says no more than the status itself does
    return ProblemDocument(
        type="about:blank", title=error.reason, status=error.status, detail=f"{error.reason.lower()} here"
    )
