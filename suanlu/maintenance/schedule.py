"""The schedule: which windows are active, by a clock that is passed in; and what that means for the rest.

Everything that a window does begins and ends in `advance`: drains, muting and hatching move together.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import structs

from suanlu.alerts import Alert
from suanlu.maintenance.errors import MaintenanceError
from suanlu.maintenance.scope import Places, Scope
from suanlu.maintenance.window import Window, WindowState

_ORDER: dict[WindowState, int] = {"active": 0, "planned": 1, "ended": 2}


@dataclass(frozen=True)
class Change:
    """A window as it is told now, and the state that it was told before."""

    window: Window
    before: WindowState


class Schedule:
    """Windows by id, and those of them that are in force since the last `advance`."""

    def __init__(self, windows: Iterable[Window], places: Places) -> None:
        self._places = places
        self._windows = {window.id: window for window in windows}
        self._active: dict[str, Scope] = {}
        self._together = Scope()
        self._of_circuit: dict[str, str] = {}

    def all(self, now_ns: int) -> tuple[Window, ...]:
        """Active, planned, then ended ones, the last ended first."""

        def rank(window: Window) -> tuple[int, int, str]:
            state = window.state(now_ns)
            ended_ns = window.ended_at_ns if window.ended_at_ns is not None else window.ends_at_ns
            return _ORDER[state], -ended_ns if state == "ended" else window.starts_at_ns, window.id

        return tuple(sorted(self._windows.values(), key=rank))

    def get(self, id: str) -> Window | None:  # noqa: A002
        """The window with this id."""
        return self._windows.get(id)

    def put(self, window: Window) -> None:
        """Add a window, or change the one with its id."""
        self._windows[window.id] = window

    def forget_before(self, ends_at_ns: int) -> None:
        """Forget the windows that ended before this time."""
        self._windows = {id_: w for id_, w in self._windows.items() if w.ends_at_ns >= ends_at_ns}

    def overlapping(self, starts_at_ns: int, ends_at_ns: int, now_ns: int) -> tuple[Window, ...]:
        """The windows that have not ended and are in force for some of this time."""
        return tuple(
            window
            for window in self.all(now_ns)
            if window.state(now_ns) != "ended" and window.overlaps(starts_at_ns, ends_at_ns)
        )

    def ended(self, id: str, by: str, now_ns: int) -> Window | None:  # noqa: A002
        """Return the window as ended now; None where there is none, MaintenanceError where it has ended."""
        window = self._windows.get(id)
        if window is None:
            return None
        if window.state(now_ns) == "ended":
            raise MaintenanceError(f"the window {id!r} has ended already")
        return structs.replace(window, ended_at_ns=now_ns, ended_by=by)

    def advance(self, now_ns: int) -> tuple[Change, ...]:
        """Start and end what is due; return the windows whose state is told for the first time."""
        changes = [
            Change(structs.replace(window, told=state), window.told)
            for window in self._windows.values()
            if window.told != (state := window.state(now_ns))
        ]
        for change in changes:
            self._windows[change.window.id] = change.window
        active = {w.id for w in self._windows.values() if w.told == "active"}
        if active != self._active.keys():
            self._enforce(active)
        return tuple(changes)

    def next_due_ns(self) -> int | None:
        """When `advance` next has something to do; None: never."""
        waiting = (window for window in self._windows.values() if window.told != "ended")
        times = (w.starts_at_ns if w.told == "planned" else w.ends_at_ns for w in waiting)
        return min(times, default=None)

    @property
    def active(self) -> tuple[str, ...]:
        """The ids of the windows in force."""
        return tuple(self._active)

    @property
    def drains(self) -> frozenset[tuple[str, str]]:
        """(router or circuit, the window that drains it)."""
        return frozenset((name, id_) for id_, scope in self._active.items() for name in scope.drains)

    @property
    def circuits(self) -> frozenset[str]:
        """The circuits that the windows in force are about."""
        return self._together.circuits

    def of_circuit(self, circuit: str) -> str | None:
        """The window that a circuit is worked on in."""
        return self._of_circuit.get(circuit)

    def muting(self, alert: Alert) -> str | None:
        """The window that an alert is part of, whole; or one of those that it is part of together."""
        if not self._active:
            return None
        for id_, scope in self._active.items():
            if scope.covers(alert):
                return id_
        return next(iter(self._active)) if self._together.covers(alert) else None

    def _enforce(self, active: set[str]) -> None:
        """Put in force what the windows are about; what the inventory no longer has is left out of them."""
        in_order = sorted(active, key=lambda id_: (self._windows[id_].starts_at_ns, id_))
        self._active = {id_: self._places.known_scope(self._windows[id_].subjects) for id_ in in_order}
        self._together = Scope()
        self._of_circuit = {}
        for id_, scope in self._active.items():
            self._together |= scope
            for circuit in scope.circuits:
                self._of_circuit.setdefault(circuit, id_)
