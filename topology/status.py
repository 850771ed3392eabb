"""What the graph tells beside its snapshot: of a link, a router, an inconsistency, and its own health."""

from typing import Literal

import msgspec

from topology.observation import TargetPhase
from topology.snapshot import LinkState

Word = Literal["up", "down", "nothing"]
InconsistencyKind = Literal["ends", "capacity", "wiring"]


class EndStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One end's view of a circuit. `word`: what its router last said; `heard`: how fresh that is.

    `heard` is UP (the router is heard), UNCONFIRMED or STALE; `reason` is the evidence in one sentence;
    `received_at_ns` is our clock when the router last spoke of the interface's state, None if never.
    """

    router: str
    interface: str
    word: Word
    heard: LinkState
    reason: str
    received_at_ns: int | None


class LinkStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a link, since when (ns, our clock), why, and both ends' view; the A-end is `a`.

    `held_until_ns`: a link that came back counts as down until then; None where no hold runs.
    """

    id: str
    state: LinkState
    since_ns: int
    cause: str
    held_until_ns: int | None
    a: EndStatus
    z: EndStatus


class RouterStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The stream of a router; `last_received_ns` is None before anything arrived."""

    id: str
    phase: TargetPhase
    since_ns: int
    drained: bool
    last_received_ns: int | None


class Inconsistency(msgspec.Struct, frozen=True, kw_only=True):
    """Two sources that contradict each other about a circuit; `id` is `<kind>:<circuit>`."""

    id: str
    kind: InconsistencyKind
    circuit: str
    detail: str
    since_ns: int


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`blind`: no router is heard, since `blind_since_ns`; `degraded`: some are not, or links are stale."""

    state: Literal["ok", "degraded", "blind"]
    blind_since_ns: int | None
