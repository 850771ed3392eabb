"""Messages as Python values: for paths met the first time, state, and whatever else is rare."""

import struct
from collections.abc import Callable
from typing import cast

import orjson

from collector._message import parse_fields, parse_path
from collector.gnmi.path import Element
from collector.gnmi.path import parse as parse_text

Scalar = str | int | float | bool | bytes | None
Value = Scalar | list["Value"] | dict[str, "Value"]

_JSON, _JSON_IETF = 10, 11
_LEAFLIST, _DECIMAL = 8, 7


def merged(prefix: bytes, path: bytes) -> tuple[Element, ...]:
    """Return the absolute path: prefix and path joined, whatever the split between them.

    Module prefixes are taken off names (the tables are unambiguous without), keys of an element without a
    name belong to the one before (Junos), quotes around key values are none of them (IOS-XR).
    """
    elements: list[Element] = []
    for name, keys in (*_elements(prefix), *_elements(path)):
        plain = {key.rpartition(":")[2]: _unquoted(value) for key, value in keys.items()}
        if name:
            elements.append((name.rpartition(":")[2], plain))
        elif elements:
            elements[-1] = (elements[-1][0], elements[-1][1] | plain)
    return tuple(elements)


def _elements(data: bytes) -> list[Element]:
    _, _, elements, deprecated = parse_path(data)
    found: list[Element] = []
    if not elements:
        for text in deprecated:
            found += _from_text(text)
        return found
    for name, keys in elements:
        if "/" in name or "[" in name:  # a whole path in one element's name (Junos)
            inner = _from_text(name)
            if inner and keys:
                inner[-1] = (inner[-1][0], inner[-1][1] | keys)
            found += inner
        else:
            found.append((name, keys))
    return found


def _from_text(text: str) -> list[Element]:
    try:
        return list(parse_text(text))
    except ValueError:
        return [(text, {})]


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def typed_value(data: bytes) -> Value:
    """Return what a TypedValue holds; JSON as its tree. Raises ValueError (and WireError, which is one)."""
    return _first(data, _READERS)


def _first(data: bytes, readers: "Readers") -> Value:
    """Read the last field of the oneof, which is the one that counts."""
    for number, wire_type, content in reversed(parse_fields(data)):
        if (number, wire_type) in readers:
            return readers[number, wire_type](content)
    return None


def deprecated_value(data: bytes) -> Value:
    """Return what a Value {bytes value = 1; Encoding type = 2} holds (gnmi.proto before 0.4)."""
    content, encoding = b"", 0
    for number, wire_type, field in parse_fields(data):
        if (number, wire_type) == (1, 2):
            content = cast(bytes, field)
        elif (number, wire_type) == (2, 0):
            encoding = cast(int, field)
    if encoding in (0, 4):
        return cast(Value, orjson.loads(content))
    return _text(content) if encoding == 3 else content


def error_text(response: bytes) -> str:
    """Return the deprecated error inside a SubscribeResponse, Error {code = 1; message = 2}."""
    for number, wire_type, field in parse_fields(response):
        if (number, wire_type) == (4, 2):
            parts = {n: v for n, _, v in parse_fields(cast(bytes, field))}
            return f"code {parts.get(1, 0)!r}: {_text(cast(bytes, parts.get(2, b'')))}"
    return ""


def _text(content: int | bytes) -> str:
    return cast(bytes, content).decode("utf-8", "backslashreplace")


def _signed(content: int | bytes) -> int:
    value = cast(int, content)
    return value - (1 << 64) if value >> 63 else value


def _float(content: int | bytes) -> float:
    """The double whose shortest decimal is that of the 32-bit float: -7.53 stays -7.53."""
    single = struct.unpack("<f", struct.pack("<I", content))[0]
    for digits in range(6, 9):
        short = float(f"{single:.{digits}g}")
        if struct.pack("<f", short) == struct.pack("<f", single):
            return short
    return float(f"{single:.9g}")


def _double(content: int | bytes) -> float:
    return cast(float, struct.unpack("<d", struct.pack("<Q", content))[0])


def _decimal(content: int | bytes) -> float:
    parts = {(n, w): v for n, w, v in parse_fields(cast(bytes, content))}
    digits, precision = _signed(parts.get((1, 0), 0)), cast(int, parts.get((2, 0), 0)) & 0xFFFFFFFF
    if precision > 18:
        raise ValueError(f"a decimal64 has at most 18 fraction digits, not {precision}")
    return digits / 10**precision if precision else digits


def _leaflist(content: int | bytes) -> Value:
    elements = parse_fields(cast(bytes, content))
    return [
        _first(cast(bytes, element), _SCALARS)
        for number, kind, element in elements
        if (number, kind) == (1, 2)
    ]


def _json(content: int | bytes) -> Value:
    return cast(Value, orjson.loads(cast(bytes, content)))


def _same(content: int | bytes) -> Value:
    return content


Readers = dict[tuple[int, int], Callable[[int | bytes], Value]]
_SCALARS: Readers = {
    (1, 2): _text,
    (2, 0): _signed,
    (3, 0): _same,
    (4, 0): bool,
    (5, 2): _same,
    (6, 5): _float,
    (_DECIMAL, 2): _decimal,
    (9, 2): _same,
    (_JSON, 2): _json,
    (_JSON_IETF, 2): _json,
    (12, 2): _text,
    (13, 2): _same,
    (14, 1): _double,
}
_READERS: Readers = _SCALARS | {(_LEAFLIST, 2): _leaflist}  # whose elements are scalars, never lists again
