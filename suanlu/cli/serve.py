"""`suanlu serve`: watch the network that a configuration describes."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def serve(
    config: Annotated[Path, typer.Argument(help="the TOML file")],
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="log what goes well, too")] = False,
) -> None:
    """Collect, keep the live graph, answer. Ctrl-C ends it.

    Example: [bold]suanlu serve suanlu.toml[/]
    """
    import time  # noqa: PLC0415

    from suanlu import logs  # noqa: PLC0415 -- the rooms are heavy; `suanlu --help` is not
    from suanlu.app import App  # noqa: PLC0415
    from suanlu.config import check_files, load, load_inventory  # noqa: PLC0415
    from suanlu.data_directory import owned  # noqa: PLC0415
    from suanlu.serving import Ending, until_signal  # noqa: PLC0415

    logs.configure(verbose=verbose)
    settings = load(config)
    inventory = load_inventory(settings)
    check_files(settings)
    console = Console(soft_wrap=True)

    async def main(ending: Ending) -> None:
        app = App(settings, inventory, now_ns=time.time_ns)
        ending.unended = app.unended
        await app.run(
            stop=ending.stop, started=lambda url: console.print(f"{inventory.name}: {url}/  (Ctrl-C ends it)")
        )
        console.print("suanlu has ended.")

    with owned(settings.data_directory):
        until_signal(main)
