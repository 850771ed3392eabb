"""Telemetry by hand: a small backbone, and observations about it as a collector would make them."""

from typing import Any, TypeVar

from topology import Inventory, LiveGraph, SeriesKey, SeriesTable, TopologySettings
from topology.inventory import Circuit, Router, Site
from topology.observation import InterfaceState, Observation, TargetState
from topology.series import KIND_I64

S = 1_000_000_000
START_NS = 1_800_000_000 * S
Kind = TypeVar("Kind", bound=Observation)


def circuit(name: str, a: str, z: str, **changes: Any) -> Circuit:
    """A plain circuit of 100 Gbit/s and 1,000 µs; its interfaces are called after it."""
    fields = {"a_interface": f"to-{z}-{name}", "z_interface": f"to-{a}-{name}", "latency_us": 1000}
    return Circuit(id=name, a=a, z=z, **{"capacity_bps": 100 * S, **fields, **changes})


def backbone(*circuits: Circuit) -> Inventory:
    """The inventory of these circuits; each router is the only one of the site `at-<router>`."""
    routers = sorted({end for c in circuits for end in (c.a, c.z)})
    return Inventory(
        name="test",
        sites=tuple(Site(id=f"at-{r}", name_en=r, name_zh=r, lat=0, lon=0) for r in routers),
        routers=tuple(Router(id=r, site=f"at-{r}", platform="openconfig") for r in routers),
        circuits=circuits,
    )


class Telemetry:
    """A graph with a clock, and short words for what its routers may say."""

    def __init__(self, inventory: Inventory, **settings: Any) -> None:
        self.inventory = inventory
        self.settings = TopologySettings(**settings)
        self.now_ns = START_NS
        self.graph = LiveGraph(inventory, self.settings, epoch="test", now_ns=self.now_ns)
        self.table = SeriesTable()
        self.session = 1
        self._seq = 0

    def make(self, kind: type[Kind], router: str, /, **fields: Any) -> Kind:
        """An observation of now, the next of this session."""
        self._seq += 1
        times = {"observed_at_ns": self.now_ns, "received_at_ns": self.now_ns}
        return kind(router=router, **{"session": self.session, "seq": self._seq, **times, **fields})

    def say(self, kind: type[Observation], router: str, /, **fields: Any) -> None:
        """Let the graph observe it."""
        self.graph.observe(self.make(kind, router, **fields))

    def phase(self, router: str, state: str) -> None:
        """The stream of a router changes its phase."""
        self.say(TargetState, router, state=state)

    def oper(self, router: str, interface: str, status: str = "UP") -> None:
        """An interface reports its oper-status."""
        self.say(InterfaceState, router, interface=interface, oper_status=status, admin_status="UP")

    def all_up(self) -> "Telemetry":
        """Every router is in sync and reports every circuit's interface UP; published."""
        for router in self.inventory.routers:
            self.phase(router.id, "synced")
        for c in self.inventory.circuits:
            self.oper(c.a, c.a_interface)
            self.oper(c.z, c.z_interface)
        self.graph.publish(self.now_ns)
        return self

    def measure(self, router: str, measurement: str, interface: str, **values: int) -> None:
        """Write values into the series table and let the graph read them."""
        for field, value in values.items():
            row = self.table.add(SeriesKey(router, measurement, interface, field), KIND_I64)
            self.table.write(row, value, self.now_ns, self.now_ns)
        self.graph.read_series(self.table, self.now_ns)

    def after(self, seconds: float, *, hearing: bool = True) -> "Telemetry":
        """Let time pass in ticks of a second; `hearing`: every router in sync says something meanwhile."""
        end_ns = self.now_ns + round(seconds * S)
        while self.now_ns < end_ns:
            self.now_ns = min(self.now_ns + S, end_ns)
            if hearing:
                self.hear()
            self.graph.advance(self.now_ns)
        return self

    def hear(self, *silent: str) -> None:
        """Every router but the silent ones writes a series that no circuit needs."""
        for router in self.inventory.routers:
            if router.id not in silent:
                self.measure(router.id, "optics", "x", temp_c=40)

    def state(self, link: str) -> str:
        """The state of a link as of now."""
        return self.graph.link_status(link).state.label
