"""A gNMI server that does as a test says: refuses what it is told to, sends what it is given."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
import grpc.aio
from pygnmi.spec.v080 import gnmi_pb2

from tests.kit.gnmi import path_text
from tests.kit.responses import SYNC

Answer = tuple[grpc.StatusCode, str] | None


class ScriptedTarget:
    """`refuse(request)` returns a status to end the RPC with, or None; `initial` precedes the sync.

    `metadata` is that of each Subscribe RPC, `calls` that of each Capabilities RPC.
    """

    def __init__(self) -> None:
        self.address = ""
        self.refuse: Callable[[gnmi_pb2.SubscriptionList], Answer] = lambda _: None
        self.capabilities: Answer = None
        self.encodings = [2, 4]
        self.initial: Callable[[gnmi_pb2.SubscriptionList], list[bytes]] = lambda _: []
        self.sends_sync = True
        self.requests: list[gnmi_pb2.SubscriptionList] = []
        self.metadata: list[dict[str, str]] = []
        self.calls: list[dict[str, str]] = []
        self.more: asyncio.Queue[bytes | Answer] = asyncio.Queue()

    def asked(self) -> list[list[str]]:
        """The paths of every Subscribe RPC so far."""
        return [[path_text(one.path) for one in request.subscription] for request in self.requests]

    @asynccontextmanager
    async def listening(self, credentials: grpc.ServerCredentials | None = None) -> AsyncIterator[None]:
        """Serve on a free port of the loopback."""
        server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        methods = {
            "Capabilities": grpc.unary_unary_rpc_method_handler(self._capabilities),
            "Subscribe": grpc.stream_stream_rpc_method_handler(self._subscribe),
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("gnmi.gNMI", methods),))
        where = self.address or "127.0.0.1:0"
        port = server.add_secure_port(where, credentials) if credentials else server.add_insecure_port(where)
        self.address = f"127.0.0.1:{port}"
        await server.start()
        try:
            yield
        finally:
            await server.stop(None)

    async def _capabilities(self, _: bytes, context: Any) -> bytes:
        self.calls.append(_metadata(context))
        if self.capabilities is not None:
            await context.abort(*self.capabilities)
        answer: bytes = gnmi_pb2.CapabilityResponse(supported_encodings=self.encodings).SerializeToString()
        return answer

    async def _subscribe(self, _: Any, context: Any) -> None:
        self.metadata.append(_metadata(context))
        request = gnmi_pb2.SubscribeRequest.FromString(await context.read()).subscribe
        self.requests.append(request)
        refusal = self.refuse(request)
        if refusal is not None:
            await context.abort(*refusal)
        for message in self.initial(request):
            await context.write(message)
        if self.sends_sync:
            await context.write(SYNC)
        while True:
            following = await self.more.get()
            if following is None:
                return
            if isinstance(following, tuple):
                await context.abort(*following)
            else:
                await context.write(following)


def _metadata(context: Any) -> dict[str, str]:
    return {key: str(value) for key, value in context.invocation_metadata()}
