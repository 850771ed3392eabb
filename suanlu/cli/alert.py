"""`suanlu alert test`: does a receiver get what it is sent?"""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

app = typer.Typer(help="Receivers of alerts.", no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def alert() -> None:
    """Receivers of alerts."""


@app.command("test")
def test(
    file: Annotated[Path, typer.Argument(help="the configuration, a TOML file")],
    receiver: Annotated[str, typer.Argument(help="the name of a receiver in it")],
) -> None:
    """Send a test message to a receiver, and its end; say what the receiver answered.

    Example: [bold]suanlu alert test suanlu.toml noc[/]
    """
    from suanlu.alerts import AlertsError  # noqa: PLC0415 -- with `config`, it imports every room
    from suanlu.alerts.delivery.trial import send_test  # noqa: PLC0415
    from suanlu.config import ConfigError, load  # noqa: PLC0415

    settings = load(file)
    known = {one.name: one for one in settings.alerts.receivers}
    if receiver not in known:
        names = ", ".join(known) or "none"
        raise ConfigError(
            f"there is no receiver {receiver!r} in {file}; there are: {names}", "alerts.receivers"
        )
    outcome = asyncio.run(send_test(known[receiver], settings.alerts, time.time_ns))
    if outcome.error:
        raise AlertsError(f"{receiver} did not take the test message: {outcome.error}")
    Console().print(f"[green]{escape(receiver)} took the test message[/], and its end", soft_wrap=True)
