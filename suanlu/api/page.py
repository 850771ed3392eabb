"""Files of the page, with the headers that every one of them gets."""

from pathlib import Path

from aiohttp import web

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'self'",
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page_file(path: Path) -> web.FileResponse:
    """A file of the weathermap."""
    return web.FileResponse(path, headers=_HEADERS)
