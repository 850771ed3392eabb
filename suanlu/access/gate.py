"""The gate before every request: whose it is, whether they may, and whether a page of ours asked.

Without a file of tokens the server listens on loopback alone and lets everybody in; what the page of another
site sends here it refuses all the same.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from suanlu.access.scopes import Scope, includes, scope_of
from suanlu.access.sessions import COOKIE, Sessions
from suanlu.access.tokens import Token, TokenFile
from suanlu.api.problems import Problem

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Gate:
    """`tokens` and `sessions` are None where everybody on this machine may do everything.

    `external_url` is where browsers reach the server, should a proxy change what they ask for.
    """

    tokens: TokenFile | None = None
    sessions: Sessions | None = None
    external_url: str = ""

    @property
    def middleware(self) -> Middleware:
        """Lets a request through, or raises Problem `unauthenticated`, `forbidden` or `cross-site`."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            resource = request.match_info.route.resource
            path = "" if resource is None else resource.canonical
            needed = scope_of(request.method, path)
            if self.tokens is not None and needed is not None:
                self._admit(request, needed)
            if request.method not in _SAFE and "Authorization" not in request.headers:
                self._refuse_other_sites(request)
            return await handler(request)

        return guard

    def _admit(self, request: web.Request, needed: Scope) -> None:
        token = self._whose(request)
        if token is None:
            detail = "this needs a token: send it as `Authorization: Bearer …`, or log in at /login"
            raise Problem("unauthenticated", detail)
        if not includes(token.scope, needed):
            detail = f"this needs the scope `{needed}`; the token {token.name!r} has `{token.scope}`"
            raise Problem("forbidden", detail)

    def _whose(self, request: web.Request) -> Token | None:
        """The token shown; a request that shows a wrong one is not saved by its cookie."""
        if "Authorization" in request.headers:
            kind, _, secret = request.headers["Authorization"].partition(" ")
            if self.tokens is None or kind.lower() != "bearer":
                return None
            return self.tokens.find(secret.strip())
        return None if self.sessions is None else self.sessions.token(request.cookies.get(COOKIE, ""))

    def _refuse_other_sites(self, request: web.Request) -> None:
        """A browser says where a request comes from; with a session, one that does not say is refused."""
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is not None:
            foreign = site != "same-origin"
        elif origin is not None:
            foreign = _place(origin) not in (request.host.lower(), _place(self.external_url))
        else:
            foreign = COOKIE in request.cookies
        if foreign:
            raise Problem("cross-site", f"a page of {origin or 'another site'} may not do this here")


def _place(url: str) -> str:
    """Host and port, without the port that goes with the scheme: so browsers write `Host`."""
    parts = urlsplit(url)
    return parts.netloc.lower().removesuffix({"https": ":443", "http": ":80"}.get(parts.scheme, ":"))
