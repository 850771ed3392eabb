"""Capacity: what an end can carry, and what the circuit can.

An end: the group's own speed → the sum of the speeds of its active members → the vendor's bandwidth →
the inventory. A circuit: the worse end, capped by the inventory. One flow gets one member.
"""

from typing import NamedTuple

from topology.beliefs import Belief, Beliefs
from topology.ends import End, active_members
from topology.inventory import Circuit
from topology.snapshot import Source


class Capacity(NamedTuple):
    """Bits per second, for all and for a single flow, with source and our clock at arrival (0: never)."""

    bps: int
    single_flow_bps: int
    source: Source
    received_at_ns: int


def end_capacity(end: End, circuit: Circuit, beliefs: Beliefs) -> Capacity:
    """What an end says that it can carry."""
    members = active_members(end, beliefs)
    speeds = [_port_speed(end.router, port, beliefs) for port in members or ()]
    known = [speed for speed in speeds if speed is not None]
    lag_speed = _positive(beliefs.read(end.router, end.interface, "LagMembers", "lag_speed_bps"))
    native = _positive(beliefs.read(end.router, end.interface, "InterfaceSpeed", "native"))
    port_speed = None if end.is_group else _port_speed(end.router, end.interface, beliefs)
    if lag_speed is not None:
        bps, source, at_ns = lag_speed.value, Source.LAG_SPEED, lag_speed.received_at_ns
    elif known and len(known) == len(speeds):
        bps, source = sum(speed.value for speed in known), Source.MEMBERS
        at_ns = min(speed.received_at_ns for speed in known)
    elif port_speed is not None:
        bps, source, at_ns = port_speed.value, Source.PORT_SPEED, port_speed.received_at_ns
    elif native is not None:
        bps, source, at_ns = native.value, Source.NATIVE, native.received_at_ns
    else:
        bps, source, at_ns = circuit.capacity_bps, Source.INVENTORY, 0
    return Capacity(bps, min(_single_flow(end, members, circuit, beliefs) or bps, bps), source, at_ns)


def _single_flow(end: End, members: tuple[str, ...] | None, circuit: Circuit, beliefs: Beliefs) -> int | None:
    """The fastest active member, else an equal share of the inventory; None for a port of its own."""
    if not end.is_group and not members:
        return None
    told = [
        _port_speed(end.router, port, beliefs)
        or _positive(beliefs.read(end.router, port, "InterfaceSpeed", "native"))
        for port in members or end.ports
    ]
    share = circuit.capacity_bps // len(end.ports)
    return max((speed.value for speed in told if speed is not None), default=share)


def circuit_capacity(a: Capacity, z: Capacity, circuit: Circuit) -> Capacity:
    """The worse end, capped by the inventory (which is then its source)."""
    worse = min(a, z, key=lambda end: (end.bps, end.source is Source.INVENTORY))
    single = min(a.single_flow_bps, z.single_flow_bps)
    if worse.bps > circuit.capacity_bps:
        return Capacity(circuit.capacity_bps, min(single, circuit.capacity_bps), Source.INVENTORY, 0)
    return Capacity(worse.bps, min(single, worse.bps), worse.source, worse.received_at_ns)


def differences(a: Capacity, z: Capacity, circuit: Circuit) -> str | None:
    """A sentence on ends that differ from each other or from the inventory; None where all agree."""
    told = [
        f"{router} says {end.bps} bit/s"
        for router, end in ((circuit.a, a), (circuit.z, z))
        if end.source is not Source.INVENTORY and (end.bps != circuit.capacity_bps or a.bps != z.bps)
    ]
    return f"{' and '.join(told)}; the inventory says {circuit.capacity_bps} bit/s" if told else None


def _port_speed(router: str, port: str, beliefs: Beliefs) -> Belief | None:
    return _positive(beliefs.read(router, port, "InterfaceSpeed", "port_speed"))


def _positive(belief: Belief | None) -> Belief | None:
    # A group without members says 0: that is its state, told elsewhere, and no capacity to plan with.
    return belief if belief is not None and belief.value else None
