"""The collector's own figures: for /metrics, for the books, for a person who asks why."""

from collections.abc import Mapping
from dataclasses import dataclass

from topology.observation import TargetPhase

# what the decoder counts and does not store -> the reason for the books
DROPPED = {
    "unmapped": "unmapped",
    "unreadable": "unreadable",
    "out_of_range": "out_of_range",
    "repeated": "repeated",
    "fillers": "filler",
    "limited": "path_limit",
}


@dataclass(frozen=True)
class TargetStatistics:
    """One target. `received` counts updates; `dropped` those of them that are not stored, by reason."""

    phase: TargetPhase
    received: int
    messages: int
    sessions: int
    gaps: int
    errors: Mapping[str, int]
    dropped: Mapping[str, int]
    decoder: Mapping[str, int]
    quarantined: Mapping[str, str]
    encoding: str
    last_received_ns: int
    swept: int
    insecure: bool


@dataclass(frozen=True)
class CollectorStatistics:
    """All targets, by id. `batches` and `points` were handed on; `refused_batches` could not be."""

    targets: Mapping[str, TargetStatistics]
    batches: int
    points: int
    refused_batches: int
