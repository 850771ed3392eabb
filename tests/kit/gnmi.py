"""A gNMI client for tests: grpc.aio with pygnmi's generated messages, to look at what a server says."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import grpc.aio
from pygnmi.spec.v080 import gnmi_pb2, gnmi_pb2_grpc

MODES = {"target_defined": 0, "on_change": 1, "sample": 2}
ENCODINGS = {"json": 0, "bytes": 1, "proto": 2, "ascii": 3, "json_ietf": 4}


@asynccontextmanager
async def gnmi_stub(target: str) -> AsyncIterator[gnmi_pb2_grpc.gNMIStub]:
    """Yield a stub for `host:port`."""
    async with grpc.aio.insecure_channel(target) as channel:
        yield gnmi_pb2_grpc.gNMIStub(channel)


ELEM = re.compile(r"/?((?:[^/\[]|\[[^]]*\])+)")
KEY = re.compile(r"\[([^=]+)=([^]]*)\]")


def gnmi_path(text: str, *, origin: str = "", target: str = "") -> gnmi_pb2.Path:
    """`/a/b[k=v]` as a message; module prefixes stay in the names."""
    path = gnmi_pb2.Path(origin=origin, target=target)
    for part in ELEM.findall(text):
        path.elem.add(name=part.partition("[")[0], key=dict(KEY.findall(part)))
    return path


def subscribe_request(
    *subscriptions: tuple[str, str, float],
    mode: str = "stream",
    encoding: str = "proto",
    prefix: gnmi_pb2.Path | None = None,
    updates_only: bool = False,
    heartbeat_s: float = 0,
    suppress: bool = False,
) -> gnmi_pb2.SubscribeRequest:
    """Build a request; a subscription is its path, its mode and its interval in seconds."""
    listed = [
        gnmi_pb2.Subscription(
            path=gnmi_path(path),
            mode=MODES[of],
            sample_interval=int(interval_s * 1e9),
            heartbeat_interval=int(heartbeat_s * 1e9),
            suppress_redundant=suppress,
        )
        for path, of, interval_s in subscriptions
    ]
    wanted = gnmi_pb2.SubscriptionList(
        subscription=listed,
        mode=("stream", "once", "poll").index(mode),
        encoding=ENCODINGS[encoding],
        prefix=prefix,
        updates_only=updates_only,
    )
    return gnmi_pb2.SubscribeRequest(subscribe=wanted)


async def one_request(request: gnmi_pb2.SubscribeRequest) -> AsyncIterator[gnmi_pb2.SubscribeRequest]:
    """The request iterator of a client that half-closes after its subscription."""
    yield request


def path_text(*paths: gnmi_pb2.Path) -> str:
    """Join paths and write them `/a/b[k=v]`; keys of elements without a name belong to the one before."""
    found = ""
    for path in paths:
        for elem in path.elem:
            keys = "".join(f"[{key}={value}]" for key, value in sorted(elem.key.items()))
            found += f"/{elem.name}{keys}" if elem.name else keys
    return found


def value_of(typed: gnmi_pb2.TypedValue) -> Any:
    """The Python value of a TypedValue; JSON stays bytes."""
    kind = typed.WhichOneof("value")
    if kind == "leaflist_val":
        return tuple(value_of(element) for element in typed.leaflist_val.element)
    return getattr(typed, kind) if kind else None


def updates_of(response: gnmi_pb2.SubscribeResponse) -> dict[str, Any]:
    """Full path → value of one response; fillers (empty updates) are left out."""
    notification = response.update
    return {
        path_text(notification.prefix, update.path): value_of(update.val)
        for update in notification.update
        if update.HasField("val")
    }


async def initial_values(call: Any) -> dict[str, Any]:
    """Read up to the sync_response; return everything told before it."""
    found: dict[str, Any] = {}
    while True:
        response = await call.read()
        if response is grpc.aio.EOF:
            raise AssertionError("the stream ended before sync_response")
        if response.sync_response:
            return found
        found.update(updates_of(response))
