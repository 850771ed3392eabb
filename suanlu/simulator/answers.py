"""The answer to a Get: one update a leaf in PROTO, one JSON document a node in JSON and JSON_IETF."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from suanlu.simulator import wire
from suanlu.simulator.reading import Reading
from suanlu.simulator.tree import Leaf
from suanlu.simulator.values import Value, json_value, typed_value
from suanlu.simulator.vendors.dialect import Dialect
from suanlu.simulator.wire import Elem

CONFIG = 1


def get_notifications(
    reading: Reading,
    request: wire.GetRequest,
    patterns: Sequence[tuple[Elem, ...]],
    selected: Sequence[tuple[Leaf, ...]],
    dialect: Dialect,
) -> Iterator[bytes]:
    """Yield one Notification body a path asked for; there is no configuration, only state."""
    target = request.prefix.target if request.prefix else ""
    prefix = dialect.prefix(b"", target) or None
    for pattern, leaves in zip(patterns, selected, strict=True):
        values = [
            (leaf, value)
            for leaf in (() if request.kind == CONFIG else leaves)
            if (value := leaf.read(reading)) is not None
        ]
        if request.encoding == wire.PROTO:
            updates = [
                wire.encode_update(leaf.entry + leaf.suffix, typed_value(value, leaf.kind, wire.PROTO))
                for leaf, value in values
            ]
        else:
            updates = list(_documents(pattern, values, request.encoding, dialect.json_modules))
        yield wire.encode_notification(reading.at_ns, prefix=prefix, updates=updates)


def _documents(
    pattern: tuple[Elem, ...],
    values: Sequence[tuple[Leaf, Value]],
    encoding: int,
    modules: Mapping[str, str],
) -> Iterator[bytes]:
    deep = any(name == "..." for name, _ in pattern)
    nodes: dict[tuple[Elem, ...], list[tuple[Leaf, Value]]] = {}
    for leaf, value in values:
        nodes.setdefault(leaf.elems if deep else leaf.elems[: len(pattern)], []).append((leaf, value))
    wrap = wire.json_ietf_val if encoding == wire.JSON_IETF else wire.json_val
    for node, found in nodes.items():
        document = _document(len(node), found, encoding)
        module = modules.get(node[0][0]) if node and encoding == wire.JSON_IETF else None
        if module and isinstance(document, dict):
            document = {f"{module}:{name}": member for name, member in document.items()}
        yield wire.encode_update(wire.encode_path(node), wrap(orjson.dumps(document)))


def _document(depth: int, found: Sequence[tuple[Leaf, Value]], encoding: int) -> Any:
    root: dict[str, Any] = {}
    for leaf, value in found:
        told = json_value(value, leaf.kind, encoding, leaf.module)
        below = leaf.elems[depth:]
        if not below:
            return told
        at = root
        for name, keys in below[:-1]:
            at = _entry(at, name, keys) if keys else at.setdefault(name, {})
        at[below[-1][0]] = told
    return root


def _entry(at: dict[str, Any], name: str, keys: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Find or add the entry of a list (RFC 7951: an array of objects that hold their keys)."""
    entries: list[dict[str, Any]] = at.setdefault(name, [])
    for entry in entries:
        if all(entry.get(key) == value for key, value in keys):
            return entry
    entries.append(dict(keys))
    return entries[-1]
