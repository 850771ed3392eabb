"""What a route asks of its caller. Each scope includes those before it.

`read` sees everything, `query` also lets the server compute, `operate` also takes alerts on, silences and
plans maintenance, `admin` does the rest. A route that changes something and is not named here needs `admin`.
"""

from typing import Literal

Scope = Literal["read", "query", "operate", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "query", "operate", "admin")

PUBLIC = frozenset({"/", "/{name}", "/login", "/logout", "/livez", "/readyz"})
"""The page without its data, the way in and out, and what a supervisor asks."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_CHANGING: dict[str, Scope] = {
    "/v1/paths": "query",
    "/v1/paths:batch": "query",
    "/v1/matrix": "query",
    "/v1/flows:max": "query",
    "/v1/flows:allocate": "query",
    "/v1/whatif": "query",
    "/v1/maintenances:check": "query",
    "/v1/maintenances": "operate",
    "/v1/maintenances/{id}:end": "operate",
    "/v1/alerts/{id}:ack": "operate",
    "/api/v2/silences": "operate",
    "/api/v2/silence/{id}": "operate",
    "/simulator/faults": "admin",
}


def scope_of(method: str, path: str) -> Scope | None:
    """The scope that a route needs, None for a public one; `path` is as the route was declared."""
    if path in PUBLIC:
        return None
    return "read" if method in _READING else _CHANGING.get(path, "admin")


def includes(held: Scope, needed: Scope) -> bool:
    """Whether who holds one scope may do what needs the other."""
    return SCOPES.index(held) >= SCOPES.index(needed)
