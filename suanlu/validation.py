"""Why data does not fit a struct, in one sentence that names the place and shows what is allowed.

Configuration files and request bodies are validated by the same `msgspec` machinery; this module turns
its errors into what a person can act on.
"""

import difflib
import re
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import inspect

_PLACED = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>\$[^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>.*)`", re.DOTALL)
_ENUM = re.compile(r"Invalid enum value (?P<value>.*)", re.DOTALL)
_NAMED = (inspect.StructType, inspect.TypedDictType)


@dataclass(frozen=True)
class Refusal:
    """`place`: the steps from the top to the bad field; `detail`: what is wrong and what is allowed."""

    place: tuple[str | int, ...]
    detail: str

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer (RFC 6901); the whole document is the empty string."""
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in self.place)
        return "".join(f"/{step}" for step in steps)

    @property
    def dotted(self) -> str:
        """The place as it is written in TOML: `api.port`."""
        text = ""
        for step in self.place:
            text += f"[{step}]" if isinstance(step, int) or step == "…" else f".{step}"
        return text.removeprefix(".")


def explain(error: msgspec.ValidationError, root: type[Any]) -> Refusal:
    """Say which field of `root` the error is about; never raises."""
    match = _PLACED.fullmatch(str(error))
    what, path = (match["what"], match["path"]) if match else (str(error), None)
    place = tuple(_step(*found) for found in _STEP.findall(path or ""))
    holder = _type_at(inspect.type_info(root), place)
    if unknown := _UNKNOWN.fullmatch(what):
        return Refusal((*place, unknown["field"]), _unknown_sentence(unknown["field"], holder))
    if missing := _MISSING.fullmatch(what):
        field = missing["field"]
        return Refusal((*place, field), f"`{field}` is required{_expected(_field_type(holder, field))}")
    name = f"`{_last(place)}`" if place else "the document"
    if enum := _ENUM.fullmatch(what):
        return Refusal(place, f"{name} cannot be {enum['value']}{_expected(holder)}")
    return Refusal(place, f"{name}: {what[:1].lower()}{what[1:]}{_expected(holder)}")


def _last(place: tuple[str | int, ...]) -> str:
    """The key that the place ends with; an item of a list by its key, too: `receivers[0]`."""
    keys = [number for number, step in enumerate(place) if isinstance(step, str) and step != "…"]
    return Refusal(place[keys[-1] if keys else 0 :], "").dotted


def _step(key: str, index: str) -> str | int:
    if key:
        return key
    return int(index) if index.isdigit() else "…"  # msgspec does not say which key of a mapping


def _unknown_sentence(field: str, holder: inspect.Type | None) -> str:
    names = _field_names(holder)
    near = difflib.get_close_matches(field, names, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ";"
    return f"`{field}` is an unknown field{hint} allowed here: {', '.join(names) or 'nothing'}"


def _field_names(holder: inspect.Type | None) -> list[str]:
    holder = _object(holder)
    return [field.encode_name for field in holder.fields] if isinstance(holder, _NAMED) else []


def _field_type(holder: inspect.Type | None, name: str) -> inspect.Type | None:
    holder = _object(holder)
    if isinstance(holder, _NAMED):
        return next((field.type for field in holder.fields if field.encode_name == name), None)
    return None


def _object(holder: inspect.Type | None) -> inspect.Type | None:
    """What has fields, of a type that may be a string as well."""
    if isinstance(holder, inspect.UnionType):
        return next((kind for kind in holder.types if isinstance(kind, _NAMED)), holder)
    return holder


def _type_at(root: inspect.Type, place: tuple[str | int, ...]) -> inspect.Type | None:
    found: inspect.Type | None = _unwrap(root)
    for step in place:
        if isinstance(found, inspect.DictType):
            found = found.value_type
        elif isinstance(step, str):
            found = _field_type(found, step)
        else:
            found = getattr(found, "item_type", None)
        found = _unwrap(found) if found is not None else None
    return found


def _unwrap(found: inspect.Type) -> inspect.Type:
    """Look through Optional and metadata to what the value may be when it is there."""
    while isinstance(found, inspect.Metadata):
        found = found.type
    if isinstance(found, inspect.UnionType):
        real = [kind for kind in found.types if not isinstance(kind, inspect.NoneType)]
        if len(real) == 1:
            return _unwrap(real[0])
    return found


def _expected(found: inspect.Type | None) -> str:
    found = _unwrap(found) if found is not None else None
    if isinstance(found, inspect.LiteralType):
        return f"; allowed: {', '.join(map(str, found.values))}"
    if isinstance(found, _NAMED):
        return f"; allowed here: {', '.join(_field_names(found))}"
    return ""
