"""The simulated backbone: every router of an inventory as a gNMI server, one network behind them."""

import asyncio
import contextlib
import time
from types import TracebackType

import msgspec

from suanlu.ports import PortInUse
from suanlu.simulator.faults import Faults, Outcome
from suanlu.simulator.ledger import Ledger
from suanlu.simulator.network import CircuitNode, Network, RouterNode
from suanlu.simulator.reading import Reading, World
from suanlu.simulator.server import RouterServer
from suanlu.simulator.settings import SimulatorSettings
from suanlu.simulator.timeline import Timeline
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
        self._world = World(self.traffic, seed=self.settings.seed, started_ns=self._wall_ns)
        self._timeline = Timeline()
        self._faults = Faults(self.network, self.settings, self._timeline, self, self.now_ns)
        self._wake = asyncio.Event()
        self._clockwork: asyncio.Task[None] | None = None
        self.servers = {
            router.id: RouterServer(
                router,
                self.settings,
                read=lambda node: self.reading(node.id),
                ledger=self.ledger.routers[router.id],
            )
            for router in self.network.routers.values()
        }

    def now_ns(self) -> int:
        """The world's clock: the wall's at the start, then even, whatever the wall does."""
        return self._wall_ns + time.monotonic_ns() - self._monotonic_ns

    def reading(self, router: str) -> Reading:
        """A router's values now."""
        return Reading(self._world, self.network.routers[router], self.now_ns())

    async def __aenter__(self) -> "SimulatedBackbone":
        await self._listen()
        self.inventory = msgspec.structs.replace(
            self.inventory,
            routers=tuple(
                msgspec.structs.replace(router, target=self.servers[router.id].target)
                for router in self.inventory.routers
            ),
        )
        self._clockwork = asyncio.create_task(self._run(), name="simulated world")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._clockwork is not None:
            self._clockwork.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._clockwork
        await self._stop()

    async def _listen(self) -> None:
        """Take the ports by binding them: whoever asks first whether they are free may be overtaken."""
        try:
            await self._listen_from(self.settings.base_port)
        except PortInUse:
            if not self.settings.free_if_taken:
                raise
            await self._listen_from(0)

    async def _listen_from(self, base: int) -> None:
        try:
            for index, server in enumerate(self.servers.values()):
                await server.start(base + index if base else 0)
        except BaseException:
            await self._stop()
            raise

    async def wait_failed(self) -> None:
        """Wait for as long as the world goes on; raises what ended it."""
        if self._clockwork is not None:
            await asyncio.shield(self._clockwork)

    async def fault(self, action: str, subject: str) -> Outcome:
        """Play a fault on a circuit, router or SRLG; raises FaultError. Returns when it has happened."""
        outcome = await self._faults.do(action, subject)
        self._wake.set()
        return outcome

    async def _run(self) -> None:
        """Move the traffic on, tick by tick, and let what is due happen."""
        while True:
            self._wake.clear()
            pause_s = self.settings.tick_s
            if self._timeline.next_ns is not None:
                pause_s = min(pause_s, max(0.0, (self._timeline.next_ns - self.now_ns()) / 1e9))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._wake.wait()
            while happening := self._timeline.due(self.now_ns()):
                await happening()
            self.traffic.advance(self.now_ns())

    def rewire(self) -> None:
        """Derive state and traffic from the causes anew, and tell the streams."""
        now_ns = self.now_ns()
        changed = self.network.settle(now_ns)
        self.traffic.rewire(now_ns)
        for router in changed:
            self.servers[router.id].notify()

    def offered_bps(self, circuit: CircuitNode) -> tuple[float, float]:
        """What a circuit is asked to carry: from A to Z, and back."""
        offered = self.traffic.flows.offered_bps
        return float(offered[2 * circuit.index]), float(offered[2 * circuit.index + 1])

    async def power_off(self, router: RouterNode) -> None:
        """The router is gone, and its server with it."""
        router.is_powered = False
        await self.servers[router.id].stop(keep_port=True)

    async def power_on(self, router: RouterNode) -> None:
        """The router boots: counters at zero, a new boot time, the same address."""
        now_ns = self.now_ns()
        self.traffic.advance(now_ns)
        self.traffic.reset(router)
        router.boot_time_ns = now_ns
        for port in router.ports:
            port.carrier_transitions = 0
        router.is_powered = True
        server = self.servers[router.id]
        await server.start(server.port)

    def mute(self, router: RouterNode, muted: bool) -> None:
        """Its streams stay alive and say nothing, or speak again."""
        router.is_mute = muted
        self.servers[router.id].mute(muted)

    async def _stop(self) -> None:
        await asyncio.gather(*(server.stop() for server in self.servers.values()))
