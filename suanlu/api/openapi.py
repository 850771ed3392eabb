"""GET /v1/openapi.json, /docs, /problems/{slug}: what the API is, for programs and for people.

The document is made from the routes and from the structs that validate requests, so it cannot differ
from what the server does. The page is Swagger UI from a package on this machine; it loads nothing else.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from aiohttp import web
from swagger_ui_bundle import swagger_ui_path

from suanlu.api.exchange import tag_of, tagged, unchanged
from suanlu.api.problems import MEDIA_TYPE, TYPES, Problem, ProblemDocument
from suanlu.api.route import Parameter, Route
from suanlu.version import version

_REF = "#/components/schemas/{name}"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Suanlu API</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/ui/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/ui/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
"""
# The bundled Swagger UI 4 draws what a 3.1 document says, but refuses to start on its version number
_START = """fetch("/v1/openapi.json").then((answer) => answer.json()).then((spec) => {
  spec.openapi = "3.0.3";
  window.ui = SwaggerUIBundle({spec, dom_id: "#swagger-ui", validatorUrl: null, deepLinking: true});
});
"""
_PAGE_CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these routes."""
    structs = [kind for route in routes for kind in (route.body, route.answer) if kind is not None]
    schemas = _schemas([*structs, ProblemDocument])
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Suanlu",
            "version": version(),
            "summary": "Live topology and exact paths of a backbone",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _schemas(structs: Iterable[Any]) -> dict[str, Any]:
    unique = list(dict.fromkeys(structs))
    return msgspec.json.schema_components(unique, ref_template=_REF)[1]


def _operation(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": route.summary,
        "description": (route.handler.__doc__ or "").strip(),
        "operationId": route.handler.__name__,
        "tags": [route.tag],
        "parameters": [_parameter(parameter) for parameter in route.parameters],
        "responses": _responses(route),
    }
    if route.body is not None:
        content: dict[str, Any] = {"schema": _ref(route.body)}
        if route.example is not None:
            content["example"] = route.example
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    return described


def _responses(route: Route) -> dict[str, Any]:
    schema = _ref(route.answer) if route.answer is not None else {"type": "string"}
    found: dict[str, Any] = {
        "200": {"description": route.summary, "content": {route.media_type: {"schema": schema}}}
    }
    for status, description in route.statuses:
        found[str(status)] = {"description": description}
    slugs: dict[int, list[str]] = {}
    for slug in route.problems:
        slugs.setdefault(TYPES[slug][0], []).append(slug)
    for status, names in slugs.items():
        found[str(status)] = {
            "description": "; ".join(f"{name}: {TYPES[name][1].lower()}" for name in names),
            "content": {MEDIA_TYPE: {"schema": _ref(ProblemDocument)}},
        }
    return found


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.schema,
    }


def _ref(kind: Any) -> dict[str, str]:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=_REF)
    return dict(schema)


async def get_docs(_request: web.Request) -> web.StreamResponse:
    """The page for people."""
    return web.Response(text=_PAGE, content_type="text/html", headers={"Content-Security-Policy": _PAGE_CSP})


async def get_start(_request: web.Request) -> web.StreamResponse:
    """What starts the page; a file of its own, so that no inline script needs to be allowed."""
    return web.Response(text=_START, content_type="text/javascript")


async def get_problem(request: web.Request) -> web.StreamResponse:
    """What a problem's type means."""
    slug = request.match_info["slug"]
    if slug not in TYPES:
        raise Problem("not-found", f"there is no problem type {slug!r}; there are: {', '.join(TYPES)}")
    status, title = TYPES[slug]
    return web.Response(text=f"{slug}: {title} (HTTP {status}).\n")


def install(app: web.Application, routes: Sequence[Route]) -> None:
    """Add the document of these routes, its page, and the pages of the problem types."""
    body = msgspec.json.encode(document(routes))
    tag = tag_of(document(routes))

    async def get_openapi(request: web.Request) -> web.StreamResponse:
        known = unchanged(request, tag)
        return known or tagged(web.Response(body=body, content_type="application/json"), tag)

    app.router.add_get("/v1/openapi.json", get_openapi)
    app.router.add_get("/docs", get_docs)
    app.router.add_get("/docs/start.js", get_start)
    app.router.add_static("/docs/ui", str(swagger_ui_path))
    app.router.add_get("/problems/{slug}", get_problem)
