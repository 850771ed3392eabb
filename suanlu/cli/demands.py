"""Demands as people write them: a line each, or the JSON that the API takes."""

import json
import sys
from pathlib import Path
from typing import Any

import typer

from suanlu.cli.quantities import bandwidth_bps


def endpoint(text: str) -> Any:
    """`a` → "a"; `a,b` → any of the two."""
    places = [place for place in text.split(",") if place]
    return {"any_of": places} if len(places) > 1 else text


def read_demands(file: Path) -> dict[str, Any]:
    """The body of a request, out of a file or (`-`) standard input; raises typer.BadParameter."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}") from error
    if not text.lstrip().startswith("{"):
        return {"demands": [_demand(line) for line in text.splitlines() if line.partition("#")[0].strip()]}
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"{file} is not JSON: {error}") from error
    return found


def _demand(line: str) -> dict[str, Any]:
    """`FROM TO [100G] [x2]`; what follows a # is a remark."""
    source, *rest = line.partition("#")[0].split()
    if not rest:
        raise typer.BadParameter(f"{line!r}: write FROM TO, then a cap as 100G and a weight as x2 if wanted")
    found: dict[str, Any] = {"from": endpoint(source), "to": endpoint(rest[0])}
    for word in rest[1:]:
        if word[0] == "x" and word[1:].isdecimal():
            found["weight"] = int(word[1:])
        else:
            found["max_bps"] = bandwidth_bps(word)
    return found
