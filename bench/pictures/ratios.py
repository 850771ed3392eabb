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
LEFT = 0.4
ROW_IN = 0.3
TICKS = (1, 10, 100, 1_000, 10_000)


def ratios(rows: Sequence[Row], theme: Theme) -> Figure:
    """Return the picture: a dot a peer, a line to the fastest of them, a tick where the bar is."""
    shown = [row for row in rows if row.graph in NETWORKS and row.ratio is not None]
    questions = list(dict.fromkeys(row.question for row in shown))
    most = max((row.ratio for row in shown if row.ratio), default=10.0)
    figure = Figure(figsize=(8.6, 1.15 + ROW_IN * len(questions)))
    panels = figure.subplots(1, len(NETWORKS), sharey=True)
    for axes, (graph, title) in zip(panels, NETWORKS.items(), strict=True):
        _frame(axes, theme, title, most)
        for place, question in enumerate(questions):
            found = [row for row in shown if row.graph == graph and row.question == question]
            if found:
                _line(axes, theme, place, found)
    first = panels[0]
    first.set_ylim(len(questions) - 0.5, -0.6)
    first.set_yticks(range(len(questions)), questions, color=theme.ink)
    panels[1].set_xlabel("times faster than the peer", color=theme.quiet)
    _legend(figure, theme, {library(row.peer) for row in shown if row.peer})
    height = 1.15 + ROW_IN * len(questions)
    figure.subplots_adjust(left=0.17, right=0.985, wspace=0.07, top=1 - 0.36 / height, bottom=0.78 / height)
    return figure


def _frame(axes: Axes, theme: Theme, title: str, most: float) -> None:
    theme.calm(axes)
    axes.set_xscale("log")
    axes.set_xlim(LEFT, most * 2)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in TICKS if tick < most * 2]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}×"))
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
        times(ratio), (min(ratio, 1), place), (-5, 0), textcoords="offset points", ha="right", va="center",
        fontsize=7.5, color=theme.ink,
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
