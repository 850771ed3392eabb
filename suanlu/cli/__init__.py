"""The `suanlu` command. `main` is the entry point; each command has a module of its own."""

import os
import sys

from rich.console import Console
from rich.markup import escape

from topology.errors import SuanluError


def main() -> None:
    """Run the command that the arguments name; an error that a person can act on is one line."""
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # a router that says goodbye is no line on a terminal
    from suanlu.cli.commands import app  # noqa: PLC0415 -- `--version` of a tool that imports us stays quick

    try:
        app()
    except SuanluError as error:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]suanlu:[/] {escape(str(error))}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
