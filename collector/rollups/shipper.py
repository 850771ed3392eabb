"""The shipper: roll-ups -> InfluxDB, as the measurements `<name>_5m` and `<name>_1h`.

The windows that are to be sent are a list in the database, so an outage or a restart costs nothing but time.
Sending a window twice writes the same lines.
"""

import asyncio
import itertools
import json
import random
from collections.abc import Callable

import duckdb
import numpy as np
import structlog

from collector.batch import Batch, NewSeries
from collector.sinks.database import HistoryDatabase
from collector.sinks.resolution import RESOLUTIONS, Resolution
from collector.sinks.sink import Sink, SinkError, Unavailable
from topology.series import KIND_F64, KIND_I64

log = structlog.get_logger(__name__)

LOOK_S = 30.0
BACKOFF_MAX_S = 60.0
FIELDS = ("avg", "max", "p95")


class Shipper:
    """Sends noted windows, oldest first, until the sink has said what became of each."""

    def __init__(
        self,
        database: HistoryDatabase,
        sink: Sink,
        rolled: asyncio.Event,
        *,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        """`rolled` is set when there is something to send."""
        self._database = database
        self._sink = sink
        self._rolled = rolled
        self._uniform = uniform
        self._seq = 0
        self.failures = 0
        self.shipped = 0

    async def run(self) -> None:
        """Send until cancelled, then close the sink."""
        await self._sink.open("rollups")
        try:
            while True:
                try:
                    await self.ship()
                except (duckdb.Error, SinkError) as error:
                    log.warning("rollups_not_shipped", error=str(error))
                self._rolled.clear()
                try:
                    async with asyncio.timeout(LOOK_S):
                        await self._rolled.wait()
                except TimeoutError:
                    continue
        finally:
            await self._sink.close()

    async def ship(self) -> int:
        """Send all that is noted; return how many windows."""
        count = 0
        await self._database.open()
        while (window := await self._database.run(self._oldest)) is not None:
            resolution, start_ns = window
            batch = await self._database.run(self._batch, resolution, start_ns)
            await self._deliver(batch)
            await self._database.run(self._done, resolution, start_ns)
            count += 1
            self.shipped += 1
        return count

    async def _deliver(self, batch: Batch) -> None:
        self._seq += 1
        while isinstance(outcome := await self._sink.write(self._seq, batch), Unavailable):
            ceiling_s = min(BACKOFF_MAX_S, 2.0 ** min(self.failures, 6))
            self.failures += 1
            await asyncio.sleep(max(self._uniform(0.25, ceiling_s), outcome.retry_after_s or 0))
        self.failures = 0

    # ── in the thread "suanlu-storage" ────────────────────────────────────────────────────────────

    def _oldest(self) -> tuple[Resolution, int] | None:
        rows = self._database.connection.execute(
            "SELECT resolution, t_ns FROM rollup_unshipped ORDER BY t_ns, resolution LIMIT 1"
        ).fetchall()
        by_name = {resolution.name: resolution for resolution in RESOLUTIONS}
        return (by_name[rows[0][0]], int(rows[0][1])) if rows else None

    def _done(self, resolution: Resolution, start_ns: int) -> None:
        self._database.connection.execute(
            "DELETE FROM rollup_unshipped WHERE resolution = ? AND t_ns = ?", [resolution.name, start_ns]
        )

    def _batch(self, resolution: Resolution, start_ns: int) -> Batch:
        """One window as a batch; the fields of one set of tags stand together, so that they share a line."""
        rows = self._database.connection.execute(
            f"""SELECT measurement, tags, field, kind, mean, max, p95
            FROM {resolution.table} JOIN series ON series = id WHERE t_ns = ?
            ORDER BY measurement, tags, field""",  # noqa: S608
            [start_ns],
        ).fetchall()
        numbers = itertools.count()
        new_series: list[NewSeries] = []
        bits: list[np.ndarray] = []
        for measurement, tags, field, kind, *values in rows:
            pairs = tuple((key, value) for key, value in json.loads(tags))
            for suffix, value in zip(FIELDS, values, strict=True):
                as_integer = kind != KIND_F64 and suffix != "avg"
                new_series.append(
                    NewSeries(
                        next(numbers),
                        KIND_I64 if as_integer else KIND_F64,
                        f"{measurement}_{resolution.name}",
                        pairs,
                        f"{field}_{suffix}",
                    )
                )
                bits.append(np.array(value, np.int64 if as_integer else np.float64).view(np.uint64))
        count = len(new_series)
        return Batch(
            tuple(new_series),
            np.arange(count, dtype=np.uint32),
            np.full(count, start_ns, np.int64),
            np.array(bits, np.uint64),
            (),
            {},
        )
