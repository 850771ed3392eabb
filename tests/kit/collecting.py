"""A collector in a test: what it observed, what it handed on, and a fast pace."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import msgspec

from collector.batch import Batch
from collector.collector import Collector
from collector.settings import CollectorSettings, Target, Transport
from collector.statistics import TargetStatistics
from topology.observation import Observation, TargetState
from topology.series import SeriesKey, SeriesTable

FAST = CollectorSettings(
    transport=Transport(insecure=True),
    sample_interval_s=0.2,
    heartbeat_s=5,
    connects_per_s=500,
    connect_deadline_s=5,
    sync_deadline_s=5,
    backoff_min_s=0.02,
    backoff_max_s=0.05,
    flush_s=0.02,
)


class Collected:
    """A running collector and everything that came out of it."""

    def __init__(self, targets: Sequence[Target], settings: CollectorSettings, tags: Any) -> None:
        self.table = SeriesTable()
        self.observed: list[Observation] = []
        self.batches: list[Batch] = []
        self.collector = Collector(
            targets,
            settings,
            tags=tags,
            series=self.table,
            observe=self.observed.append,
            append=self.batches.append,
            now_ns=time.time_ns,
            random=Random(1),
        )

    def of(self, target: str) -> TargetStatistics:
        """The statistics of one target."""
        return self.collector.statistics().targets[target]

    def phases(self, target: str) -> list[str]:
        """The phases that a target went through."""
        return [o.state for o in self.observed if isinstance(o, TargetState) and o.router == target]

    def value(self, router: str, measurement: str, name: str, field: str) -> int | float | None:
        """The latest value of a series; None where there is none."""
        row = self.table.find(SeriesKey(router, measurement, name, field))
        return None if row is None else self.table.value(row)


@asynccontextmanager
async def collecting(
    targets: Sequence[Target], *, tags: Any = None, **changes: Any
) -> AsyncIterator[Collected]:
    """Run a collector on these targets while the block lasts."""
    collected = Collected(targets, msgspec.structs.replace(FAST, **changes), tags or {})
    task = asyncio.create_task(collected.collector.run())
    try:
        yield collected
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
