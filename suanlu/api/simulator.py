"""POST /simulator/faults: faults for the demo's backbone; `suanlu serve` has no such route."""

from typing import Any, Literal

import msgspec
from aiohttp import web

from suanlu.api.context import context_of
from suanlu.api.exchange import read_body
from suanlu.api.problems import Problem
from suanlu.api.requests import Name
from suanlu.api.route import Route

Action = Literal[
    "cut",
    "restore",
    "flap",
    "drain",
    "undrain",
    "degrade",
    "dim",
    "miswire",
    "reboot",
    "mute",
    "unmute",
    "congest",
]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What to do to a circuit, router or SRLG; the simulator knows further fields and checks them."""

    action: Action
    id: Name


class FaultDone(msgspec.Struct, frozen=True, kw_only=True):
    """The simulator's answer: the subject's kind, and the routers and circuits that it was done to."""

    action: str
    id: str
    kind: Literal["router", "circuit", "srlg"]
    at_ns: int
    routers: tuple[str, ...]
    circuits: tuple[str, ...]


_decoder: msgspec.json.Decoder[Fault] = msgspec.json.Decoder(Fault)


async def post_fault(request: web.Request) -> web.StreamResponse:
    """Pass a fault to the simulated backbone."""
    context = context_of(request)
    if request.content_type != "application/json":
        # a page of another origin may send text/plain without asking; JSON it may not
        raise Problem("invalid-request", "the body must be application/json", pointer="")
    await read_body(request, _decoder)
    if context.forward_fault is None:
        raise Problem("not-found", "this server has no simulated backbone")
    status, body = await context.forward_fault(await request.read())
    return web.Response(body=body, status=status, content_type="application/json")


_EXAMPLE: dict[str, Any] = {"action": "cut", "id": "wuhan-changsha-1"}
ROUTES = (
    Route(
        "POST",
        "/simulator/faults",
        post_fault,
        "Break or mend the simulated backbone",
        "simulator",
        answer=FaultDone,
        body=Fault,
        problems=("invalid-request", "not-found", "unknown-subject", "fault-refused"),
        example=_EXAMPLE,
    ),
)
