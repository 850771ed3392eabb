"""Vendors' spellings into ours: enums, identityrefs, speeds, times. Each takes what a message held."""

import re
from typing import cast, get_args

from collector.message import Value
from topology.observation import AdminStatus, OperStatus

_OPER = {status: status for status in get_args(OperStatus)} | {
    "1": "UP",
    "2": "DOWN",
    "3": "TESTING",
    "4": "UNKNOWN",
    "5": "DORMANT",
    "6": "NOT_PRESENT",
    "7": "LOWER_LAYER_DOWN",  # RFC 2863 ifOperStatus
    "TRUE": "UP",
    "FALSE": "DOWN",
    "ADMIN_DOWN": "DOWN",
    "FAILED": "DOWN",
    "DIAGNOSING": "TESTING",
    "NOTPRESENT": "NOT_PRESENT",
    "LOWERLAYERDOWN": "LOWER_LAYER_DOWN",
    "SHUTDOWN": "DOWN",
}
_ADMIN = {"UP": "UP", "DOWN": "DOWN", "TESTING": "TESTING", "ENABLE": "UP", "ENABLED": "UP", "TRUE": "UP"} | {
    "DISABLE": "DOWN",
    "DISABLED": "DOWN",
    "FALSE": "DOWN",
    "ADMIN_DOWN": "DOWN",
    "SHUTDOWN": "DOWN",
    "1": "UP",
    "2": "DOWN",
    "3": "TESTING",
}
_DECORATION = re.compile(r"^(IF_OPER_|IF_ADMIN_|IF_|IM_STATE_|OPER_STATUS_|ADMIN_STATUS_)")
_SPEED = re.compile(r"(?:SPEED_)?(\d+(?:\.\d+)?)\s*([KMGT]?)(?:B|BPS|BIT/S|BIT|E)?", re.IGNORECASE)
_FACTOR = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def word(value: Value) -> str:
    """Return an enum or identityref in capitals: `oc-eth:SPEED_100GB`, `im-state-up` lose what precedes."""
    text = value[0] if isinstance(value, list) and len(value) == 1 else value
    plain = str(text).strip().rpartition(":")[2].upper().replace("-", "_").replace(" ", "_")
    return _DECORATION.sub("", plain)


def oper_status(value: Value) -> OperStatus:
    """Return the OpenConfig word; UNKNOWN for one never heard of."""
    return cast(OperStatus, _OPER.get(word(value), "UNKNOWN"))


def admin_status(value: Value) -> AdminStatus | None:
    """Return the OpenConfig word; None for one never heard of."""
    return cast("AdminStatus | None", _ADMIN.get(word(value)))


def speed_bps(value: Value) -> int | None:
    """Return the bits per second of `SPEED_400GB`, `100G`, `800GE`; None where it says no number."""
    if isinstance(value, int | float):
        return scaled(value, 1)
    found = _SPEED.fullmatch(word(value))
    return scaled(float(found[1]), _FACTOR[found[2].upper()]) if found else None


def whole(value: Value) -> int | None:
    """Return an integer that came as a number or as its digits; None where 64 bits do not hold it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return _within(round(float(value)) if isinstance(value, float) else int(value))
    except (ValueError, OverflowError):
        return None


def scaled(value: Value, factor: int) -> int | None:
    """Return `value` times `factor`; None where it is no positive number: zero here means unknown."""
    number = value if isinstance(value, float) else whole(value)
    return whole(number * factor) or None if number is not None and number > 0 else None


def epoch_ns(value: Value) -> int | None:
    """Return a time since the epoch in ns, whichever unit it came in; None where it is none (SNMP ticks)."""
    number = whole(value)
    if number is None or number < 10**9:
        return None
    for limit, factor in ((10**11, 10**9), (10**14, 10**6), (10**17, 10**3)):
        if number < limit:
            return _within(number * factor)
    return number


def _within(number: int) -> int | None:
    return number if -(1 << 63) <= number < 1 << 63 else None


def names(value: Value) -> tuple[str, ...]:
    """Return a leaf-list of names, sorted; one name alone is a list of one."""
    if value is None or value == "":
        return ()
    several = value if isinstance(value, list) else [value]
    return tuple(sorted(str(name) for name in several if name is not None))


def text(value: Value) -> str:
    """Return any scalar as text."""
    return value if isinstance(value, str) else str(value)
