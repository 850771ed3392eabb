"""The control server: faults by command, the world's state and the ledger, over HTTP on loopback.

POST /simulator/faults {"action", "id"}; GET /simulator/state; GET /simulator/ledger[?router=&from=].
Errors are problem documents (RFC 9457) that name what was perhaps meant.
"""

from typing import TYPE_CHECKING, Any

import msgspec
import orjson
from aiohttp import web

from suanlu.api.problems import Problem, response
from suanlu.ports import PortInUse
from suanlu.simulator.errors import FaultError, UnknownSubjectError
from suanlu.simulator.state import ledger_document, state_document

if TYPE_CHECKING:
    from suanlu.simulator.backbone import SimulatedBackbone

SHUTDOWN_S = 2.0


class FaultRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST /simulator/faults."""

    action: str
    id: str


class ControlServer:
    """`async with ControlServer(backbone) as control:` listens at `control.url` inside."""

    def __init__(self, backbone: "SimulatedBackbone") -> None:
        self.url = ""
        self._backbone = backbone
        app = web.Application()
        app.router.add_post("/simulator/faults", self._faults)
        app.router.add_get("/simulator/state", self._state)
        app.router.add_get("/simulator/ledger", self._ledger)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)

    async def __aenter__(self) -> "ControlServer":
        await self._runner.setup()
        settings = self._backbone.settings
        site = web.TCPSite(self._runner, settings.host, settings.control_port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise PortInUse(
                settings.host,
                settings.control_port,
                listener="the simulator's control server",
                remedy="choose another control port (0: a free one)",
            ) from error
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _faults(self, request: web.Request) -> web.Response:
        try:
            asked = msgspec.json.decode(await request.read(), type=FaultRequest)
        except msgspec.DecodeError as error:
            example = '{"action": "cut", "id": "wuhan-changsha-1"}'
            return _problem("invalid-request", f"{error}; send {example}")
        try:
            outcome = await self._backbone.fault(asked.action, asked.id)
        except UnknownSubjectError as error:
            return _problem("unknown-subject", str(error), near=error.near)
        except FaultError as error:
            return _problem("fault-refused", str(error), near=error.near)
        return _json(msgspec.to_builtins(outcome))

    async def _state(self, _: web.Request) -> web.Response:
        return _json(state_document(self._backbone))

    async def _ledger(self, request: web.Request) -> web.Response:
        router = request.query.get("router")
        routers = self._backbone.ledger.routers
        if router is not None and router not in routers:
            error = UnknownSubjectError(router, routers)
            return _problem("unknown-subject", str(error), near=error.near)
        start = request.query.get("from", "0")
        if not start.isdecimal():
            return _problem("invalid-request", f"from={start!r} is no number of an entry: write from=0")
        return _json(ledger_document(self._backbone, router, int(start)))


def _json(document: Any) -> web.Response:
    return web.Response(body=orjson.dumps(document), content_type="application/json")


def _problem(slug: str, detail: str, *, near: tuple[str, ...] = ()) -> web.Response:
    return response(Problem(slug, detail, near=near).document)
