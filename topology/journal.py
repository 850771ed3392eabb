"""The journal: what of the live graph is kept, so that it can be asked how things were.

A *full* frame holds the state of every circuit and router; the frames after it hold what changed. The state
at a moment is the last full frame before it with the changes since. Numbers are in the store, not here.
"""

from collections.abc import Iterable

import msgspec
import numpy as np

from topology.graph import LiveGraph
from topology.ids import link_id
from topology.observation import TargetPhase
from topology.publication import Publication
from topology.snapshot import LinkState, Snapshot
from topology.status import Health, Inconsistency


class CircuitRecord(msgspec.Struct, frozen=True, array_like=True):
    """A circuit: its state (that of both its links), since when (ns), why; its capacity (bit/s, -1 unknown).

    `capacity_source` is a `Source`. The order of the fields is the format; new ones go to the end.
    """

    state: LinkState
    since_ns: int
    cause: str
    capacity_bps: int
    capacity_source: int
    single_flow_max_bps: int


class RouterRecord(msgspec.Struct, frozen=True, array_like=True):
    """A router's stream, since when (ns), and whether it was drained."""

    phase: TargetPhase
    since_ns: int
    drained: bool


class Frame(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was so from `at_ns` (our clock) on. `full`: all there is; else only what changed.

    `inconsistencies` is None where they are as before.
    """

    at_ns: int
    epoch: str
    version: int
    structure_version: int
    health: Health
    full: bool = False
    circuits: dict[str, CircuitRecord] = {}
    routers: dict[str, RouterRecord] = {}
    inconsistencies: tuple[Inconsistency, ...] | None = None


class Journal:
    """Writes down what a live graph publishes. Called on the graph's thread, costs what has changed."""

    def __init__(self, graph: LiveGraph) -> None:
        self._graph = graph
        self._written: Snapshot | None = None
        self._routers: dict[str, RouterRecord] = {}
        self._inconsistencies: tuple[Inconsistency, ...] = ()
        self._health: Health | None = None

    def whole(self, now_ns: int) -> Frame:
        """Return a full frame of what is published."""
        snapshot = self._graph.snapshot
        self._written = snapshot
        self._routers = self._router_records()
        return self._frame(
            now_ns,
            full=True,
            circuits=self._circuit_records(snapshot, range(len(snapshot.circuit_ids))),
            routers=self._routers,
            inconsistencies=self._graph.inconsistencies,
        )

    def on_publication(self, publication: Publication, now_ns: int) -> Frame | None:
        """Return what a publication changed of all this; None where only numbers moved."""
        if not publication.structural and all(event.type == "metric_changed" for event in publication.events):
            return None
        return self.changed(now_ns)

    def changed(self, now_ns: int) -> Frame | None:
        """Return what differs from the last frame; None where nothing does."""
        before, snapshot = self._written, self._graph.snapshot
        if before is None:
            return self.whole(now_ns)
        differs = (before.state != snapshot.state) | (before.capacity_bps != snapshot.capacity_bps)
        differs |= before.single_flow_max_bps != snapshot.single_flow_max_bps
        circuits = self._circuit_records(snapshot, np.unique(snapshot.link_circuit[differs]).tolist())
        routers = self._router_records()
        moved = {name: record for name, record in routers.items() if self._routers.get(name) != record}
        found = self._graph.inconsistencies
        listed = None if found == self._inconsistencies else found
        if not circuits and not moved and listed is None and self._health == self._graph.health:
            return None
        self._written, self._routers = snapshot, routers
        return self._frame(now_ns, circuits=circuits, routers=moved, inconsistencies=listed)

    def _frame(
        self,
        now_ns: int,
        *,
        circuits: dict[str, CircuitRecord],
        routers: dict[str, RouterRecord],
        inconsistencies: tuple[Inconsistency, ...] | None,
        full: bool = False,
    ) -> Frame:
        self._health = self._graph.health
        self._inconsistencies = self._graph.inconsistencies
        snapshot = self._graph.snapshot
        return Frame(
            at_ns=now_ns,
            epoch=snapshot.epoch,
            version=snapshot.version,
            structure_version=snapshot.structure_version,
            health=self._health,
            full=full,
            circuits=circuits,
            routers=routers,
            inconsistencies=inconsistencies,
        )

    def _circuit_records(self, snapshot: Snapshot, circuits: Iterable[int]) -> dict[str, CircuitRecord]:
        capacity, single = (snapshot.capacity_bps.view(np.int64), snapshot.single_flow_max_bps.view(np.int64))
        records = {}
        for circuit in circuits:
            name = snapshot.circuit_ids[circuit]
            link = snapshot.link_index[link_id(name, "az")]
            status = self._graph.link_status(snapshot.link_ids[link])
            records[name] = CircuitRecord(
                state=LinkState(int(snapshot.state[link])),
                since_ns=status.since_ns,
                cause=status.cause,
                capacity_bps=int(capacity[link]),
                capacity_source=int(snapshot.capacity_bps_source[link]),
                single_flow_max_bps=int(single[link]),
            )
        return records

    def _router_records(self) -> dict[str, RouterRecord]:
        return {
            name: RouterRecord(status.phase, status.since_ns, status.drained)
            for name, status in self._graph.router_states.items()
        }


def replayed(frames: Iterable[Frame]) -> Frame:
    """Return the full frame that a full frame and the changes after it make; ValueError if there is none."""
    state: Frame | None = None
    circuits: dict[str, CircuitRecord] = {}
    routers: dict[str, RouterRecord] = {}
    listed: tuple[Inconsistency, ...] = ()
    for frame in frames:
        if state is None and not frame.full:
            raise ValueError("the first frame must be a full one")
        if frame.full:
            circuits, routers = {}, {}
        state = frame
        circuits |= frame.circuits
        routers |= frame.routers
        listed = listed if frame.inconsistencies is None else frame.inconsistencies
    if state is None:
        raise ValueError("there is no frame")
    return msgspec.structs.replace(
        state, full=True, circuits=circuits, routers=routers, inconsistencies=listed
    )
