"""`suanlu fault`: break or mend the demo's backbone."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from suanlu.cli.client import post, told, write_json


class Action(StrEnum):
    """What can be done to a circuit, router or shared-risk group."""

    CUT = "cut"
    RESTORE = "restore"
    FLAP = "flap"
    DRAIN = "drain"
    UNDRAIN = "undrain"
    DEGRADE = "degrade"
    DIM = "dim"
    MISWIRE = "miswire"
    REBOOT = "reboot"
    MUTE = "mute"
    UNMUTE = "unmute"
    CONGEST = "congest"


def fault(
    action: Annotated[Action, typer.Argument(help="what to do")],
    name: Annotated[str, typer.Argument(metavar="ID", help="a circuit, router or SRLG")],
    as_json: Annotated[bool, typer.Option("--json", help="print the server's answer")] = False,
) -> None:
    """Break or mend something in the demo's simulated backbone.

    Example: [bold]suanlu fault cut wuhan-changsha-1[/]
    """
    with told(as_json=as_json):
        answer = post("/simulator/faults", {"action": action.value, "id": name})
    if as_json:
        write_json(answer)
        return
    Console().print(f"[bold]{action.value}[/] {escape(name)}: done")
