"""`--down` and `--set` of commands → the overlay of a request."""

from collections.abc import Sequence
from typing import Any

import typer


def overlay_of(down: Sequence[str], values: Sequence[str]) -> dict[str, Any]:
    """The `overlay` field; values are written LINK.FIELD=NUMBER, or null for unknown."""
    by_link: dict[str, dict[str, Any]] = {}
    for item in values:
        name, _, value = item.partition("=")
        link, _, field = name.rpartition(".")
        if not link or not field or not (value.isdecimal() or value == "null"):
            raise typer.BadParameter(
                f"{item!r}: write LINK.FIELD=NUMBER, as wuhan-changsha-1:za.latency_us=9000"
            )
        by_link.setdefault(link, {"link": link})[field] = None if value == "null" else int(value)
    return {"down": list(down), "set": list(by_link.values())}
