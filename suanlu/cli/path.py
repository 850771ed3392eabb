"""`suanlu path`: the best path between two places, the one that packets take, and why they differ."""

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from suanlu.cli.client import post, write_json
from suanlu.cli.quantities import bandwidth_bps, latency_us, show_bandwidth, show_latency

MOST_BRANCHES = 6
_EXCLUDABLE = ("site", "router", "circuit", "link", "srlg")


class Objective(StrEnum):
    """What the best path has least of; widest: most bandwidth."""

    LATENCY = "latency"
    TE_METRIC = "te_metric"
    IGP_METRIC = "igp_metric"
    HOPS = "hops"
    WIDEST = "widest"
    WIDEST_THEN_LATENCY = "widest_then_latency"
    LATENCY_THEN_WIDEST = "latency_then_widest"


class Level(StrEnum):
    """What two disjoint paths do not share."""

    LINK = "link"
    CIRCUIT = "circuit"
    SRLG = "srlg"
    ROUTER = "router"


def path(  # noqa: PLR0917 -- typer makes the options of them
    source: Annotated[str, typer.Argument(metavar="FROM", help="site, router, IP or interface")],
    target: Annotated[str, typer.Argument(metavar="TO", help="site, router, IP or interface")],
    objective: Annotated[Objective, typer.Option(help="what is best")] = Objective.LATENCY,
    min_bandwidth: Annotated[str, typer.Option(help="free bandwidth, as 100G")] = "",
    max_latency: Annotated[str, typer.Option(help="one way, as 20ms")] = "",
    max_hops: Annotated[int, typer.Option(help="at most so many links; 0: any number")] = 0,
    exclude: Annotated[
        list[str] | None, typer.Option(help="kind:id, as circuit:wuhan-changsha-1; may be repeated")
    ] = None,
    include: Annotated[
        list[str] | None, typer.Option(help="site or router to pass; repeated: in this order")
    ] = None,
    constraint: Annotated[
        list[str] | None, typer.Option(help="any other of the API, as max_loss_ppm=100; may be repeated")
    ] = None,
    flows: Annotated[int, typer.Option(help="flows that share the traffic of a group of links", min=1)] = 1,
    k: Annotated[int, typer.Option(help="that many paths, best first", min=1, max=1000)] = 1,
    disjoint: Annotated[Level | None, typer.Option(help="two paths that share none of these")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the server's answers")] = False,
) -> None:
    """Show the best path, the one that packets take now, and why they differ.

    Example: [bold]suanlu path shenzhen wuhan --min-bandwidth 100G --max-latency 20ms[/]
    """
    query: dict[str, Any] = {"from": source, "to": target, "flows": flows}
    constraints = _constraints(min_bandwidth, max_latency, max_hops, exclude or [])
    constraints |= dict(_other(item) for item in constraint or [])
    query["constraints"] = constraints
    passing = {"constraints": {**constraints, "include": include}} if include else {}
    best_query = {**query, **passing, "objective": objective.value, "explain": True}
    if disjoint is not None:
        best_query["disjoint"] = {"level": disjoint.value}
    elif k > 1:
        best_query["k"] = k
    best = post("/v1/paths", best_query)
    forwarded = post("/v1/paths", {**query, "routing": "igp"})
    if as_json:
        write_json({"best": best, "forwarded": forwarded})
        return
    console = Console()
    console.print(_table(best, forwarded))
    console.print(Text(why(best, forwarded, objective.value)), soft_wrap=True)
    for objection in best["explanation"]["objections"]:
        console.print(Text(not_taken(best["explanation"], objection)), soft_wrap=True)


def _constraints(bandwidth: str, latency: str, hops: int, exclude: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if bandwidth:
        found["min_bandwidth_bps"] = bandwidth_bps(bandwidth)
    if latency:
        found["max_latency_us"] = latency_us(latency)
    if hops:
        found["max_hops"] = hops
    for item in exclude:
        kind, _, name = item.partition(":")
        if kind not in _EXCLUDABLE or not name:
            raise typer.BadParameter(f"{item!r}: write kind:id, kind one of {', '.join(_EXCLUDABLE)}")
        found.setdefault("exclude", {}).setdefault(f"{kind}s", []).append(name)
    return found


def _other(item: str) -> tuple[str, int]:
    name, _, value = item.partition("=")
    if not name or not value.isdecimal():
        raise typer.BadParameter(f"{item!r}: write name=number, as max_loss_ppm=100")
    return name, int(value)


def _table(best: dict[str, Any], forwarded: dict[str, Any]) -> Table:
    table = Table(show_lines=False)
    for column, justify in (
        ("", "left"),
        ("latency", "right"),
        ("bandwidth", "right"),
        ("hops", "right"),
        ("by way of", "left"),
    ):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    for number, item in enumerate(best["paths"], 1):
        label = "best" if len(best["paths"]) == 1 else f"best {number}"
        table.add_row(
            Text(label, style="bold green"),
            show_latency(item["latency_us"]),
            show_bandwidth(item["bandwidth_bps"]),
            str(item["hop_count"]),
            Text(" → ".join(item["routers"])),
        )
    for branch in forwarded["branches"][:MOST_BRANCHES]:
        table.add_row(
            Text(f"packets, {branch['weight_ppm'] / 10_000:.1f} %", style="bold cyan"),
            show_latency(branch["latency_us"]),
            show_bandwidth(forwarded["bandwidth_bps"]),
            str(len(branch["links"])),
            Text(" → ".join(branch["routers"])),
        )
    return table


def not_taken(explanation: dict[str, Any], objection: dict[str, Any]) -> str:
    """Why the best path of all was not taken, in one sentence."""
    latency = show_latency(explanation["latency_us"])
    return f"Without {objection['constraint']} there is a path of {latency}, but {objection['sentence']}."


def _segments(segments: list[dict[str, Any]]) -> str:
    """The segment list in words; empty where packets enter elsewhere and take the path from there on."""
    names = [segment.get("node") or segment["adjacency"] for segment in segments]
    sids = [f" ({segment['sid']})" if segment["sid"] is not None else "" for segment in segments]
    listed = ", ".join(name + sid for name, sid in zip(names, sids, strict=True))
    return f", by the segments {listed}" if listed else ""


def why(best: dict[str, Any], forwarded: dict[str, Any], objective: str) -> str:
    """One or two sentences: do packets take the best path, and if not, why not."""
    if forwarded["status"] == "unreachable":
        return "Packets do not arrive: the IGP knows no way over usable links."
    branches = len(forwarded["branches"])
    path = best["paths"][0]
    if branches == 1 and forwarded["branches"][0]["links"] == path["links"]:
        return "Packets take the best path."
    spread = forwarded["latency_us"]
    latency = show_latency(spread["min"])
    if spread["max"] != spread["min"]:
        latency = f"{latency} to {show_latency(spread['max'])}"
    over = "one way" if branches == 1 else f"{branches} equal-cost ways"
    difference = (
        f"They differ: routers forward by the least IGP metric, over {over} ({latency}), "
        f"whatever has the best {objective.replace('_', ' ')} ({show_latency(path['latency_us'])}, "
        f"IGP metric {path['igp_metric']}); who wants the best path must pin it"
        f"{_segments(path['pin']['segments'])}."
    )
    broken = [f"Packets break {item['constraint']}: {item['detail']}." for item in forwarded["violations"]]
    return " ".join([difference, *broken])
