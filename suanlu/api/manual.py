"""GET /docs/{page}: the manual and the runbooks, as pages for people and as the Markdown they are written in.

The address of an alert's runbook, and of what an answer means, leads here: it opens where an engineer is,
without the internet. A link from one page to another works as it does in the repository; what leads to the
sources, which are not served, is their path in plain code.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from aiohttp import web
from markdown_it import MarkdownIt
from markdown_it.token import Token

from suanlu.api.problems import Problem

PAGES = Path(__file__).parents[1] / "docs"
FILES = {  # besides pages, by address below /docs
    "weathermap.png": PAGES / "weathermap.png",
    "suanlu.rules.yaml": Path(__file__).parents[2] / "dashboards" / "prometheus" / "suanlu.rules.yaml",
}
_CSP = "default-src 'none'; style-src 'self'; img-src 'self'"
_HTML = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} · Suanlu</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/docs/manual.css"></head>
<body><nav><a href="/">Weathermap</a> <a href="/docs">API</a> <a href="/docs/operations">Operations</a></nav>
<main>
{body}</main></body></html>
"""
_CSS = """:root { color-scheme: light dark; --line: light-dark(#d0d7e2, #2a3344);
  --code: light-dark(#eef1f6, #161d2b) }
body { margin: 0 auto; padding: 1rem; max-width: 52rem; font: 16px/1.55 system-ui, sans-serif;
  background: light-dark(#fff, #0d121b); color: light-dark(#1a2233, #dfe6f2) }
nav { display: flex; gap: 1rem; font-size: .9em }
a { color: light-dark(#1257b0, #7db4ff) }
pre, code { background: var(--code); border-radius: 4px; font: .9em/1.5 ui-monospace, monospace }
code { padding: .1em .3em; overflow-wrap: anywhere }
pre { padding: .8em 1em; overflow-x: auto }
pre code { padding: 0; overflow-wrap: normal }
table { display: block; overflow-x: auto; border-collapse: collapse }
th, td { padding: .4em .7em; border: 1px solid var(--line); text-align: left; vertical-align: top }
img { max-width: 100% }
"""
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


async def get_page(request: web.Request) -> web.Response:
    """A page of the manual: HTML for who accepts it (a browser), else Markdown (curl, a program)."""
    folder, name = request.match_info.get("folder", ""), request.match_info["page"].removesuffix(".md")
    there = {path.stem: path for path in (PAGES / folder).glob("*.md")}
    if name not in there:
        raise Problem(
            "not-found", f"the manual has no page {name!r} here; there are: {', '.join(sorted(there))}"
        )
    text = there[name].read_text(encoding="utf-8")
    headers = {"Vary": "Accept"}
    if "text/html" not in request.headers.get("Accept", ""):
        return web.Response(text=text, content_type="text/markdown", headers=headers)
    title = text.partition("\n")[0].lstrip("# ")
    page = _HTML.format(title=escape(title), body=rendered(text))
    headers["Content-Security-Policy"] = _CSP
    return web.Response(text=page, content_type="text/html", headers=headers)


def rendered(text: str) -> str:
    """A page's Markdown as HTML, its links as they are served."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_served(token.children))
    html: str = _markdown.renderer.render(tokens, _markdown.options, {})
    return html


def _served(tokens: list[Token]) -> Iterator[Token]:
    """Lead files to where they are served, and leave out links to what is not."""
    left_out = False
    for token in tokens:
        address = str(token.attrGet("href") or "") if token.type == "link_open" else ""
        name = address.rpartition("/")[2]
        if address.startswith("../") and name in FILES:
            token.attrSet("href", f"/docs/{name}")
        elif address.startswith("../") and not name.partition("#")[0].endswith(".md"):
            left_out = True
            continue
        if token.type == "link_close" and left_out:
            left_out = False
            continue
        yield token


async def get_runbooks(request: web.Request) -> web.Response:
    """The list of runbooks, at the folder's own address: its links are relative to it."""
    if not request.path.endswith("/"):
        raise web.HTTPPermanentRedirect("/docs/runbooks/")
    request.match_info.update(folder="runbooks", page="README")
    return await get_page(request)


async def get_api(_request: web.Request) -> web.Response:
    """The manual's root is the API's own page."""
    raise web.HTTPPermanentRedirect("/docs")


async def get_file(request: web.Request) -> web.FileResponse:
    """A picture, or rules to load elsewhere."""
    return web.FileResponse(FILES[request.path.rpartition("/")[2]])


async def get_style(_request: web.Request) -> web.Response:
    """How the pages look."""
    return web.Response(text=_CSS, content_type="text/css")


def install(app: web.Application) -> None:
    """Add the manual's pages; what else is below /docs comes first."""
    app.router.add_get("/docs/manual.css", get_style)
    app.router.add_get("/docs/", get_api)
    app.router.add_get("/docs/runbooks", get_runbooks)
    app.router.add_get("/docs/runbooks/", get_runbooks)
    for name in FILES:
        app.router.add_get(f"/docs/{name}", get_file)
    app.router.add_get("/docs/{page}", get_page)
    app.router.add_get("/docs/{folder:runbooks}/{page}", get_page)
