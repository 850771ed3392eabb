"""What a router has said of one interface, put together into observations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.adjacencies import Adjacencies
from collector.message import Value
from collector.normalise import (
    admin_status,
    epoch_ns,
    names,
    oper_status,
    scaled,
    speed_bps,
    text,
    word,
)
from topology.observation import (
    Adjacency,
    AdminStatus,
    InterfaceSpeed,
    InterfaceState,
    LagMembers,
    Neighbour,
    Observation,
    OperStatus,
    Removed,
)

# state field -> the observation that it is part of
KIND_OF_FIELD: dict[str, type[Any]] = {
    "oper_status": InterfaceState,
    "admin_status": InterfaceState,
    "last_change": InterfaceState,
    "port_speed": InterfaceSpeed,
    "negotiated_speed": InterfaceSpeed,
    "native_speed_kbps": InterfaceSpeed,
    "lag_members": LagMembers,
    "lag_member_status": LagMembers,
    "lag_speed_mbps": LagMembers,
    "min_links": LagMembers,
    "neighbour_system": Neighbour,
    "neighbour_port": Neighbour,
    "adjacency": Adjacency,
}


@dataclass
class InterfaceView:
    """The latest of everything that one interface's state leaves said; None: not told, or deleted."""

    name: str
    oper_status: OperStatus | None = None
    admin_status: AdminStatus | None = None
    last_change_ns: int | None = None
    port_speed_bps: int | None = None
    negotiated_speed_bps: int | None = None
    native_speed_bps: int | None = None
    lag_members: tuple[str, ...] | None = None
    lag_member_up: dict[str, bool] = field(default_factory=dict)
    lag_speed_bps: int | None = None
    min_links: int | None = None
    neighbours: dict[str, dict[str, str]] = field(default_factory=dict)
    adjacencies: Adjacencies = field(default_factory=Adjacencies)
    told: dict[type[Any], frozenset[str]] = field(default_factory=dict)  # the fields that are believed

    @property
    def speed_bps(self) -> int | None:
        """The line's speed as far as this interface alone tells it: group, negotiated, port, native."""
        return self.lag_speed_bps or self.negotiated_speed_bps or self.port_speed_bps or self.native_speed_bps

    def set(self, leaf: str, more: Mapping[str, str], value: Value) -> None:
        """Take the value of a state leaf; `more` says which member, neighbour or level it is of."""
        which = _which(more)
        if leaf in _SINGLE:
            attribute, read = _SINGLE[leaf]
            setattr(self, attribute, read(value))
        elif leaf == "lag_member_status":
            self.lag_member_up[which[0]] = word(value) in ("UP", "1", "TRUE", "SELECTED")
        elif leaf == "adjacency":
            self.adjacencies.set(which, more.get("level", ""), value)
        elif leaf in _NEIGHBOUR:
            self.neighbours.setdefault(which[0], {})[_NEIGHBOUR[leaf]] = text(value)

    def clear(self, leaf: str, more: Mapping[str, str]) -> None:
        """Forget a state leaf that the router deleted."""
        which = _which(more)
        if leaf in _SINGLE:
            setattr(self, _SINGLE[leaf][0], None)
        elif leaf == "lag_member_status":
            self.lag_member_up.pop(which[0], None)
        elif leaf == "adjacency":
            self.adjacencies.lose(which)
        elif leaf in _NEIGHBOUR and which[0] in self.neighbours:
            self.neighbours[which[0]].pop(_NEIGHBOUR[leaf], None)
            if not self.neighbours[which[0]]:
                del self.neighbours[which[0]]

    def withdraw_adjacency(self, more: Mapping[str, str]) -> None:
        """Nothing is known of this adjacency any more."""
        self.adjacencies.withdraw(_which(more))

    def observations(self, kind: type[Any], head: Callable[[], dict[str, Any]]) -> list[Observation]:
        """Say what this kind is now: first what of it was told before and is gone, then what there is.

        `head` gives the fields that all observations have, numbered anew at each call.
        """
        if kind is Adjacency:
            return self.adjacencies.observations(self.name, head)
        fields = _FIELDS[kind](self)
        before = self.told.pop(kind, frozenset())
        if fields is None:
            return [Removed(interface=self.name, kind=kind.__name__, **head())] if before else []
        believed = self.told[kind] = _believed(kind, fields)
        gone = (
            Removed(interface=self.name, kind=kind.__name__, field=name, **head())
            for name in sorted(before - believed)
        )
        return [*gone, kind(interface=self.name, **fields, **head())]


def _which(more: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(more.values()) or ("",)


_SINGLE: dict[str, tuple[str, Callable[[Value], Any]]] = {
    "oper_status": ("oper_status", oper_status),
    "admin_status": ("admin_status", admin_status),
    "last_change": ("last_change_ns", epoch_ns),
    "port_speed": ("port_speed_bps", speed_bps),
    "negotiated_speed": ("negotiated_speed_bps", speed_bps),
    "native_speed_kbps": ("native_speed_bps", lambda value: scaled(value, 1_000)),
    "lag_members": ("lag_members", names),
    "lag_speed_mbps": ("lag_speed_bps", lambda value: scaled(value, 1_000_000)),
    "min_links": ("min_links", lambda value: scaled(value, 1)),
}
_NEIGHBOUR = {"neighbour_system": "system", "neighbour_port": "port"}


def _state(view: InterfaceView) -> dict[str, Any] | None:
    if view.oper_status is None and view.admin_status is None and view.last_change_ns is None:
        return None
    return {
        "oper_status": view.oper_status,
        "admin_status": view.admin_status,
        "last_change_ns": view.last_change_ns,
    }


def _speed(view: InterfaceView) -> dict[str, Any] | None:
    speed = view.negotiated_speed_bps or view.port_speed_bps
    if speed is not None:
        return {"speed_bps": speed, "source": "port_speed"}
    if view.native_speed_bps is not None:
        return {"speed_bps": view.native_speed_bps, "source": "native"}
    return None


def _lag(view: InterfaceView) -> dict[str, Any] | None:
    members = view.lag_members
    if members is None and view.lag_member_up:
        members = tuple(sorted(member for member, up in view.lag_member_up.items() if up))
    if members is None and view.lag_speed_bps is None and view.min_links is None:
        return None
    return {"members": members, "lag_speed_bps": view.lag_speed_bps, "min_links": view.min_links}


def _neighbour(view: InterfaceView) -> dict[str, Any] | None:
    if not view.neighbours:
        return None
    first = view.neighbours[min(view.neighbours)]
    return {"peer_router": first.get("system"), "peer_interface": first.get("port")}


def _believed(kind: type[Any], fields: dict[str, Any]) -> frozenset[str]:
    """The names by which `Removed.field` withdraws what these fields say."""
    if kind is InterfaceSpeed:
        return frozenset({fields["source"]})
    if kind is Neighbour:
        return frozenset({"peer"})  # one belief, told anew as a whole
    return frozenset(name for name, value in fields.items() if value is not None)


_FIELDS: dict[type[Any], Callable[[InterfaceView], dict[str, Any] | None]] = {
    InterfaceState: _state,
    InterfaceSpeed: _speed,
    LagMembers: _lag,
    Neighbour: _neighbour,
}
