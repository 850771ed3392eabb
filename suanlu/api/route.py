"""A route: one call of the API with everything that serving and describing it needs.

The server and the OpenAPI document are both made from these, so the document is complete.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Parameter:
    """A parameter in the path or (default) the query string, with its JSON schema."""

    name: str
    description: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    place: str = "query"
    required: bool = False


@dataclass(frozen=True)
class Route:
    """`body` and `answer` are structs; `media_type` is what a 200 carries; `problems` are slugs."""

    method: str
    path: str
    handler: Handler
    summary: str
    tag: str
    answer: Any = None
    body: Any = None
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[str, ...] = ()
    media_type: str = "application/json"
    statuses: tuple[tuple[int, str], ...] = ()
    example: Any = None
