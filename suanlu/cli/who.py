"""Who says so: the name that an acknowledgement, a silence or a maintenance window carries."""

from typing import Annotated

import typer


def _named(by: str) -> str:
    if not by.strip():
        raise typer.BadParameter("say who you are, as --by li.wei")
    return by


By = Annotated[str, typer.Option(envvar="USER", help="who you are", callback=_named)]
