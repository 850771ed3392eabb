"""Colours: those of the page, read from its style sheet, so that picture and page cannot differ."""

import re
from functools import cache
from pathlib import Path

THEMES = ("dark", "light")
_SHEET = Path(__file__).parents[2] / "dashboards" / "weathermap" / "css" / "theme.css"
_PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")


@cache
def colours(theme: str) -> dict[str, str]:
    """Name to #rrggbb of a theme of `THEMES`."""
    place = 3 if theme == "dark" else 2
    return {match[1]: match[place] for match in _PAIR.finditer(_SHEET.read_text(encoding="utf-8"))}


def mixed(first: str, second: str, share: float) -> str:
    """A colour between two: `share` 0 is the first, 1 the second."""
    pairs = ((int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
