"""The HTTP server: routes, the problem middleware, the static page, start and stop."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from suanlu.access import Gate
from suanlu.api import (
    alertmanager,
    alerts,
    batch,
    events,
    flows,
    frames,
    health,
    history,
    login,
    maintenances,
    manual,
    map_svg,
    matrix,
    openapi,
    optics,
    pair_history,
    past_events,
    paths,
    reports,
    topology,
    whatif,
)
from suanlu.api.context import CONTEXT, Context
from suanlu.api.page import page_file
from suanlu.api.problems import Problem, ProblemDocument, of_http_error, response
from suanlu.api.route import Route
from suanlu.api.settings import ApiSettings
from suanlu.api.simulator import ROUTES as SIMULATOR_ROUTES
from suanlu.ports import PortInUse

ROUTES: tuple[Route, ...] = (
    *paths.ROUTES,
    *batch.ROUTES,
    *matrix.ROUTES,
    *whatif.ROUTES,
    *flows.ROUTES,
    *topology.ROUTES,
    *history.ROUTES,
    *pair_history.ROUTES,
    *reports.ROUTES,
    *map_svg.ROUTES,
    *optics.ROUTES,
    *events.ROUTES,
    *past_events.ROUTES,
    *frames.ROUTES,
    *alerts.ROUTES,
    *alertmanager.ROUTES,
    *maintenances.ROUTES,
    *health.ROUTES,
)
PAGE = Path(__file__).parents[2] / "dashboards" / "weathermap"
BEGUN = web.RequestKey("begun", bool)
"""Key of a request whose answer has its status line: a second answer would end up inside the first."""
_log = structlog.get_logger("api")


async def _note_begun(request: web.Request, _response: web.StreamResponse) -> None:
    request[BEGUN] = True


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever is refused or fails into a problem document."""
    try:
        return await handler(request)
    except Problem as problem:
        return response(problem.document)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return response(of_http_error(error), headers)
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception as error:  # the supervisor of requests: one that fails costs only itself
        _log.exception("request_failed", method=request.method, path=request.path)
        if BEGUN in request:
            raise ConnectionAbortedError("the answer had begun: all that is left is to end it") from error
        detail = "the server failed at this request; its log has the reason"
        document = ProblemDocument(
            type="about:blank", title="Internal Server Error", status=500, detail=detail
        )
        return response(document)


def build(context: Context, settings: ApiSettings, gate: Gate | None = None) -> web.Application:
    """The aiohttp application; the demo's route to its simulator only where the context has one.

    Without a `gate` there is the one that lets everybody in.
    """
    gate = gate or Gate()
    routes = (*ROUTES, *SIMULATOR_ROUTES) if context.forward_fault else ROUTES
    app = web.Application(middlewares=[problems, gate.middleware], client_max_size=settings.max_body_bytes)
    app.on_response_prepare.append(_note_begun)
    app[CONTEXT] = context
    _add(app, routes)
    openapi.install(app, routes)
    manual.install(app)
    login.install(app, gate, PAGE)
    if PAGE.is_dir():
        app.router.add_get("/", _index)
        app.router.add_get(r"/{name:[A-Za-z0-9._/-]+\.(?:css|js|mjs|svg|png|json|woff2)}", _page_file)
    return app


def _add(app: web.Application, routes: Sequence[Route]) -> None:
    for route in routes:
        if route.method == "GET":
            app.router.add_get(route.path, route.handler)
        else:
            app.router.add_route(route.method, route.path, route.handler)


async def _index(_request: web.Request) -> web.StreamResponse:
    return page_file(PAGE / "index.html")


async def _page_file(request: web.Request) -> web.StreamResponse:
    path = (PAGE / request.match_info["name"]).resolve()
    if not path.is_relative_to(PAGE.resolve()) or not path.is_file():
        raise web.HTTPNotFound
    return page_file(path)


class Server:
    """Listens from `start` to `stop`; a socket that is taken is told at once."""

    def __init__(self, context: Context, settings: ApiSettings, gate: Gate | None = None) -> None:
        self._context = context
        self._settings = settings
        self._runner = web.AppRunner(
            build(context, settings, gate),
            access_log=None,
            shutdown_timeout=settings.shutdown_timeout_s,
            handler_cancellation=True,
        )
        self.url = ""

    async def start(self) -> None:
        """Bind and listen; raises PortInUse."""
        host, port = self._settings.host, self._settings.port
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, reuse_port=False)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise PortInUse(host, port) from error
        bound = self._runner.addresses[0][1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"

    async def stop(self) -> None:
        """End event streams, finish requests within the shutdown timeout, close the socket. Idempotent."""
        if not self._context.ring.closed:
            self._context.ring.close()
            await self._runner.cleanup()
