"""GET /v1/reports/{kind}: a report on a time, as JSON, Markdown or one HTML file."""

import asyncio
from typing import Any, Literal, cast

from aiohttp import web

from suanlu.api.context import Context, context_of
from suanlu.api.exchange import aging, read_query
from suanlu.api.moments import PAST, problems_of_the_past, read_time
from suanlu.api.problems import Problem
from suanlu.api.route import Parameter, Route
from suanlu.reports import KINDS, LENGTH_S, Kind, Report
from suanlu.times import NS_PER_S

FORMATS = ("json", "md", "html")
LANGUAGES = ("en", "zh")
LONGEST_S = 366 * 86_400
_TYPES = {"md": "text/markdown", "html": "text/html"}
_CSP = "default-src 'none'; style-src 'unsafe-inline'"  # a report has styles of its own, and nothing else


async def get_report(request: web.Request) -> web.StreamResponse:
    """A report; without `to` until now, without `from` as long as its kind: 8 hours, 1 or 4 weeks."""
    context = context_of(request)
    query = read_query(request, ("from", "to", "format", "lang"))
    kind = _one_of("kind", request.match_info["kind"], KINDS)
    form = _one_of("format", query.get("format", "json"), FORMATS)
    language = _one_of("lang", query.get("lang", "en"), LANGUAGES)
    start_ns, end_ns = _window(context, query, cast(Kind, kind))
    with problems_of_the_past():
        report = await context.reporter.report(cast(Kind, kind), start_ns, end_ns)
    if form == "json":
        return aging(report)
    text = await asyncio.to_thread(
        _rendered, report, cast(Literal["md", "html"], form), cast(Literal["en", "zh"], language)
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _CSP}
    return web.Response(text=text, content_type=_TYPES[form], charset="utf-8", headers=headers)


def _rendered(report: Report, form: Literal["md", "html"], language: Literal["en", "zh"]) -> str:
    from suanlu.reports.render import render  # noqa: PLC0415 -- the templates' engine, for who wants pages

    return render(report, form, language)


def _window(context: Context, query: dict[str, str], kind: Kind) -> tuple[int, int]:
    now_ns = context.now_ns()
    end_ns = min(read_time(query, "to"), now_ns) if "to" in query else now_ns
    start_ns = read_time(query, "from") if "from" in query else end_ns - LENGTH_S[kind] * NS_PER_S
    if not 0 <= start_ns < end_ns:
        raise Problem("invalid-request", "`from` must be earlier than `to`, and than now")
    if end_ns - start_ns > LONGEST_S * NS_PER_S:
        raise Problem("invalid-request", "a report is of a year at most: move `from` nearer to `to`")
    return start_ns, end_ns


def _one_of(name: str, value: str, allowed: Any) -> str:
    if value not in allowed:
        raise Problem("invalid-request", f"`{name}` cannot be {value!r}; allowed: {', '.join(allowed)}")
    return value


_TIME = {"type": "string", "format": "date-time"}
ROUTES = (
    Route(
        "GET",
        "/v1/reports/{kind}",
        get_report,
        "A report on a shift, a week, or the capacity",
        "reports",
        answer=Report,
        parameters=(
            Parameter("kind", "what it is for", {"enum": list(KINDS)}, place="path", required=True),
            Parameter("from", "start, RFC 3339; default as long before `to` as the kind says", _TIME),
            Parameter("to", "end, RFC 3339; default now", _TIME),
            Parameter("format", "JSON, Markdown, or HTML in one file", {"enum": list(FORMATS)}),
            Parameter("lang", "the language of Markdown and HTML", {"enum": list(LANGUAGES)}),
        ),
        problems=("invalid-request", *PAST),
    ),
)
