"""The roller: raw values -> roll-ups, window by window, as soon as one is complete."""

import asyncio
from collections.abc import Callable

import duckdb
import structlog

from collector.rollups import windows
from collector.sinks.database import HistoryDatabase
from collector.sinks.resolution import RESOLUTIONS, Resolution
from collector.sinks.sink import SinkError

log = structlog.get_logger(__name__)

LOOK_S = 30.0
LATE_S = 300.0  # windows that got values late are computed anew at most so often
NS = 1_000_000_000


class Roller:
    """Rolls up a `HistoryDatabase` from where it was left. `rolled` is set when there is news."""

    def __init__(self, database: HistoryDatabase, *, now_ns: Callable[[], int], ship: bool) -> None:
        self._database = database
        self._now_ns = now_ns
        self._ship = ship
        self._late_due_ns = 0
        self.rolled = asyncio.Event()
        self.windows = 0

    async def run(self) -> None:
        """Roll up until cancelled."""
        while True:
            try:
                await self.catch_up()
            except (duckdb.Error, SinkError) as error:  # the sink opens a broken database anew
                log.warning("history_not_rolled_up", error=str(error))
            await asyncio.sleep(LOOK_S)

    async def catch_up(self) -> int:
        """Roll up all that is complete, and what came late; return how many windows. Values go in between."""
        await self._database.open()
        count = 0
        for resolution in RESOLUTIONS:
            while found := await self._database.run(self._next, resolution):
                count += found
        now_ns = self._now_ns()
        if now_ns >= self._late_due_ns:
            self._late_due_ns = now_ns + int(LATE_S * NS)
            for resolution in RESOLUTIONS:
                for span in await self._database.run(windows.late_windows, self._database, resolution):
                    await self._database.run(
                        windows.roll_up, self._database, resolution, span, ship=self._ship
                    )
                    count += 1
        if count:
            self.windows += count
            self.rolled.set()
        return count

    # ── in the thread "suanlu-storage" ────────────────────────────────────────────────────────────

    def _next(self, resolution: Resolution) -> int:
        span = windows.next_span(self._database, resolution, self._now_ns())
        if span is None:
            return 0
        windows.roll_up(self._database, resolution, span, ship=self._ship)
        return (span[1] - span[0]) // resolution.length_ns
