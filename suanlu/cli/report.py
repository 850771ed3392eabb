"""`suanlu report`: a report on a shift, a week or the capacity, made by the running server."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from suanlu.cli.client import get_text


class Kind(StrEnum):
    """What the report is for."""

    SHIFT = "shift"
    WEEK = "week"
    CAPACITY = "capacity"


class Format(StrEnum):
    """How it is written."""

    MD = "md"
    HTML = "html"
    JSON = "json"


class Language(StrEnum):
    """In which language."""

    EN = "en"
    ZH = "zh"


def report(
    kind: Annotated[Kind, typer.Argument(help="what it is for")],
    *,
    start: Annotated[str, typer.Option("--from", help="start, RFC 3339")] = "",
    end: Annotated[str, typer.Option("--to", help="end, RFC 3339; default now")] = "",
    form: Annotated[Format, typer.Option("--format", help="how it is written")] = Format.MD,
    language: Annotated[Language, typer.Option("--lang", help="in which language")] = Language.EN,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="a file instead of stdout")] = None,
) -> None:
    """Report on the last eight hours, week, or four weeks, or on any other time.

    Example: [bold]suanlu report week --format html --lang zh -o week.html[/]
    """
    asked = {"from": start, "to": end, "format": form.value, "lang": language.value}
    query = urlencode({name: value for name, value in asked.items() if value})
    text = get_text(f"/v1/reports/{kind.value}?{query}")
    if output is None:
        typer.echo(text)
    else:
        output.write_text(text, encoding="utf-8")
