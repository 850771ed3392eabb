"""What a question about flows gets as its answer."""

from typing import Literal

import msgspec

from pathcalc import Basis
from suanlu.api.path_documents import Pin, Timing
from suanlu.published import Stamp


class FlowLinkDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a link carries of the flow."""

    link: str
    flow_bps: int


class FlowPathDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A simple path and its part of the flow; `pin` is what makes packets take it."""

    flow_bps: int
    links: tuple[str, ...]
    routers: tuple[str, ...]
    sites: tuple[str, ...]
    latency_us: int | None
    hop_count: int
    pin: Pin


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
    timing: Timing
    topology: Stamp
