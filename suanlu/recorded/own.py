"""The server's own figures as telemetry, for boards that have the store and no Prometheus.

A few of those that `/metrics` has; the same names, `stage` saying of which part and `instance` of which
router, store or receiver (`suanlu` for the whole).
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator

from collector.points import Point, PointRecorder, Value
from suanlu.figures.parts import Parts
from topology.snapshot import LinkState

PERIOD_S = 10
WHOLE = "suanlu"


class OwnFigures:
    """every part -> accepted log: measurement `suanlu`, every ten seconds."""

    def __init__(self, parts: Parts, recorder: PointRecorder, *, now_ns: Callable[[], int]) -> None:
        self._parts = parts
        self._recorder = recorder
        self._now_ns = now_ns

    async def run(self) -> None:
        """Record until cancelled."""
        while True:
            self._recorder.record("suanlu", self._now_ns(), points(self._parts))
            await asyncio.sleep(PERIOD_S)


def points(parts: Parts) -> Iterator[Point]:
    """Read all figures now."""
    states = Counter(parts.graph.snapshot.state.tolist())
    yield _point(
        "graph",
        WHOLE,
        links_up=states[LinkState.UP],
        links_down=states[LinkState.DOWN],
        links_blind=states[LinkState.UNCONFIRMED] + states[LinkState.STALE],
        inconsistencies=len(parts.graph.inconsistencies),
    )
    firing = Counter(alert.severity for alert in parts.alerts.alerts() if alert.state == "firing")
    yield _point("alerts", WHOLE, alerts_critical=firing["critical"], alerts_warning=firing["warning"])
    yield _point("loop", WHOLE, loop_lag_us=round(parts.metrics.loop_lag_s * 1_000_000))
    yield from _collector(parts)
    yield from _stores(parts)
    for receiver, queue in parts.outbox.statistics().receivers.items():
        yield _point(
            "receiver", receiver, queued_messages=queue.queued, failed_attempts=queue.failed_attempts
        )


def _collector(parts: Parts) -> Iterator[Point]:
    targets = parts.collector.statistics().targets
    synced = sum(target.phase == "synced" for target in targets.values())
    yield _point("collector", WHOLE, targets=len(targets), targets_synced=synced)
    for router, target in targets.items():
        yield _point(
            "target",
            router,
            targets_synced=int(target.phase == "synced"),
            updates=target.received,
            gaps=target.gaps,
            errors=sum(target.errors.values()),
            dropped_values=sum(target.dropped.values()),
        )


def _stores(parts: Parts) -> Iterator[Point]:
    log = parts.log.statistics()
    yield _point(
        "log",
        WHOLE,
        appended_values=log.appended_values,
        size_bytes=log.size_bytes,
        dropped_values=sum(log.refused.values()),
    )
    for pump in parts.pumps.values():
        store = pump.statistics()
        yield _point(
            "store",
            store.sink,
            stored_values=store.stored,
            buffered_values=store.buffered,
            quarantined_values=store.quarantined,
            dropped_values=sum(store.dropped.values()),
            available=int(store.available),
        )


def _point(stage: str, instance: str, **fields: Value) -> Point:
    return Point({"instance": instance, "stage": stage}, fields)
