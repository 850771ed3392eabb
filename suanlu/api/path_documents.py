"""What a path query gets as its answer."""

import time
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from pathcalc import Basis
from suanlu.published import Stamp

ForwardingStatus = Literal["predicted", "unreachable"]


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """What the clock decides, apart from the answer; `oldest_metric_age_ms` of the links of the answer."""

    compute_us: int
    oldest_metric_age_ms: int | None


class ComputeTiming(msgspec.Struct, frozen=True, kw_only=True):
    """What the clock decides where an answer is of the whole network: how long it took."""

    compute_us: int

    @staticmethod
    def since(started_ns: int) -> "ComputeTiming":
        """From a reading of `time.perf_counter_ns`."""
        return ComputeTiming(compute_us=(time.perf_counter_ns() - started_ns) // 1000)


class HopDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One link of a path with the numbers that the answer counted with."""

    link: str
    from_router: str
    to_router: str
    latency_us: int | None
    capacity_bps: int | None
    free_bps: int | None
    metric_age_ms: int | None
    sources: dict[str, str | None]


class SegmentDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A node segment (`node`) or an adjacency segment (`adjacency`, a link); `sid` is null where unread."""

    node: str | UnsetType = UNSET
    adjacency: str | UnsetType = UNSET
    sid: int | None


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """The shortest segment list that makes packets take the path; empty where they take it anyway."""

    segments: tuple[SegmentDocument, ...]


class PathDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A path; sums and minima are null where one of its links does not know the metric."""

    links: tuple[str, ...]
    routers: tuple[str, ...]
    sites: tuple[str, ...]
    latency_us: int | None
    bandwidth_bps: int | None
    single_flow_max_bps: int | None
    te_metric: int | None
    igp_metric: int | None
    hop_count: int
    loss_ppm: int | None
    jitter_us: int | None
    mtu_bytes: int | None
    bottleneck_link: str | None
    pin: Pin
    hops: tuple[HopDocument, ...] | UnsetType = UNSET


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """A constraint that forwarded packets do not keep; `value` is what they get."""

    constraint: str
    limit: int | None
    value: int | tuple[str, ...] | None
    detail: str


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Over the branches, µs one way."""

    min: int | None
    max: int | None


class BoundDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What is proved of a `feasible` answer: no path has less of the sum `of`, or more `bandwidth`."""

    of: str
    value: int | None


class ObjectionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a constraint has against the best path of all: links that it rules out, or a sum."""

    constraint: str
    reason: str
    links: tuple[str, ...]
    limit: int | None
    value: int | None
    sentence: str


class ExplanationDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The best path without any constraint, by its links, and why it is not the answer."""

    links: tuple[str, ...]
    latency_us: int | None
    bandwidth_bps: int | None
    objections: tuple[ObjectionDocument, ...]


class ForwardedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Where packets go now if nobody does anything, beside the best path."""

    status: ForwardingStatus
    satisfied: bool
    violations: tuple[Violation, ...]
    same_as_best: bool
    latency_us: Spread
    bandwidth_bps: int | None
    branches: int


class PathsDocument(msgspec.Struct, frozen=True, kw_only=True, tag_field="routing", tag="any"):
    """The answer under `routing: any`: the best possible paths, best first; who wants one must pin it."""

    status: Literal["optimal", "feasible"]
    bandwidth_basis: Basis
    paths: tuple[PathDocument, ...]
    forwarded: ForwardedDocument | UnsetType = UNSET
    bound_us: int | None
    bound: BoundDocument | UnsetType = UNSET
    explanation: ExplanationDocument | UnsetType = UNSET
    timing: Timing
    topology: Stamp


class BranchDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One way that packets take; `weight_ppm` is its share of the traffic."""

    weight_ppm: int
    links: tuple[str, ...]
    routers: tuple[str, ...]
    latency_us: int | None


class ShareDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A link that packets use, and the share of the traffic that passes it."""

    link: str
    fraction_ppm: int


class ForwardingDocument(msgspec.Struct, frozen=True, kw_only=True, tag_field="routing", tag="igp"):
    """The answer under `routing: igp`: where packets go now, all equal-cost branches."""

    status: ForwardingStatus
    bandwidth_basis: Basis
    satisfied: bool
    violations: tuple[Violation, ...]
    latency_us: Spread
    bandwidth_bps: int | None
    branches: tuple[BranchDocument, ...]
    links: tuple[ShareDocument, ...]
    timing: Timing
    topology: Stamp
