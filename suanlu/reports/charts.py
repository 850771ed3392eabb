"""Charts as SVG: drawn without scripts, so that a report is one file that any mail program shows."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

WIDTH = 920
COLOURS = {"critical": "#c62828", "warning": "#b26a00", "info": "#1565c0"}
INK, FAINT, GRID, FILL, LINE = "#1c2733", "#5f6f7f", "#dfe5ea", "#cfe3f5", "#1b6fb3"
_CELLS = ((10_000, "#1f7a4d"), (20_000, "#7cc29a"), (30_000, "#f2d58b"), (40_000, "#e8a45c"))
_SLOW, _NONE = "#cf6a52", "#e9edf0"


class Bar(NamedTuple):
    """A labelled bar from 0 to 1; `warns` from where on it is drawn in the warning colour."""

    label: str
    share: float
    text: str


class Span(NamedTuple):
    """A stretch of time, both ends as shares of the chart's."""

    start: float
    end: float
    kind: str
    title: str


def line(values: Sequence[tuple[float, float]], marks: Sequence[tuple[float, str]], top_label: str) -> Markup:
    """A line over time. `values`: (share of the time, share of the height); `marks` label the time axis."""
    height, left, bottom = 190, 10, 24
    inner, floor = WIDTH - 2 * left, height - bottom
    points = [(left + x * inner, floor - y * (floor - 16)) for x, y in values]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    area = f"{points[0][0]:.1f},{floor} {path} {points[-1][0]:.1f},{floor}"
    parts = [_open(height), _rule(16), _rule((16 + floor) / 2), _rule(floor)]
    parts.append(f'<polygon points="{area}" fill="{FILL}"/>')
    parts.append(f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="1.6"/>')
    parts.append(_text(left, 12, top_label, FAINT))
    parts += _axis(marks, left, inner, height - 6)
    return _closed(parts)


def bars(rows: Sequence[Bar], *, full: float) -> Markup:
    """Horizontal bars; a line at `full`, and what is beyond it in the warning colour."""
    step, left, right = 24, 250, 92
    inner, height = WIDTH - left - right, step * len(rows) + 8
    parts = [_open(height)]
    for i, row in enumerate(rows):
        y = 4 + i * step
        length = max(1.5, min(row.share, 1.0) * inner)
        colour = COLOURS["critical"] if row.share > full else LINE
        parts.append(_text(left - 8, y + 15, row.label, INK, "end"))
        parts.append(f'<rect x="{left}" y="{y + 4}" width="{inner}" height="14" fill="{_NONE}" rx="2"/>')
        parts.append(
            f'<rect x="{left}" y="{y + 4}" width="{length:.1f}" height="14" fill="{colour}" rx="2"/>'
        )
        parts.append(_text(left + inner + 8, y + 15, row.text, INK))
    x = left + full * inner
    parts.append(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="2" y2="{height - 4}" stroke="{COLOURS["critical"]}" '
        'stroke-dasharray="3 3"/>'
    )
    return _closed(parts)


def timeline(spans: Sequence[Span], marks: Sequence[tuple[float, str]]) -> Markup:
    """Stretches of time below each other, each named by its title."""
    left, step = 10, 13
    inner, floor = WIDTH - 2 * left, step * len(spans) + 8
    parts = [_open(floor + 24)]
    for x, _ in marks:
        parts.append(
            f'<line x1="{left + x * inner:.1f}" x2="{left + x * inner:.1f}" y1="0" y2="{floor}" '
            f'stroke="{GRID}"/>'
        )
    for i, span in enumerate(spans):
        width = max(3.0, (span.end - span.start) * inner)
        x = min(left + span.start * inner, left + inner - width)
        parts.append(
            f'<rect x="{x:.1f}" y="{4 + i * step}" width="{width:.1f}" height="9" rx="2" '
            f'fill="{COLOURS[span.kind]}"><title>{escape(span.title)}</title></rect>'
        )
    parts += _axis(marks, left, inner, floor + 18)
    return _closed(parts)


def matrix(
    names: Sequence[str], latency_us: Sequence[Sequence[int | None]], titles: Sequence[Sequence[str]]
) -> Markup:
    """A square of cells, coloured by latency: 10, 20, 30, 40 ms and beyond; grey without a way."""
    count, left, top = len(names), 160, 150
    cell = max(6.0, min(23.0, (WIDTH - left - 10) / max(1, count)))
    size = cell * count
    parts = [_open(round(top + size + 8))]
    for i, name in enumerate(names):
        y, x = top + i * cell + cell / 2 + 4, left + i * cell + cell / 2 + 4
        parts.append(_text(left - 6, y, name, INK, "end"))
        parts.append(
            f'<text x="{x:.1f}" y="{top - 6}" fill="{INK}" transform="rotate(-60 {x:.1f} {top - 6})">'
            f"{escape(name)}</text>"
        )
        for j, value in enumerate(latency_us[i]):
            colour = "#ffffff" if i == j else _cell_colour(value)
            parts.append(
                f'<rect x="{left + j * cell:.1f}" y="{top + i * cell:.1f}" width="{cell - 1:.1f}" '
                f'height="{cell - 1:.1f}" fill="{colour}"><title>{escape(titles[i][j])}</title></rect>'
            )
    x = left + size + 18
    if x < WIDTH - 90:
        legend = [*((f"≤ {limit // 1000} ms", colour) for limit, colour in _CELLS), ("> 40 ms", _SLOW)]
        for i, (label, colour) in enumerate(legend):
            parts.append(f'<rect x="{x:.1f}" y="{top + i * 20}" width="14" height="14" fill="{colour}"/>')
            parts.append(_text(x + 20, top + i * 20 + 12, label, INK))
    return _closed(parts)


def _cell_colour(value: int | None) -> str:
    if value is None:
        return _NONE
    return next((colour for limit, colour in _CELLS if value <= limit), _SLOW)


def _axis(marks: Sequence[tuple[float, str]], left: int, inner: int, y: int) -> list[str]:
    return [
        _text(left + x * inner, y, label, FAINT, "start" if x < 0.04 else "end" if x > 0.96 else "middle")
        for x, label in marks
    ]


def _open(height: int) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'


def _rule(y: float) -> str:
    return f'<line x1="10" x2="{WIDTH - 10}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>'


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'


def _closed(parts: Sequence[str]) -> Markup:
    return Markup("".join(parts) + "</svg>")  # noqa: S704 -- every text in it is escaped above
