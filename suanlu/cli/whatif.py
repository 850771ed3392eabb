"""`suanlu whatif`: what breaks if something fails."""

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from suanlu.cli.client import post, told, write_json
from suanlu.cli.overlay import overlay_of
from suanlu.cli.quantities import show_latency
from suanlu.cli.tables import table_console


class Each(StrEnum):
    """What fails, one after the other."""

    CIRCUIT = "circuit"
    SRLG = "srlg"
    ROUTER = "router"


class Routing(StrEnum):
    """Whose latency counts: what packets get, or the best possible."""

    IGP = "igp"
    ANY = "any"


def whatif(  # noqa: PLR0917 -- typer makes the options of them
    failures: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="circuits, links, routers, SRLGs, sites")
    ] = None,
    each: Annotated[Each, typer.Option(help="without ids: each of these alone")] = Each.CIRCUIT,
    pair: Annotated[list[str] | None, typer.Option(help="FROM:TO; may be repeated; default: all")] = None,
    routing: Annotated[
        Routing, typer.Option(help="igp: what packets get; any: the best possible")
    ] = Routing.IGP,
    down: Annotated[
        list[str] | None, typer.Option(help="compare as if this were down already; may be repeated")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="as if so, as wuhan-changsha-1:za.latency_us=9000")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the server's answer")] = False,
) -> None:
    """Show what each failure alone would do: pairs cut off, slower, faster, both directions as one pair.

    Example: [bold]suanlu whatif wuhan-changsha-1 --pair shenzhen:wuhan[/]
    """
    query: dict[str, Any] = {"failures": failures or f"each_{each.value}", "routing": routing.value}
    if down or set_:
        query["overlay"] = overlay_of(down or [], set_ or [])
    if pair:
        query["pairs"] = [_pair(item) for item in pair]
    with told(as_json=as_json):
        answer = post("/v1/whatif", query)
    if as_json:
        write_json(answer)
        return
    table_console().print(_table(answer["failures"]))


def _pair(item: str) -> dict[str, str]:
    source, _, target = item.partition(":")
    if not source or not target:
        raise typer.BadParameter(f"{item!r}: write FROM:TO, as shenzhen:wuhan")
    return {"from": source, "to": target}


def _table(effects: list[dict[str, Any]]) -> Table:
    """The worst first: pairs cut off, then latency added."""
    table = Table(title="1 failure" if len(effects) == 1 else f"{len(effects)} failures, each alone")
    if any(effect["already_down"] for effect in effects):
        table.caption = (
            "What is down already and was asked for by its id is compared with the network with it up"
        )
    for column in ("fails", "pairs cut", "slower", "faster", "latency added", "worst direction"):
        table.add_column(column, justify="left" if column in ("fails", "worst direction") else "right")
    ordered = sorted(effects, key=lambda e: (-e["pairs"]["cut"], -e["latency_added_us"], e["id"]))
    for effect in ordered:
        pairs = effect["pairs"]
        worst = next(iter((*effect["cut_off"], *effect["slower"])), None)
        table.add_row(
            f"{effect['kind']} {effect['id']}" + (" (down already)" if effect["already_down"] else ""),
            Text(str(pairs["cut"]), style="bold red" if pairs["cut"] else ""),
            str(pairs["slower"]),
            str(pairs["faster"]),
            show_latency(effect["latency_added_us"]),
            f"{worst['from']} → {worst['to']}" if worst else "",
        )
    return table
