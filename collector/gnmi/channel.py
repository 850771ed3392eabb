"""Channels: TLS, mutual TLS or plain, keepalive, limits, credentials."""

import asyncio

import grpc
import grpc.aio

from collector.errors import TargetError, Unreachable
from collector.gnmi.reasons import why_not_connected
from collector.gnmi.request import CAPABILITY_REQUEST
from collector.gnmi.tls import channel_credentials, read_file
from collector.settings import CollectorSettings, Target, Transport

SUBSCRIBE = "/gnmi.gNMI/Subscribe"
CAPABILITIES = "/gnmi.gNMI/Capabilities"


def open_channel(
    target: Target, transport: Transport, settings: CollectorSettings, keepalive_s: float
) -> grpc.aio.Channel:
    """Return a channel that is not connected yet. Raises TargetError where a TLS file cannot be used."""
    options: list[tuple[str, int | str]] = [
        ("grpc.keepalive_time_ms", round(keepalive_s * 1000)),
        ("grpc.keepalive_timeout_ms", round(settings.keepalive_timeout_s * 1000)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.http2.bdp_probe", 0),  # with it grpc.aio collapses under overload
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.enable_retries", 0),
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.initial_reconnect_backoff_ms", 500),
        ("grpc.enable_http_proxy", 0),
    ]
    if transport.insecure:
        return grpc.aio.insecure_channel(target.address, options=options)
    if transport.server_name:
        options.append(("grpc.ssl_target_name_override", transport.server_name))
    return grpc.aio.secure_channel(target.address, channel_credentials(target, transport), options=options)


async def connected(
    channel: grpc.aio.Channel, target: Target, transport: Transport, deadline_s: float
) -> None:
    """Connect; raises Unreachable as soon as that fails, with reason and remedy, or past the deadline."""
    try:
        async with asyncio.timeout(deadline_s):
            state = channel.get_state(try_to_connect=True)
            while state is not grpc.ChannelConnectivity.READY:
                if state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                    details = await _why(channel, deadline_s)
                    raise Unreachable(target.id, why_not_connected(details, target, transport))
                await channel.wait_for_state_change(state)
                state = channel.get_state(try_to_connect=True)
    except TimeoutError:
        raise Unreachable(
            target.id, f"{target.address} does not answer: is it the right address, and no filter on the way?"
        ) from None


async def _why(channel: grpc.aio.Channel, deadline_s: float) -> str:
    """Return what gRPC tells of a failed connection; without credentials, for they are only for its end."""
    method = channel.unary_unary(CAPABILITIES, request_serializer=None, response_deserializer=None)
    try:
        await method(CAPABILITY_REQUEST, timeout=deadline_s, wait_for_ready=False)
    except grpc.aio.AioRpcError as error:
        return str(error.details() or error.code().name)
    return "the connection came up only at the second try"


def metadata(target: Target, transport: Transport) -> tuple[tuple[str, str], ...]:
    """Return user name and password as gNMI wants them (gnmi-authentication.md), read anew each time."""
    content = read_file(target, transport.credentials_file)
    if content is None:
        return ()
    lines = content.decode("utf-8", "replace").splitlines()
    if len(lines) < 2 or not lines[0].isascii() or not lines[1].isascii():  # header fields are ASCII
        raise TargetError(
            target.id,
            f"{transport.credentials_file} needs two lines in ASCII: the user name and the password",
        )
    return (("username", lines[0].strip()), ("password", lines[1]))
