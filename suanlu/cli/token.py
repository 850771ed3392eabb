"""`suanlu token`: who may ask the server what."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from suanlu.access.scopes import SCOPES, Scope
from suanlu.access.tokens import create_token, load_tokens, revoke_token
from suanlu.cli.client import server_url

app = typer.Typer(help="Tokens of people, programs and screens.", no_args_is_help=True)
_File = Annotated[Path, typer.Option("--file", help="the file that `tokens_file` of the configuration names")]
_FILE = Path("tokens.json")
_Name = Annotated[str, typer.Argument(help="whose it is: a person, a program, a screen")]


@app.command()
def create(
    name: _Name,
    scope: Annotated[
        str, typer.Option(help=f"what it may: {', '.join(SCOPES)}, each with those before")
    ] = "read",
    kiosk: Annotated[
        bool, typer.Option("--kiosk", help="for a wall: a link that logs its screen in")
    ] = False,
    file: _File = _FILE,
) -> None:
    """Make a token and print it; only its digest is kept, so this is the one time that it is seen.

    Example: [bold]suanlu token create li.wei --scope operate[/]
    """
    if scope not in SCOPES:
        raise typer.BadParameter(f"{scope!r} is no scope: take one of {', '.join(SCOPES)}")
    chosen: Scope = scope
    secret = create_token(file, name, chosen, kiosk=kiosk)
    typer.echo(f"{server_url()}/login#token={secret}" if kiosk else secret)


@app.command()
def revoke(name: _Name, file: _File = _FILE) -> None:
    """Take a token away; its sessions end with their next request."""
    revoke_token(file, name)


@app.command("list")
def list_tokens(file: _File = _FILE) -> None:
    """Show names and scopes."""
    for token in load_tokens(file):
        Console(highlight=False).print(
            f"{token.name}  {token.scope}{'  kiosk' if token.kiosk else ''}", markup=False
        )
