"""A scripted night: the simulator's faults, the live graph and the alert manager, with a clock moved by hand.

Between the simulated world and the graph there are no sockets: what a collector would have read is put in
as observations and as rows of the series table.
"""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import numpy as np

from suanlu.alerts import AlertManager, AlertSettings, ReceiverSettings, Silences
from suanlu.alerts.forms.form import Notice
from suanlu.alerts.forms.words import text
from suanlu.alerts.measures.measured import Measured
from suanlu.alerts.rules.rule import effective
from suanlu.effects import EffectsDesk, moved_onto
from suanlu.effects.desk import out_of
from suanlu.maintenance.schedule import Schedule
from suanlu.maintenance.scope import Places
from suanlu.maintenance.window import Subject as MaintenanceSubject
from suanlu.maintenance.window import Window
from suanlu.published import Published
from suanlu.simulator.network import Port, RouterNode
from suanlu.simulator.reading import Reading, World
from suanlu.simulator.traffic import COUNTERS
from tests.kit.alerting import Remembered
from tests.kit.simulated import SECOND_NS, FaultyWorld
from topology.graph import LiveGraph
from topology.observation import Drain, InterfaceState, Neighbour, OperStatus, TargetPhase, TargetState
from topology.publication import Publication
from topology.series import KIND_F64, KIND_I64, KIND_U64, SeriesKey, SeriesTable
from topology.settings import TopologySettings
from topology.snapshot import LinkState

SAMPLE_S = 30
RECEIVERS: Sequence[dict[str, Any]] = (
    {"name": "noc"},
    {"name": "duty", "severities": ("critical",)},
    {"name": "wuhan", "sites": ("wuhan",)},
    {"name": "optics", "rules": ("optical_power_low", "optical_power_falling", "errors_high")},
)


class Night:
    """The reference backbone at `start_hour`, all up and quiet for a minute."""

    def __init__(self, *, period_s: float = 5.0, **settings: Any) -> None:
        self.world = FaultyWorld(day_s=86_400, peak_use=0.6, start_hour=3.0, congested_use=0.97, **settings)
        self.inventory = self.world.network.inventory
        self.table = SeriesTable()
        now_ns = self.world.now_ns
        graph_settings = TopologySettings(sample_interval_s=SAMPLE_S)
        self.graph = LiveGraph(self.inventory, graph_settings, epoch="night", now_ns=now_ns)
        receivers = tuple(
            ReceiverSettings(url="https://noc.example/hook", secret_file="", **one) for one in RECEIVERS
        )
        self.settings = AlertSettings(receivers=receivers)
        self.period_s = period_s
        self.published = Published(self.graph)
        self._moved: dict[tuple[int, frozenset[str]], frozenset[str]] = {}
        self.schedule = Schedule((), Places(self.inventory))
        self.outbox = Remembered()
        self._begin()
        self._reading = World(self.world.traffic, seed=1, started_ns=now_ns)
        self._seq = 0
        self._told: dict[tuple[str, str], tuple[str, str]] = {}
        self._phases: dict[str, TargetPhase] = {}
        self._muted_since: dict[str, int] = {}
        self._sample_ns = 0
        self._rows = self._series()

    def _begin(self) -> None:
        """A process that knows what the outbox keeps."""
        self.measured = Measured(
            self.inventory,
            effective(self.settings.rules),
            self.table,
            period_s=self.period_s,
            inconsistencies=lambda: self.graph.inconsistencies,
        )
        self.manager = AlertManager(
            self.inventory,
            self.settings,
            self.outbox,
            Silences(self.outbox, now_ns=lambda: self.world.now_ns),
            now_ns=lambda: self.world.now_ns,
            measured=self.measured,
            reason_of=lambda link: self.graph.link_status(link).cause,
            effects_of=EffectsDesk(self.published, self.inventory),
            moved_onto=self._moved_onto,
            maintained_by=self.schedule.muting,
        )

    def _moved_onto(self, links: Collection[str]) -> frozenset[str]:
        """What the desk works out in a thread, at once."""
        view = self.published.view
        asked = view.stamp.structure_version, out_of(view.snapshot, links, LinkState.DRAINED)
        if asked not in self._moved:
            self._moved[asked] = moved_onto(view.engine, asked[1])
        return self._moved[asked]

    def restart(self) -> None:
        """Another process, that has not measured anything yet."""
        self.outbox = Remembered(
            self.outbox.kept(), self.outbox.silences, [], self.outbox.bodies, dict(self.outbox.memory)
        )
        self._begin()
        first = Publication(snapshot=self.graph.snapshot, events=(), structural=True)
        self.manager.on_publication(first)
        self._step()

    # What happens

    async def fault(self, action: str, subject: str) -> None:
        """A fault of the simulator's."""
        await self.world.faults.do(action, subject)
        self._step()

    async def wait(self, seconds: float, step_s: float = 5.0) -> None:
        """Let time pass."""
        end_ns = self.world.now_ns + round(seconds * SECOND_NS)
        while self.world.now_ns < end_ns:
            await self.world.wait(min(step_s, (end_ns - self.world.now_ns) / SECOND_NS))
            self._step()

    def maintain(self, circuit: str, seconds: float) -> None:
        """A maintenance window on a circuit begins: it is drained, and its alerts are muted."""
        start_ns, end_ns = self.world.now_ns, self.world.now_ns + round(seconds * SECOND_NS)
        self.schedule.put(
            Window(
                id="m-1",
                starts_at_ns=start_ns,
                ends_at_ns=end_ns,
                subjects=(MaintenanceSubject(kind="circuit", id=circuit),),
                comment="splicing",
                created_by="li.wei",
                created_at_ns=start_ns,
            )
        )
        self._drain(circuit, True)

    def maintained(self, circuit: str) -> None:
        """The window's end: the circuit is given back."""
        self._drain(circuit, False)

    def _drain(self, circuit: str, drained: bool) -> None:
        self._observe(Drain, "", id=circuit, drained=drained, by="maintenance m-1")
        self._step()

    def _step(self) -> None:
        now_ns = self.world.now_ns
        self._tell_routers(now_ns)
        self.schedule.advance(now_ns)
        if now_ns >= self._sample_ns:
            self._sample_ns = now_ns + SAMPLE_S * SECOND_NS
            self.world.traffic.advance(now_ns)
            self._sample(now_ns)
        self.graph.read_series(self.table, now_ns)
        self.graph.advance(now_ns)
        publication = self.graph.publish(now_ns)
        if publication is not None:
            if publication.structural:
                self.published.swap()
            self.manager.on_publication(publication)
        self.manager.on_targets(self.graph.router_states)
        self.manager.advance(now_ns)

    # What a collector reads

    def _tell_routers(self, now_ns: int) -> None:
        for router in self.world.network.routers.values():
            phase = self._phase(router, now_ns)
            if self._phases.get(router.id) != phase:
                self._phases[router.id] = phase
                self._observe(TargetState, router.id, state=phase)
            if phase == "synced":
                for port in router.ports:
                    self._tell_port(port)

    def _phase(self, router: RouterNode, now_ns: int) -> TargetPhase:
        if not router.is_powered:
            return "unreachable"
        if not router.is_mute:
            self._muted_since.pop(router.id, None)
            return "synced"
        since_ns = self._muted_since.setdefault(router.id, now_ns)
        return "silent" if now_ns - since_ns >= 3 * SAMPLE_S * SECOND_NS else "synced"

    def _tell_port(self, port: Port) -> None:
        if port.router.is_mute:
            return
        heard = port.heard.router.id if port.is_up else ""
        key = (port.router.id, port.name)
        if self._told.get(key) == (port.oper_status, heard):
            return
        self._told[key] = (port.oper_status, heard)
        status: OperStatus = port.oper_status  # type: ignore[assignment]
        self._observe(
            InterfaceState, port.router.id, interface=port.name, oper_status=status, admin_status="UP"
        )
        if not port.is_group:
            name = port.heard.name if heard else None
            self._observe(
                Neighbour,
                port.router.id,
                interface=port.name,
                peer_router=heard or None,
                peer_interface=name,
            )

    def _observe(self, kind: Any, router: str, **fields: Any) -> None:
        self._seq += 1
        now_ns = self.world.now_ns
        self.graph.observe(
            kind(
                router=router,
                session=1,
                seq=self._seq,
                observed_at_ns=now_ns,
                received_at_ns=now_ns,
                **fields,
            )
        )

    def _series(self) -> dict[str, np.ndarray]:
        """Rows by router: its ports' counters; its ends' rates, delays, light, in the ports' order."""
        add, rows = self.table.add, {}
        fields = [name.replace("-", "_") for name in COUNTERS]
        for router in self.world.network.routers.values():
            found: list[int] = []
            for port in router.ports:
                found += [add(SeriesKey(router.id, "ifcounters", port.name, f), KIND_U64) for f in fields]
                found += [
                    add(SeriesKey(router.id, "ifrate", port.name, "in_bps"), KIND_I64),
                    add(SeriesKey(router.id, "ifrate", port.name, "out_bps"), KIND_I64),
                    add(SeriesKey(router.id, "link_latency", port.name, "latency_us"), KIND_I64),
                    add(SeriesKey(router.id, "link_latency", port.name, "loss_ppm"), KIND_I64),
                    add(SeriesKey(router.id, "optics", f"Optics-{port.name}", "rx_power_dbm"), KIND_F64),
                ]
            rows[router.id] = np.array(found, np.uint32)
        return rows

    def _sample(self, now_ns: int) -> None:
        for router in self.world.network.routers.values():
            if router.is_powered and not router.is_mute:
                self._write(self._rows[router.id], self._values(router, now_ns), now_ns)

    def _values(self, router: RouterNode, now_ns: int) -> np.ndarray:
        traffic, reading = self.world.traffic, Reading(self._reading, router, now_ns)
        carried = traffic.flows.carried_bps
        values: list[int] = []
        for port, counters in zip(router.ports, reading.counters, strict=True):
            link = traffic.link_of(port)
            light = np.float64(reading.rx_power_dbm(port)).view(np.uint64)
            values += counters
            values += [int(carried[link ^ 1]), int(carried[link]), int(reading.delay_us(port))]
            values += [round(reading.loss(port) * 1e6), int(light)]
        return np.array(values, np.uint64)

    def _write(self, rows: np.ndarray, bits: np.ndarray, now_ns: int) -> None:
        table = self.table
        table.prev_bits[rows], table.prev_observed_at_ns[rows] = table.bits[rows], table.observed_at_ns[rows]
        table.bits[rows], table.observed_at_ns[rows], table.received_at_ns[rows] = bits, now_ns, now_ns
        fresh = rows[(table.flags[rows] & 1) == 0]
        table.flags[fresh] |= 1
        first = int(table.dirty_count[0])
        table.dirty[first : first + len(fresh)] = fresh
        table.dirty_count[0] += len(fresh)

    # What was told

    def messages(self, receiver: str) -> list[dict[str, Any]]:
        """The bodies that a receiver got, in order."""
        return [msgspec.json.decode(b[receiver]) for b in self.outbox.bodies if receiver in b]

    def counts(self) -> dict[str, int]:
        """How many messages each receiver got."""
        return {one["name"]: len(self.messages(one["name"])) for one in RECEIVERS}

    def told(self, receiver: str = "noc") -> list[str]:
        """`firing SrlgDown duct:x`, in order."""
        return [
            f"{b['status']} {(labels := b['alerts'][0]['labels'])['alertname']} {labels[labels['kind']]}"
            for b in self.messages(receiver)
        ]

    def words(self, language: Any, which: int = 0) -> str:
        """The text of one message, as a chat shows it."""
        raw = [b["noc"] for b in self.outbox.bodies if "noc" in b][which]
        return text(Notice("id", raw).alert, language)

    def firing(self) -> list[str]:
        """`<rule> <subject>` of what fires."""
        return sorted(f"{a.rule} {a.subject.id}" for a in self.manager.alerts() if a.state == "firing")
