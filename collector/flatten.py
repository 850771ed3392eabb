"""JSON subtrees (JSON and JSON_IETF, RFC 7951) into leaves, keyed lists included."""

from collections.abc import Iterator

import orjson

from collector.gnmi.path import Element
from collector.leaves import LeafTable
from collector.message import Value

_JSON_IETF_TAG = b"\x5a"  # TypedValue field 11, length-delimited


DEEPEST = 64  # no model of ours is a quarter of that; a hostile one would exhaust the stack


def leaves_of(
    elements: tuple[Element, ...], value: Value, table: LeafTable
) -> Iterator[tuple[tuple[Element, ...], bytes]]:
    """Yield (path, TypedValue bytes) for each leaf under a node.

    A list's keys are those of the leaf table;
    what an entry without them holds cannot be named and resolves to nothing.
    """
    if len(elements) > DEEPEST:
        return
    if isinstance(value, dict):
        for name, child in value.items():
            plain = name.rpartition(":")[2]
            if not plain.startswith("@"):  # RFC 7952 annotations
                yield from leaves_of((*elements, (plain, {})), child, table)
    elif isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        for entry in value:
            if isinstance(entry, dict):
                yield from _entry(elements, entry, table)
    else:
        yield elements, _typed(value)


def _entry(
    elements: tuple[Element, ...], entry: dict[str, Value], table: LeafTable
) -> Iterator[tuple[tuple[Element, ...], bytes]]:
    keys = table.list_keys.get(tuple(name for name, _ in elements), ())
    plain = {name.rpartition(":")[2]: value for name, value in entry.items()}
    found = {key: plain[key] for key in keys if key in plain}
    name, known = elements[-1] if elements else ("", {})
    keyed = {
        key: value if isinstance(value, str) else orjson.dumps(value).decode() for key, value in found.items()
    }
    yield from leaves_of((*elements[:-1], (name, known | keyed)), entry, table)


def _typed(value: Value) -> bytes:
    content = orjson.dumps(value)
    size, head = len(content), b""
    while size > 0x7F:
        head += bytes([size & 0x7F | 0x80])
        size >>= 7
    return _JSON_IETF_TAG + head + bytes([size]) + content
