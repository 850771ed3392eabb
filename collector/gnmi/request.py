"""Requests, encoded by hand: what we ask is small and constant, so no generated protobuf code is needed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from collector._message import parse_fields
from collector.errors import WireError
from collector.gnmi.path import Element, parse

ENCODINGS = {"json": 0, "bytes": 1, "proto": 2, "ascii": 3, "json_ietf": 4}  # gnmi.Encoding
_MODES = {"on_change": 1, "sample": 2}  # gnmi.SubscriptionMode
NS_PER_S = 1_000_000_000


@dataclass(frozen=True)
class Request:
    """One path of a SubscriptionList. `interval_s`: between samples, or between heartbeats if on_change."""

    path: str
    mode: Literal["sample", "on_change"]
    interval_s: float


def varint(value: int) -> bytes:
    """Encode an unsigned number."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value) if value else b""


def _bytes(field: int, content: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(content)) + content


def _element(element: Element) -> bytes:
    name, keys = element
    pairs = (_bytes(1, key.encode()) + _bytes(2, value.encode()) for key, value in sorted(keys.items()))
    return _bytes(1, name.encode()) + b"".join(_bytes(2, pair) for pair in pairs)


def path_message(elements: Iterable[Element]) -> bytes:
    """Encode a gnmi.Path."""
    return b"".join(_bytes(3, _element(element)) for element in elements)


def _subscription(request: Request) -> bytes:
    interval_field = 3 if request.mode == "sample" else 5
    return (
        _bytes(1, path_message(parse(request.path)))
        + _number(2, _MODES[request.mode])
        + _number(interval_field, round(request.interval_s * NS_PER_S))
    )


def subscribe_request(requests: Iterable[Request], *, encoding: str) -> bytes:
    """Encode a SubscribeRequest for one STREAM, without a prefix: Huawei refuses an empty one."""
    listed = b"".join(_bytes(2, _subscription(request)) for request in requests)
    return _bytes(1, listed + _number(8, ENCODINGS[encoding]))


CAPABILITY_REQUEST = b""


def encodings_of(capability_response: bytes) -> tuple[str, ...]:
    """Return the encodings that a CapabilityResponse lists, in its order; those we do not know left out."""
    names = {number: name for name, number in ENCODINGS.items()}
    numbers: list[int] = []
    for field, wire_type, content in parse_fields(capability_response):
        if (field, wire_type) == (2, 0):
            numbers.append(cast(int, content))
        elif (field, wire_type) == (2, 2):
            numbers += _packed(cast(bytes, content))
    return tuple(names[number] for number in numbers if number in names)


def _packed(content: bytes) -> list[int]:
    numbers, value, shift = [], 0, 0
    for byte in content:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value, shift = 0, 0
    if shift:
        raise WireError("the packed list ends inside a number")
    return numbers
