"""A live graph of a small backbone behind the API, on a socket of this machine; no routers."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from collector.history import History
from collector.moment import Moments
from collector.sinks import HistoryDatabase
from collector.use import Uses
from suanlu.alerts import Alert, Silences
from suanlu.api.context import Context
from suanlu.api.describe import Describer
from suanlu.api.endpoints import Endpoints
from suanlu.api.ring import EventRing
from suanlu.api.server import build
from suanlu.api.settings import ApiSettings
from suanlu.figures import Metrics
from suanlu.maintenance import Maintenances, MaintenanceStore, Places
from suanlu.past import JournalSettings, Past, Recorder
from suanlu.published import Published
from suanlu.readiness import Readiness
from suanlu.reports import Reporter
from tests.kit.alerting import Remembered
from tests.unit.api.backbone import SQUARE
from topology.graph import LiveGraph
from topology.inventory import Inventory
from topology.observation import Drain, InterfaceState, TargetState
from topology.settings import TopologySettings

NS = 1_000_000_000
EPOCH = "2026-03-01T08:00:00.000Z"


@dataclass
class World:
    """A graph with a clock that only moves when told; `client` asks its API."""

    inventory: Inventory
    graph: LiveGraph
    published: Published
    ring: EventRing
    now_ns: int
    database: HistoryDatabase
    maintenances: Maintenances
    recorder: Recorder = field(init=False)
    alerts: tuple[Alert, ...] = ()
    client: TestClient[Any, Any] = field(init=False)
    seq: int = 0

    def interface(self, router: str, interface: str, *, up: bool) -> None:
        self.seq += 1
        status = "UP" if up else "DOWN"
        self.graph.observe(
            InterfaceState(
                router=router, session=1, seq=self.seq,
                observed_at_ns=self.now_ns, received_at_ns=self.now_ns,
                interface=interface, oper_status=status, admin_status="UP",
            )
        )  # fmt: skip

    def circuit(self, circuit: str, *, up: bool) -> None:
        found = next(c for c in self.inventory.circuits if c.id == circuit)
        self.interface(found.a, found.a_interface, up=up)
        self.interface(found.z, found.z_interface, up=up)

    def drain(self, name: str) -> None:
        self.graph.observe(
            Drain(
                router="", session=0, seq=0, observed_at_ns=self.now_ns, received_at_ns=self.now_ns,
                id=name, drained=True, by="operator",
            )
        )  # fmt: skip

    def sync(self, router: str) -> None:
        self.seq += 1
        self.graph.observe(
            TargetState(
                router=router, session=1, seq=self.seq,
                observed_at_ns=self.now_ns, received_at_ns=self.now_ns,
                state="synced",
            )
        )  # fmt: skip

    def publish(self, *, after_s: float = 0.2) -> None:
        self.now_ns += int(after_s * NS)
        turn = self.maintenances.advance(self.now_ns)
        for drain in turn.drains:
            self.graph.observe(drain)
        self.graph.advance(self.now_ns)
        publication = self.graph.publish(self.now_ns)
        if publication is not None:
            self.published.swap()
            self.recorder.on_publication(publication)
            self.ring.extend(publication.events)
        version = self.graph.snapshot.version
        self.ring.extend(self.maintenances.events(turn.changes, version, self.now_ns))

    async def paths(self, **query: Any) -> tuple[int, Any]:
        async with self.client.post("/v1/paths", json={k.rstrip("_"): v for k, v in query.items()}) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        async with self.client.get(path, headers=headers) as answer:
            return answer.status, await answer.json()


def make_world(
    inventory: Inventory, data: Path, *, ring_size: int = 1000
) -> tuple[World, Callable[..., Context]]:
    start_ns = 1_772_352_000 * NS
    graph = LiveGraph(inventory, TopologySettings(hold_s=0.001, hold_max_s=1), epoch=EPOCH, now_ns=start_ns)
    published, ring = Published(graph), EventRing(EPOCH, ring_size)
    maintenances = Maintenances(
        MaintenanceStore(data / "maintenances.sqlite"), Places(inventory), now_ns=lambda: world.now_ns
    )
    database = HistoryDatabase(data / "history.duckdb")
    world = World(inventory, graph, published, ring, start_ns, database, maintenances)

    world.recorder = Recorder(data / "journal.sqlite", JournalSettings(), graph, now_ns=lambda: world.now_ns)
    past = Past(
        inventory,
        TopologySettings(),
        world.recorder,
        Moments(world.database),
        now=lambda: published.view.snapshot,
    )

    def context(**changes: Any) -> Context:
        given: dict[str, Any] = {
            "graph": graph,
            "published": published,
            "describer": Describer(inventory, graph, world.maintenances.of_circuit),
            "maintenances": world.maintenances,
            "endpoints": Endpoints(inventory),
            "ring": ring,
            "history": History(world.database),
            "past": past,
            "reporter": Reporter(
                inventory,
                world.recorder,
                past,
                Uses(world.database),
                world.maintenances.schedule,
                view=lambda: published.view,
                now_ns=lambda: world.now_ns,
            ),
            "alerts": lambda: world.alerts,
            "acknowledge": lambda _id, _said: None,
            "silences": Silences(Remembered(), now_ns=lambda: world.now_ns),
            "receivers": ("noc",),
            "external_url": "http://suanlu.example",
            "metrics": Metrics(),
            "network_figures": lambda: iter(()),
            "readiness": Readiness(
                lambda: graph.router_states,
                [router.id for router in inventory.routers],
                now_ns=lambda: world.now_ns,
                patience_s=30,
            ),
            "now_ns": lambda: world.now_ns,
        }
        return Context(**(given | changes))

    return world, context


@pytest_asyncio.fixture
async def cold(tmp_path: Path) -> AsyncIterator[World]:
    """The API before any router was heard."""
    world, context = make_world(Inventory.from_json(SQUARE), tmp_path)
    async with TestClient(TestServer(build(context(), ApiSettings()))) as client:
        world.client = client
        yield world
        world.ring.close()
    world.recorder.close()
    await world.database.close()
    world.database.thread.shutdown()


@pytest_asyncio.fixture
async def world(cold: World) -> World:
    """The API with every router in sync and every circuit up."""
    for router in cold.inventory.routers:
        cold.sync(router.id)
    for circuit in cold.inventory.circuits:
        cold.circuit(circuit.id, up=True)
    cold.publish()
    return cold
