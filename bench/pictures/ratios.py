"""How many times faster ours is than each peer, question by question, on three networks."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from bench.pictures.theme import LIBRARIES, Theme, library
from bench.record import Row
from bench.table import times

NETWORKS = {"planar-500": "500 routers", "planar-10k": "10,000 routers", "planar-100k": "100,000 routers"}
ROW_IN = 0.27
MARGINS_IN = 1.2  # above and below the rows
TICKS = {0.1: "0.1", 1: "1", 10: "10", 100: "100", 1_000: "1k", 10_000: "10k"}


def ratios(rows: Sequence[Row], theme: Theme) -> Figure:
    """Return the picture: a dot a peer, a line to the fastest of them, a tick where the bar is."""
    shown = [
        row
        for row in rows
        if row.graph in NETWORKS and row.ratio is not None and library(row.peer or "") in LIBRARIES
    ]
    questions = list(dict.fromkeys(row.question for row in shown))
    every = [row.ratio for row in shown if row.ratio]
    height = MARGINS_IN + ROW_IN * len(questions)
    figure = Figure(figsize=(8.6, height))
    panels = figure.subplots(1, len(NETWORKS), sharey=True)
    for axes, (graph, title) in zip(panels, NETWORKS.items(), strict=True):
        _frame(axes, theme, title, (min(*every, 1) / 2, max(*every, 10) * 2))
        for place, question in enumerate(questions):
            found = [row for row in shown if row.graph == graph and row.question == question]
            if found:
                _line(axes, theme, place, found)
    panels[0].set_ylim(len(questions) - 0.5, -0.6)
    panels[0].set_yticks(range(len(questions)), questions, color=theme.ink)
    panels[1].set_xlabel("times faster than the peer; in figures: than the fastest peer", color=theme.quiet)
    _legend(figure, theme, {library(row.peer) for row in shown if row.peer})
    figure.subplots_adjust(left=0.19, right=0.93, wspace=0.36, top=1 - 0.36 / height, bottom=0.8 / height)
    return figure


def _frame(axes: Axes, theme: Theme, title: str, limits: tuple[float, float]) -> None:
    theme.calm(axes)
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in TICKS if limits[0] < tick < limits[1]]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: TICKS.get(value, "")))
    axes.grid(axis="x", color=theme.faint, linewidth=0.6)
    axes.axvline(1, color=theme.quiet, linewidth=1.2)
    axes.spines["left"].set_visible(False)
    axes.set_title(title, color=theme.ink, fontsize=10, loc="left", fontweight="bold")


def _line(axes: Axes, theme: Theme, place: int, rows: Sequence[Row]) -> None:
    fastest = min(rows, key=lambda row: row.ratio or 0)
    ratio = fastest.ratio or 1
    axes.plot([1, ratio], [place, place], color=theme.peer(fastest.peer or ""), linewidth=2, zorder=2)
    for row in rows:
        axes.plot(row.ratio or 1, place, "o", color=theme.peer(row.peer or ""), markersize=5.5, zorder=3)
        if row.bar is not None:
            axes.plot(row.bar, place, "|", color=theme.ink, markersize=9, markeredgewidth=1.4, zorder=4)
    axes.annotate(
        times(ratio), (1, place), (34, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        ha="right", va="center", fontsize=8.5, color=theme.ink, annotation_clip=False,
    )  # fmt: skip


def _legend(figure: Figure, theme: Theme, libraries: set[str]) -> None:
    handles = [
        Line2D([], [], marker="o", linestyle="", color=theme.peers[name], label=name)
        for name in LIBRARIES
        if name in libraries
    ]
    handles.append(Line2D([], [], marker="|", linestyle="", color=theme.ink, markersize=9, label="bar"))
    figure.legend(
        handles=handles, loc="lower center", ncols=len(handles), frameon=False, labelcolor=theme.quiet,
        handletextpad=0.1, columnspacing=1.4, fontsize=8.5,
    )  # fmt: skip
