"""Traffic and its counters: rates that hold between ticks, counters that are exact at any instant.

A counter at time t is `base + floor(fraction + rate × (t - since))`, so samples taken at any moment by
any number of clients agree with one another, and the average over an interval is the true average.
"""

import random

import numpy as np
from numpy.typing import NDArray

from suanlu.simulator.demand import Demand
from suanlu.simulator.forwarding import Fabric, Flows, carry
from suanlu.simulator.network import Network, Port, RouterNode
from suanlu.simulator.settings import SimulatorSettings

COUNTERS = (
    "in-octets",
    "out-octets",
    "in-pkts",
    "out-pkts",
    "in-errors",
    "out-errors",
    "in-discards",
    "out-discards",
    "in-fcs-errors",
)
IN_OCTETS, OUT_OCTETS, IN_PKTS, OUT_PKTS, IN_ERRORS, OUT_ERRORS, IN_DISCARDS, OUT_DISCARDS, IN_FCS = range(9)
PACKET_BYTES = 820.0
FLAWED_SHARE = 2e-5
"""Share of the packets that a degraded bare port receives with errors."""


class Traffic:
    """Counters of every port and the flows behind them."""

    def __init__(self, network: Network, settings: SimulatorSettings, *, now_ns: int) -> None:
        self.network = network
        self.fabric = Fabric(network)
        self.demand = Demand(self.fabric, settings)
        self.started_ns = now_ns
        self._since_ns = now_ns
        chance = random.Random(settings.seed * 104729 + 2)  # noqa: S311 - a world, not a secret
        shape = (len(network.ports), len(COUNTERS))
        self._base: NDArray[np.int64] = np.zeros(shape, dtype=np.int64)
        self._fraction = np.zeros(shape)
        self._rate = np.zeros(shape)
        self._routes = self.fabric.routes()
        self.capacity_bps = self.fabric.capacity_bps()
        self.flows: Flows
        self._refresh()
        self._backdate(chance)

    def _backdate(self, chance: random.Random) -> None:
        """Give every counter the past since its router's boot: above 2^53 where that was long ago."""
        for router in self.network.routers.values():
            up_for_s = (self.started_ns - router.boot_time_ns) / 1e9
            rows = self.rows(router)
            past = self._rate[rows] * up_for_s * chance.uniform(0.7, 0.9)
            self._base[rows] = past.astype(np.int64)

    def rows(self, router: RouterNode) -> slice:
        """The rows of a router's ports, in their order."""
        return slice(router.first_row, router.first_row + len(router.ports))

    def advance(self, now_ns: int) -> None:
        """Bring counters to `now_ns`, then set the rates that hold from there."""
        self._integrate(now_ns)
        self._refresh()

    def rewire(self, now_ns: int) -> None:
        """The network changed at `now_ns`: forward anew from there."""
        self._integrate(now_ns)
        self._routes = self.fabric.routes()
        self.capacity_bps = self.fabric.capacity_bps()
        self._refresh()

    def reset(self, router: RouterNode) -> None:
        """A reboot: this router's counters start at zero."""
        self._base[self.rows(router)] = 0
        self._fraction[self.rows(router)] = 0

    def counters(self, router: RouterNode, now_ns: int) -> list[list[int]]:
        """Every port's counters at `now_ns`, in the order of COUNTERS."""
        rows = self.rows(router)
        seconds = max(0, now_ns - self._since_ns) / 1e9
        moved = np.floor(self._fraction[rows] + self._rate[rows] * seconds).astype(np.int64)
        values: list[list[int]] = (self._base[rows] + moved).tolist()
        return values

    def link_of(self, port: Port) -> int:
        """The number of the link that leaves this port (a member counts as its group)."""
        end = port.group or port
        return end.circuit.index * 2 + (end is end.circuit.z)

    def use(self, port: Port) -> float:
        """Offered load over capacity of the link that leaves this port; above 1 where it drops."""
        link = self.link_of(port)
        capacity = self.capacity_bps[link]
        return float(self.flows.offered_bps[link] / capacity) if capacity else 0.0

    def loss(self, port: Port) -> float:
        """The share of packets lost on the link that leaves this port: 0 … 1."""
        link = self.link_of(port)
        offered = self.flows.offered_bps[link]
        dropped = float(self.flows.dropped_bps[link] / offered) if offered > 1 else 0.0
        return min(1.0, dropped + _flawed(port.peer))

    def _integrate(self, now_ns: int) -> None:
        seconds = max(0, now_ns - self._since_ns) / 1e9
        self._fraction += self._rate * seconds
        whole = np.floor(self._fraction)
        self._base += whole.astype(np.int64)
        self._fraction -= whole
        self._since_ns = max(now_ns, self._since_ns)

    def _refresh(self) -> None:
        hour = self.demand.hour((self._since_ns - self.started_ns) / 1e9)
        pinned = self._pinned()
        entering = self.demand.entering(hour, self._routes)
        self.flows = carry(self.fabric, self._routes, entering, self.capacity_bps, pinned)
        rate = np.zeros_like(self._rate)
        sender, receiver = self.fabric.sender_row, self.fabric.receiver_row
        octets = self.flows.carried_bps / 8
        drops = self.flows.dropped_bps / 8 / PACKET_BYTES
        rate[sender, OUT_OCTETS] = octets
        rate[receiver, IN_OCTETS] = octets
        rate[sender, OUT_DISCARDS] = drops
        for port in self.network.ports:
            if port.group is None and port.is_up and (flawed := _flawed(port)):
                rate[port.row, IN_ERRORS] = rate[port.row, IN_OCTETS] / PACKET_BYTES * flawed
                rate[port.row, IN_FCS] = rate[port.row, IN_ERRORS]
                rate[port.row, IN_OCTETS] *= 1 - flawed
        rate[:, IN_PKTS] = rate[:, IN_OCTETS] / PACKET_BYTES
        rate[:, OUT_PKTS] = rate[:, OUT_OCTETS] / PACKET_BYTES
        self._spread(rate)
        self._rate = rate

    def _spread(self, rate: NDArray[np.float64]) -> None:
        """Share each group's rates out to the members that are up."""
        for port in self.network.ports:
            if port.is_group:
                active = [member for member in port.members if member.is_up]
                whole = sum(member.share for member in active)
                for member in active:
                    rate[member.row] = rate[port.row] * (member.share / whole)

    def _pinned(self) -> NDArray[np.float64]:
        """The extra load of congested circuits, in both directions."""
        return np.array(
            [
                laid if circuit.is_up else 0.0
                for circuit in self.network.circuits.values()
                for laid in circuit.congestion_bps
            ]
        )


def _flawed(port: Port) -> float:
    return FLAWED_SHARE if port.circuit.is_degraded and not port.is_group else 0.0
