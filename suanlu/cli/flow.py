"""`suanlu flow`: how much fits at once, and who gets how much of it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from suanlu.cli.client import get, post, told, write_json
from suanlu.cli.demands import endpoint, read_demands
from suanlu.cli.overlay import overlay_of
from suanlu.cli.quantities import show_bandwidth, show_latency
from suanlu.cli.tables import table_console
from suanlu.cli.ways import Pair, parallel_pairs, way

flow = typer.Typer(help="How much fits at once, and who gets how much of it.", no_args_is_help=True)

_PLACE = "site, router, IP or interface; several, as a,b: any of them"
_JSON = Annotated[bool, typer.Option("--json", help="print the server's answer")]


class Basis(StrEnum):
    """Which bandwidth counts."""

    CAPACITY = "capacity"
    FREE_NOW = "free_now"
    FREE_P05 = "free_p05"


class Routing(StrEnum):
    """Any paths, which must then be pinned, or those that packets take."""

    ANY = "any"
    IGP = "igp"


_BASIS = Annotated[Basis, typer.Option("--basis", help="which bandwidth counts")]
_DOWN = Annotated[
    list[str] | None,
    typer.Option("--down", help="as if this site, router, circuit, link or SRLG were down; may be repeated"),
]
_SET = Annotated[
    list[str] | None,
    typer.Option("--set", help="as if so, as wuhan-changsha-1:za.free_p05_bps=9000; may be repeated"),
]


@flow.command("max")
def most(  # noqa: PLR0917 -- typer makes the options of them
    source: Annotated[str, typer.Argument(metavar="FROM", help=_PLACE)],
    target: Annotated[str, typer.Argument(metavar="TO", help=_PLACE)],
    basis: _BASIS = Basis.FREE_P05,
    down: _DOWN = None,
    set_: _SET = None,
    as_json: _JSON = False,
) -> None:
    """Show the most that fits between two places at once, over which paths, and what limits it.

    Example: [bold]suanlu flow max shenzhen wuhan,changsha --basis capacity[/]
    """
    query: dict[str, Any] = {"from": endpoint(source), "to": endpoint(target), "bandwidth_basis": basis.value}
    if down or set_:
        query["overlay"] = overlay_of(down or [], set_ or [])
    with told(as_json=as_json):
        answer = post("/v1/flows:max", query)
        if as_json:
            write_json(answer)
            return
        circuits = get("/v1/topology/circuits")["circuits"]
    console = table_console()
    console.print(_paths(answer["paths"], parallel_pairs(circuits)))
    for sentence in _most(answer):
        console.print(Text(sentence), soft_wrap=True)


@flow.command("allocate")
def allocate(  # noqa: PLR0917 -- typer makes the options of them
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="a demand a line: FROM TO, then if wanted a cap (100G) and a weight (x2); "
            "or the JSON of the API; -: standard input",
            allow_dash=True,
        ),
    ],
    routing: Annotated[
        Routing, typer.Option(help="any: over the best paths; igp: where packets go")
    ] = Routing.ANY,
    basis: _BASIS = Basis.FREE_P05,
    down: _DOWN = None,
    set_: _SET = None,
    as_json: _JSON = False,
) -> None:
    """Show what each demand gets if the network is shared fairly: none can have more unless a smaller one
    gets less.

    Example: [bold]echo "shenzhen wuhan 100G" | suanlu flow allocate -[/]
    """
    query: dict[str, Any] = {"routing": routing.value, "bandwidth_basis": basis.value} | read_demands(file)
    if down or set_:
        query["overlay"] = overlay_of(down or [], set_ or [])
    with told(as_json=as_json):
        answer = post("/v1/flows:allocate", query)
    if as_json:
        write_json(answer)
        return
    console = table_console()
    console.print(_shares(answer))
    if answer["status"] == "feasible":
        console.print(Text("Not all of it is proved to be fair: --json has the bound of each demand."))


def _paths(paths: list[dict[str, Any]], parallel: set[Pair]) -> Table:
    table = Table()
    for column in ("carries", "latency", "hops", "by way of"):
        table.add_column(column, justify="left" if column == "by way of" else "right")
    for path in paths:
        table.add_row(
            show_bandwidth(path["flow_bps"]),
            show_latency(path["latency_us"]),
            str(path["hop_count"]),
            Text(way(path, parallel)),
        )
    return table


def _most(answer: dict[str, Any]) -> list[str]:
    """What fits and why no more, and what fits if nobody steers."""
    cut = ", ".join(answer["min_cut"])
    value, basis = show_bandwidth(answer["value_bps"]), answer["bandwidth_basis"]
    said = [f"{value} fit at once ({basis}); no more, as everything must pass {cut}."]
    forwarded = answer["forwarded"]
    if forwarded["status"] == "unreachable":
        said.append("Packets do not arrive: the IGP knows no way over usable links.")
    else:
        full = ", ".join(forwarded["bottleneck_links"])
        said.append(f"If nobody steers, {show_bandwidth(forwarded['value_bps'])} fit: then {full} is full.")
    return said


def _shares(answer: dict[str, Any]) -> Table:
    total, basis = show_bandwidth(answer["total_bps"]), answer["bandwidth_basis"]
    table = Table(title=f"{total} in all ({answer['status']}, {basis})")
    for column in ("from", "to", "gets", "paths", "limited by"):
        table.add_column(column, justify="right" if column in ("gets", "paths") else "left")
    for one in answer["demands"]:
        table.add_row(
            _place(one["from"]),
            _place(one["to"]),
            Text(show_bandwidth(one["rate_bps"]), style="" if one["rate_bps"] else "bold red"),
            str(len(one["paths"])),
            Text(_limit(one)),
        )
    return table


def _place(asked: Any) -> str:
    return asked if isinstance(asked, str) else ",".join(asked["any_of"])


def _limit(one: dict[str, Any]) -> str:
    if one["limit"] == "links":
        return ", ".join(one["bottleneck_links"])
    return "its own cap" if one["limit"] == "max_bps" else "no path"
