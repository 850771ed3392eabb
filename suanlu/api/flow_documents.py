"""What a question about flows gets as its answer."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from pathcalc import Basis
from suanlu.api.path_documents import ForwardingStatus, Pin, Timing
from suanlu.api.requests import Endpoint, Routing
from suanlu.published import Stamp


class FlowLinkDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a link carries of the flow."""

    link: str
    flow_bps: int


class FlowPathDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A simple path and its part of the flow; `pin`, under `routing: any`, makes packets take it."""

    flow_bps: int
    links: tuple[str, ...]
    routers: tuple[str, ...]
    sites: tuple[str, ...]
    latency_us: int | None
    hop_count: int
    pin: Pin | UnsetType = UNSET


class ForwardedFlowDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The most that fits if nobody steers: packets split as the IGP has it until the first link is full."""

    status: ForwardingStatus
    value_bps: int
    bottleneck_links: tuple[str, ...]


class MaxFlowDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The most that fits at once, if every path is pinned.

    `paths` add up to `value_bps` and to `links`, the most first. `min_cut`: links whose bandwidths sum to
    `value_bps` and that every path passes one of, so no more can get through.
    """

    routing: Literal["any"] = "any"
    status: Literal["optimal"] = "optimal"
    bandwidth_basis: Basis
    value_bps: int
    min_cut: tuple[str, ...]
    paths: tuple[FlowPathDocument, ...]
    links: tuple[FlowLinkDocument, ...]
    forwarded: ForwardedFlowDocument | UnsetType = UNSET
    timing: Timing
    topology: Stamp


class AllocatedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What one demand gets, and what keeps it from more.

    `limit`: `links`, of which each of its paths passes a full one (`bottleneck_links`); its own `max_bps`; or
    that there is `no_path`. `bound_bps` is proved: it can have no more unless a demand that has no more than
    it, by weight, gets less. Under `igp` `paths` are the branches that packets take, at most 64.
    """

    id: str | UnsetType = UNSET
    source: Endpoint = msgspec.field(name="from")
    target: Endpoint = msgspec.field(name="to")
    rate_bps: int
    limit: Literal["links", "max_bps", "no_path"]
    bottleneck_links: tuple[str, ...]
    bound_bps: int | None
    paths: tuple[FlowPathDocument, ...]


class LoadedLinkDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What all demands together put on a link, of what it has."""

    link: str
    flow_bps: int
    bandwidth_bps: int


class AllocationDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Max-min fair rates: none can be raised unless one that is no larger, by weight, is lowered.

    `optimal`: proved to one part in a million; `feasible`: all fit, and `bound_bps` says what is proved of
    each; `predicted`: exact for the ways that packets take under `routing: igp`.
    """

    routing: Routing
    status: Literal["optimal", "feasible", "predicted"]
    bandwidth_basis: Basis
    total_bps: int
    demands: tuple[AllocatedDocument, ...]
    links: tuple[LoadedLinkDocument, ...]
    timing: Timing
    topology: Stamp
