"""Paths: text as people write it, to and from elements (gnmi-path-strings.md)."""

from collections.abc import Iterable

Element = tuple[str, dict[str, str]]


def parse(text: str) -> tuple[Element, ...]:
    r"""Split `/a/b[k=v\]w]/c` into its elements; ValueError names what is wrong. Escapes: `\]` and `\\`."""
    return tuple(_element(part) for part in _split(text.strip()) if part)


def render(elements: Iterable[Element]) -> str:
    """Write elements as text, keys in order of their names."""
    return "".join(
        "/" + name + "".join(f"[{key}={_escaped(value)}]" for key, value in sorted(keys.items()))
        for name, keys in elements
    )


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("]", "\\]")


def _split(text: str) -> list[str]:
    parts, part, inside, escaped = [], "", False, False
    for letter in text:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == "[":
            inside = True
        elif letter == "]":
            inside = False
        elif letter == "/" and not inside:
            parts.append(part)
            part = ""
            continue
        part += letter
    if inside or escaped:
        raise ValueError(f"the path {text!r} ends inside a key")
    return [*parts, part]


def _element(part: str) -> Element:
    name, bracket, rest = part.partition("[")
    keys: dict[str, str] = {}
    while bracket:
        key, equals, rest = rest.partition("=")
        if not equals:
            raise ValueError(f"the key in {part!r} has no `=`")
        value, rest = _value(rest)
        keys[key] = value
        bracket, rest = rest[:1], rest[1:]
    return name, keys


def _value(text: str) -> tuple[str, str]:
    """Read a key's value up to its closing bracket; return it and what follows the bracket."""
    value, letters = "", iter(range(len(text)))
    for at in letters:
        if text[at] == "]":
            return value, text[at + 1 :]
        value += text[next(letters)] if text[at] == "\\" and at + 1 < len(text) else text[at]
    raise ValueError(f"the key value {text!r} has no closing bracket")
