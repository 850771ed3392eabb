"""GET /v1/map.svg: the weathermap as a picture, now or at a moment, for reports and chats."""

import asyncio
from http import HTTPStatus

from aiohttp import web

from suanlu.api.context import context_of
from suanlu.api.exchange import read_query
from suanlu.api.moments import AT, PAST, problems_of_the_past, seen
from suanlu.api.problems import Problem
from suanlu.api.route import Parameter, Route
from suanlu.picture import LANGUAGES, THEMES, Scene, draw

_CHOICES = {"lang": LANGUAGES, "theme": ("light", *(theme for theme in THEMES if theme != "light"))}
_HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"}


async def get_map(request: web.Request) -> web.StreamResponse:
    """Sites, each direction with its use and state, what is wrong, and the time: 1600 × 900."""
    context = context_of(request)
    query = read_query(request, ("at", *_CHOICES))
    chosen = {name: _choice(query, name) for name in _CHOICES}
    then = await seen(context, query)
    if "at" in query:
        with problems_of_the_past():
            alerts = await context.past.alerts_at(then.now_ns)
    else:
        alerts = tuple(alert for alert in context.alerts() if alert.state == "firing")
    snapshot = then.view.snapshot
    scene = Scene(
        name=then.describer.inventory.name,
        at_ns=then.now_ns,
        health=then.view.stamp.health,
        sites=tuple(then.describer.site(snapshot, site) for site in then.describer.inventory.sites),
        links=tuple(then.describer.link(snapshot, i, then.now_ns) for i in range(len(snapshot.link_ids))),
        alerts=alerts,
    )
    picture = await asyncio.to_thread(draw, scene, language=chosen["lang"], theme=chosen["theme"])
    return web.Response(
        status=HTTPStatus.OK, body=picture, content_type="image/svg+xml", charset="utf-8", headers=_HEADERS
    )


def _choice(query: dict[str, str], name: str) -> str:
    allowed = _CHOICES[name]
    value = query.get(name, allowed[0])
    if value not in allowed:
        raise Problem(
            "invalid-request", f"`{name}` cannot be {value!r}; allowed: {', '.join(sorted(allowed))}"
        )
    return value


ROUTES = (
    Route(
        "GET",
        "/v1/map.svg",
        get_map,
        "The weathermap as a picture",
        "topology",
        parameters=(
            AT,
            Parameter("lang", "language of the texts", {"enum": list(LANGUAGES), "default": "en"}),
            Parameter("theme", "for dark or light surroundings", {"enum": list(THEMES), "default": "light"}),
        ),
        problems=("invalid-request", *PAST),
        media_type="image/svg+xml",
    ),
)
