"""What a client may ask: one struct a request body, validated on arrival, shown as it is in OpenAPI.

Field names are the API's contract; fields that are not listed are refused by name.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Objective = Literal["latency", "te_metric", "igp_metric", "hops", "widest"]
Routing = Literal["any", "igp"]
BandwidthBasis = Literal["capacity", "free_now", "free_p05"]
Level = Literal["link", "circuit", "srlg", "router"]
Metric = Literal["latency", "bandwidth", "te_metric", "hops"]
MAX_INTEGER = (1 << 63) - 1

Endpoint = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="a site, a router, an IP address or prefix of a site, or an interface `<router>:<name>`",
        examples=["shenzhen"],
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=255)]
Names = Annotated[tuple[Name, ...], Meta(max_length=10_000)]
Bandwidth = Annotated[int, Meta(ge=1, le=MAX_INTEGER, description="bit/s")]
Latency = Annotated[int, Meta(ge=0, le=MAX_INTEGER, description="µs, one way")]
Hops = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]


class _Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unknown fields are refused; absent ones have the defaults that the OpenAPI document shows."""


class Exclude(_Body, frozen=True, kw_only=True):
    """What a path must not touch, by id."""

    sites: Names = ()
    routers: Names = ()
    circuits: Names = ()
    links: Names = ()
    srlgs: Names = ()


class Constraints(_Body, frozen=True, kw_only=True):
    """What every path must satisfy; an unknown metric satisfies no bound on it."""

    min_bandwidth_bps: Bandwidth | None = None
    max_latency_us: Latency | None = None
    max_hops: Hops | None = None
    exclude: Exclude = Exclude()


class Disjoint(_Body, frozen=True, kw_only=True):
    """Two paths that share nothing of this level, with the least sum of the objective."""

    level: Level
    count: Literal[2] = 2
    required: bool = True


class PathQuery(_Body, frozen=True, kw_only=True):
    """The body of POST /v1/paths. `objective`, `k` and `disjoint` belong to `routing: any`."""

    source: Endpoint = msgspec.field(name="from")
    target: Endpoint = msgspec.field(name="to")
    routing: Routing = "any"
    objective: Objective | UnsetType = UNSET
    constraints: Constraints = Constraints()
    bandwidth_basis: BandwidthBasis = "free_p05"
    k: Annotated[int, Meta(ge=1, le=1000)] | UnsetType = UNSET
    disjoint: Disjoint | UnsetType | None = UNSET
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


class PairQuery(_Body, frozen=True, kw_only=True):
    """Two places."""

    source: Endpoint = msgspec.field(name="from")
    target: Endpoint = msgspec.field(name="to")


class WhatIfQuery(_Body, frozen=True, kw_only=True):
    """The body of POST /v1/whatif. `failures` may name circuits, routers, SRLGs and sites."""

    failures: Literal["each_circuit", "each_srlg", "each_router"] | Names = "each_circuit"
    pairs: tuple[PairQuery, ...] | None = None
    routing: Routing = "igp"
    constraints: Constraints = Constraints()
