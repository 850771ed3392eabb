"""One router as a gNMI server on a loopback socket: grpc.aio with raw bytes."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import grpc
import grpc.aio

from suanlu.ports import PortInUse
from suanlu.simulator import wire
from suanlu.simulator.answers import get_notifications
from suanlu.simulator.ledger import RouterLedger
from suanlu.simulator.network import RouterNode
from suanlu.simulator.reading import Reading
from suanlu.simulator.settings import SimulatorSettings
from suanlu.simulator.streams import Stream
from suanlu.simulator.vendors import Dialect, Refusal, dialect_for

GNMI_VERSION = "0.8.0"
SERVER_OPTIONS = (
    ("grpc.so_reuseport", 0),  # otherwise two worlds could share a port without an error
    ("grpc.max_receive_message_length", 1 << 20),
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
)


class RouterServer:
    """The gNMI server of one router; `start` and `stop` may alternate (a reboot does that)."""

    def __init__(
        self,
        router: RouterNode,
        settings: SimulatorSettings,
        *,
        read: Callable[[RouterNode], Reading],
        ledger: RouterLedger,
    ) -> None:
        self.router = router
        self.port = 0
        self.dialect: Dialect = dialect_for(router.profile)
        self._settings = settings
        self._read: Callable[[], Reading] = lambda: read(router)
        self._ledger = ledger
        self.tree = self.dialect.tree(router)
        self._streams: set[Stream] = set()
        self._server: Any = None
        self._held: socket.socket | None = None

    @property
    def target(self) -> str:
        """`host:port` of the server."""
        return f"{self._settings.host}:{self.port}"

    async def start(self, port: int) -> None:
        """Listen on `port` (0: a free one); raises PortInUse."""
        server = grpc.aio.server(options=SERVER_OPTIONS)
        unary, stream = grpc.unary_unary_rpc_method_handler, grpc.stream_stream_rpc_method_handler
        methods = {"Capabilities": unary(self._capabilities), "Get": unary(self._get)}
        methods["Subscribe"] = stream(self._subscribe)
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("gnmi.gNMI", methods),))
        try:
            self.port = server.add_insecure_port(f"{self._settings.host}:{port}")
        except RuntimeError as error:
            raise PortInUse(
                self._settings.host,
                port,
                listener=self.router.id,
                remedy="choose another base port (0: free ports)",
            ) from error
        await server.start()
        self._server = server
        self._release()

    async def stop(self, *, keep_port: bool = False) -> None:
        """Cut every stream and stop listening; `keep_port`: nobody else gets the port meanwhile."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop(None)
        self._release()
        if keep_port:
            self._held = _bound(self._settings.host, self.port)

    def _release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    @property
    def is_listening(self) -> bool:
        """False while the router reboots or has no power."""
        return self._server is not None

    def notify(self) -> None:
        """The router's state may have changed: every stream looks again."""
        for stream in self._streams:
            stream.changed.set()

    def mute(self, muted: bool) -> None:
        """Hold every stream silent, or let it speak again."""
        for stream in self._streams:
            if muted:
                stream.unmuted.clear()
            else:
                stream.unmuted.set()
                stream.changed.set()

    async def _capabilities(self, request: bytes, context: Any) -> bytes:
        dialect = self.dialect
        return wire.capability_response(dialect.models(), dialect.encodings, GNMI_VERSION)

    async def _get(self, request: bytes, context: Any) -> bytes:
        try:
            asked = wire.decode_get_request(request)
            self._check_encoding(asked.encoding)
            self.dialect.check_prefix(asked.prefix)
            patterns = [self.dialect.resolve(asked.prefix, path) for path in asked.paths]
            selected = self.dialect.select(self.tree, patterns)
            return wire.get_response(get_notifications(self._read(), asked, patterns, selected, self.dialect))
        except wire.WireError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"malformed GetRequest: {error}")
        except Refusal as refusal:
            await context.abort(refusal.code, refusal.message)
        raise AssertionError("abort raises")

    async def _subscribe(self, _: Any, context: Any) -> None:
        try:
            first = await context.read()
            if first is grpc.aio.EOF:
                return
            stream = self._open(first, context)
            self._streams.add(stream)
            try:
                await self._serve(stream, context)
            finally:
                self._streams.discard(stream)
        except wire.WireError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"malformed SubscribeRequest: {error}")
        except Refusal as refusal:
            await context.abort(refusal.code, refusal.message)

    def _open(self, first: bytes, context: Any) -> Stream:
        request = wire.decode_subscribe_request(first)
        if request is None:
            raise Refusal(grpc.StatusCode.INVALID_ARGUMENT, "poll before any subscription")
        if request.mode == wire.POLL:
            raise Refusal(
                grpc.StatusCode.UNIMPLEMENTED, "mode POLL is not supported: subscribe with STREAM or ONCE"
            )
        if request.mode not in {wire.STREAM, wire.ONCE}:
            raise Refusal(grpc.StatusCode.INVALID_ARGUMENT, f"mode {request.mode} is unknown")
        self._check_encoding(request.encoding)
        self.dialect.check_prefix(request.prefix)
        patterns = [self.dialect.resolve(request.prefix, s.path) for s in request.subscriptions]
        self._ledger.streams += 1
        stream = Stream(
            number=self._ledger.streams,
            request=request,
            selected=self.dialect.select(self.tree, patterns),
            dialect=self.dialect,
            settings=self._settings,
            read=self._read,
            ledger=self._ledger,
            write=context.write,
        )
        if self.router.is_mute:
            stream.unmuted.clear()
        return stream

    async def _serve(self, stream: Stream, context: Any) -> None:
        """Run the stream; a second message ends it, a half-close does not."""
        try:
            async with asyncio.TaskGroup() as group:
                listener = group.create_task(_listen(context))
                await stream.run()
                listener.cancel()
        except* Refusal as refusals:
            raise refusals.exceptions[0] from None

    def _check_encoding(self, encoding: int) -> None:
        if encoding not in self.dialect.encodings:
            names = wire.ENCODING_NAMES
            named = names[encoding] if encoding < len(names) else str(encoding)
            known = ", ".join(names[known] for known in self.dialect.encodings)
            raise Refusal(grpc.StatusCode.UNIMPLEMENTED, f"encoding {named} is not supported; known: {known}")


async def _listen(context: Any) -> None:
    """Refuse whatever the client says after its subscription; its half-close is no word."""
    message = await context.read()
    if message is not grpc.aio.EOF:
        is_poll = wire.decode_subscribe_request(message) is None
        what = "poll on a STREAM subscription" if is_poll else "a second subscription on one RPC"
        raise Refusal(grpc.StatusCode.INVALID_ARGUMENT, f"{what} is not supported")


def _bound(host: str, port: int) -> socket.socket | None:
    """Hold a port without listening, so that a client cannot be given it as its own meanwhile."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((host, port))
    except OSError:  # somebody was faster: `start` will say so
        held.close()
        return None
    return held
