"""The escaping rules of InfluxDB's line protocol, the same for all its generations.

Generations disagree about backslashes outside strings (1.x takes one before an ordinary character for
itself, 3.x may not) and none has a way to write a newline there. So neither appears: such characters become
`%` and two hexadecimal digits, and a `%` that would look like that becomes `%25`. Different names stay
different, and `unquote` gives the name back.
"""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]|%(?=[0-9A-F]{2})")
_QUOTED = re.compile(r"%([0-9A-F]{2})")
_SEPARATORS = re.compile(r"([,= ])")
EMPTY = "-"  # what an empty tag becomes: InfluxDB refuses those


def line_prefix(measurement: str, tags: tuple[tuple[str, str], ...]) -> bytes:
    """Return measurement and tags as a line begins with them."""
    name = _escape(measurement)
    if name.startswith("#"):
        name = f"%23{name[1:]}"  # otherwise the line is a comment
    pairs = (f",{_escape(key)}={_escape(value or EMPTY)}" for key, value in tags)
    return _encode(name + "".join(pairs))


def field_key(field: str) -> bytes:
    """Return a field's name as it stands in a line."""
    return _encode(_escape(field))


def string_value(text: str) -> bytes:
    """Return a text as the value of a field, in its quotes; newlines may stand in it."""
    return b'"' + _encode(text.replace("\\", "\\\\").replace('"', '\\"')) + b'"'


def unquote(name: str) -> str:
    """Return the name behind what a store shows: the opposite of the `%` rule above."""
    return _QUOTED.sub(lambda found: chr(int(found[1], 16)), name)


def _escape(name: str) -> str:
    quoted = _CONTROL.sub(lambda found: f"%{ord(found[0]):02X}", name)
    return _SEPARATORS.sub(r"\\\1", quoted)


def _encode(text: str) -> bytes:
    return text.encode(errors="replace")
