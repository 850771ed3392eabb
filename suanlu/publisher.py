"""The publisher: drives the live graph and hands on what it publishes.

An observation is in answers and on the event stream within milliseconds; numbers are read ten times a
second. Nobody else calls the graph's writing methods.
"""

import asyncio
from collections.abc import Callable

from suanlu.alerts import Acknowledgement, Alert, AlertManager
from suanlu.api.ring import EventRing
from suanlu.maintenance import Maintenances
from suanlu.past import Recorder
from suanlu.published import Published
from suanlu.recorded import StoredEvents
from topology.event import Event
from topology.graph import LiveGraph
from topology.observation import Observation
from topology.publication import Publication
from topology.series import SeriesTable

TICK_S = 0.1
ALERT_EVENTS = ("alert_firing", "alert_acknowledged", "alert_resolved")
GATHER_S = 0.002  # one message often brings several observations of one cause


class Publisher:
    """observations, series, maintenances -> graph -> snapshot and engine, events, alerts."""

    def __init__(
        self,
        *,
        graph: LiveGraph,
        series: SeriesTable,
        published: Published,
        ring: EventRing,
        alerts: AlertManager,
        stored: StoredEvents,
        recorder: Recorder,
        maintenances: Maintenances,
        now_ns: Callable[[], int],
    ) -> None:
        self._graph = graph
        self._series = series
        self._published = published
        self._ring = ring
        self._alerts = alerts
        self._stored = stored
        self._recorder = recorder
        self._maintenances = maintenances
        self._now_ns = now_ns
        self._wake = asyncio.Event()
        first = Publication(snapshot=graph.snapshot, events=(), structural=True)
        alerts.on_publication(first)
        recorder.on_alerts((alert for alert in alerts.alerts() if alert.state == "firing"), now_ns())

    def observe(self, observation: Observation) -> None:
        """Take an observation; what it changes is published by the next turn of `run`."""
        self._graph.observe(observation)
        self._wake.set()

    def acknowledge(self, alert_id: str, said: Acknowledgement) -> Alert | None:
        """Note who has taken a firing alert on, and tell everybody; None where no such alert fires."""
        now_ns = self._now_ns()
        noted = self._alerts.acknowledge(alert_id, said, now_ns)
        if noted is None:
            return None
        alert, event = noted
        self._tell((event,), now_ns)
        return alert

    async def run(self) -> None:
        """Publish until cancelled."""
        loop = asyncio.get_running_loop()
        tick_at = loop.time()
        while True:
            if loop.time() >= tick_at:
                self._tick()
                tick_at = loop.time() + TICK_S
            else:
                self._publish()
            try:
                async with asyncio.timeout_at(tick_at):
                    await self._wake.wait()
                    await asyncio.sleep(GATHER_S)
            except TimeoutError:
                continue
            finally:
                self._wake.clear()

    def _tick(self) -> None:
        """What time and numbers change."""
        now_ns = self._now_ns()
        turn = self._maintenances.advance(now_ns)
        for drain in turn.drains:
            self._graph.observe(drain)
        self._graph.read_series(self._series, now_ns)
        self._graph.advance(now_ns)
        self._alerts.on_targets(self._graph.router_states)
        self._publish()
        if turn.changes:  # told after the drains that they bring, as of the snapshot that shows them
            version = self._graph.snapshot.version
            self._tell(self._maintenances.events(turn.changes, version, now_ns), now_ns)

    def _publish(self) -> None:
        now_ns = self._now_ns()
        publication = self._graph.publish(now_ns)
        if publication is not None:
            self._published.swap()
            self._recorder.on_publication(publication)
            self._tell(publication.events, now_ns)
            self._alerts.on_publication(publication)
        due_ns = self._alerts.next_due_ns()
        if due_ns is not None and due_ns <= now_ns:
            self._tell(self._alerts.advance(now_ns), now_ns)

    def _tell(self, events: tuple[Event, ...], now_ns: int) -> None:
        self._ring.extend(events)
        self._stored.extend(events, now_ns)
        told = {event.after["alert"] for event in events if event.type in ALERT_EVENTS}
        if told:
            self._recorder.on_alerts((alert for alert in self._alerts.alerts() if alert.id in told), now_ns)
