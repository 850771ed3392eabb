"""`suanlu check-config`: is this configuration right?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from suanlu.cli.client import write_json


def check_config(
    file: Annotated[Path, typer.Argument(help="the TOML file")],
    as_json: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Check a configuration and the files that it names, without starting anything.

    Example: [bold]suanlu check-config suanlu.toml[/]
    """
    from suanlu.config import ConfigError, check_files, load, load_inventory  # noqa: PLC0415 -- it imports every room

    try:
        settings = load(file)
        inventory = load_inventory(settings)
        check_files(settings)
    except ConfigError as error:
        if as_json:
            write_json({"ok": False, "key": error.key, "detail": str(error)})
            raise typer.Exit(1) from error
        raise
    counts = {
        "sites": len(inventory.sites),
        "routers": len(inventory.routers),
        "targets": sum(router.target is not None for router in inventory.routers),
        "circuits": len(inventory.circuits),
    }
    if as_json:
        write_json({"ok": True, **counts})
        return
    shown = ", ".join(f"{number} {name}" for name, number in counts.items())
    Console().print(f"[green]{escape(str(file))} is right[/]: {shown}", soft_wrap=True)
