"""Where tables are printed."""

from rich.console import Console

PIPED_WIDTH = 160
"""Columns of a table that no terminal limits, so that `grep` finds whole lines."""


def table_console() -> Console:
    """A console as wide as its terminal, or PIPED_WIDTH where there is none."""
    console = Console()
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console
