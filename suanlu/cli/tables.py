"""How tables, sentences and times are printed."""

from datetime import UTC, datetime

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

PIPED_WIDTH = 160
"""Columns of a table that no terminal limits, so that `grep` finds whole lines."""
INDENT = "    "
"""What a line begins with that says more of the one above it."""


def table_console() -> Console:
    """A console as wide as its terminal, or PIPED_WIDTH where there is none."""
    console = Console()
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def print_text(console: Console, line: Text) -> None:
    """Print a line, wrapped to its terminal and kept in its place; whole where there is none."""
    if not console.is_terminal:
        console.print(line, soft_wrap=True)
        return
    indent = len(INDENT) if line.plain.startswith(INDENT) else 0
    console.print(Padding(line[indent:], (0, 0, 0, indent)))


def both_clocks(at: str) -> str:
    """An RFC 3339 time by this computer's clock and in UTC: `2026-03-01 16:00:00 (08:00:00 UTC)`."""
    utc = datetime.fromisoformat(at).astimezone(UTC)
    local = utc.astimezone()
    if local.utcoffset() == utc.utcoffset():
        return f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    form = "%H:%M:%S" if local.date() == utc.date() else "%m-%d %H:%M:%S"
    return f"{local:%Y-%m-%d %H:%M:%S} ({utc:{form}} UTC)"
