"""The simulated backbone: every router of an inventory as a gNMI server, one network behind them."""

import asyncio
import time
from types import TracebackType

import msgspec

from suanlu.simulator.ledger import Ledger
from suanlu.simulator.network import Network, RouterNode
from suanlu.simulator.reading import Reading, World
from suanlu.simulator.server import RouterServer
from suanlu.simulator.settings import SimulatorSettings
from suanlu.simulator.traffic import Traffic
from topology.inventory import Inventory


class SimulatedBackbone:
    """`async with SimulatedBackbone(inventory, settings) as backbone:` routers listen inside.

    `inventory` is the given one with each router's `target` filled in.
    """

    def __init__(self, inventory: Inventory, settings: SimulatorSettings | None = None) -> None:
        self.settings = settings or SimulatorSettings()
        self._wall_ns, self._monotonic_ns = time.time_ns(), time.monotonic_ns()
        self.network = Network(inventory, self.settings, now_ns=self._wall_ns)
        self.traffic = Traffic(self.network, self.settings, now_ns=self._wall_ns)
        self.ledger = Ledger(list(self.network.routers), full=self.settings.full_ledger)
        self.inventory = inventory
        world = World(self.traffic, seed=self.settings.seed, started_ns=self._wall_ns)
        self.servers = {
            router.id: RouterServer(
                router,
                self.settings,
                read=lambda node: Reading(world, node, self.now_ns()),
                ledger=self.ledger.routers[router.id],
            )
            for router in self.network.routers.values()
        }
        self._ticker: asyncio.Task[None] | None = None

    def now_ns(self) -> int:
        """The world's clock: the wall's at the start, then even, whatever the wall does."""
        return self._wall_ns + time.monotonic_ns() - self._monotonic_ns

    async def __aenter__(self) -> "SimulatedBackbone":
        base = self.settings.base_port
        try:
            for index, server in enumerate(self.servers.values()):
                await server.start(base + index if base else 0)
        except BaseException:
            await self._stop()
            raise
        self.inventory = msgspec.structs.replace(
            self.inventory,
            routers=tuple(
                msgspec.structs.replace(router, target=self.servers[router.id].target)
                for router in self.inventory.routers
            ),
        )
        self._ticker = asyncio.create_task(self.run(), name="simulated traffic")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        await self._stop()

    async def run(self) -> None:
        """Move the traffic on, tick by tick."""
        while True:
            await asyncio.sleep(self.settings.tick_s)
            self.traffic.advance(self.now_ns())

    async def fault(self, action: str, subject: str) -> None:
        """Cut or restore a circuit."""
        circuit = self.network.circuits[subject]
        circuit.is_cut = action == "cut"
        self.rewire()

    def rewire(self) -> set[RouterNode]:
        """Derive state and traffic from the causes anew, and tell the streams."""
        now_ns = self.now_ns()
        changed = self.network.settle(now_ns)
        self.traffic.rewire(now_ns)
        for router in changed:
            self.servers[router.id].notify()
        return changed

    async def _stop(self) -> None:
        await asyncio.gather(*(server.stop() for server in self.servers.values()))
