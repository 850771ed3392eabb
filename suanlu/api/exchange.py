"""Reading requests and writing answers: bodies, query strings, entity tags."""

import hashlib
from collections.abc import Collection
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from suanlu.api.problems import Problem, invalid

Body = TypeVar("Body")
HELP = '</docs/what-an-answer-means>; rel="help"'
_encoder = msgspec.json.Encoder()


async def read_body(request: web.Request, decoder: msgspec.json.Decoder[Body]) -> Body:
    """Read and check the body; raises Problem with the pointer of the field that is wrong.

    A call with a body takes no parameters in its query string.
    """
    read_query(request, ())
    data = await request.read()
    try:
        return decoder.decode(data)
    except msgspec.DecodeError as error:
        raise invalid(error, decoder.type) from error
    except RecursionError as error:
        raise Problem("invalid-request", "the body is nested too deeply", pointer="") from error


def read_query(request: web.Request, allowed: Collection[str]) -> dict[str, str]:
    """The query string as a dict; raises Problem for an unknown or repeated parameter."""
    found: dict[str, str] = {}
    for name, value in request.query.items():
        if name not in allowed:
            shown = ", ".join(sorted(allowed)) or "none"
            raise Problem("invalid-request", f"`{name}` is an unknown parameter; allowed here: {shown}")
        if name in found:
            raise Problem("invalid-request", f"the parameter `{name}` is there twice; give it once")
        found[name] = value
    return found


def encode(answer: Any) -> bytes:
    """The JSON of an answer struct."""
    return _encoder.encode(answer)


def answer(document: Any) -> web.Response:
    """A 200 with this struct as JSON."""
    return web.Response(
        body=_encoder.encode(document), content_type="application/json", headers={"Link": HELP}
    )


def aging(document: Any) -> web.Response:
    """As `answer`, for what holds ages (`age_ms`): true at one moment alone, so never cached, never a 304."""
    response = answer(document)
    response.headers["Cache-Control"] = "no-store"
    return response


def tag_of(*parts: Any) -> str:
    """A weak entity tag of what an answer is made from; an answer with ages has none (see `aging`)."""
    return hashlib.blake2b(_encoder.encode(parts), digest_size=12).hexdigest()


def unchanged(request: web.Request, tag: str) -> web.Response | None:
    """A 304 if the client says that it has the answer with this tag (RFC 9110, 13.1.2), else None."""
    given = request.if_none_match
    if given and any(item.value in (tag, "*") for item in given):
        return web.Response(status=304, headers={"ETag": f'W/"{tag}"', "Cache-Control": "no-cache"})
    return None


def tagged(response: web.Response, tag: str) -> web.Response:
    """The response with its weak entity tag; caches must ask again before they use it."""
    response.headers["ETag"] = f'W/"{tag}"'
    response.headers["Cache-Control"] = "no-cache"
    return response
