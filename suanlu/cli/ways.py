"""The answers of `suanlu path` as a table and as sentences."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.table import Table
from rich.text import Text

from suanlu.cli.quantities import show_bandwidth, show_latency
from topology.ids import circuit_of

MOST_BRANCHES = 6
_COLUMNS = (("", False), ("latency", True), ("bandwidth", True), ("hops", True), ("by way of", False))
Pair = frozenset[str]


def parallel_pairs(circuits: Iterable[dict[str, Any]]) -> set[Pair]:
    """Pairs of routers that more than one circuit joins, out of the documents of circuits."""
    counted = Counter(frozenset((circuit["a"]["router"], circuit["z"]["router"])) for circuit in circuits)
    return {pair for pair, number in counted.items() if number > 1}


def way(item: dict[str, Any], parallel: set[Pair]) -> str:
    """`r1 → r2 –circuit→ r3`: the circuit is named where the routers alone do not say which one it is."""
    routers, links = item["routers"], item["links"]
    text = str(routers[0]) if routers else ""
    for tail, head, link in zip(routers[:-1], routers[1:], links, strict=True):
        arrow = f"–{circuit_of(link)}→" if frozenset((tail, head)) in parallel else "→"
        text += f" {arrow} {head}"
    return text


def table(best: dict[str, Any], forwarded: dict[str, Any], parallel: set[Pair]) -> Table:
    """The best paths, then the branches that carry most of the packets."""
    shown = Table(show_lines=False)
    for column, is_number in _COLUMNS:
        shown.add_column(column, justify="right" if is_number else "left")
    for number, item in enumerate(best["paths"], 1):
        label = "best" if len(best["paths"]) == 1 else f"best {number}"
        shown.add_row(
            Text(label, style="bold green"),
            show_latency(item["latency_us"]),
            show_bandwidth(item["bandwidth_bps"]),
            str(item["hop_count"]),
            Text(way(item, parallel)),
        )
    branches = forwarded["branches"]
    for branch in branches[:MOST_BRANCHES]:
        shown.add_row(
            Text(f"packets, {branch['weight_ppm'] / 10_000:.1f} %", style="bold cyan"),
            show_latency(branch["latency_us"]),
            show_bandwidth(forwarded["bandwidth_bps"]),
            str(len(branch["links"])),
            Text(way(branch, parallel)),
        )
    if len(branches) > MOST_BRANCHES:
        shown.add_row("", "", "", "", Text(f"and {len(branches) - MOST_BRANCHES} more", style="dim"))
    return shown


def not_taken(explanation: dict[str, Any], objection: dict[str, Any]) -> str:
    """Why the best path of all was not taken, in one sentence."""
    latency = show_latency(explanation["latency_us"])
    return f"Without {objection['constraint']} there is a path of {latency}, but {objection['sentence']}."


def why(best: dict[str, Any], forwarded: dict[str, Any], objective: str) -> str:
    """One or two sentences: do packets take the best path, and if not, why not."""
    if forwarded["status"] == "unreachable":
        return "Packets do not arrive: the IGP knows no way over usable links."
    path = best["paths"][0]
    ours = [branch for branch in forwarded["branches"] if branch["links"] == path["links"]]
    if ours and len(forwarded["branches"]) == 1:
        return "Packets take the best path."
    said = _shared(path, ours[0], forwarded) if ours else _different(path, forwarded, objective)
    broken = [f"Packets break {item['constraint']}: {item['detail']}." for item in forwarded["violations"]]
    return " ".join([said, *broken])


def _shared(path: dict[str, Any], ours: dict[str, Any], forwarded: dict[str, Any]) -> str:
    number, share = len(forwarded["branches"]), ours["weight_ppm"] / 10_000
    said = (
        f"The best path is one of {number} equal-cost ways: {share:.1f} % of the packets take it",
        f"the others arrive by other ways ({_latency(forwarded)})",
    )
    return f"{', '.join(said)}; who wants all of them on it must pin it{_segments(path['pin']['segments'])}."


def _different(path: dict[str, Any], forwarded: dict[str, Any], objective: str) -> str:
    branches = len(forwarded["branches"])
    over = "one way" if branches == 1 else f"{branches} equal-cost ways"
    return (
        f"They differ: routers forward by the least IGP metric, over {over} ({_latency(forwarded)}), "
        f"whatever has the best {objective.replace('_', ' ')} ({show_latency(path['latency_us'])}, "
        f"IGP metric {path['igp_metric']}); who wants the best path must pin it"
        f"{_segments(path['pin']['segments'])}."
    )


def _latency(forwarded: dict[str, Any]) -> str:
    spread = forwarded["latency_us"]
    least = show_latency(spread["min"])
    return least if spread["max"] == spread["min"] else f"{least} to {show_latency(spread['max'])}"


def _segments(segments: list[dict[str, Any]]) -> str:
    """The segment list in words; empty where packets enter elsewhere and take the path from there on."""
    names = [segment.get("node") or segment["adjacency"] for segment in segments]
    sids = [f" ({segment['sid']})" if segment["sid"] is not None else "" for segment in segments]
    listed = ", ".join(name + sid for name, sid in zip(names, sids, strict=True))
    return f", by the segments {listed}" if listed else ""
