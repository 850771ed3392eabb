"""The past: the graph as it was, in the same shape as the graph that is, so that one code tells of both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from msgspec import structs

from collector.moment import Moment, Moments
from pathcalc import PathEngine
from suanlu.alerts import Alert
from suanlu.past.errors import BeforeJournal
from suanlu.past.measured import links_then
from suanlu.past.recorder import ALIVE_S, Recorder
from suanlu.past.store import JournalStore
from suanlu.published import Stamp, View, stamp_of
from suanlu.times import NS_PER_S, rfc3339
from topology.ids import circuit_of
from topology.inventory import Inventory
from topology.journal import CircuitRecord, Frame, RouterRecord, replayed
from topology.settings import TopologySettings, nanoseconds
from topology.snapshot import LinkState, Snapshot
from topology.status import Health, Inconsistency, RouterStatus


@dataclass(frozen=True)
class Known:
    """What is told of a link beside its state: since when (ns), and why."""

    since_ns: int
    cause: str


@dataclass(frozen=True, eq=False)
class PastStates:
    """What a `LiveGraph` tells beside its snapshot, as it was told then."""

    frame: Frame

    def link_status(self, link: str) -> Known:
        """Since when a link was as it was, and why."""
        record = self.frame.circuits[circuit_of(link)]
        return Known(record.since_ns, record.cause)

    @property
    def router_states(self) -> Mapping[str, RouterStatus]:
        """The routers' streams; when the last value came is not kept, so it is None."""
        return {
            name: RouterStatus(
                id=name,
                phase=record.phase,
                since_ns=record.since_ns,
                drained=record.drained,
                last_received_ns=None,
            )
            for name, record in self.frame.routers.items()
        }

    @property
    def inconsistencies(self) -> tuple[Inconsistency, ...]:
        """What contradicted itself."""
        return self.frame.inconsistencies or ()


@dataclass(frozen=True, eq=False)
class Then:
    """One moment of the past: a view as of the present, and the states beside it."""

    at_ns: int
    view: View
    states: PastStates


class Past:
    """Answers what was so at a moment: states from the journal, numbers from the store."""

    def __init__(
        self,
        inventory: Inventory,
        settings: TopologySettings,
        recorder: Recorder,
        moments: Moments,
        *,
        now: Callable[[], Snapshot],
    ) -> None:
        """`now` gives a snapshot of today, for what telemetry never changes."""
        self._inventory = inventory
        self._settings = settings
        self._recorder = recorder
        self._moments = moments
        self._now = now

    async def at(self, at_ns: int) -> Then:
        """Return the graph of a moment. Raises BeforeJournal; SinkError where the store cannot be read."""
        frame = await self._recorder.read(lambda store: _frame_at(store, at_ns))
        moment = await self._moments.at(
            at_ns,
            fresh_ns=self._settings.fresh_ns,
            window_ns=nanoseconds(self._settings.free_window_s),
            step_ns=nanoseconds(self._settings.sample_interval_s),
        )
        frame = self._complete(frame)
        snapshot = self._snapshot(frame, moment, at_ns)
        stamp: Stamp = structs.replace(stamp_of(snapshot, frame.health), at=rfc3339(at_ns))
        changed = np.full(len(snapshot.link_ids), snapshot.version, np.int64)
        return Then(at_ns, View(snapshot, PathEngine(snapshot), stamp, changed), PastStates(frame))

    async def alerts_at(self, at_ns: int) -> tuple[Alert, ...]:
        """Return the alerts that fired at a moment, oldest first. Raises BeforeJournal."""

        def read(store: JournalStore) -> list[Alert]:
            _begun(store, at_ns)
            return store.alerts_at(at_ns)

        alerts = await self._recorder.read(read)
        firing = (alert for alert in alerts if alert.state == "firing")
        return tuple(sorted(firing, key=lambda alert: (alert.since, alert.id)))

    def _complete(self, frame: Frame) -> Frame:
        """Add what is in the inventory of today and was not in that of then."""
        circuits = {
            circuit.id: frame.circuits.get(circuit.id)
            or CircuitRecord(LinkState.STALE, frame.at_ns, "it was not in the inventory then", -1, 0, -1)
            for circuit in self._inventory.circuits
        }
        routers = {
            router.id: frame.routers.get(router.id) or RouterRecord("unreachable", frame.at_ns, False)
            for router in self._inventory.routers
        }
        return structs.replace(frame, circuits=circuits, routers=routers)

    def _snapshot(self, frame: Frame, moment: Moment, at_ns: int) -> Snapshot:
        today = self._now()
        records = [frame.circuits[name] for name in today.circuit_ids]
        nominal = {circuit.id: circuit.latency_us for circuit in self._inventory.circuits}
        fields: dict[str, Any] = {
            "epoch": frame.epoch,
            "version": frame.version,
            "structure_version": frame.structure_version,
            "published_at_ns": min(frame.at_ns, at_ns),
            "free_p05_ready": True,
            **links_then(today, records, [nominal[name] for name in today.circuit_ids], moment),
        }
        return replace(today, **fields)


def _frame_at(store: JournalStore, at_ns: int) -> Frame:
    """Return the state of a moment; while Suanlu did not run nothing was known."""
    _begun(store, at_ns)
    frame, run = replayed(store.frames(at_ns, at_ns)), store.run_at(at_ns)
    if run is None or at_ns <= run.alive_ns + ALIVE_S * NS_PER_S:
        return frame
    cause = f"Suanlu did not run: it has seen nothing since {rfc3339(run.alive_ns)}"
    return structs.replace(
        frame,
        health=Health(state="blind", blind_since_ns=run.alive_ns),
        circuits={
            name: structs.replace(record, state=LinkState.STALE, since_ns=run.alive_ns, cause=cause)
            for name, record in frame.circuits.items()
        },
        routers={
            name: structs.replace(record, phase="unreachable", since_ns=run.alive_ns)
            for name, record in frame.routers.items()
        },
    )


def _begun(store: JournalStore, at_ns: int) -> None:
    begins_ns = store.begins_ns()
    if begins_ns is None or at_ns < begins_ns:
        raise BeforeJournal(rfc3339(at_ns), None if begins_ns is None else rfc3339(begins_ns))
