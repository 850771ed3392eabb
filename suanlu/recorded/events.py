"""What of the events is kept: changes of state, with where they happened, for charts and for the past."""

from collections.abc import Iterable

from collector.events import EventRecorder
from topology.event import Event
from topology.inventory import Inventory

_SEVERITY = {
    "link_down": "critical",
    "alert_firing": "critical",
    "link_unconfirmed": "warning",
    "link_stale": "warning",
    "router_silent": "warning",
    "inconsistency": "warning",
}
_PASSING = ("metric_changed", "reset")  # the numbers themselves are stored


class StoredEvents:
    """events -> accepted log."""

    def __init__(self, inventory: Inventory, recorder: EventRecorder) -> None:
        self._recorder = recorder
        self._site_of = {router.id: router.site for router in inventory.routers}
        self._sender_of = {
            f"{circuit.id}:{direction}": end
            for circuit in inventory.circuits
            for direction, end in (("az", circuit.a), ("za", circuit.z))
        }

    def extend(self, events: Iterable[Event], now_ns: int) -> None:
        """Store those that say more than that a number moved."""
        for place, event in enumerate(events):
            if event.type not in _PASSING:
                # One cause brings several events of one kind: a nanosecond apart they stay several.
                self._record(event, now_ns + place)

    def _record(self, event: Event, time_ns: int) -> None:
        router = event.router or self._sender_of.get(event.link or "", "")
        subject = event.link or event.router or event.site or "backbone"
        change = event.cause or f"{event.before} → {event.after}"
        self._recorder.record(
            time_ns=time_ns,
            kind=event.type,
            severity=_SEVERITY.get(event.type, "info"),
            source=router,
            site=event.site or self._site_of.get(router, ""),
            text=f"{subject}: {change}",
            link=event.link or "-",
        )
