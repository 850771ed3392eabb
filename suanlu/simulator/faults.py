"""Faults by command: what is done to which circuits and routers, and what ends it again.

An SRLG means all its circuits; so does a router, where the action is one of circuits. `restore` ends
cut, flap, degrade, dim, miswire, mute, congest and a power cut; a drain ends by `undrain`. `unmute` ends a
mute alone.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from suanlu.simulator.errors import UnknownActionError, UnknownSubjectError, WrongSubjectError
from suanlu.simulator.network import CircuitNode, Network, Port, RouterNode
from suanlu.simulator.settings import SimulatorSettings
from suanlu.simulator.timeline import Timeline

ACTIONS = (
    *("cut", "restore", "flap", "drain", "undrain", "degrade", "dim", "miswire"),
    *("reboot", "mute", "unmute", "congest"),
)
DIM_DB = 3.0


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a command touched: the subject's kind and the routers and circuits it was done to."""

    action: str
    id: str
    kind: str
    at_ns: int
    routers: tuple[str, ...]
    circuits: tuple[str, ...]


class Machinery(Protocol):
    """What faults need of the backbone around them."""

    def rewire(self) -> None:
        """Derive state and traffic from the causes anew."""

    def offered_bps(self, circuit: CircuitNode) -> tuple[float, float]:
        """What a circuit is asked to carry: from A to Z, and back."""

    async def power_off(self, router: RouterNode) -> None:
        """The router is gone, and its server with it."""

    async def power_on(self, router: RouterNode) -> None:
        """The router boots: counters at zero, a new boot time."""

    def mute(self, router: RouterNode, muted: bool) -> None:
        """Its streams stay alive and say nothing, or speak again."""


class Faults:
    """Carries out commands on a network."""

    def __init__(
        self,
        network: Network,
        settings: SimulatorSettings,
        timeline: Timeline,
        machinery: Machinery,
        now_ns: Callable[[], int],
    ) -> None:
        self._network = network
        self._settings = settings
        self._timeline = timeline
        self._machinery = machinery
        self._now_ns = now_ns

    async def do(self, action: str, subject: str) -> Outcome:
        """Carry out a command; raises a FaultError that names what was perhaps meant."""
        if action not in ACTIONS:
            raise UnknownActionError(action, ACTIONS)
        kind, router, circuits = self._resolve(subject)
        if action in {"reboot", "mute", "unmute"} and router is None:
            raise WrongSubjectError(action, subject, kind, "router")
        carry_out: Callable[[RouterNode | None, list[CircuitNode]], Awaitable[bool]]
        carry_out = getattr(self, f"_{action}")
        by_router = await carry_out(router, circuits)
        self._machinery.rewire()
        return Outcome(
            action=action,
            id=subject,
            kind=kind,
            at_ns=self._now_ns(),
            routers=(subject,) if router and by_router else (),
            circuits=() if router and by_router else tuple(circuit.id for circuit in circuits),
        )

    def _resolve(self, subject: str) -> tuple[str, RouterNode | None, list[CircuitNode]]:
        network = self._network
        if subject in network.circuits:
            return "circuit", None, [network.circuits[subject]]
        if subject in network.routers:
            router = network.routers[subject]
            return "router", router, [port.circuit for port in router.circuit_ports]
        if subject in network.srlgs:
            return "srlg", None, network.srlgs[subject]
        raise UnknownSubjectError(subject, [*network.circuits, *network.routers, *network.srlgs])

    # Each action returns True where the router itself was its object, False where circuits were.

    async def _cut(self, router: RouterNode | None, circuits: list[CircuitNode]) -> bool:
        if router is not None:
            self._timeline.call_off(router.id)
            await self._machinery.power_off(router)
            return True
        for circuit in circuits:
            self._timeline.call_off(circuit.id)
            circuit.is_cut = True
        return False

    async def _restore(self, router: RouterNode | None, circuits: list[CircuitNode]) -> bool:
        for circuit in circuits:
            self._timeline.call_off(circuit.id)
            circuit.is_cut = circuit.is_degraded = False
            _wire(circuit, None)
            for port in (*circuit.a.physical, *circuit.z.physical):
                port.dimmed_db = 0.0
            circuit.members_down = 0
            circuit.congestion_bps = (0.0, 0.0)
        if router is not None:
            self._timeline.call_off(router.id)
            self._machinery.mute(router, False)
            if not router.is_powered:
                await self._machinery.power_on(router)
        return router is not None

    async def _flap(self, _: RouterNode | None, circuits: list[CircuitNode]) -> bool:
        """Cut now, restored half a period later, and so on; restored at the end."""
        now_ns, half_ns = self._now_ns(), int(self._settings.flap_period_s * 5e8)
        for circuit in circuits:
            self._timeline.call_off(circuit.id)
            circuit.is_cut = True
            for beat in range(1, 2 * self._settings.flap_count):
                turn = functools.partial(self._turn, circuit, beat % 2 == 0)
                self._timeline.at(now_ns + beat * half_ns, circuit.id, turn)
        return False

    async def _turn(self, circuit: CircuitNode, cut: bool) -> None:
        circuit.is_cut = cut
        self._machinery.rewire()

    async def _drain(self, router: RouterNode | None, circuits: list[CircuitNode]) -> bool:
        return _set_drained(router, circuits, True)

    async def _undrain(self, router: RouterNode | None, circuits: list[CircuitNode]) -> bool:
        return _set_drained(router, circuits, False)

    async def _degrade(self, _: RouterNode | None, circuits: list[CircuitNode]) -> bool:
        """A group loses one member more, but not its last; a bare port its good light."""
        for circuit in circuits:
            if circuit.a.is_group and circuit.z.is_group:
                most = min(len(circuit.a.members), len(circuit.z.members)) - 1
                circuit.members_down = min(circuit.members_down + 1, most)
            else:
                circuit.is_degraded = True
        return False

    async def _dim(self, _: RouterNode | None, circuits: list[CircuitNode]) -> bool:
        """A splice ages: 3 dB less light at both ends, each time; of a bundle its first member."""
        for circuit in circuits:
            for end in (circuit.a, circuit.z):
                end.physical[0].dimmed_db += DIM_DB
        return False

    async def _miswire(self, _: RouterNode | None, circuits: list[CircuitNode]) -> bool:
        """Somebody swapped the patch cords: by LLDP, both ends hear another router than before."""
        for circuit in circuits:
            others = (
                r for r in self._network.routers.values() if r not in (circuit.a.router, circuit.z.router)
            )
            _wire(circuit, next(iter(others)).circuit_ports[0])
        return False

    async def _reboot(self, router: RouterNode | None, _: list[CircuitNode]) -> bool:
        if router is None:
            return False
        self._timeline.call_off(router.id)
        await self._machinery.power_off(router)
        back_ns = self._now_ns() + int(self._settings.reboot_s * 1e9)
        self._timeline.at(back_ns, router.id, functools.partial(self._come_back, router))
        return True

    async def _come_back(self, router: RouterNode) -> None:
        await self._machinery.power_on(router)
        self._machinery.rewire()

    async def _mute(self, router: RouterNode | None, _: list[CircuitNode]) -> bool:
        if router is None:
            return False
        self._machinery.mute(router, True)
        return True

    async def _unmute(self, router: RouterNode | None, _: list[CircuitNode]) -> bool:
        if router is None:
            return False
        self._machinery.mute(router, False)
        return True

    async def _congest(self, _: RouterNode | None, circuits: list[CircuitNode]) -> bool:
        """Fill both directions to `congested_use` of what the circuit can carry now."""
        for circuit in circuits:
            full = self._settings.congested_use * min(circuit.a.active_bps, circuit.z.active_bps)
            forth, back = self._machinery.offered_bps(circuit)
            laid_forth, laid_back = circuit.congestion_bps
            circuit.congestion_bps = (
                max(0.0, full - forth + laid_forth),
                max(0.0, full - back + laid_back),
            )
        return False


def _wire(circuit: CircuitNode, stray: Port | None) -> None:
    for port in (*circuit.a.physical, *circuit.z.physical):
        port.stray = stray


def _set_drained(router: RouterNode | None, circuits: list[CircuitNode], drained: bool) -> bool:
    if router is not None:
        router.is_drained = drained
        return True
    for circuit in circuits:
        circuit.is_drained = drained
    return False
