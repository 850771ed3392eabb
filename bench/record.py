"""What a run is written down as: one JSON file, rows and the machine they were taken on."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from bench.bars import BARS
from bench.graphs.network import Network
from bench.measure import Figures, Result

COMMITTED = Path(__file__).parent / "results" / "path_core.json"
LIBRARIES = ("cspy", "igraph", "networkit", "networkx", "numpy", "rustworkx", "scipy", "topohub")


class Row(NamedTuple):
    """One question on one network beside one peer; without one where no peer answers in time.

    `ratio`: how many times faster ours is, by medians. `bar`: the least it is to be, in the row of the
    fastest peer. `compared`: answers compared; of those, `differ` were not the same, which is allowed to
    peers that are not exact.
    """

    question: str
    graph: str
    routers: int
    links: int
    ours: Figures
    ours_returns: str
    peer: str | None
    theirs: Figures | None
    peer_returns: str
    ratio: float | None
    bar: float | None
    compared: int
    differ: int
    remark: str


def rows_of(question: str, network: Network, result: Result) -> Iterator[Row]:
    """Yield a row for each peer of what came of a question about a network."""
    contest = result.contest
    ours = result.figures[contest.ours.name]
    common = (question, network.name, network.n, network.m, ours, contest.ours.returns)
    if not contest.peers:
        yield Row(*common, None, None, "", None, None, 0, 0, result.remark)
    fastest = min((result.figures[peer.name].median_us for peer in contest.peers), default=0.0)
    for peer in contest.peers:
        theirs, checked = result.figures[peer.name], result.checked[peer.name]
        bar = BARS.get((question, network.name)) if theirs.median_us == fastest else None
        ratio = theirs.median_us / ours.median_us
        yield Row(
            *common,
            peer.name,
            theirs,
            peer.returns,
            ratio,
            bar,
            checked.compared,
            checked.differ,
            result.remark,
        )


def machine() -> dict[str, Any]:
    """What the figures depend on beside the code."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write a run down, a row a line; what no one reads to the last digit is rounded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(_plain(row), ensure_ascii=False) for row in rows)
    path.write_text(f'{{"machine": {json.dumps(machine(), indent=1)},\n"rows": [\n{lines}\n]}}\n')


def read(path: Path) -> list[Row]:
    """Return the rows of a run."""
    body = json.loads(path.read_text())
    return [
        Row(**row | {"ours": Figures(**row["ours"]), "theirs": row["theirs"] and Figures(**row["theirs"])})
        for row in body["rows"]
    ]


def _plain(row: Row) -> dict[str, Any]:
    fields = row._asdict()
    for name in ("ours", "theirs"):
        figures = fields[name]
        fields[name] = figures and {key: _rounded(value) for key, value in figures._asdict().items()}
    fields["ratio"] = row.ratio and _rounded(row.ratio)
    return fields


def _rounded(value: float) -> float:
    """Four digits that count."""
    return value if isinstance(value, int) else float(f"{value:.4g}")
