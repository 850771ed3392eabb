"""`suanlu topology`: what the server sees of the network."""

from enum import StrEnum
from typing import Annotated, Any, get_args

import typer
from rich.table import Table
from rich.text import Text

from suanlu.cli.client import get, told, write_json
from suanlu.cli.quantities import show_bandwidth, show_latency
from suanlu.cli.tables import table_console

_COLOURS = {
    "up": "green",
    "synced": "green",
    "unconfirmed": "yellow",
    "stale": "yellow",
    "degraded": "yellow",
    "drained": "cyan",
}


class Kind(StrEnum):
    """What to list."""

    LINKS = "links"
    CIRCUITS = "circuits"
    ROUTERS = "routers"
    SITES = "sites"


def topology(
    kind: Annotated[Kind, typer.Argument(help="what to list")] = Kind.LINKS,
    state: Annotated[str, typer.Option(help="only what is in this state")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print the server's answer")] = False,
) -> None:
    """List sites, routers, circuits or links as the live graph has them.

    Example: [bold]suanlu topology links --state down[/]
    """
    if state and state not in _states(kind):
        raise typer.BadParameter(
            f"{kind.value} have no state {state!r}; allowed: {', '.join(_states(kind))}", param_hint="--state"
        )
    with told(as_json=as_json):
        answer = get(f"/v1/topology/{kind.value}")
    items = [item for item in answer[kind.value] if not state or item["state"] == state]
    if as_json:
        write_json({**answer, kind.value: items})
        return
    stamp = answer["topology"]
    table = Table(title=f"{len(items)} {kind.value}, version {stamp['version']}, health {stamp['health']}")
    for column in _COLUMNS[kind]:
        table.add_column(column, justify="right" if column in _NUMBERS else "left", no_wrap=column == "id")
    for item in items:
        table.add_row(*(_cell(item, column) for column in _COLUMNS[kind]))
    table_console().print(table)


def _states(kind: Kind) -> tuple[str, ...]:
    from suanlu.api.documents import LinkStateName, Phase, SiteState  # noqa: PLC0415 -- not for `--help`

    names = {Kind.ROUTERS: Phase, Kind.SITES: SiteState}.get(kind, LinkStateName)
    return get_args(names)


_NUMBERS = ("latency", "used", "free", "capacity")
_COLUMNS = {
    Kind.LINKS: ("id", "state", "latency", "used", "free", "capacity", "cause"),
    Kind.CIRCUITS: ("id", "state", "a", "z"),
    Kind.ROUTERS: ("id", "state", "site", "platform", "target"),
    Kind.SITES: ("id", "state", "name_en", "name_zh", "routers"),
}
_METRICS = {"used": "used_bps", "free": "free_p05_bps", "capacity": "capacity_bps"}


def _cell(item: dict[str, Any], column: str) -> Text:
    """Names come from routers and inventories: they are text, never markup."""
    if column == "state":
        return Text(item["state"], style=_COLOURS.get(item["state"], "bold red"))
    if column == "latency":
        return Text(show_latency(item["latency_us"]["value"]))
    if column in _METRICS:
        return Text(show_bandwidth(item[_METRICS[column]]["value"]))
    if column in ("a", "z"):
        return Text(f"{item[column]['router']}:{item[column]['interface']}")
    value = item[column]
    return Text(" ".join(value) if isinstance(value, list) else str(value or ""))
