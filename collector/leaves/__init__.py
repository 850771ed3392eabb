"""The leaf tables: canonical path -> measurement, field, kind, scale. Data in *.toml, one file a platform.

`openconfig.toml` holds for every platform, `<profile>.toml` is added to it.
"""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from collector.gnmi.path import Element, parse
from collector.schema import MEASUREMENTS

STATE, SESSION = "state", "session"
SESSION_FIELDS = ("interface", "lost", "sent", *MEASUREMENTS["link_latency"].fields)


@dataclass(frozen=True)
class Rule:
    """What one canonical path means.

    `measurement` is one of the schema's, `state`, or `session` (a measuring session, named by its number).
    The series' name is key `name_key` of element
    `name_at` (-1: the router's own); `extras` are (what, element, key) of further keys. A value is
    multiplied and divided; `method` says how a delay was measured.
    """

    measurement: str
    field: str
    name_at: int
    name_key: str
    extras: tuple[tuple[str, int, str], ...]
    multiplier: int = 1
    divisor: int = 1
    method: str = ""

    def name(self, elements: Sequence[Element]) -> str | None:
        """Return the series' name, "" for the router's own; None where the path does not give its key."""
        return "" if self.name_at < 0 else elements[self.name_at][1].get(self.name_key)

    def more(self, elements: Sequence[Element]) -> tuple[tuple[str, str], ...]:
        """Return the further keys by what they are."""
        return tuple((what, elements[at][1].get(key, "")) for what, at, key in self.extras)


@dataclass(frozen=True)
class LeafTable:
    """The rules of one platform, by the names of a path's elements, and the nodes above them."""

    rules: dict[tuple[str, ...], Rule]
    containers: frozenset[tuple[str, ...]]
    list_keys: dict[tuple[str, ...], tuple[str, ...]]

    def find(self, elements: Sequence[Element]) -> Rule | None:
        """Return the rule of a leaf, or None."""
        return self.rules.get(tuple(name for name, _ in elements))

    def is_container(self, elements: Sequence[Element]) -> bool:
        """Whether leaves of ours are below this node."""
        return tuple(name for name, _ in elements) in self.containers


@cache
def leaf_table(profile: str) -> LeafTable:
    """Return the table of a platform; one without a file of its own has the OpenConfig leaves."""
    rules: dict[tuple[str, ...], Rule] = {}
    list_keys: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name in ("openconfig", profile):
        source = files(__name__) / f"{name}.toml"
        if source.is_file():
            for measurement, leaves in tomllib.loads(source.read_text(encoding="utf-8")).items():
                for path, meaning in leaves.items():
                    _add(rules, list_keys, measurement, path, meaning)
    above = {names[:length] for names in rules for length in range(len(names))}
    return LeafTable(rules, frozenset(above), list_keys)


def _add(
    rules: dict[tuple[str, ...], Rule],
    list_keys: dict[tuple[str, ...], tuple[str, ...]],
    measurement: str,
    path: str,
    meaning: str | dict[str, Any],
) -> None:
    known = {"field": meaning} if isinstance(meaning, str) else meaning
    if measurement != STATE and known["field"] not in _fields(measurement):
        raise ValueError(f"{path}: {measurement} has no field {known['field']!r}")
    elements = parse(_with_equals(path))
    names = tuple(name for name, _ in elements)
    name_at, name_key = -1, ""
    extras: list[tuple[str, int, str]] = []
    for at, (_, keys) in enumerate(elements):
        for key, what in keys.items():
            if what:
                extras.append((what.removeprefix("@"), at, key))
            else:
                name_at, name_key = at, key
        if keys:
            list_keys[names[: at + 1]] = tuple(keys)
    multiplier, _, divisor = known.get("scale", "1/1").partition("/")
    rules[names] = Rule(
        measurement,
        known["field"],
        name_at,
        name_key,
        tuple(extras),
        int(multiplier),
        int(divisor),
        known.get("method", ""),
    )


def _fields(measurement: str) -> Collection[str]:
    return SESSION_FIELDS if measurement == SESSION else MEASUREMENTS[measurement].fields


def _with_equals(path: str) -> str:
    """Write `[name]` as `[name=]`, so that one parser reads both kinds of key."""
    parts = path.split("]")
    return "]".join(
        part if "=" in part.rpartition("[")[2] or "[" not in part else part + "=" for part in parts
    )
