"""What a client may ask: one struct a request body, validated on arrival, shown as it is in OpenAPI.

Field names are the API's contract; fields that are not listed are refused by name.
"""

from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pathcalc.any.matrix import Metric
from pathcalc.constraints.fields import DEFAULTS, Basis, ConstraintFields, Objective
from pathcalc.constraints.kinds import Bound, Threshold
from pathcalc.overlay import FIELDS as SETTABLE
from pathcalc.overlay import null_of

Routing = Literal["any", "igp"]
Level = Literal["link", "circuit", "srlg", "router", "site"]
MAX_INTEGER = (1 << 63) - 1

Place = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="a site, a router, an IP address or prefix of a site, or an interface `<router>:<name>`",
        examples=["shenzhen"],
    ),
]
Flows = Annotated[int, Meta(ge=1, le=1_000_000)]
Name = Annotated[str, Meta(min_length=1, max_length=255)]
Names = Annotated[tuple[Name, ...], Meta(max_length=10_000)]


class _Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unknown fields are refused; absent ones have the defaults that the OpenAPI document shows."""


class AnyOf(_Body, frozen=True, kw_only=True):
    """Several places of which any will do: a path may start, or end, at whichever is best."""

    any_of: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=1000)]


Endpoint = Place | AnyOf


_ELSEWHERE = ("bandwidth_basis", "flows")  # of the query, not of its constraints


def _constraint(name: str, hint: Any) -> tuple[str, Any, Any]:
    """A row of the path core's table of constraints as a field of a request."""
    kind = next((item for item in get_args(hint)[1:] if isinstance(item, Bound | Threshold)), None)
    default = DEFAULTS.get(name)
    if kind is None:
        return name, get_args(hint)[0] if isinstance(default, msgspec.Struct | tuple) else hint, default
    number = Annotated[int, Meta(ge=0, le=MAX_INTEGER, description=kind.unit or "as configured")]
    return name, number | None, default


_Declared: Any = msgspec.defstruct(
    "_Declared",
    [
        _constraint(name, hint)
        for name, hint in get_type_hints(ConstraintFields, include_extras=True).items()
        if name not in _ELSEWHERE
    ],
    bases=(_Body,),
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
)


class Constraints(_Declared, frozen=True, forbid_unknown_fields=True, kw_only=True):  # type: ignore[misc, call-arg]
    """What every path must satisfy: the path core's table. An unknown metric satisfies no bound on it."""


_Settable: Any = msgspec.defstruct(
    "_Settable",
    [
        (name, Annotated[int, Meta(ge=0, le=min(null_of(name) - 1, MAX_INTEGER))] | None | UnsetType, UNSET)
        for name in SETTABLE
    ],
    bases=(_Body,),
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
)


class LinkValues(_Settable, frozen=True, forbid_unknown_fields=True, kw_only=True):  # type: ignore[misc, call-arg]
    """Values of one link as they are to be; null is unknown, what is left out stays."""

    link: Name


class Overlay(_Body, frozen=True, kw_only=True):
    """The network as if: `down`, ids of circuits, links, routers, SRLGs and sites; `set`, values of links.

    Nothing follows from a value that is set: free bandwidth stays when the capacity changes. What is down is
    so whatever is set.
    """

    down: Names = ()
    set: Annotated[tuple[LinkValues, ...], Meta(max_length=10_000)] = ()


class Disjoint(_Body, frozen=True, kw_only=True):
    """`count` paths that share nothing of this level, the best set of them by the objective.

    Where there is none and it is not `required`, one path is the answer.
    """

    level: Level
    count: Annotated[int, Meta(ge=2, le=16)] = 2
    required: bool = True


class PathQuery(_Body, frozen=True, kw_only=True):
    """The body of POST /v1/paths.

    `objective`, `k`, `disjoint`, `explain`, `budget_ms` and the constraint `include` belong to
    `routing: any`. A single flow gets one member of a group of links, `flows` as many members. Without
    `budget_ms` a search that may take long ends after 2,000.
    """

    source: Endpoint = msgspec.field(name="from")
    target: Endpoint = msgspec.field(name="to")
    routing: Routing = "any"
    objective: Objective | UnsetType = UNSET
    constraints: Constraints = Constraints()
    bandwidth_basis: Basis = "free_p05"
    flows: Flows = 1
    k: Annotated[int, Meta(ge=1, le=1000)] | UnsetType = UNSET
    disjoint: Disjoint | UnsetType | None = UNSET
    overlay: Overlay | None = None
    explain: bool | UnsetType = UNSET
    budget_ms: Annotated[int, Meta(ge=1, le=10_000)] | UnsetType = UNSET
    forwarded: bool = True
    detail: bool = False


class Batch(_Body, frozen=True, kw_only=True):
    """The body of POST /v1/paths:batch; a query that is refused becomes an item of the answer."""

    queries: Annotated[tuple[msgspec.Raw, ...], Meta(min_length=1, max_length=1000)]


class BatchDocument(_Body, frozen=True, kw_only=True):
    """As `Batch`, for the OpenAPI document: what each query looks like."""

    queries: Annotated[tuple[PathQuery, ...], Meta(min_length=1, max_length=1000)]


class MatrixQuery(_Body, frozen=True, kw_only=True):
    """The body of POST /v1/matrix: at most 4,000,000 cells."""

    sources: Annotated[tuple[Endpoint, ...], Meta(min_length=1)]
    targets: Annotated[tuple[Endpoint, ...], Meta(min_length=1)]
    metric: Metric = "latency"
    routing: Routing = "igp"
    constraints: Constraints = Constraints()
    overlay: Overlay | None = None


class MaxFlowQuery(_Body, frozen=True, kw_only=True):
    """The body of POST /v1/flows:max. Without `flows` all members of a group of links count together."""

    source: Endpoint = msgspec.field(name="from")
    target: Endpoint = msgspec.field(name="to")
    constraints: Constraints = Constraints()
    bandwidth_basis: Basis = "free_p05"
    flows: Flows | UnsetType = UNSET
    overlay: Overlay | None = None
    forwarded: bool = True


class DemandQuery(_Body, frozen=True, kw_only=True):
    """Traffic that wants its fair share, `weight` times that of weight 1, at most `max_bps`.

    `id` is whatever the caller knows it by.
    """

    id: Name | UnsetType = UNSET
    source: Endpoint = msgspec.field(name="from")
    target: Endpoint = msgspec.field(name="to")
    max_bps: Annotated[int, Meta(ge=1, le=MAX_INTEGER)] | None = None
    weight: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class AllocateQuery(_Body, frozen=True, kw_only=True):
    """The body of POST /v1/flows:allocate. Without `flows` all members of a group of links count together.

    `constraints` and `budget_ms` belong to `routing: any`, where each demand may take any paths.
    """

    demands: Annotated[tuple[DemandQuery, ...], Meta(min_length=1, max_length=1000)]
    routing: Routing = "any"
    constraints: Constraints = Constraints()
    bandwidth_basis: Basis = "free_p05"
    flows: Flows | UnsetType = UNSET
    budget_ms: Annotated[int, Meta(ge=1, le=10_000)] | UnsetType = UNSET
    overlay: Overlay | None = None


class PairQuery(_Body, frozen=True, kw_only=True):
    """Two places."""

    source: Endpoint = msgspec.field(name="from")
    target: Endpoint = msgspec.field(name="to")


class WhatIfQuery(_Body, frozen=True, kw_only=True):
    """The body of POST /v1/whatif. `failures` may name circuits, links, routers, SRLGs and sites."""

    failures: Literal["each_circuit", "each_srlg", "each_router"] | Names = "each_circuit"
    pairs: tuple[PairQuery, ...] | None = None
    routing: Routing = "igp"
    constraints: Constraints = Constraints()
    overlay: Overlay | None = None
