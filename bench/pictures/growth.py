"""How the time for an answer grows from 50 to 100,000 routers, ours and the peers'."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from bench.pictures.theme import Theme, library
from bench.record import Row

QUESTIONS = {"one pair": "One pair", "10 paths": "Ten best paths", "matrix, per row": "A row of a matrix"}
SIZES = {50: "50", 500: "500", 5_000: "5k", 10_000: "", 100_000: "100k"}
CLOSE = 0.075  # of the height: names of lines are kept so far apart
MICROSECONDS = {1: "1 µs", 10: "", 100: "", 1_000: "1 ms", 10_000: "", 100_000: "", 1_000_000: "1 s"}


def growth(rows: Sequence[Row], theme: Theme) -> Figure:
    """Return the picture: three questions, both axes logarithmic."""
    figure = Figure(figsize=(8.6, 3.1))
    panels = figure.subplots(1, len(QUESTIONS), sharey=True)
    shown = [row for row in rows if row.graph.startswith("planar") and row.question in QUESTIONS]
    times = [figures.median_us for row in shown for figures in (row.ours, row.theirs) if figures]
    for axes, (question, title) in zip(panels, QUESTIONS.items(), strict=True):
        _frame(axes, theme, title, min(times), max(times))
        _lines(axes, theme, [row for row in shown if row.question == question])
    panels[1].set_xlabel("routers, with four links each", color=theme.quiet)
    panels[0].set_ylabel("an answer takes", color=theme.quiet)
    figure.subplots_adjust(left=0.085, right=0.925, wspace=0.42, top=0.9, bottom=0.15)
    return figure


def _frame(axes: Axes, theme: Theme, title: str, least: float, most: float) -> None:
    theme.calm(axes)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(40, 130_000)
    axes.set_ylim(least / 2, most * 2)
    axes.xaxis.set_major_locator(FixedLocator(list(SIZES)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: SIZES[round(value)]))
    axes.yaxis.set_major_locator(FixedLocator(list(MICROSECONDS)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: MICROSECONDS[round(value)]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(axis="y", color=theme.faint, linewidth=0.6)
    axes.spines["left"].set_visible(False)
    axes.set_title(title, color=theme.ink, fontsize=10, loc="left", fontweight="bold")


def _lines(axes: Axes, theme: Theme, rows: Sequence[Row]) -> None:
    lines: dict[str, dict[int, float]] = {}
    for row in rows:
        lines.setdefault("Suanlu", {})[row.routers] = row.ours.median_us
        if row.peer and row.theirs:
            lines.setdefault(library(row.peer), {})[row.routers] = row.theirs.median_us
    ends = {}
    for name, line in lines.items():
        ours = name == "Suanlu"
        colour = theme.ours if ours else theme.peer(name)
        axes.plot(
            list(line), list(line.values()), "o-", color=colour, zorder=3 if ours else 2,
            linewidth=2.6 if ours else 1.3, markersize=4.5 if ours else 2.8,
        )  # fmt: skip
        ends[name] = (max(line), line[max(line)], colour)
    for name, (routers, height) in _apart(axes, ends).items():
        axes.annotate(
            name, (routers, ends[name][1]), (6, height), textcoords=("offset points", "axes fraction"),
            va="center", fontsize=8.5 if name == "Suanlu" else 8, color=ends[name][2],
            fontweight="bold" if name == "Suanlu" else "normal", annotation_clip=False,
        )  # fmt: skip


def _apart(axes: Axes, ends: dict[str, tuple[int, float, str]]) -> dict[str, tuple[int, float]]:
    """Where along the height each line's name stands: at its end, names of one place moved apart."""
    to_axes = axes.transScale + axes.transLimits
    placed: dict[str, tuple[int, float]] = {}
    for place in {routers for routers, *_ in ends.values()}:
        here = sorted((name for name in ends if ends[name][0] == place), key=lambda name: ends[name][1])
        heights = [float(to_axes.transform((place, ends[name][1]))[1]) for name in here]
        for i in range(1, len(here)):
            heights[i] = max(heights[i], heights[i - 1] + CLOSE)
        for i in reversed(range(len(here))):
            heights[i] = min(heights[i], 1.0 if i == len(here) - 1 else heights[i + 1] - CLOSE)
        placed |= {name: (place, height) for name, height in zip(here, heights, strict=True)}
    return placed
