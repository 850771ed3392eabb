"""What a SubscribeResponse says, read slowly from the generated messages: the oracle of the decoder."""

import json
import math
import struct
from collections.abc import Iterator

from pygnmi.spec.v080 import gnmi_pb2

from collector.gnmi.path import Element

Value = str | int | float | bool | None


def elements_of(*paths: gnmi_pb2.Path) -> tuple[Element, ...]:
    """Return the absolute path without module prefixes; keys without a name belong to the element before."""
    found: list[Element] = []
    for path in paths:
        for elem in path.elem:
            keys = {key.rpartition(":")[2]: value for key, value in elem.key.items()}
            if elem.name:
                found.append((elem.name.rpartition(":")[2], keys))
            elif found:
                found[-1] = (found[-1][0], found[-1][1] | keys)
    return tuple(found)


def updates_of(response: bytes) -> Iterator[tuple[tuple[Element, ...], gnmi_pb2.TypedValue, int]]:
    """Yield (path, value, time) of each update that has one."""
    notification = gnmi_pb2.SubscribeResponse.FromString(response).update
    for update in notification.update:
        if update.val.WhichOneof("value") is not None:
            yield elements_of(notification.prefix, update.path), update.val, notification.timestamp


def number_of(typed: gnmi_pb2.TypedValue) -> int | float | None:  # noqa: PLR0911 - one for each kind
    """Return a value as a number, whatever carries it; None where it is no finite one."""
    kind = typed.WhichOneof("value")
    if kind in ("int_val", "uint_val"):
        return int(getattr(typed, kind))
    if kind == "bool_val":
        return int(typed.bool_val)
    if kind == "double_val":
        return _finite(typed.double_val)
    if kind == "float_val":
        return _finite(_shortest(typed.float_val))
    if kind == "decimal_val":
        return _decimal(typed.decimal_val)
    if kind in ("string_val", "ascii_val"):
        return _in_text(getattr(typed, kind))
    if kind in ("json_val", "json_ietf_val"):
        return _in_json(getattr(typed, kind).decode())
    if kind == "bytes_val" and len(typed.bytes_val) == 4:
        return _finite(_shortest(struct.unpack(">f", typed.bytes_val)[0]))
    return None


def content_of(typed: gnmi_pb2.TypedValue) -> object:
    """Return a value as Python holds it: JSON as its tree, decimals and floats as the shortest double."""
    kind = typed.WhichOneof("value")
    if kind in ("json_val", "json_ietf_val"):
        return json.loads(getattr(typed, kind))
    if kind == "float_val":
        return _shortest(typed.float_val)
    if kind == "decimal_val":
        return _decimal(typed.decimal_val)
    return None if kind is None else getattr(typed, kind)


def stored(number: int | float | None, kind: str) -> int | float | None:
    """Return a number as its pinned kind holds it; None where it does not fit."""
    if number is None or kind == "float":
        return None if number is None else float(number)
    low, high = (0, 2**64) if kind == "uint" else (-(2**63), 2**63)
    if isinstance(number, float):
        number = math.floor(abs(number) + 0.5) * (1 if number >= 0 else -1)
    return number if low <= number < high else None


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _shortest(single: float) -> float:
    """The double whose shortest decimal is that of the 32-bit float."""
    if not math.isfinite(single):
        return single
    for digits in range(6, 10):
        found = float(f"{single:.{digits}g}")
        if abs(found) < 3.5e38 and struct.pack("f", found) == struct.pack("f", single):
            return found
    return single


def _decimal(decimal: gnmi_pb2.Decimal64) -> int | float | None:
    if decimal.precision == 0:
        return int(decimal.digits)
    return float(decimal.digits / 10**decimal.precision) if decimal.precision <= 18 else None


def _in_text(text: str) -> int | float | None:
    plain = text.strip(" \t\n\v\f\r")
    try:
        if plain.lstrip("+-").isdecimal() and plain.isascii():
            number = int(plain)
            if -(2**63) <= number < 2**64:
                return number
        if not plain.isascii() or set(plain) - set("0123456789+-.eE") or len(plain) > 63:
            return None
        return _finite(float(plain))
    except ValueError:
        return None


def _in_json(text: str) -> int | float | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if isinstance(value, str):
        return _in_text(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**64 else float(value)
    return _finite(value) if isinstance(value, float) else None
