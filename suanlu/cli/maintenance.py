"""`suanlu maintenance`: what is worked on, what a window would do, and entering and ending one."""

import difflib
import time
from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from suanlu.cli.client import ServerError, get, post, told, write_json
from suanlu.cli.quantities import duration_s, show_bandwidth
from suanlu.cli.tables import both_clocks, table_console
from suanlu.cli.who import By
from suanlu.times import NS_PER_S, parse_rfc3339, rfc3339

app = typer.Typer(help="Maintenance windows.", no_args_is_help=True, rich_markup_mode="rich")
NEAR_MATCHES = 3
KINDS = {"circuits": "circuit", "routers": "router", "sites": "site"}
_COLOURS = {"clear": "green", "caution": "yellow", "outage": "bold red", "active": "cyan", "ended": "dim"}

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="circuits, links, SRLGs, routers, sites")]
Start = Annotated[str, typer.Option(help="RFC 3339, as 2026-03-02T02:00+08:00; default: now")]
Lasts = Annotated[str, typer.Option("--for", help="how long, as 2h or 90m")]
End = Annotated[str, typer.Option(help="until when, instead of --for")]
Json = Annotated[bool, typer.Option("--json", help="print the server's answer")]


@app.command("check")
def check(ids: Ids, start: Start = "", lasts: Lasts = "", end: End = "", *, as_json: Json = False) -> None:
    """Say what a window would do: pairs, redundancy, load. Nothing is entered.

    Example: [bold]suanlu maintenance check wuhan-changsha-1 --for 2h[/]
    """
    with told(as_json=as_json):
        found = post("/v1/maintenances:check", _body(ids, start, lasts, end, "check", ""))
    if as_json:
        write_json(found)
        return
    console = Console()
    console.print(Text(found["verdict"], style=_COLOURS[found["severity"]]), soft_wrap=True)
    console.print(Text(f"affects: {found['effects']['text']}"), soft_wrap=True)
    for cut in found["redundancy_lost"]:
        sites = ", ".join(cut["sites"])
        line = f"next cut {cut['kind']} {cut['id']}: isolates {sites} ({cut['pairs_cut']} pairs)"
        console.print(Text(line), soft_wrap=True)
    for full in found["circuits_over_80_percent"]:
        moved = show_bandwidth(full["moved_bps"])
        line = (
            f"{full['link']}: {full['utilisation']:.0%} with {moved} more, an estimate from the load of now"
        )
        console.print(Text(line), soft_wrap=True)


@app.command("add")
def add(  # noqa: PLR0917 -- typer makes the options of them
    ids: Ids,
    start: Start = "",
    lasts: Lasts = "",
    end: End = "",
    by: By = "",
    comment: Annotated[str, typer.Option(help="what is done there")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Enter a window: its links are drained and its alerts muted while it lasts.

    Example: [bold]suanlu maintenance add wuhan-changsha-1 --start 2026-03-02T02:00+08:00 --for 2h[/]
    """
    with told(as_json=as_json):
        found = post("/v1/maintenances", _body(ids, start, lasts, end, by, comment))
    if as_json:
        write_json(found)
        return
    window = found["maintenance"]
    Console().print(
        Text(f"{window['id']}: {window['starts_at']} to {window['ends_at']}, {len(window['links'])} links"),
        soft_wrap=True,
    )


@app.command("list")
def list_(
    ended: Annotated[bool, typer.Option("--ended", help="those that have ended, too")] = False,
    as_json: Json = False,
) -> None:
    """List the windows that are active or planned.

    Example: [bold]suanlu maintenance list --ended[/]
    """
    with told(as_json=as_json):
        found = get("/v1/maintenances")
    if as_json:
        write_json(found)
        return
    windows = [window for window in found["maintenances"] if ended or window["state"] != "ended"]
    table = Table(title="1 window" if len(windows) == 1 else f"{len(windows)} windows")
    for column in ("id", "state", "from", "to", "what", "by", "comment"):
        table.add_column(column, no_wrap=column == "id")
    for window in windows:
        what = ", ".join(subject["id"] for subject in window["subjects"])
        state = Text(window["state"], style=_COLOURS.get(window["state"], ""))
        times = (window["starts_at"], window["ended_at"] or window["ends_at"])
        texts = (*map(both_clocks, times), what)
        names = (window["created_by"], window["comment"])
        table.add_row(Text(window["id"]), state, *map(Text, (*texts, *names)))
    table_console().print(table)


@app.command("end")
def end_(
    id_: Annotated[str, typer.Argument(metavar="ID", help="a window's id")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """End a window now, or call a planned one off.

    Example: [bold]suanlu maintenance end m-5f0c1b2a9d3e[/]
    """
    with told(as_json=as_json):
        found = post(f"/v1/maintenances/{quote(id_, safe='')}:end", {"by": by})
    if as_json:
        write_json(found)
        return
    Console().print(Text(f"{found['maintenance']['id']} has ended"), soft_wrap=True)


def _body(  # noqa: PLR0917
    ids: list[str], start: str, lasts: str, end: str, by: str, comment: str
) -> dict[str, Any]:
    if bool(lasts) == bool(end):
        raise typer.BadParameter("say how long with --for, or until when with --end")
    starts_at_ns = _time(start, "--start") if start else time.time_ns()
    ends_at_ns = _time(end, "--end") if end else starts_at_ns + duration_s(lasts) * NS_PER_S
    return {
        "starts_at": rfc3339(starts_at_ns),
        "ends_at": rfc3339(ends_at_ns),
        "subjects": [{"kind": kind, "id": name} for name, kind in _kinds(ids).items()],
        "comment": comment,
        "created_by": by,
    }


def _time(text: str, option: str) -> int:
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}: write 2026-03-02T02:00+08:00", param_hint=option) from error


def _unknown(name: str, known: Iterable[str]) -> ServerError:
    near = difflib.get_close_matches(name, known, NEAR_MATCHES)
    hint = f"did you mean {', '.join(near)}?" if near else ""
    listed = "`suanlu topology circuits`, `routers` and `sites` list what there is"
    return ServerError(f"no circuit, router or site is called {name!r}; {hint or listed}")


def _kinds(ids: list[str]) -> dict[str, str]:
    """What each id is of. All ids but those of SRLGs and links, which have a colon, are in one namespace."""
    found = {name: "link" if name.endswith((":az", ":za")) else "srlg" for name in ids if ":" in name}
    if len(found) < len(ids):
        topology = get("/v1/topology")
        known = {item["id"]: kind for things, kind in KINDS.items() for item in topology[things]}
        for name in ids:
            if name not in found and name not in known:
                raise _unknown(name, known)
        found |= {name: known[name] for name in ids if name not in found}
    return {name: found[name] for name in ids}
