"""`suanlu path`: the best path between two places, the one that packets take, and why they differ."""

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text

from suanlu.cli.client import get, post_batch, told, write_json
from suanlu.cli.overlay import overlay_of
from suanlu.cli.quantities import bandwidth_bps, latency_us
from suanlu.cli.tables import table_console
from suanlu.cli.ways import not_taken, parallel_pairs, table, why

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


LEVELS = ("link", "circuit", "srlg", "router", "site")
MOST_APART = 16


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
    down: Annotated[
        list[str] | None, typer.Option(help="as if this circuit, link, router, SRLG or site were down")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="as if so, as wuhan-changsha-1:za.latency_us=9000")
    ] = None,
    k: Annotated[int, typer.Option(help="that many paths, best first", min=1, max=1000)] = 1,
    disjoint: Annotated[
        str, typer.Option(help="two paths that share no link, circuit, srlg, router or site; srlg:3: three")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print the server's answers")] = False,
) -> None:
    """Show the best path, the one that packets take now, and why they differ.

    Example: [bold]suanlu path shenzhen wuhan --min-bandwidth 100G --max-latency 20ms[/]
    """
    if disjoint and k > 1:
        raise typer.BadParameter("--k and --disjoint exclude each other: for three write --disjoint srlg:3")
    query: dict[str, Any] = {"from": source, "to": target, "flows": flows}
    if down or set_:
        query["overlay"] = overlay_of(down or [], set_ or [])
    constraints = _constraints(min_bandwidth, max_latency, max_hops, exclude or [])
    constraints |= dict(_other(item) for item in constraint or [])
    query["constraints"] = constraints
    passing = {"constraints": {**constraints, "include": include}} if include else {}
    best_query = {**query, **passing, "objective": objective.value, "explain": True}
    if disjoint:
        best_query["disjoint"] = _apart(disjoint)
    elif k > 1:
        best_query["k"] = k
    with told(as_json=as_json):  # one batch: both are true of the same snapshot
        best, forwarded = post_batch([best_query, {**query, "routing": "igp"}])
        if as_json:
            write_json({"best": best, "forwarded": forwarded})
            return
        circuits = get("/v1/topology/circuits")["circuits"]
    console = table_console()
    console.print(table(best, forwarded, parallel_pairs(circuits)))
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


def _apart(item: str) -> dict[str, Any]:
    """`LEVEL` or `LEVEL:COUNT` → the API's `disjoint`."""
    level, _, count = item.partition(":")
    if level not in LEVELS or (":" in item and count not in map(str, range(2, MOST_APART + 1))):
        raise typer.BadParameter(
            f"{item!r}: write LEVEL or LEVEL:COUNT, one of {', '.join(LEVELS)} and at most {MOST_APART}"
        )
    return {"level": level, "count": int(count or 2)}


def _other(item: str) -> tuple[str, int]:
    name, _, value = item.partition("=")
    if not name or not value.isdecimal():
        raise typer.BadParameter(f"{item!r}: write name=number, as max_loss_ppm=100")
    return name, int(value)
