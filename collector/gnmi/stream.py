"""One Subscribe RPC: open it, read it until it ends, and always cancel it."""

import asyncio
from collections.abc import Callable

import grpc.aio

from collector.gnmi.channel import SUBSCRIBE
from collector.gnmi.planner import REFUSALS, Refusal


class Refused(Exception):
    """The router ended the RPC before its first message, for what was asked."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.text)


async def read_stream(
    channel: grpc.aio.Channel,
    request: bytes,
    metadata: tuple[tuple[str, str], ...],
    take: Callable[[bytes], bool],
    first_deadline_s: float,
) -> bool:
    """Subscribe and hand every message to `take` until it returns True, or the router ends the RPC.

    Returns whether `take` ended it. Raises Refused, AioRpcError, and TimeoutError if nothing comes within
    `first_deadline_s`.
    """
    method = channel.stream_stream(SUBSCRIBE, request_serializer=None, response_deserializer=None)
    call = method(metadata=metadata, wait_for_ready=False)
    heard = False
    try:
        async with asyncio.timeout(first_deadline_s) as limit:
            await call.write(request)
            message = await call.read()
        while message is not grpc.aio.EOF:
            heard = True
            if take(message):
                return True
            message = await call.read()
        await _raise_status(call, first_deadline_s)
    except grpc.aio.AioRpcError as error:
        if not heard and error.code() in REFUSALS:
            raise Refused(Refusal(error.code(), error.details() or "")) from error
        raise
    except asyncio.InvalidStateError:  # the RPC ended while the request was written: its status says why
        await _raise_refusal(call, first_deadline_s)
    except TimeoutError as error:
        if heard or not limit.expired():
            raise
        raise TimeoutError(f"no first message within {first_deadline_s:g} s") from error
    finally:
        call.cancel()
    return False


async def _raise_status(call: grpc.aio.StreamStreamCall, deadline_s: float) -> None:
    async with asyncio.timeout(deadline_s):
        status: grpc.StatusCode = await call.code()
    if status is not grpc.StatusCode.OK:
        raise grpc.aio.AioRpcError(
            status, grpc.aio.Metadata(), grpc.aio.Metadata(), details=await call.details()
        )


async def _raise_refusal(call: grpc.aio.StreamStreamCall, deadline_s: float) -> None:
    try:
        await _raise_status(call, deadline_s)
    except grpc.aio.AioRpcError as error:
        if error.code() in REFUSALS:
            raise Refused(Refusal(error.code(), error.details() or "")) from error
        raise
