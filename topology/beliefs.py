"""Beliefs: the newest word of each router on each thing, whatever order the words arrive in.

Every field is a register that keeps the value of the highest (session, observed_at_ns, seq), so that any
permutation or repetition of observations ends in the same beliefs. A field that an observation leaves
None says nothing; a removal, of a kind or of one field of it, withdraws what is older than itself.
"""

from typing import Any, NamedTuple

from topology.observation import (
    Adjacency,
    InterfaceSpeed,
    InterfaceState,
    LagMembers,
    Neighbour,
    Observation,
    Removed,
)

Order = tuple[int, int, int]


class Belief(NamedTuple):
    """A value with the order that makes it the newest and our clock when it arrived."""

    order: Order
    value: Any
    received_at_ns: int


class Beliefs:
    """Registers by (router, interface, kind, field); kinds are the class names of observations."""

    def __init__(self) -> None:
        self._fields: dict[tuple[str, str, str, str], Belief] = {}
        self._removals: dict[tuple[str, str, str, str], Belief] = {}  # field "": of the whole kind
        self._levels: dict[tuple[str, str], set[str]] = {}

    def apply(self, observation: Observation) -> bool:
        """Store what an observation about an interface says; whether that is news."""
        said: dict[str, Any]
        match observation:
            case InterfaceState(oper_status=oper, admin_status=admin, last_change_ns=change):
                said = {"oper_status": oper, "admin_status": admin, "last_change_ns": change}
            case InterfaceSpeed():
                return self._write(observation, observation.source, observation.speed_bps)
            case LagMembers(members=members, lag_speed_bps=speed, min_links=minimum):
                said = {"members": members, "lag_speed_bps": speed, "min_links": minimum}
            case Neighbour():
                peer = (observation.peer_router, observation.peer_interface)
                return self._write(observation, "peer", peer)
            case Adjacency():
                level = str(observation.level)
                self._levels.setdefault((observation.router, observation.interface), set()).add(level)
                return self._write(observation, level, observation.up)
            case Removed():
                return self._remove(observation)
            case _:
                return False
        news = [self._write(observation, field, value) for field, value in said.items() if value is not None]
        return any(news)

    def read(self, router: str, interface: str, kind: str, field: str) -> Belief | None:
        """The belief in a field; None where nothing was said or all of it is withdrawn."""
        belief = self._fields.get((router, interface, kind, field))
        if belief is None:
            return None
        for withdrawn in ("", field):
            removal = self._removals.get((router, interface, kind, withdrawn))
            if removal is not None and belief.order < removal.order:
                return None
        return belief

    def value(self, router: str, interface: str, kind: str, field: str) -> Any:
        """The value of a field, or None."""
        belief = self.read(router, interface, kind, field)
        return None if belief is None else belief.value

    def is_removed(self, router: str, interface: str, kind: str, field: str) -> bool:
        """Whether the newest word on a field is that the router no longer has anything of its kind."""
        removed = (router, interface, kind, "") in self._removals
        return removed and not self.read(router, interface, kind, field)

    def adjacencies(self, router: str, interface: str) -> list[bool]:
        """Whether each IS-IS adjacency that is spoken of over an interface is up."""
        levels = self._levels.get((router, interface), ())
        told = [self.read(router, interface, "Adjacency", level) for level in levels]
        return [belief.value for belief in told if belief is not None]

    def _write(self, observation: Any, field: str, value: Any) -> bool:
        key = (observation.router, observation.interface, type(observation).__name__, field)
        return _newer(self._fields, key, observation, value)

    def _remove(self, observation: Removed) -> bool:
        key = (observation.router, observation.interface, observation.kind, observation.field)
        return _newer(self._removals, key, observation, None)


def order_of(observation: Observation) -> Order:
    """What decides which of two observations of one thing is the newer."""
    return (observation.session, observation.observed_at_ns, observation.seq)


def _newer(register: dict[Any, Belief], key: Any, observation: Observation, value: Any) -> bool:
    belief = Belief(order_of(observation), value, observation.received_at_ns)
    known = register.get(key)
    if known is not None and _rank(belief) <= _rank(known):
        return False
    register[key] = belief
    return True


def _rank(belief: Belief) -> tuple[Order, str, int]:
    # Two words of the same order should not differ; where they do, any arrival must choose the same one.
    return (belief.order, repr(belief.value), belief.received_at_ns)
