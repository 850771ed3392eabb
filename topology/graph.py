"""The live graph: one writer that turns observations and measures into snapshots.

No clock is read here and nothing is awaited: time is passed in, in nanoseconds since the Unix epoch, and
never goes back. The caller's loop is

    observe(each observation as it comes); publish(now)            # a structural change: at once
    read_series(table, now); advance(now); publish(now)            # each tick, ten a second

The order of observations does not matter (`topology.beliefs`); what two ends make of a circuit is in
`topology.ends`, its damping in `topology.hold`, its capacity in `topology.capacity`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from topology.bandwidth import UsedWindow
from topology.circuits import Circuits
from topology.ids import circuit_of, link_id
from topology.inventory import Inventory
from topology.layout import LinkEnds, lay_out
from topology.liveness import NEVER_NS, Liveness
from topology.measures import Measures
from topology.observation import Drain, Observation, TargetState
from topology.publication import Draft, Publication, moved, number, structural_drafts
from topology.router_states import RouterStates
from topology.series import SeriesTable
from topology.settings import NS_PER_S, TopologySettings, nanoseconds
from topology.snapshot import NULL_U4, OBSERVED, LinkState, Snapshot
from topology.status import Health, Inconsistency, LinkStatus, RouterStatus


class LiveGraph:
    """What is known of the backbone now. `snapshot` is the published one, from construction on.

    `router_states`: the streams by router id, a view that is always of now. `link_versions` (int64[m], read
    only for callers): the last version in which each link is told to have changed, for `changed_since`.
    """

    def __init__(self, inventory: Inventory, settings: TopologySettings, *, epoch: str, now_ns: int) -> None:
        self._settings = settings
        self._now_ns = now_ns
        self._routers = {router.id: i for i, router in enumerate(inventory.routers)}
        self._liveness = Liveness(tuple(self._routers), settings, now_ns)
        self._circuits = Circuits(inventory, settings, self._liveness, now_ns)
        self.router_states: Mapping[str, RouterStatus] = RouterStates(
            self._routers, self._liveness, self._circuits
        )
        self._measures = Measures(self._circuits.ends, self._routers, self._liveness)
        self._inventory_fields = _inventory_fields(inventory)
        self._link_circuit = self._inventory_fields["link_circuit"]
        is_back = [link.endswith(":za") for link in self._inventory_fields["link_ids"]]
        self._sender = 2 * self._link_circuit.astype(np.int64) + np.array(is_back, np.int64)
        self._window = UsedWindow(len(self._sender), settings)
        nominal = [-1 if c.latency_us is None else c.latency_us for c in inventory.circuits]
        self._nominal_us = np.array(nominal, np.int64)[self._link_circuit]
        self._drafts: list[Draft] = []
        self._told_phases: dict[int, str] = {}  # by router, as the last event about it said
        self._blind_since_ns: int | None = now_ns
        self._metrics_due_ns = now_ns
        self._metrics: dict[str, Any] = {}
        self._moves: np.ndarray | None = None  # bool[m], links outside a dead-band since the publication
        self._published_changes = self._circuits.changes
        self._measure()
        self.snapshot = self._build(epoch, 1, 1)
        self._link_names = np.array(self.snapshot.link_ids, object)
        self.link_versions = np.ones(len(self._sender), np.int64)

    # What comes in

    def observe(self, observation: Observation) -> None:
        """Take an observation; any order and repetition ends in the same graph. Strangers are ignored."""
        self._now_ns = max(self._now_ns, observation.received_at_ns)
        if isinstance(observation, Drain):
            self._circuits.drain(observation, self._now_ns)
            return
        router = self._routers.get(observation.router)
        if router is None:
            return
        if isinstance(observation, TargetState):
            self._liveness.add_phase(router, observation)
        else:
            self._liveness.hear(router, observation.received_at_ns)
            self._circuits.observe(observation, self._now_ns)
            if self._liveness.level[router] == LinkState.UP:
                return
        self._update_liveness()

    def read_series(self, table: SeriesTable, now_ns: int) -> None:
        """Take the rows of the series table that were written since the last call."""
        self._now_ns = max(self._now_ns, now_ns)
        self._measures.read(table)

    def advance(self, now_ns: int) -> None:
        """Let time pass: silence, holds, graces, ages, and the window of `free_p05_bps`."""
        self._now_ns = max(self._now_ns, now_ns)
        self._update_liveness()
        self._circuits.advance(self._now_ns)
        for found in self._circuits.inconsistencies.advance(self._now_ns):
            link = link_id(found.circuit, "az")
            self._drafts.append(Draft(type="inconsistency", link=link, after=found.kind, cause=found.detail))
        self._measure()
        self._compare()

    def next_due_ns(self) -> int:
        """When `advance` and `publish` have something to do though nothing comes in."""
        return min(
            self._liveness.next_due_ns(self._now_ns),
            self._circuits.next_due_ns(self._now_ns),
            self._circuits.inconsistencies.next_due_ns(),
            self._measures.next_expiry_ns(self._settings.fresh_ns, self._now_ns) or NEVER_NS,
            self._window.next_due_ns or NEVER_NS,
            NEVER_NS if self._moves is None else max(self._metrics_due_ns, self._now_ns),
        )

    # What goes out

    def publish(self, now_ns: int) -> Publication | None:
        """Return a new snapshot with its events, or None: nothing moved, or metrics are not due yet."""
        self._now_ns = max(self._now_ns, now_ns)
        before = self.snapshot
        capacity_changed, structural = self._structure_changes(before)
        if not structural and not self._drafts and self._now_ns < self._metrics_due_ns:
            return None
        if capacity_changed:
            self._measure()
            self._compare()
        if not (structural or self._drafts or self._moves is not None or self._is_refresh_due(before)):
            return None
        version = before.version + 1
        self.snapshot = self._build(
            before.epoch, version, version if structural else before.structure_version
        )
        self._metrics_due_ns = self._now_ns + round(NS_PER_S / self._settings.publications_per_s)
        events = number(self._take_drafts(before, structural), self.snapshot)
        return Publication(snapshot=self.snapshot, events=events, structural=structural)

    def link_status(self, link: str) -> LinkStatus:
        """The state of a link as of the last input, and why. Raises KeyError for no link."""
        circuit = int(self._link_circuit[self.snapshot.link_index[link]])
        a, z = self._circuits.views(circuit)
        return LinkStatus(
            id=link,
            state=LinkState(int(self._circuits.state[circuit])),
            since_ns=self._circuits.since_ns[circuit],
            cause=self._circuits.cause[circuit],
            held_until_ns=self._circuits.held_until_ns(circuit),
            a=a,
            z=z,
        )

    @property
    def inconsistencies(self) -> tuple[Inconsistency, ...]:
        """What contradicts itself, by id."""
        return self._circuits.inconsistencies.listed

    @property
    def health(self) -> Health:
        """Whether all routers are heard, some, or none."""
        if self._blind_since_ns is not None:
            return Health(state="blind", blind_since_ns=self._blind_since_ns)
        is_whole = not self._liveness.level.any() and not (self._circuits.state == LinkState.STALE).any()
        return Health(state="ok" if is_whole else "degraded", blind_since_ns=None)

    # Within

    def _update_liveness(self) -> None:
        changed = self._liveness.advance(self._now_ns)
        if not changed.size:
            return
        names = self.snapshot.router_ids
        for router in changed.tolist():
            self._circuits.judge_router(names[router], self._now_ns)
            self._tell_liveness(router, names[router])
        is_blind = bool(self._liveness.level.all())
        if not is_blind:
            self._blind_since_ns = None
        elif self._blind_since_ns is None:
            self._blind_since_ns = self._now_ns

    def _tell_liveness(self, router: int, name: str) -> None:
        phase, _ = self._liveness.phase(router)
        level, told = self._liveness.level[router], self._told_phases.get(router)
        if level == LinkState.UP:
            if told is not None and told != "synced":
                self._drafts.append(Draft(type="router_back", router=name, before=told, after=phase))
            self._told_phases[router] = phase
        elif told == "synced" or (told is None and level == LinkState.STALE):
            cause = "nothing arrived for three intervals" if phase == "silent" else f"its stream is {phase}"
            cause = cause if told else "it was never in sync since the start"
            draft = Draft(type="router_silent", router=name, before=told, after=phase, cause=cause)
            self._drafts.append(draft)
            self._told_phases[router] = phase

    def _structure_changes(self, before: Snapshot) -> tuple[bool, bool]:
        """Whether capacities differ from the published ones, and whether these or states do."""
        if self._circuits.changes == self._published_changes:
            return False, False
        self._published_changes = self._circuits.changes
        capacity = self._circuits.capacity_bps[self._link_circuit].view(np.uint64)
        capacity_changed = not np.array_equal(capacity, before.capacity_bps)
        state = self._circuits.state[self._link_circuit]
        return capacity_changed, capacity_changed or not np.array_equal(state, before.state)

    def _compare(self) -> None:
        moves = moved(self.snapshot, self._metrics, self._settings)
        self._moves = moves if moves.any() else None

    def _take_drafts(self, before: Snapshot, structural: bool) -> list[Draft]:
        after, drafts, self._drafts = self.snapshot, self._drafts, []
        moves, self._moves = self._moves, None
        if structural:
            drafts = [*structural_drafts(before, after, self._circuits.cause), *drafts]
            changed = (before.state != after.state) | (before.capacity_bps != after.capacity_bps)
            self.link_versions[changed] = after.version
        if moves is not None:
            drafts.append(Draft(type="metric_changed", links=tuple(self._link_names[moves].tolist())))
            self.link_versions[moves] = after.version
        return drafts

    def _is_refresh_due(self, before: Snapshot) -> bool:
        if self._now_ns - before.published_at_ns < nanoseconds(self._settings.refresh_s):
            return False
        names = [f"{metric}_observed_at_ns" for metric in OBSERVED]
        return any(not np.array_equal(self._metrics[name], getattr(before, name)) for name in names)

    def _measure(self) -> None:
        """Derive every metric array anew; earlier ones belong to snapshots and are never written again."""
        since_ns = max(1, self._now_ns - self._settings.fresh_ns)
        circuits, of_link = self._circuits, self._link_circuit
        used = self._measures.used(self._sender, since_ns)
        self._window.advance(self._now_ns, used.value)
        capacity = circuits.capacity_bps[of_link]
        unknown = used.value < 0
        mostly = self._window.p95 if self._window.is_ready else used.value
        mostly = np.where(mostly < 0, used.value, mostly)
        free_now = np.where(unknown, -1, np.maximum(capacity - used.value, 0))
        free_p05 = np.where(unknown, -1, np.maximum(capacity - mostly, 0))
        metrics = {
            "capacity_bps": capacity.view(np.uint64),
            "capacity_bps_observed_at_ns": circuits.capacity_received_at_ns[of_link],
            "capacity_bps_source": circuits.capacity_source[of_link],
            "single_flow_max_bps": circuits.single_flow_max_bps[of_link].view(np.uint64),
            "used_bps": used.value.view(np.uint64),
            "used_bps_observed_at_ns": used.received_at_ns,
            "used_bps_source": used.source,
            "free_now_bps": free_now.view(np.uint64),
            "free_p05_bps": free_p05.view(np.uint64),
        }
        for name, measured in (
            ("latency_us", self._measures.latency(self._sender, self._nominal_us, since_ns)),
            ("jitter_us", self._measures.jitter(self._sender, since_ns)),
            ("loss_ppm", self._measures.loss(self._sender, since_ns)),
        ):
            metrics[name] = measured.value.astype(np.uint32)  # -1 becomes the null
            metrics[f"{name}_observed_at_ns"] = measured.received_at_ns
            metrics[f"{name}_source"] = measured.source
        self._metrics = metrics

    def _build(self, epoch: str, version: int, structure_version: int) -> Snapshot:
        return Snapshot(
            epoch=epoch,
            version=version,
            structure_version=structure_version,
            published_at_ns=self._now_ns,
            free_p05_ready=self._window.is_ready,
            state=self._circuits.state[self._link_circuit],
            **self._inventory_fields,
            **self._metrics,
        )


def _inventory_fields(inventory: Inventory) -> dict[str, Any]:
    """The fields of a snapshot that telemetry never changes."""
    links = [
        LinkEnds(link_id(circuit.id, way), circuit.id, tail, head, circuit.admin_groups)
        for circuit in inventory.circuits
        for way, tail, head in (("az", circuit.a, circuit.z), ("za", circuit.z, circuit.a))
    ]
    layout = lay_out(
        site_ids=[site.id for site in inventory.sites],
        router_site={router.id: router.site for router in inventory.routers},
        circuit_srlgs={circuit.id: circuit.srlgs for circuit in inventory.circuits},
        links=links,
        srlg_ids=[srlg.id for srlg in inventory.srlgs],
        backups=inventory.backup_routers,
    )
    circuits = {circuit.id: circuit for circuit in inventory.circuits}
    columns: dict[str, list[int | None]] = {"te_metric": [], "igp_metric": [], "mtu_bytes": []}
    for link in layout.link_ids:
        circuit = circuits[circuit_of(link)]
        back = circuit.igp_metric_za if link.endswith(":za") else None
        columns["te_metric"].append(circuit.te_metric)
        columns["igp_metric"].append(circuit.igp_metric if back is None else back)
        columns["mtu_bytes"].append(circuit.mtu_bytes)
    arrays = {
        name: np.array([NULL_U4 if value is None else value for value in values], np.uint32)
        for name, values in columns.items()
    }
    return {**layout.snapshot_fields(), **arrays}
