"""gNMI messages by hand: the protobuf wire format of github.com/openconfig/gnmi (gnmi.proto 0.8).

Requests are decoded into small structs, answers are put together from bytes that the caller may keep:
a path is encoded once, only numbers and values change from sample to sample. Field numbers stand where
they are used. Nothing here imports protobuf.
"""

import struct
from collections.abc import Iterable, Iterator

import msgspec

Elem = tuple[str, tuple[tuple[str, str], ...]]
"""One path element: its name and its keys, sorted by name."""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
JSON, BINARY, PROTO, ASCII, JSON_IETF = range(5)
ENCODING_NAMES = ("JSON", "BYTES", "PROTO", "ASCII", "JSON_IETF")
STREAM, ONCE, POLL = range(3)
TARGET_DEFINED, ON_CHANGE, SAMPLE = range(3)


class WireError(ValueError):
    """The bytes are no message of this kind."""


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """gnmi.Path: elements, origin and target, "" where not given."""

    elems: tuple[Elem, ...] = ()
    origin: str = ""
    target: str = ""


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """gnmi.Subscription; intervals in ns."""

    path: Path = Path()
    mode: int = TARGET_DEFINED
    sample_interval_ns: int = 0
    suppress_redundant: bool = False
    heartbeat_interval_ns: int = 0


class SubscriptionList(msgspec.Struct, frozen=True, kw_only=True):
    """gnmi.SubscriptionList; `prefix` None: not in the message, which is not the same as empty."""

    prefix: Path | None = None
    subscriptions: tuple[Subscription, ...] = ()
    mode: int = STREAM
    encoding: int = JSON
    updates_only: bool = False


class GetRequest(msgspec.Struct, frozen=True, kw_only=True):
    """gnmi.GetRequest; `kind` is ALL 0, CONFIG 1, STATE 2, OPERATIONAL 3."""

    prefix: Path | None = None
    paths: tuple[Path, ...] = ()
    kind: int = 0
    encoding: int = JSON


# --- primitives -----------------------------------------------------------------------------------


def varint(number: int) -> bytes:
    """Encode a number of 0 … 2^64-1; a negative one is taken as two's complement of 64 bits."""
    number &= 0xFFFF_FFFF_FFFF_FFFF
    if number < 0x80:
        return bytes((number,))
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number: int, content: bytes) -> bytes:
    """Encode a length-delimited field (message, string or bytes)."""
    return varint(number << 3 | BYTES) + varint(len(content)) + content


def text(number: int, content: str) -> bytes:
    """Encode a string field; an empty one is left out, as proto3 does."""
    return field(number, content.encode()) if content else b""


def integer(number: int, value: int) -> bytes:
    """Encode a varint field; zero is left out, as proto3 does."""
    return varint(number << 3) + varint(value) if value else b""


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at `at` and where it ends."""
    result = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise WireError(f"the varint at byte {at} does not end")
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield each field's number and value: an int for a varint or fixed one, bytes for the rest."""
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        kind, number = key & 7, key >> 3
        if kind == VARINT:
            value, at = read_varint(data, at)
            yield number, value
            continue
        if kind == BYTES:
            size, at = read_varint(data, at)
        elif kind in (FIXED64, FIXED32):
            size = 8 if kind == FIXED64 else 4
        else:
            raise WireError(f"wire type {kind} in field {number}")
        chunk = data[at : at + size]
        if len(chunk) < size:
            raise WireError(f"field {number} is cut short")
        at += size
        yield number, chunk if kind == BYTES else int.from_bytes(chunk, "little")


def _message(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise WireError("a number where a message or a string is due")
    return value


def _string(value: int | bytes) -> str:
    try:
        return _message(value).decode()
    except UnicodeDecodeError as error:
        raise WireError(f"a string that is not UTF-8: {error}") from error


def _number(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise WireError("bytes where a number is due")
    return value


# --- paths and values -----------------------------------------------------------------------------


def encode_elem(elem: Elem) -> bytes:
    """Encode a PathElem as field 3 of Path."""
    name, keys = elem
    return field(3, text(1, name) + b"".join(field(2, text(1, key) + text(2, of)) for key, of in keys))


def encode_path(elems: Iterable[Elem], *, origin: str = "", target: str = "") -> bytes:
    """Encode the body of a Path."""
    return text(2, origin) + b"".join(map(encode_elem, elems)) + text(4, target)


def decode_path(data: bytes) -> Path:
    """Decode the body of a Path; the deprecated `element` (field 1) becomes elements without keys."""
    elems: list[Elem] = []
    old: list[Elem] = []
    origin = target = ""
    for number, value in fields(data):
        if number == 3:
            elems.append(_elem(_message(value)))
        elif number == 2:
            origin = _string(value)
        elif number == 4:
            target = _string(value)
        elif number == 1:
            old.append((_string(value), ()))
    return Path(elems=tuple(elems or old), origin=origin, target=target)


def _elem(data: bytes) -> Elem:
    name, keys = "", {}
    for number, value in fields(data):
        if number == 1:
            name = _string(value)
        elif number == 2:
            pair = {1: "", 2: ""} | {
                of: _string(part) for of, part in fields(_message(value)) if of in (1, 2)
            }
            keys[pair[1]] = pair[2]
    return name, tuple(sorted(keys.items()))


def string_val(value: str) -> bytes:
    """TypedValue.string_val, empty ones included: a oneof keeps its default on the wire."""
    return field(1, value.encode())


def int_val(value: int) -> bytes:
    """TypedValue.int_val of a signed 64-bit number."""
    return b"\x10" + varint(value)


def uint_val(value: int) -> bytes:
    """TypedValue.uint_val of an unsigned 64-bit number."""
    return b"\x18" + varint(value)


def bool_val(value: bool) -> bytes:
    """TypedValue.bool_val."""
    return b"\x20\x01" if value else b"\x20\x00"


def double_val(value: float) -> bytes:
    """TypedValue.double_val (field 14)."""
    return b"\x71" + struct.pack("<d", value)


def leaflist_val(values: Iterable[bytes]) -> bytes:
    """TypedValue.leaflist_val of encoded TypedValues."""
    return field(8, b"".join(field(1, value) for value in values))


def json_val(text_bytes: bytes) -> bytes:
    """TypedValue.json_val."""
    return field(10, text_bytes)


def json_ietf_val(text_bytes: bytes) -> bytes:
    """TypedValue.json_ietf_val."""
    return field(11, text_bytes)


# --- answers --------------------------------------------------------------------------------------


def encode_update(path: bytes, value: bytes, duplicates: int = 0) -> bytes:
    """Encode an Update as field 4 of Notification; `path` is a Path's body, `value` a TypedValue's."""
    return field(4, field(1, path) + field(3, value) + integer(4, duplicates))


def encode_notification(
    timestamp_ns: int,
    *,
    prefix: bytes | None = None,
    updates: Iterable[bytes] = (),
    deletes: Iterable[bytes] = (),
    atomic: bool = False,
) -> bytes:
    """Encode a Notification's body; `updates` are encoded fields, `deletes` bodies of Paths."""
    head = integer(1, timestamp_ns) + (field(2, prefix) if prefix is not None else b"")
    gone = b"".join(field(5, path) for path in deletes)
    return head + b"".join(updates) + gone + integer(6, atomic)


def update_response(notification: bytes, extension: bytes = b"") -> bytes:
    """A SubscribeResponse that carries a Notification (and an encoded Extension's body)."""
    return field(1, notification) + (field(5, extension) if extension else b"")


SYNC_RESPONSE = b"\x18\x01"
"""The SubscribeResponse with sync_response true."""


def registered_extension(number: int, message: bytes) -> bytes:
    """The body of an Extension with a RegisteredExtension in it (gnmi_ext.proto)."""
    return field(1, integer(1, number) + field(2, message))


def get_response(notifications: Iterable[bytes]) -> bytes:
    """A GetResponse of Notification bodies."""
    return b"".join(field(1, body) for body in notifications)


def capability_response(
    models: Iterable[tuple[str, str, str]], encodings: Iterable[int], gnmi_version: str
) -> bytes:
    """A CapabilityResponse; a model is its name, organization and version."""
    listed = b"".join(
        field(1, text(1, name) + text(2, organization) + text(3, version))
        for name, organization, version in models
    )
    return listed + field(2, b"".join(map(varint, encodings))) + text(3, gnmi_version)


# --- requests -------------------------------------------------------------------------------------


def decode_subscribe_request(data: bytes) -> SubscriptionList | None:
    """Decode a SubscribeRequest; None: a Poll. Raises WireError where it is neither."""
    for number, value in fields(data):
        if number == 1:
            return _subscription_list(_message(value))
        if number == 3:
            return None
    raise WireError("a SubscribeRequest without subscribe or poll")


def _subscription_list(data: bytes) -> SubscriptionList:
    prefix: Path | None = None
    subscriptions = []
    plain = {5: 0, 8: 0, 9: 0}
    for number, value in fields(data):
        if number == 1:
            prefix = decode_path(_message(value))
        elif number == 2:
            subscriptions.append(_subscription(_message(value)))
        elif number in plain:
            plain[number] = _number(value)
    return SubscriptionList(
        prefix=prefix,
        subscriptions=tuple(subscriptions),
        mode=plain[5],
        encoding=plain[8],
        updates_only=bool(plain[9]),
    )


def _subscription(data: bytes) -> Subscription:
    path = Path()
    plain = {2: 0, 3: 0, 4: 0, 5: 0}
    for number, value in fields(data):
        if number == 1:
            path = decode_path(_message(value))
        elif number in plain:
            plain[number] = _number(value)
    return Subscription(
        path=path,
        mode=plain[2],
        sample_interval_ns=plain[3],
        suppress_redundant=bool(plain[4]),
        heartbeat_interval_ns=plain[5],
    )


def decode_get_request(data: bytes) -> GetRequest:
    """Decode a GetRequest."""
    prefix: Path | None = None
    paths = []
    plain = {3: 0, 5: 0}
    for number, value in fields(data):
        if number == 1:
            prefix = decode_path(_message(value))
        elif number == 2:
            paths.append(decode_path(_message(value)))
        elif number in plain:
            plain[number] = _number(value)
    return GetRequest(prefix=prefix, paths=tuple(paths), kind=plain[3], encoding=plain[5])
