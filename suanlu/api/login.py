"""/login and /logout: a browser shows its token once, in a body, and gets a cookie for it.

The token is never in an address that is sent: the link of a kiosk has it after the #, which the page takes
off and posts.
"""

from pathlib import Path
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from suanlu.access import Gate
from suanlu.access.sessions import COOKIE
from suanlu.api.exchange import answer, read_body
from suanlu.api.page import page_file
from suanlu.api.problems import Problem


class LoginRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The token, as `suanlu token create` told it."""

    token: Annotated[str, Meta(min_length=1, max_length=200)]


class LoginAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Whose session it is, and what it may do."""

    name: str
    scope: str
    kiosk: bool


_decoder: msgspec.json.Decoder[LoginRequest] = msgspec.json.Decoder(LoginRequest)


def install(app: web.Application, gate: Gate, page: Path) -> None:
    """Add the routes. Where nobody needs a token, the way in leads to the page at once."""

    async def show(_request: web.Request) -> web.StreamResponse:
        if gate.tokens is None:
            raise web.HTTPFound("./")
        return page_file(page / "login.html")

    async def log_in(request: web.Request) -> web.StreamResponse:
        if gate.tokens is None or gate.sessions is None:
            raise Problem("not-found", "nobody needs to log in here: this server has no tokens")
        if request.content_type != "application/json":
            # a form of another site's page may be sent without asking; JSON may not
            raise Problem("invalid-request", "the body must be application/json", pointer="")
        token = gate.tokens.find((await read_body(request, _decoder)).token)
        if token is None:
            raise Problem("unauthenticated", "there is no such token; `suanlu token list` shows their names")
        value, lasts_s = gate.sessions.open(token)
        response = answer(LoginAnswer(name=token.name, scope=token.scope, kiosk=token.kiosk))
        response.headers["Cache-Control"] = "no-store"
        response.set_cookie(
            COOKIE, value, max_age=lasts_s, httponly=True, samesite="Strict", secure=_is_secure(request, gate)
        )
        return response

    async def log_out(_request: web.Request) -> web.StreamResponse:
        response = web.Response(status=204)
        response.del_cookie(COOKIE, httponly=True, samesite="Strict")
        return response

    app.router.add_get("/login", show)
    app.router.add_post("/login", log_in)
    app.router.add_post("/logout", log_out)


def _is_secure(request: web.Request, gate: Gate) -> bool:
    """Whether the browser came by TLS, also where a proxy takes it off."""
    return request.secure or gate.external_url.startswith("https://")
