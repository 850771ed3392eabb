"""`suanlu alert`: what is wrong, who has taken it on, who is not to be told; and whether receivers are."""

import asyncio
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from suanlu.cli.client import ServerError, delete, get, post, told, write_json
from suanlu.cli.quantities import duration_s
from suanlu.cli.tables import INDENT, both_clocks, print_text
from suanlu.cli.who import By
from suanlu.times import NS_PER_S, rfc3339

app = typer.Typer(help="Alerts, and their receivers.", no_args_is_help=True, rich_markup_mode="rich")
_COLOURS = {"critical": "bold red", "warning": "yellow", "info": "cyan"}
Id = Annotated[str, typer.Argument(metavar="ID", help="an alert's id, or its beginning")]
Json = Annotated[bool, typer.Option("--json", help="print the server's answer")]


@app.callback()
def alert() -> None:
    """Alerts, and their receivers."""


class State(StrEnum):
    """Which alerts to list."""

    FIRING = "firing"
    RESOLVED = "resolved"
    ALL = "all"


@app.command("list")
def list_(
    state: Annotated[State, typer.Option(help="what fires, what is over, or both")] = State.FIRING,
    as_json: Json = False,
) -> None:
    """List what fires, the newest first, with what it affects and who has it.

    Times are those of this computer's clock, and UTC. Example: [bold]suanlu alert list --state all[/]
    """
    asked = "" if state is State.ALL else f"?state={state.value}"
    with told(as_json=as_json):
        found = get(f"/v1/alerts{asked}")
    if as_json:
        write_json(found)
        return
    alerts = sorted(found["alerts"], key=lambda one: str(one["since"]), reverse=True)
    alerts.sort(key=lambda one: one["state"] != "firing")  # what fires comes first
    console = Console()
    counted = f"{len(alerts)} {'alert' if len(alerts) == 1 else 'alerts'}"
    console.print(f"{counted}, state {state.value}, the newest first")
    for one in alerts:
        for line in _lines(one):
            print_text(console, line)


@app.command("show")
def show(id_: Id, as_json: Json = False) -> None:
    """Show all that is known of an alert.

    Example: [bold]suanlu alert show a-5f0c[/]
    """
    with told(as_json=as_json):
        one = _find(id_)
    if as_json:
        write_json(one)
        return
    console = Console()
    state = one["severity"] if one["state"] == "firing" else "resolved"
    console.print(Text(f"{state}: {one['summary']}", style=_COLOURS.get(state, "green")), soft_wrap=True)
    children = ", ".join(f"{child['kind']} {child['id']}" for child in one["children"])
    for name, value in (
        ("id", one["id"]),
        ("since", both_clocks(one["since"])),
        ("ended", both_clocks(one["resolved_at"]) if one["resolved_at"] else ""),
        ("certainty", one["certainty"]),
        ("cause", one["cause"]),
        ("evidence", "; ".join(one["evidence"])),
        ("affects", _affects(one)),
        ("with it", children),
        ("links", " ".join(one["links"])),
        ("taken by", _taken(one)),
        ("muted by", _muted(one)),
        ("runbook", one["runbook_url"]),
        ("map", one["map_url"]),
    ):
        if value:
            console.print(Text(f"{name + ':':<10} {value}"), soft_wrap=True)


@app.command("ack")
def ack(  # noqa: PLR0917 -- typer makes the options of them
    id_: Id,
    by: By = "",
    note: Annotated[str, typer.Option(help="what the others should know")] = "",
    ticket: Annotated[str, typer.Option(help="its number")] = "",
    owner: Annotated[str, typer.Option(help="whose it is from now on, if not yours")] = "",
    as_json: Json = False,
) -> None:
    """Take an alert on: everybody sees by whom.

    Example: [bold]suanlu alert ack a-5f0c --note "splicing crew called" --ticket INC-4711[/]
    """
    with told(as_json=as_json):
        name = quote(_find(id_)["id"], safe="")
        said = {"by": by, "note": note, "ticket": ticket, "owner": owner}
        found = post(f"/v1/alerts/{name}:ack", said)
    if as_json:
        write_json(found)
        return
    Console().print(Text(f"{found['alert']['id']} is with {_taken(found['alert'])}"), soft_wrap=True)


@app.command("silence")
def silence(
    id_: Id,
    lasts: Annotated[str, typer.Option("--for", help="how long, as 2h or 90m")] = "1h",
    by: By = "",
    comment: Annotated[str, typer.Option(help="why")] = "",
    as_json: Json = False,
) -> None:
    """Keep an alert's messages back for a while; it still fires and is shown.

    Example: [bold]suanlu alert silence a-5f0c --for 2h --comment "known, spare on its way"[/]
    """
    with told(as_json=as_json):
        name, now_ns = _find(id_)["id"], time.time_ns()
        found = post(
            "/api/v2/silences",
            {
                "matchers": [{"name": "incident", "value": name, "isRegex": False}],
                "startsAt": rfc3339(now_ns),
                "endsAt": rfc3339(now_ns + duration_s(lasts) * NS_PER_S),
                "createdBy": by,
                "comment": comment,
            },
        )
    if as_json:
        write_json(found)
        return
    Console().print(Text(f"{name} is silent for {lasts}: silence {found['silenceID']}"), soft_wrap=True)


@app.command("unsilence")
def unsilence(
    silence_id: Annotated[str, typer.Argument(metavar="SILENCE", help="a silence's id, as `list` shows")],
) -> None:
    """End a silence: what still fires and was not told is told now.

    Example: [bold]suanlu alert unsilence 5f0c1b2a-…[/]
    """
    delete(f"/api/v2/silence/{quote(silence_id, safe='')}")
    Console().print(Text(f"silence {silence_id} has ended"), soft_wrap=True)


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


def _lines(one: dict[str, Any]) -> Iterator[Text]:
    """An alert for people: a line of what it is, and further in what else is known."""
    said = one["severity"] if one["state"] == "firing" else "resolved"
    rest = f"  {both_clocks(one['since'])}  {one['id']}  {one['summary']}"
    yield Text.assemble((f"{said:<8}", _COLOURS.get(said, "green")), rest)
    ended = both_clocks(one["resolved_at"]) if one["resolved_at"] else ""
    affects = "affects" if one["state"] == "firing" else "affected, while it lasted"
    named = (("ended", ended), (affects, _affects(one)), ("with", _taken(one)), ("muted by", _muted(one)))
    for name, value in named:
        if value:
            yield Text(f"{INDENT}{name}: {value}")


def _find(beginning: str) -> dict[str, Any]:
    """The one alert whose id begins so; raises ServerError for none and for several."""
    alerts: list[dict[str, Any]] = get("/v1/alerts")["alerts"]
    found = [one for one in alerts if one["id"].startswith(beginning)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ServerError(
            f"no alert's id begins with {beginning!r}: `suanlu alert list` shows those that fire"
        )
    raise ServerError(f"{beginning!r} begins {len(found)} ids: {', '.join(one['id'] for one in found)}")


def _affects(one: dict[str, Any]) -> str:
    return str(one["effects"]["text"]) if one["effects"] else ""


def _taken(one: dict[str, Any]) -> str:
    said = one["acknowledged"]
    if said is None:
        return ""
    details = "; ".join(text for text in (said["ticket"], said["note"]) if text)
    return str(said["owner"] or said["by"]) + (f" ({details})" if details else "")


def _muted(one: dict[str, Any]) -> str:
    windows = [f"maintenance {one['maintenance']}"] if one["maintenance"] else []
    return ", ".join([*windows, *(f"silence {id_}" for id_ in one["silenced_by"])])
