"""The desk of maintenance: windows are entered and ended here, kept, and told when they begin and end."""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from msgspec import structs

from suanlu.alerts import Alert
from suanlu.alerts.text import clean
from suanlu.effects import SiteNames
from suanlu.maintenance.errors import MaintenanceError, MaintenanceNotStored
from suanlu.maintenance.schedule import Change, Schedule
from suanlu.maintenance.scope import Places, Scope
from suanlu.maintenance.store import MaintenanceStore
from suanlu.maintenance.window import NS_PER_S, Asked, Window
from topology.event import Event, rfc3339
from topology.observation import Drain

KEPT_NS = 366 * 86_400 * NS_PER_S
RETRY_S = 1.0
log = structlog.get_logger()


@dataclass(frozen=True)
class Turn:
    """What a moment brings: observations for the graph, and changes to tell when it has published them."""

    drains: tuple[Drain, ...]
    changes: tuple[Change, ...]


class Maintenances:
    """All windows. Calls are on the loop's thread; `run` is a part of the app and writes what is told."""

    def __init__(self, store: MaintenanceStore, places: Places, *, now_ns: Callable[[], int]) -> None:
        """Windows from before a restart go on; what began or ended meanwhile does so at the first turn."""
        self._store = store
        self._now_ns = now_ns
        self.places = places
        self.names = SiteNames(places.inventory)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="suanlu-maintenance")
        self.schedule = Schedule(store.windows(), places)
        self._drained: frozenset[tuple[str, str]] = frozenset()
        self._seq = 0
        self._unsaved: set[str] = set()
        self._work = asyncio.Event()

    async def add(self, asked: Asked) -> Window:
        """Enter a window; it is on disk when this returns. Raises MaintenanceError, MaintenanceNotStored."""
        now_ns = self._now_ns()
        asked = asked.checked(now_ns)
        self.places.scope(asked.subjects)
        window = Window(
            id=f"m-{secrets.token_hex(6)}",
            starts_at_ns=asked.starts_at_ns,
            ends_at_ns=asked.ends_at_ns,
            subjects=asked.subjects,
            comment=clean(asked.comment),
            created_by=clean(asked.created_by),
            created_at_ns=now_ns,
        )
        await self._save([window])
        self.schedule.put(window)
        log.info("maintenance_entered", maintenance=window.id, by=window.created_by)
        return window

    async def end(self, id: str, by: str) -> Window | None:  # noqa: A002
        """End a window now, or call a planned one off; None where there is none.

        Raises MaintenanceError where it has ended, MaintenanceNotStored where that cannot be written.
        """
        window = self.schedule.ended(id, clean(by), self._now_ns())
        if window is None:
            return None
        await self._save([window])
        current = self.schedule.get(id)
        if current is None or current.ended_at_ns is not None:
            raise MaintenanceError(f"the window {id!r} has ended already")
        # it may have begun while this was written: what has been told of it stays
        self.schedule.put(structs.replace(current, ended_at_ns=window.ended_at_ns, ended_by=window.ended_by))
        log.info("maintenance_ended_early", maintenance=id, by=window.ended_by)
        return window

    def scope(self, window: Window) -> Scope:
        """What a window takes out of use, of what the inventory still has."""
        return self.places.known_scope(window.subjects)

    @property
    def circuits(self) -> frozenset[str]:
        """The circuits that are worked on now."""
        return self.schedule.circuits

    def of_circuit(self, circuit: str) -> str | None:
        """The active window that a circuit is worked on in."""
        return self.schedule.of_circuit(circuit)

    def at(self, at_ns: int) -> Callable[[str], str | None]:
        """Which window a circuit was worked on in at a moment of the past."""
        then = [window for window in self.schedule.all(at_ns) if window.was_active(at_ns)]
        return {c: window.id for window in then for c in self.scope(window).circuits}.get

    def muting(self, alert: Alert) -> str | None:
        """The active window that an alert is part of."""
        return self.schedule.muting(alert)

    def advance(self, now_ns: int) -> Turn:
        """Begin and end what is due."""
        changes = self.schedule.advance(now_ns)
        if changes:
            self._unsaved |= {change.window.id for change in changes}
            self._work.set()
        drains = self.schedule.drains
        if drains == self._drained:
            return Turn((), changes)
        before, self._drained = self._drained, drains
        moved = sorted(before ^ drains)
        return Turn(tuple(self._drain(*one, now_ns, drained=one in drains) for one in moved), changes)

    def events(self, changes: Iterable[Change], version: int, now_ns: int) -> tuple[Event, ...]:
        """The events of windows that have begun or ended."""
        return tuple(self._event(change, version, now_ns) for change in changes)

    async def run(self) -> None:
        """Write what has been told until cancelled; what is left is written on the way out."""
        try:
            while True:
                await self._work.wait()
                self._work.clear()
                if not await self._write():
                    await asyncio.sleep(RETRY_S)
                    self._work.set()
        finally:
            self._executor.submit(self._save_last).result()
            self._executor.shutdown()
            self._store.close()

    async def _write(self) -> bool:
        ids, self._unsaved = self._unsaved, set()
        try:
            await self._save([w for w in map(self.schedule.get, sorted(ids)) if w is not None])
        except MaintenanceNotStored as error:
            log.error("maintenance_not_stored", error=str(error))
            self._unsaved |= ids
            return False
        except asyncio.CancelledError:
            self._unsaved |= ids
            raise
        return True

    def _save_last(self) -> None:
        try:
            self._store.save([w for w in map(self.schedule.get, sorted(self._unsaved)) if w is not None])
        except MaintenanceNotStored as error:
            log.error("maintenance_not_stored", error=str(error))

    async def _save(self, windows: list[Window]) -> None:
        before_ns = self._now_ns() - KEPT_NS
        self.schedule.forget_before(before_ns)
        await asyncio.get_running_loop().run_in_executor(self._executor, self._store.save, windows, before_ns)

    def _drain(self, name: str, window: str, now_ns: int, *, drained: bool) -> Drain:
        self._seq += 1
        return Drain(
            router="",
            session=self._seq,  # the later word counts, also after the clock was set back
            seq=0,
            observed_at_ns=now_ns,
            received_at_ns=now_ns,
            id=name,
            drained=drained,
            by=f"maintenance {window}",
        )

    def _event(self, change: Change, version: int, now_ns: int) -> Event:
        window = change.window
        until = f"until {rfc3339(window.ends_at_ns)}"
        who = window.created_by
        if window.told == "ended":
            until = "its time is over" if window.ended_by is None else "ended early"
            who = window.ended_by or who
        return Event(
            type="maintenance_ended" if window.told == "ended" else "maintenance_started",
            id="",  # given by the ring
            at=rfc3339(now_ns),
            version=version,
            links=self.scope(window).links,
            before=change.before,
            after={"maintenance": window.id, "state": window.told},
            cause=f"maintenance {window.id}, {until}, by {who}: {window.comment}",
        )
