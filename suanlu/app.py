"""All wiring of `suanlu serve`, in the order of the picture in docs/architecture.md.

    routers ──gNMI──► collector ──columns──► accepted log ──► sinks: DuckDB | InfluxDB
                          │
                          └─observations, series─► graph ──snapshot──► path engine ──► HTTP API
                                                     └─publication─► alerts ──► outbox ──► webhooks

Every part is made here, every queue is named "producer -> consumer" where it is handed over, and one
TaskGroup runs them all: started in order, stopped in reverse.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from collector.collector import Collector
from collector.events import EventRecorder
from collector.history import History
from collector.log import AcceptedLog
from collector.moment import Moments
from collector.points import PointRecorder
from collector.rollups import Roller, Shipper
from collector.settings import Target, Transport
from collector.sinks import DuckDBSink, HistoryDatabase, InfluxDBSink, SinkPump
from collector.use import Uses
from suanlu.access import gate_of
from suanlu.alerts import AlertManager, Heartbeat, Outbox, Sender, Silences
from suanlu.alerts.measures.backlog import Backlogs
from suanlu.alerts.measures.circle import Circle
from suanlu.alerts.measures.kept import KeptPast
from suanlu.alerts.measures.measured import Measured
from suanlu.alerts.rules.rule import effective
from suanlu.api.context import Context, ForwardFault
from suanlu.api.describe import Describer
from suanlu.api.endpoints import Endpoints
from suanlu.api.ring import EventRing
from suanlu.api.server import Server
from suanlu.certificates import Certificates
from suanlu.config import Settings
from suanlu.config_files import certificates_of
from suanlu.effects import EffectsDesk
from suanlu.figures import Metrics, network, server
from suanlu.figures.parts import Parts
from suanlu.maintenance import Maintenances, MaintenanceStore, Places
from suanlu.past import Past, Recorder
from suanlu.preparer import Preparer
from suanlu.published import Published
from suanlu.publisher import Publisher
from suanlu.readiness import Readiness
from suanlu.recorded import OwnFigures, PairRecorder, StoredEvents
from suanlu.reports import Reporter
from suanlu.times import rfc3339
from topology.graph import LiveGraph
from topology.ids import link_id
from topology.inventory import Inventory
from topology.series import SeriesTable

API = "API"
STOP_DEADLINE_S = 1.5


@dataclass(frozen=True)
class Part:
    """One component: its task's name and the coroutine that runs it."""

    name: str
    run: Callable[[], Awaitable[None]]


class App:
    """Everything that one process runs. Made and run on one event loop."""

    def __init__(
        self,
        settings: Settings,
        inventory: Inventory,
        *,
        now_ns: Callable[[], int],
        forward_fault: ForwardFault | None = None,
    ) -> None:
        """Make every part; nothing runs and nothing listens yet. Raises what a part raises for its files."""
        self._settings, self._inventory, self._now_ns = settings, inventory, now_ns
        epoch = rfc3339(now_ns())
        self._make_store()
        self.series = SeriesTable()  # collector -> graph: numbers, latest value wins
        self.graph = LiveGraph(inventory, settings.topology, epoch=epoch, now_ns=now_ns())
        self.published = Published(self.graph)  # graph -> API: snapshot and engine, swapped together
        self.ring = EventRing(epoch, settings.api.event_ring)  # graph, alerts -> event streams
        self._make_alerts()
        self.recorder = Recorder(  # graph, alerts -> journal: what was so, for questions about the past
            settings.data_directory / "journal.sqlite", settings.journal, self.graph, now_ns=now_ns
        )
        self._make_flow()
        self._make_reports()
        self.server = self._server(forward_fault)
        self._tasks: list[asyncio.Task[None]] = []
        self._api_deadline_s = settings.api.shutdown_timeout_s + 0.5

    def _make_store(self) -> None:
        """The store's side: accepted log -> history and InfluxDB, raw values -> roll-ups in both."""
        settings, now_ns = self._settings, self._now_ns
        data = settings.data_directory
        self.log = AcceptedLog(data / "log", settings.log, now_ns=now_ns)
        self.database = HistoryDatabase(data / "history.duckdb", settings.history)
        self.pumps = {"log -> history": SinkPump(self.log, DuckDBSink(self.database, now_ns=now_ns))}
        if settings.influxdb is not None:
            influxdb = InfluxDBSink(settings.influxdb, thread=self.database.thread)
            self.pumps["log -> influxdb"] = SinkPump(self.log, influxdb)
        # raw values -> roll-ups, in the history -> InfluxDB
        self.roller = Roller(self.database, now_ns=now_ns, ship=settings.influxdb is not None)
        self.shipper = None
        if settings.influxdb is not None:
            again = InfluxDBSink(settings.influxdb, thread=self.database.thread)
            self.shipper = Shipper(self.database, again, self.roller.rolled)
        self.history = History(
            self.database, links=_link_ids(self._inventory), members=members_of(self._inventory)
        )

    def _make_alerts(self) -> None:
        """Whoever watches the graph and tells receivers: graph, series, books -> alerts -> outbox."""
        settings, inventory, now_ns = self._settings, self._inventory, self._now_ns
        data = settings.data_directory
        self.outbox = Outbox(data / "alerts.sqlite", settings.alerts, now_ns=now_ns)  # alerts -> receivers
        self.sender = Sender(settings.alerts, self.outbox, now_ns=now_ns, random=random.Random())  # noqa: S311 -- jitter
        self.heartbeat = (
            Heartbeat(settings.alerts.heartbeat, settings.alerts, now_ns=now_ns)
            if settings.alerts.heartbeat is not None
            else None
        )
        self.silences = Silences(self.outbox, now_ns=now_ns)
        self.maintenances = Maintenances(  # operators -> graph, alerts: drains, and what is muted
            MaintenanceStore(data / "maintenances.sqlite"), Places(inventory), now_ns=now_ns
        )
        self.backlogs = Backlogs(self.pumps, now_ns=now_ns)
        self.certificates = Certificates(  # configuration, routers -> alerts: when they end
            certificates_of(settings),
            targets_of(inventory),
            settings.collector.transport,
            now_ns=now_ns,
        )
        self.effects = EffectsDesk(self.published, inventory)  # published -> alerts: what a loss does
        self.usual = KeptPast(data / "usual.npz", now_ns=now_ns)  # alerts -> disk: what was usual
        self.circle = Circle(  # published -> alerts: pairs within 20 ms
            self.published, inventory.name, self.outbox
        )
        self.alerts = AlertManager(
            inventory,
            settings.alerts,
            self.outbox,
            self.silences,
            now_ns=now_ns,
            effects_of=self.effects,
            moved_onto=self.effects.moved_onto,
            measured=self._measured(),  # graph, series, books -> alerts
            reason_of=lambda link: self.graph.link_status(link).cause,
            maintained_by=self.maintenances.muting,
        )

    def _make_flow(self) -> None:
        """What moves the graph and writes it down: routers -> collector -> graph, log -> all that is told."""
        settings, inventory, now_ns = self._settings, self._inventory, self._now_ns
        self.publisher = Publisher(
            graph=self.graph,
            series=self.series,
            published=self.published,
            ring=self.ring,
            alerts=self.alerts,
            stored=StoredEvents(inventory, EventRecorder(self.series, self.log.append)),  # events -> log
            recorder=self.recorder,
            maintenances=self.maintenances,
            now_ns=now_ns,
        )
        self.collector = Collector(
            targets_of(inventory, settings.collector.transports),
            settings.collector,
            tags=tags_of(inventory),
            series=self.series,
            observe=self.publisher.observe,  # collector -> graph: state, every observation at once
            append=self.log.append,  # collector -> log: columns, bounded by [log] pending_max_bytes
            now_ns=now_ns,
            random=random.Random(),  # noqa: S311 -- jitter
        )
        points = PointRecorder(self.series, self.log.append)
        self.pairs = PairRecorder(self.published, points, now_ns=now_ns)  # graph -> log
        self._make_figures(points)

    def _make_figures(self, points: PointRecorder) -> None:
        """The parts' books: for `/metrics`, and as telemetry of our own."""
        self.metrics = Metrics()
        parts = Parts(
            graph=self.graph,
            ring=self.ring,
            collector=self.collector,
            log=self.log,
            pumps=self.pumps,
            roller=self.roller,
            shipper=self.shipper,
            backlogs=self.backlogs,
            certificates=self.certificates,
            recorder=self.recorder,
            alerts=self.alerts,
            outbox=self.outbox,
            metrics=self.metrics,
        )
        self.metrics.read_from(lambda: server.families(parts))
        self.own = OwnFigures(parts, points, now_ns=self._now_ns)  # every part -> log

    def _make_reports(self) -> None:
        """The users' side but for the server: the past, reports."""
        inventory, now_ns = self._inventory, self._now_ns
        self.past = Past(
            inventory,
            self._settings.topology,
            self.recorder,
            Moments(self.database),
            now=lambda: self.published.view.snapshot,
        )
        self.reporter = Reporter(
            inventory,
            self.recorder,
            self.past,
            Uses(self.database),
            self.maintenances.schedule,
            view=lambda: self.published.view,
            now_ns=now_ns,
        )

    def parts(self) -> Iterator[Part]:
        """What runs, in the order of starting: consumers before their producers."""
        yield Part("metrics", self.metrics.run)
        yield Part("outbox", self.outbox.run)
        yield Part("sender", self.sender.run)
        if self.heartbeat is not None:
            yield Part("heartbeat", self.heartbeat.run)
        yield Part("log", self.log.run)
        for name, pump in self.pumps.items():
            yield Part(name, pump.run)
        yield Part("effects", self.effects.run)
        yield Part("usual", self.usual.run)
        yield Part("circle", self.circle.run)
        yield Part("rollups", self.roller.run)
        if self.shipper is not None:
            yield Part("rollups -> influxdb", self.shipper.run)
        yield Part("journal", self.recorder.run)
        yield Part("maintenances", self.maintenances.run)
        yield Part("preparer", Preparer(self.published).run)
        yield Part("publisher", self.publisher.run)
        yield Part("pairs", self.pairs.run)
        yield Part("own figures", self.own.run)
        yield Part("certificates", self.certificates.run)
        yield Part("collector", self.collector.run)

    async def run(self, *, stop: asyncio.Event, started: Callable[[str], None]) -> None:
        """Run until `stop` is set; `started` gets the URL as soon as requests are answered.

        Raises PortInUse, and an ExceptionGroup of whatever made a part fail.
        """
        await self.database.open()
        try:
            await self.server.start()
            async with asyncio.TaskGroup() as group:
                self._tasks += (group.create_task(_run(part), name=part.name) for part in self.parts())
                started(self.server.url)
                await stop.wait()
                self._tasks.append(group.create_task(self.server.stop(), name=API))
                await asyncio.wait(self._tasks[-1:], timeout=self._api_deadline_s)
                for task in reversed(self._tasks[:-1]):
                    task.cancel()
                    await asyncio.wait([task], timeout=STOP_DEADLINE_S)
        finally:
            await self.server.stop()
            await self.database.close()

    def unended(self) -> tuple[str, ...]:
        """Parts that were told to end and still run. Another thread may ask, too."""
        return tuple(
            task.get_name()
            for task in self._tasks
            if not task.done() and (task.cancelling() or task.get_name() == API)
        )

    def _measured(self) -> Measured:
        """What measures the figures that rules are about."""
        return Measured(
            self._inventory,
            effective(self._settings.alerts.rules),
            self.series,
            readings={
                "collector_backlog": self.backlogs,
                "certificate_expiry": self.certificates.readings,
                "circle_lost": self.circle,
            },
            inconsistencies=lambda: self.graph.inconsistencies,
            kept=self.usual,
            worked_on=lambda: self.maintenances.circuits,
        )

    def _server(self, forward_fault: ForwardFault | None) -> Server:
        """The HTTP API and what it may read."""
        settings, inventory, now_ns = self._settings, self._inventory, self._now_ns
        tags, site_of = tags_of(inventory), {router.id: router.site for router in inventory.routers}
        return Server(
            Context(
                graph=self.graph,
                published=self.published,
                describer=Describer(inventory, self.graph, self.maintenances.of_circuit),
                endpoints=Endpoints(inventory),
                ring=self.ring,
                history=self.history,
                past=self.past,
                reporter=self.reporter,
                alerts=self.alerts.alerts,
                acknowledge=self.publisher.acknowledge,
                silences=self.silences,
                maintenances=self.maintenances,
                receivers=tuple(receiver.name for receiver in settings.alerts.receivers),
                external_url=settings.alerts.external_url,
                metrics=self.metrics,
                network_figures=lambda: network.families(
                    self.published.view.snapshot, self.series, tags, site_of
                ),
                readiness=Readiness(
                    lambda: self.graph.router_states,
                    [target.id for target in targets_of(inventory)],
                    now_ns=now_ns,
                    patience_s=settings.api.ready_patience_s,
                ),
                now_ns=now_ns,
                forward_fault=forward_fault,
            ),
            settings.api,
            gate_of(settings.api.tokens_file, settings.data_directory, settings.alerts.external_url, now_ns),
        )


async def _run(part: Part) -> None:
    await part.run()


def targets_of(inventory: Inventory, transports: Mapping[str, Transport] | None = None) -> tuple[Target, ...]:
    """The routers that the inventory gives an address; `transports` are those of single ones, by id."""
    own = transports or {}
    return tuple(
        Target(
            id=router.id,
            address=router.target,
            profile=router.profile or router.platform,
            transport=own.get(router.id),
        )
        for router in inventory.routers
        if router.target is not None
    )


def tags_of(inventory: Inventory) -> dict[tuple[str, str], tuple[str, str]]:
    """(router, interface) → (site, link that leaves there), for every interface that ends a circuit."""
    site_of = {router.id: router.site for router in inventory.routers}
    return {
        end: (site_of[end[0]], link_id(circuit.id, direction))
        for circuit in inventory.circuits
        for end, direction in (
            ((circuit.a, circuit.a_interface), "az"),
            ((circuit.z, circuit.z_interface), "za"),
        )
    }


def members_of(inventory: Inventory) -> dict[str, tuple[tuple[str, str], ...]]:
    """Link → (router, member interface) at the end that sends it, for the links that are bundles."""
    return {
        link_id(circuit.id, direction): tuple((router, name) for name in names)
        for circuit in inventory.circuits
        for router, names, direction in (
            (circuit.a, circuit.a_member_interfaces, "az"),
            (circuit.z, circuit.z_member_interfaces, "za"),
        )
        if names
    }


def _link_ids(inventory: Inventory) -> frozenset[str]:
    return frozenset(
        link_id(circuit.id, direction) for circuit in inventory.circuits for direction in ("az", "za")
    )
