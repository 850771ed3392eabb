"""A report for people: Markdown for chats and tickets, HTML in one file for mail and for printing."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from suanlu.alerts import Acknowledgement, Alert
from suanlu.alerts.causes.reasons import reason_zh
from suanlu.effects.words import past_sentence, past_sentence_zh
from suanlu.reports import charts
from suanlu.reports.document import Kind, Report
from suanlu.reports.words import WORDS, Language
from suanlu.times import NS_PER_S, parse_rfc3339

Format = Literal["json", "md", "html"]
MOST_ROWS = 20
FULL = 0.8
_TEMPLATES = Path(__file__).parent / "templates"
OPERATOR = timezone(timedelta(hours=8))
"""Beijing time: what the operator's clocks show, in either language; UTC stands beside it."""
_SECTIONS: dict[Kind, tuple[str, ...]] = {
    "shift": ("happened", "cuts", "work", "availability", "load", "risks"),
    "week": ("happened", "cuts", "work", "availability", "load", "circles", "risks"),
    "capacity": ("load", "circles", "risks"),
}


def render(report: Report, form: Literal["md", "html"], language: Language) -> str:
    """Return the text of a report."""
    words = WORDS[language]
    names = {site: pair[1 if language == "zh" else 0] for site, pair in report.sites.items()}
    template = _environment().get_template(f"report.{form}.j2")
    return template.render(
        r=report,
        t=words,
        lang=language,
        sections=_SECTIONS[report.kind],
        most=MOST_ROWS,
        site=lambda site: names.get(site, site),
        at=_shown,
        utc=_utc,
        period=_period(report),
        holder=partial(_holder, words=words),
        summary=lambda alert: alert.summary_zh or alert.summary if language == "zh" else alert.summary,
        affects=lambda alert: _affects(alert, report, language, names),
        partly=[row for row in report.circuits if row.availability != 1.0 or row.drained_s],
        because=reason_zh if language == "zh" else str,
        duration=partial(duration, units=words["units"]),
        lasted=lambda alert: _lasted(alert, report),
        charts=_charts(report, words, names, language) if form == "html" else {},
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "share": share,
        "bandwidth": bandwidth,
        "cell": cell,
    }
    return environment


def percent(value: float | None) -> str:
    """A share as it is read: availability needs more places the nearer it is to one."""
    if value is None:
        return "–"
    places = 1 if value < 0.99 else 3 if value < 1 else 0
    return f"{min(value, 0.99999) * 100:.{places}f} %" if value < 1 else "100 %"


def share(value: float | None) -> str:
    """A share in whole percent."""
    return "–" if value is None else f"{value * 100:.0f} %"


def bandwidth(bps: int | None) -> str:
    """Bit/s in the unit that makes it short."""
    if bps is None:
        return "–"
    for unit, name in ((1e12, "Tbit/s"), (1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")):
        if abs(bps) >= unit:
            return f"{bps / unit:.3g} {name}" if abs(bps) < 1000 * unit else f"{bps / unit:.0f} {name}"
    return f"{bps} bit/s"


def duration(seconds: int, units: str = "d h min s") -> str:
    """Days, hours, minutes or seconds: the two greatest that there are."""
    parts: list[str] = []
    for length, unit in zip((86_400, 3600, 60, 1), units.split(" "), strict=True):
        count, seconds = divmod(seconds, length)
        if count or (length == 1 and not parts):
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])


def cell(text: object) -> str:
    """A text within a cell of a Markdown table; what routers say is text, never markup."""
    kept = " ".join(str(text).split())
    for sign in "\\|*_`[]#":
        kept = kept.replace(sign, "\\" + sign)
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _moment(at: str) -> datetime:
    return datetime.fromtimestamp(parse_rfc3339(at) / NS_PER_S, UTC)


def _shown(at: str) -> str:
    """The operator's time."""
    return f"{_moment(at).astimezone(OPERATOR):%Y-%m-%d %H:%M:%S}"


def _utc(at: str) -> str:
    """UTC, with its day where that is another than the operator's."""
    moment = _moment(at)
    same_day = moment.date() == moment.astimezone(OPERATOR).date()
    return f"{moment:{'%H:%M:%S' if same_day else '%m-%d %H:%M:%S'}} UTC"


def _period(report: Report) -> dict[str, str]:
    """From when to when, in both clocks."""
    form = "%Y-%m-%d %H:%M"
    ends = {"start": _moment(report.start), "end": _moment(report.end)}
    return {name: f"{end.astimezone(OPERATOR):{form}}" for name, end in ends.items()} | {
        f"{name}_utc": f"{end:{form}}" for name, end in ends.items()
    }


def _holder(said: Acknowledgement, words: dict[str, str]) -> str:
    """Whose an alert is: the owner, and by whom it was given to another."""
    if not said.owner or said.owner == said.by:
        return said.by
    return words["given"].format(owner=said.owner, by=said.by)


def _affects(alert: Alert, report: Report, language: Language, names: dict[str, str]) -> str:
    """What it does to the pairs of sites, or did; empty where that was not worked out."""
    if alert.effects is None:
        return ""
    if _lasted(alert, report) is None:
        return alert.effects.text_zh if language == "zh" else alert.effects.text
    return WORDS[language]["did"].format(
        did=past_sentence_zh(alert.effects, names)
        if language == "zh"
        else past_sentence(alert.effects, names)
    )


def _lasted(alert: Alert, report: Report) -> int | None:
    """Seconds until its end; None while it fires."""
    if alert.resolved_at is None or alert.resolved_at > report.end:
        return None
    return (parse_rfc3339(alert.resolved_at) - parse_rfc3339(alert.since)) // NS_PER_S


def _charts(
    report: Report, words: dict[str, str], names: dict[str, str], language: Language
) -> dict[str, Any]:
    start_ns, end_ns = parse_rfc3339(report.start), parse_rfc3339(report.end)

    def place(at: str) -> float:
        return min(max((parse_rfc3339(at) - start_ns) / (end_ns - start_ns), 0.0), 1.0)

    marks = _marks(report)
    made: dict[str, Any] = dict.fromkeys(("alerts", "load", "use"))
    if report.alerts:
        made["alerts"] = charts.timeline(
            [_span(alert, place, language) for alert in report.alerts[: 3 * MOST_ROWS]], marks
        )
    if len(report.load.t) > 1:
        top = max(*report.load.bps, 1)
        made["load"] = charts.line(
            [(place(t), bps / top) for t, bps in zip(report.load.t, report.load.bps, strict=True)],
            marks,
            bandwidth(top),
        )
    used = [use for use in report.use if use.p95_share is not None][:MOST_ROWS]
    if used:
        made["use"] = charts.bars(
            [charts.Bar(use.link, use.p95_share or 0.0, share(use.p95_share)) for use in used], full=FULL
        )
    made["circles"] = _matrix(report, words, names)
    return made


def _marks(report: Report) -> Sequence[tuple[float, str]]:
    is_short = report.seconds <= 2 * 86_400
    form, count = ("%H:%M", 8) if is_short else ("%m-%d", 7)  # of a shift the hours, of a week the days
    start_ns = parse_rfc3339(report.start)
    marks = []
    for i in range(count + 1):
        moment = datetime.fromtimestamp(start_ns / NS_PER_S + report.seconds * i / count, UTC)
        marks.append((i / count, f"{moment.astimezone(OPERATOR):{form}}"))
    return marks


def _span(alert: Alert, place: Callable[[str], float], language: Language) -> charts.Span:
    text = (alert.summary_zh or alert.summary) if language == "zh" else alert.summary
    end = 1.0 if alert.resolved_at is None else place(alert.resolved_at)
    return charts.Span(place(alert.since), end, alert.severity, text)


def _matrix(report: Report, words: dict[str, str], names: dict[str, str]) -> Any:
    sites = report.circles.sites
    shown = [names.get(site, site) for site in sites]
    titles = [
        [
            words["from_to"].format(
                a=shown[i], z=shown[j], latency=words["no_way"] if us is None else f"{us / 1000:.2f} ms"
            )
            for j, us in enumerate(row)
        ]
        for i, row in enumerate(report.circles.latency_us)
    ]
    return charts.matrix(shown, report.circles.latency_us, titles)
