"""How a leaf's value goes onto the wire in each encoding (RFC 7951 for JSON_IETF)."""

from enum import Enum, auto
from typing import Any

import orjson

from suanlu.simulator import wire

Value = int | float | str | bool | tuple[str, ...]


class Kind(Enum):
    """The YANG type of a leaf, as far as encodings tell types apart."""

    UINT64 = auto()
    UINT32 = auto()
    TEXT = auto()
    IDENTITY = auto()
    DECIMAL = auto()
    RATIO = auto()  # a decimal64 of eighteen fraction digits
    BOOL = auto()
    TEXTS = auto()


def typed_value(value: Value, kind: Kind, encoding: int, module: str = "") -> bytes:
    """Return the body of a TypedValue; `module` prefixes identities in JSON_IETF where it is given."""
    if encoding == wire.PROTO:
        return _scalar(value, kind)
    encoded = orjson.dumps(json_value(value, kind, encoding, module))
    return wire.json_ietf_val(encoded) if encoding == wire.JSON_IETF else wire.json_val(encoded)


def json_value(value: Value, kind: Kind, encoding: int, module: str = "") -> Any:
    """Return what stands in JSON: JSON_IETF has 64-bit numbers and decimals as strings."""
    if encoding == wire.JSON_IETF:
        if kind is Kind.UINT64:
            return str(value)
        if kind is Kind.DECIMAL:
            return decimal_text(value)
        if kind is Kind.RATIO:
            return f"{value:.18f}".rstrip("0")
        if kind is Kind.IDENTITY and module:
            return f"{module}:{value}"
    return list(value) if isinstance(value, tuple) else value


def decimal_text(value: Value) -> str:
    """A decimal64 of two fraction digits, as YANG writes it canonically: -7.53, 0.5, 41.0."""
    short = f"{value:.2f}".rstrip("0")
    return f"{short}0" if short.endswith(".") else short


def _scalar(value: Value, kind: Kind) -> bytes:
    if kind is Kind.UINT64 or kind is Kind.UINT32:
        return wire.uint_val(int(value))  # type: ignore[arg-type]
    if kind in (Kind.DECIMAL, Kind.RATIO):
        return wire.double_val(float(value))  # type: ignore[arg-type]
    if kind is Kind.BOOL:
        return wire.bool_val(bool(value))
    if isinstance(value, tuple):
        return wire.leaflist_val(wire.string_val(entry) for entry in value)
    return wire.string_val(str(value))
