"""The both-ends rule: a circuit is usable only while both its ends say so, and it has the worse of both.

Down is the word of either end: its interface is not UP, is administratively down, is gone, has fewer
active members than the circuit needs, or carries no IS-IS adjacency though one is spoken of. A last word
`down` stands until the same router takes it back, also while that router is silent. An end that says
nothing, or whose router is not heard, leaves the circuit unconfirmed and then stale, however loudly the
other end says up. LLDP is a witness of its own: an end whose ports name another router is listed as an
inconsistency, and the circuit is down when both ends do (one end alone may be a renamed host).
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from topology.beliefs import Beliefs
from topology.inventory import Circuit
from topology.snapshot import LinkState
from topology.status import EndStatus, Word

_STATE = "InterfaceState"


class End(NamedTuple):
    """An end of a circuit in the inventory: its router, the interface, and the ports below it."""

    router: str
    interface: str
    ports: tuple[str, ...]
    min_links: int

    @property
    def is_group(self) -> bool:
        """Whether the interface is a group of member ports."""
        return self.ports != (self.interface,)


def ends_of(circuit: Circuit) -> tuple[End, End]:
    """The A-end and the Z-end of a circuit."""
    a_ports = circuit.a_member_interfaces or (circuit.a_interface,)
    z_ports = circuit.z_member_interfaces or (circuit.z_interface,)
    return (
        End(circuit.a, circuit.a_interface, a_ports, circuit.min_links),
        End(circuit.z, circuit.z_interface, z_ports, circuit.min_links),
    )


def active_members(end: End, beliefs: Beliefs) -> tuple[str, ...] | None:
    """The members of a group that carry traffic; None where the router has not said.

    A member counts that the group lists and whose own state is not told to be other than UP. Without a
    list those ports of the inventory count that are told to be UP.
    """
    listed = beliefs.value(end.router, end.interface, "LagMembers", "members")
    states = {port: _port_state(end.router, port, beliefs) for port in (*end.ports, *(listed or ()))}
    if listed is not None:
        return tuple(port for port in listed if states[port] in (None, "UP"))
    if end.is_group and any(states.values()):
        return tuple(port for port in end.ports if states[port] == "UP")
    return None


def _port_state(router: str, port: str, beliefs: Beliefs) -> str | None:
    if beliefs.is_removed(router, port, _STATE, "oper_status"):
        return "NOT_PRESENT"
    state: str | None = beliefs.value(router, port, _STATE, "oper_status")
    return state


def view(end: End, beliefs: Beliefs, heard: LinkState, *, is_complete: bool = True) -> EndStatus:
    """What an end says about its circuit, with the evidence as a sentence.

    `is_complete`: its router was in sync before, so that a member that is not listed is not active.
    """
    oper = beliefs.read(end.router, end.interface, _STATE, "oper_status")
    word, reason = _word(end, beliefs, None if oper is None else oper.value, is_complete)
    return EndStatus(
        router=end.router,
        interface=end.interface,
        word=word,
        heard=heard,
        reason=reason,
        received_at_ns=None if oper is None else oper.received_at_ns,
    )


def _word(end: End, beliefs: Beliefs, oper: str | None, is_complete: bool) -> tuple[Word, str]:
    name = f"{end.router}:{end.interface}"
    if beliefs.is_removed(end.router, end.interface, _STATE, "oper_status"):
        return "down", f"{end.router} no longer has {end.interface}"
    admin = beliefs.value(end.router, end.interface, _STATE, "admin_status")
    if admin in ("DOWN", "TESTING"):
        return "down", f"{name} is administratively {admin}"
    if oper in (None, "UNKNOWN"):
        return "nothing", f"{name} has not reported its state"
    defect = f"{name} reports {oper}" if oper != "UP" else _defect(end, beliefs, is_complete)
    return ("down", defect) if defect else ("up", f"{name} reports UP")


def _defect(end: End, beliefs: Beliefs, is_complete: bool) -> str | None:
    """Why an interface that is UP does not carry its circuit all the same."""
    needed = max(end.min_links, beliefs.value(end.router, end.interface, "LagMembers", "min_links") or 0)
    members = active_members(end, beliefs)
    if is_complete and members is not None and len(members) < needed:
        return f"{end.router}:{end.interface} has {len(members)} active members of the {needed} it needs"
    adjacencies = beliefs.adjacencies(end.router, end.interface)
    if adjacencies and not any(adjacencies):
        return f"{end.router}:{end.interface} is up but its IS-IS adjacency is down"
    return None


def both_ends(a: EndStatus, z: EndStatus) -> tuple[LinkState, str]:
    """The state of a circuit from its ends' views, and why."""
    down = [end.reason for end in (a, z) if end.word == "down"]
    if down:
        return LinkState.DOWN, "; ".join(down)
    doubtful = [end for end in (a, z) if _doubt(end) is not LinkState.UP]
    if not doubtful:
        return LinkState.UP, "both ends report UP"
    worst = max(_doubt(end) for end in doubtful)
    return worst, "; ".join(
        end.reason if end.word == "nothing" else f"{end.router} is not heard" for end in doubtful
    )


def _doubt(end: EndStatus) -> LinkState:
    return LinkState.UNCONFIRMED if end.heard is LinkState.UP and end.word == "nothing" else end.heard


def miswired(
    end: End, other: End, beliefs: Beliefs, interfaces: Collection[tuple[str, str]]
) -> Sequence[str]:
    """Where LLDP contradicts the inventory: one sentence a port of `end` that names another neighbour.

    A port-id that is no interface of the inventory (an ifIndex, a MAC address) contradicts nothing.
    """
    found = []
    for port in dict.fromkeys((end.interface, *end.ports)):
        router, interface = beliefs.value(end.router, port, "Neighbour", "peer") or (None, None)
        if router is None:
            continue
        if not _is_named(router, other.router):
            found.append(f"{end.router}:{port} hears {router[:64]!r} instead of {other.router}")
        elif (other.router, interface) in interfaces and interface not in (other.interface, *other.ports):
            found.append(f"{end.router}:{port} hears {other.router}:{interface} instead of {other.interface}")
    return found


def hears_another_router(end: End, other: End, beliefs: Beliefs) -> bool:
    """Whether every port of an end that hears a neighbour hears another router than the inventory says."""
    peers = [
        (beliefs.value(end.router, port, "Neighbour", "peer") or (None, None))[0]
        for port in dict.fromkeys((end.interface, *end.ports))
    ]
    named = [peer for peer in peers if peer is not None]
    return bool(named) and not any(_is_named(peer, other.router) for peer in named)


def _is_named(system_name: str, router: str) -> bool:
    host = system_name.casefold()
    return host == router or host.startswith(f"{router}.")  # a system name may carry the domain
