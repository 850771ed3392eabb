"""Channels: TLS, mutual TLS or plain, keepalive, limits, credentials."""

import asyncio
from pathlib import Path

import grpc
import grpc.aio

from collector.errors import TargetError
from collector.settings import CollectorSettings, Target, Transport

SUBSCRIBE = "/gnmi.gNMI/Subscribe"
CAPABILITIES = "/gnmi.gNMI/Capabilities"


def open_channel(target: Target, settings: CollectorSettings, keepalive_s: float) -> grpc.aio.Channel:
    """Return a channel that is not connected yet. Raises TargetError where a TLS file cannot be read."""
    transport = target.transport or settings.transport
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
    credentials = grpc.ssl_channel_credentials(
        root_certificates=_read(target, transport.ca_file),
        private_key=_read(target, transport.key_file),
        certificate_chain=_read(target, transport.certificate_file),
    )
    return grpc.aio.secure_channel(target.address, credentials, options=options)


async def connected(channel: grpc.aio.Channel, target: Target, deadline_s: float) -> None:
    """Connect; raises TargetError as soon as that is refused, or past the deadline."""
    try:
        async with asyncio.timeout(deadline_s):
            state = channel.get_state(try_to_connect=True)
            while state is not grpc.ChannelConnectivity.READY:
                if state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                    raise TargetError(target.id, f"{target.address} refuses the connection, or its TLS fails")
                await channel.wait_for_state_change(state)
                state = channel.get_state(try_to_connect=True)
    except TimeoutError:
        raise TargetError(target.id, f"{target.address} does not answer") from None


def metadata(target: Target, transport: Transport) -> tuple[tuple[str, str], ...]:
    """Return user name and password as gNMI wants them (gnmi-authentication.md), read anew each time."""
    content = _read(target, transport.credentials_file)
    if content is None:
        return ()
    lines = content.decode("utf-8").splitlines()
    if len(lines) < 2:
        raise TargetError(
            target.id, f"{transport.credentials_file} needs two lines: the user name and the password"
        )
    return (("username", lines[0].strip()), ("password", lines[1].rstrip("\r\n")))


def _read(target: Target, name: str | None) -> bytes | None:
    if name is None:
        return None
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise TargetError(target.id, f"the file {name} cannot be read: {error.strerror}") from error
