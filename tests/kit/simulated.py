"""Small inventories and worlds for tests of the simulator."""

from pathlib import Path
from typing import Any

from suanlu.simulator.faults import Faults
from suanlu.simulator.network import CircuitNode, Network, RouterNode
from suanlu.simulator.settings import SimulatorSettings
from suanlu.simulator.timeline import Timeline
from suanlu.simulator.traffic import Traffic
from topology.inventory import Circuit, Inventory, Router, Site, Srlg

REFERENCE = Path(__file__).parents[2] / "suanlu" / "reference-backbone.json"
EPOCH_NS = 1_800_000_000_000_000_000
SECOND_NS = 1_000_000_000


def reference_inventory() -> Inventory:
    """The reference backbone."""
    return Inventory.load(REFERENCE)


def inventory_of(*circuits: str, platform: str = "openconfig", **changes: dict[str, Any]) -> Inventory:
    """One site a router from `a-b` or `a-b#2` names; `changes` by circuit name with `_` for `-`, `#`.

    A router `a2` stands in site `a` (its name without digits).
    """
    routers = sorted({end for name in circuits for end in name.partition("#")[0].split("-")})
    sites = sorted({router.rstrip("0123456789") for router in routers})
    made = []
    for number, name in enumerate(circuits):
        a, z = name.partition("#")[0].split("-")
        fields = {
            "capacity_bps": 100_000_000_000,
            "igp_metric": 10,
            "latency_us": 1000,
            "srlgs": ("duct:all",),
        }
        fields |= changes.get(name.replace("-", "_").replace("#", "_"), {})
        ends = {"a": a, "a_interface": f"e{number}", "z": z, "z_interface": f"e{number}"}
        made.append(Circuit(id=name.replace("#", "."), **(ends | fields)))
    return Inventory(
        name="test",
        sites=tuple(
            Site(id=f"site-{s}", name_en=s, name_zh=s, lat=30, lon=100, access_bps=10**12) for s in sites
        ),
        routers=tuple(
            Router(id=r, site=f"site-{r.rstrip('0123456789')}", platform=platform) for r in routers
        ),
        srlgs=(Srlg(id="duct:all", value=1, kind="duct"),),
        circuits=tuple(made),
    )


class StillWorld:
    """A network and its traffic without sockets; time moves only when told to."""

    def __init__(self, inventory: Inventory, **settings: Any) -> None:
        self.now_ns = EPOCH_NS
        self.settings = SimulatorSettings(**settings)
        self.network = Network(inventory, self.settings, now_ns=self.now_ns)
        self.traffic = Traffic(self.network, self.settings, now_ns=self.now_ns)

    def pass_time(self, seconds: float) -> None:
        """Let time pass without a tick."""
        self.now_ns += round(seconds * SECOND_NS)

    def tick(self, seconds: float) -> None:
        """Let time pass and the traffic move on."""
        self.pass_time(seconds)
        self.traffic.advance(self.now_ns)

    def rewire(self) -> None:
        """The causes changed."""
        self.network.settle(self.now_ns)
        self.traffic.rewire(self.now_ns)

    def counters(self, router: str) -> dict[str, list[int]]:
        """Each port's counters, by its name."""
        node = self.network.routers[router]
        values = self.traffic.counters(node, self.now_ns)
        return {port.name: row for port, row in zip(node.ports, values, strict=True)}


class FaultyWorld(StillWorld):
    """A still world with faults; servers are only remembered to be on or off."""

    def __init__(self, *circuits: str, **settings: Any) -> None:
        super().__init__(inventory_of(*circuits) if circuits else reference_inventory(), **settings)
        self.timeline = Timeline()
        self.faults = Faults(self.network, self.settings, self.timeline, self, lambda: self.now_ns)
        self.log: list[str] = []

    def offered_bps(self, circuit: CircuitNode) -> tuple[float, float]:
        offered = self.traffic.flows.offered_bps
        return float(offered[2 * circuit.index]), float(offered[2 * circuit.index + 1])

    async def power_off(self, router: RouterNode) -> None:
        router.is_powered = False
        self.log.append(f"off {router.id}")

    async def power_on(self, router: RouterNode) -> None:
        router.is_powered = True
        self.log.append(f"on {router.id}")

    def mute(self, router: RouterNode, muted: bool) -> None:
        router.is_mute = muted

    async def wait(self, seconds: float) -> None:
        """Let time pass, and what is due in it happen."""
        end_ns = self.now_ns + round(seconds * SECOND_NS)
        while self.timeline.next_ns is not None and self.timeline.next_ns <= end_ns:
            self.now_ns = self.timeline.next_ns
            happening = self.timeline.due(self.now_ns)
            assert happening is not None
            await happening()
        self.now_ns = end_ns

    def down(self) -> list[str]:
        return [circuit.id for circuit in self.network.circuits.values() if not circuit.is_up]
