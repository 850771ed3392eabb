"""Observations: what a collector believes about one thing, with both clocks and its source.

State arrives as these objects, at once; numbers arrive in the series table (`topology.series`).
Order for one (router, interface, kind): the higher `session` wins (one per Subscribe RPC), then
`observed_at_ns`, then `seq`: without `session` a router whose clock steps back after a reboot would
freeze its links for ever.
"""

from typing import Literal

import msgspec

OperStatus = Literal[
    "UP", "DOWN", "TESTING", "UNKNOWN", "DORMANT", "NOT_PRESENT", "LOWER_LAYER_DOWN"
]  # openconfig-interfaces
AdminStatus = Literal["UP", "DOWN", "TESTING"]
TargetPhase = Literal["connecting", "syncing", "synced", "silent", "unreachable"]


class _Observation(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """`observed_at_ns` is the router's clock, `received_at_ns` ours, both since the Unix epoch."""

    router: str
    session: int
    seq: int
    observed_at_ns: int
    received_at_ns: int


class InterfaceState(_Observation, frozen=True, kw_only=True):
    """/interfaces/interface/state/{oper-status,admin-status,last-change}; None: not told yet."""

    interface: str
    oper_status: OperStatus | None = None
    admin_status: AdminStatus | None = None
    last_change_ns: int | None = None


class InterfaceSpeed(_Observation, frozen=True, kw_only=True):
    """The speed of a port (`source` "port_speed") or the vendor's own bandwidth ("native")."""

    interface: str
    speed_bps: int | None
    source: Literal["port_speed", "native"]


class LagMembers(_Observation, frozen=True, kw_only=True):
    """A group's members that are active, its speed and its floor, each None where not told."""

    interface: str
    members: tuple[str, ...] | None = None
    lag_speed_bps: int | None = None
    min_links: int | None = None


class Neighbour(_Observation, frozen=True, kw_only=True):
    """LLDP: what this interface is plugged into; None: nothing is heard."""

    interface: str
    peer_router: str | None
    peer_interface: str | None


class Adjacency(_Observation, frozen=True, kw_only=True):
    """The IS-IS adjacencies of one level over this interface; level 0: the router does not tell it."""

    interface: str
    level: int
    up: bool


class TargetState(_Observation, frozen=True, kw_only=True):
    """The state of the stream itself; `router` names the target."""

    state: TargetPhase


class Removed(_Observation, frozen=True, kw_only=True):
    """The router no longer has this; `kind` is the class name of the observation that is withdrawn.

    `field` withdraws one field of it alone: a name of that observation's, the `source` of a speed; "": all.
    """

    interface: str
    kind: str
    field: str = ""


class Drain(_Observation, frozen=True, kw_only=True):
    """Somebody takes a router or circuit (`id`) out of use, or gives it back; `router` is "" here.

    `by` is whose word it is: an operator, a maintenance. Each has its own order, and nobody gives back what
    another has taken.
    """

    id: str
    drained: bool
    by: str


Observation = (
    InterfaceState | InterfaceSpeed | LagMembers | Neighbour | Adjacency | TargetState | Removed | Drain
)
