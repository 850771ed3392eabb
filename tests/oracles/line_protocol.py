"""A slow reader of line protocol, written from InfluxDB's documentation, not from our encoder."""

from typing import NamedTuple


class Point(NamedTuple):
    measurement: str
    tags: dict[str, str]
    fields: dict[str, int | float | str]
    time_ns: int


def parse(data: bytes) -> list[Point]:
    """Return the points of finished lines; ValueError where a server would refuse one."""
    text = data.decode()
    points = []
    while text:
        point, text = _parse_line(text)
        points.append(point)
    return points


def _parse_line(text: str) -> tuple[Point, str]:
    if text.startswith("#"):
        raise ValueError("a comment")
    measurement, stop, text = _take(text, ", ")
    tags = {}
    while stop == ",":
        key, _, text = _take(text, "=")
        value, stop, text = _take(text, ", ")
        if not key or not value or key in tags:
            raise ValueError(f"bad tag {key!r}={value!r}")
        tags[key] = value
    fields: dict[str, int | float | str] = {}
    stop = ","
    while stop == ",":
        key, _, text = _take(text, "=")
        value, stop, text = _take_value(text)
        if not key or key in fields:
            raise ValueError(f"bad field {key!r}")
        fields[key] = value
    time_ns, newline, rest = text.partition("\n")
    if not newline or not measurement:
        raise ValueError("an unfinished line")
    return Point(measurement, tags, fields, int(time_ns)), rest


def _take(text: str, stops: str) -> tuple[str, str, str]:
    """Read a name up to a stop that has no backslash before it; a backslash goes only before a separator."""
    name = ""
    place = 0
    while place < len(text):
        character = text[place]
        if character == "\\" and text[place + 1 : place + 2] in (",", "=", " "):
            name += text[place + 1]
            place += 2
            continue
        if character in stops:
            return name, character, text[place + 1 :]
        if character in "\n\\" or character in ", =":
            # A backslash before anything else means different things to different generations.
            raise ValueError(f"{character!r} in a name")
        name += character
        place += 1
    raise ValueError("the line ends inside a name")


def _take_value(text: str) -> tuple[int | float | str, str, str]:
    if not text.startswith('"'):
        end = next(place for place, character in enumerate(text) if character in ", ")
        raw, stop, rest = text[:end], text[end], text[end + 1 :]
        return (int(raw[:-1]) if raw.endswith("i") else float(raw)), stop, rest
    value = ""
    place = 1
    while text[place] != '"':
        if text[place] == "\\" and text[place + 1] in '\\"':
            place += 1
        value += text[place]
        place += 1
    return value, text[place + 1], text[place + 2 :]
