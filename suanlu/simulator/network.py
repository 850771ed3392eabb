"""The simulated hardware: ports, groups, circuits and routers, and what of them is up.

Nothing here knows gNMI, traffic or time beyond the moment it is told. `settle` derives every port's
status from the causes (cut fibres, members taken down, routers without power) and says which routers
saw a change.
"""

import random

from suanlu.simulator.settings import SimulatorSettings
from topology.inventory import Circuit, Inventory, Router

UP, DOWN, LOWER_LAYER_DOWN = "UP", "DOWN", "LOWER_LAYER_DOWN"
DEFAULT_MTU_BYTES = 9192


class Port:
    """An interface of a router: a physical port, or a group with members. `row`: its counters' row."""

    def __init__(self, router: "RouterNode", name: str, circuit: "CircuitNode", speed_bps: int) -> None:
        self.router = router
        self.name = name
        self.circuit = circuit
        self.speed_bps = speed_bps
        self.group: Port | None = None
        self.members: list[Port] = []
        self.peer: Port = self
        self.stray: Port | None = None  # what its patch cord leads to instead
        self.told_stray: Port | None = None
        self.row = -1
        self.index = 0
        self.oper_status = UP
        self.last_change_ns = 0
        self.carrier_transitions = 0
        self.share = 1.0
        self.dimmed_db = 0.0
        self.mtu_bytes = circuit.given.mtu_bytes or DEFAULT_MTU_BYTES

    @property
    def is_group(self) -> bool:
        """True where this is a link aggregation group."""
        return bool(self.members)

    @property
    def is_up(self) -> bool:
        """True where oper-status is UP."""
        return self.oper_status == UP

    @property
    def active_bps(self) -> int:
        """The speed of what is up: a port's own, or the sum over the members that are up."""
        if not self.is_group:
            return self.speed_bps if self.is_up else 0
        return sum(member.speed_bps for member in self.members if member.is_up)

    @property
    def heard(self) -> "Port":
        """What is at the other end of its cord, as LLDP hears it."""
        return self.stray or self.peer

    @property
    def physical(self) -> list["Port"]:
        """The members, or the port itself."""
        return self.members or [self]

    @property
    def description(self) -> str:
        """What an operator writes on it: where it leads."""
        of = f" member of {self.group.name}" if self.group else ""
        return f"{self.circuit.id} to {self.peer.router.id} {self.peer.name}{of}"

    def __repr__(self) -> str:
        return f"<Port {self.router.id}:{self.name} {self.oper_status}>"


class CircuitNode:
    """A circuit with its two ends and the causes that take it out."""

    def __init__(self, given: Circuit, index: int) -> None:
        self.given = given
        self.id = given.id
        self.index = index
        self.a: Port
        self.z: Port
        self.is_cut = False
        self.is_drained = False
        self.members_down = 0
        self.is_degraded = False
        self.congestion_bps = (0.0, 0.0)  # laid on from A to Z, and back
        self.propagation_us = float(
            given.latency_us if given.latency_us is not None else 5.0 * (given.length_km or 0)
        )

    @property
    def is_up(self) -> bool:
        """True where both ends are up."""
        return self.a.is_up and self.z.is_up

    def metric(self, from_a: bool) -> int:
        """The IGP metric of one direction, at least 1; 10 where the inventory gives none."""
        given = self.given
        forward = given.igp_metric if given.igp_metric is not None else 10
        return max(1, forward if from_a or given.igp_metric_za is None else given.igp_metric_za)


class RouterNode:
    """A router: its ports in inventory order (groups before their members) and its own state."""

    def __init__(self, given: Router, index: int) -> None:
        self.given = given
        self.id = given.id
        self.index = index
        self.profile = given.profile or given.platform
        self.system_id = given.isis_system_id or f"0000.0000.{index + 1:04x}"
        self.ports: list[Port] = []
        self.first_row = 0
        self.is_powered = True
        self.is_mute = False
        self.is_drained = False
        self.boot_time_ns = 0

    @property
    def circuit_ports(self) -> list[Port]:
        """The ports that end circuits: groups and bare ports, no members."""
        return [port for port in self.ports if port.group is None]


class Network:
    """Every router, port and circuit of an inventory, all up at the start."""

    def __init__(self, inventory: Inventory, settings: SimulatorSettings, *, now_ns: int) -> None:
        self.inventory = inventory
        self.sites = [site.id for site in inventory.sites]
        self.routers = {given.id: RouterNode(given, i) for i, given in enumerate(inventory.routers)}
        self.circuits = {given.id: CircuitNode(given, i) for i, given in enumerate(inventory.circuits)}
        self.srlgs = {
            srlg.id: [c for c in self.circuits.values() if srlg.id in c.given.srlgs]
            for srlg in inventory.srlgs
        }
        for circuit in self.circuits.values():
            self._plug(circuit)
        self.ports: list[Port] = []
        self._number(random.Random(settings.seed), now_ns)  # noqa: S311 - a world, not a secret

    def _plug(self, circuit: CircuitNode) -> None:
        given = circuit.given
        circuit.a = self._end(circuit, given.a, given.a_interface, given.a_member_interfaces)
        circuit.z = self._end(circuit, given.z, given.z_interface, given.z_member_interfaces)
        circuit.a.peer, circuit.z.peer = circuit.z, circuit.a
        for near, far in zip(circuit.a.physical, circuit.z.physical, strict=False):
            near.peer, far.peer = far, near

    def _end(self, circuit: CircuitNode, router: str, name: str, members: tuple[str, ...]) -> Port:
        node = self.routers[router]
        port = Port(node, name, circuit, circuit.given.capacity_bps)
        node.ports.append(port)
        if members and members != (name,):
            for member_name in members:
                member = Port(node, member_name, circuit, circuit.given.capacity_bps // len(members))
                member.group = port
                port.members.append(member)
                node.ports.append(member)
        return port

    def _number(self, chance: random.Random, now_ns: int) -> None:
        for router in self.routers.values():
            router.first_row = len(self.ports)
            up_for_s = chance.uniform(5, 300) * 86400
            router.boot_time_ns = now_ns - int(up_for_s * 1e9)
            for index, port in enumerate(router.ports, start=1):
                port.row = len(self.ports)
                port.index = index
                port.last_change_ns = router.boot_time_ns + int(chance.uniform(60, 90) * 1e9)
                self.ports.append(port)
        for circuit in self.circuits.values():
            self._share(circuit, chance)

    def _share(self, circuit: CircuitNode, chance: random.Random) -> None:
        """Draw how a group's hash spreads flows over its members: near even, never quite."""
        weights = [chance.uniform(0.94, 1.06) for _ in circuit.a.physical]
        for end in (circuit.a, circuit.z):
            for port, weight in zip(end.physical, weights, strict=False):
                port.share = weight / sum(weights)

    def settle(self, now_ns: int) -> set[RouterNode]:
        """Derive every port's status from the causes; return the routers whose ports changed."""
        changed: set[RouterNode] = set()
        for circuit in self.circuits.values():
            dark = circuit.is_cut or not (circuit.a.router.is_powered and circuit.z.router.is_powered)
            for end in (circuit.a, circuit.z):
                self._settle_end(end, dark, now_ns, changed)
        return changed

    def _settle_end(self, end: Port, dark: bool, now_ns: int, changed: set[RouterNode]) -> None:
        down = end.circuit.members_down
        for position, port in enumerate(end.physical):
            lost = dark or (end.is_group and position < down)
            _set(port, DOWN if lost else UP, now_ns, changed)
            if port.stray is not port.told_stray:
                port.told_stray = port.stray
                changed.add(port.router)
        if end.is_group:
            active = sum(member.is_up for member in end.members)
            enough = active >= max(1, end.circuit.given.min_links)
            _set(end, UP if enough else LOWER_LAYER_DOWN, now_ns, changed)


def _set(port: Port, status: str, now_ns: int, changed: set[RouterNode]) -> None:
    if port.oper_status != status:
        port.oper_status = status
        port.last_change_ns = now_ns
        port.carrier_transitions += 1
        changed.add(port.router)
