"""The pump of one sink: log -> sink, with patience for the store and books for every value."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from collector.log import AcceptedLog, Record
from collector.log.grouping import merge
from collector.sinks.settings import PumpSettings
from collector.sinks.sink import Outcome, Rejected, Sink, Unavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PumpStatistics:
    """The books of a sink since the process started, in values.

    received = stored + buffered + quarantined + the sum of `dropped`; `carried_over` of the received were
    appended by an earlier process. `first_error` is what the store said about the first value it refused.
    """

    sink: str
    received: int
    carried_over: int
    stored: int
    buffered: int
    quarantined: int
    dropped: Mapping[str, int]
    retries: int
    available: bool
    last_error: str | None
    first_error: str | None


class SinkPump:
    """Drains the log into one sink, in order, each batch until the sink has said what became of it."""

    def __init__(
        self,
        accepted_log: AcceptedLog,
        sink: Sink,
        settings: PumpSettings | None = None,
        *,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._log, self._sink = accepted_log, sink
        self._settings = settings or sink.pumping
        self._uniform = uniform
        self._reader = accepted_log.reader(sink.name)
        self._first_seq = 0
        self._stored = self._quarantined = self._carried_over = self._retries = 0
        self._dropped: Counter[str] = Counter()
        self._failures = 0
        self._last_error: str | None = None
        self._first_error: str | None = None

    async def run(self) -> None:
        """Pump until cancelled; then close the sink. What was not acknowledged is sent again next time."""
        await self._log.wait_opened()
        self._first_seq = self._log.statistics().last_seq + 1
        position = await self._sink.open(self._log.identity)
        if position is not None:
            self._reader.seek(position)
            self._reader.acknowledge(position)
        try:
            while True:
                records = await self._read()
                await self._deliver(records)
                if sum(len(record.batch) for record in records) < self._settings.max_values:
                    await asyncio.sleep(self._settings.linger_ms / 1000)
        finally:
            await self._sink.close()

    def statistics(self) -> PumpStatistics:
        """Return the books."""
        books = self._log.books(self._sink.name)
        return PumpStatistics(
            sink=self._sink.name,
            received=books.received + self._carried_over,
            carried_over=self._carried_over,
            stored=self._stored,
            buffered=books.buffered,
            quarantined=self._quarantined,
            dropped=dict(self._dropped + Counter(books.dropped)),
            retries=self._retries,
            available=self._failures == 0,
            last_error=self._last_error,
            first_error=self._first_error,
        )

    async def _read(self) -> list[Record]:
        while True:
            try:
                return await self._reader.read(self._settings.max_values, self._sink.thread)
            except OSError as error:  # the disk under the log; what cannot be read stays where it is
                await asyncio.sleep(self._delay_s(Unavailable(f"the log cannot be read: {error}")))

    async def _deliver(self, records: list[Record]) -> None:
        seq = records[-1].seq
        batch = merge([record.batch for record in records])
        while True:
            outcome = await self._sink.write(seq, batch)
            if not isinstance(outcome, Unavailable):
                break
            await asyncio.sleep(self._delay_s(outcome))
        self._enter(outcome)
        self._carried_over += sum(len(record.batch) for record in records if record.seq < self._first_seq)
        self._reader.acknowledge(seq)

    def _delay_s(self, outcome: Unavailable) -> float:
        """Full jitter over a doubling ceiling; never earlier than the store asked for."""
        settings = self._settings
        if self._failures == 0:
            log.warning("sink_unavailable", sink=self._sink.name, reason=outcome.reason)
        ceiling_ms = min(settings.backoff_max_ms, settings.backoff_min_ms * 2 ** min(self._failures, 16))
        self._failures += 1
        self._retries += 1
        self._last_error = outcome.reason
        delay_s = self._uniform(settings.backoff_min_ms / 2, ceiling_ms) / 1000
        return max(delay_s, outcome.retry_after_s or 0)

    def _enter(self, outcome: Outcome) -> None:
        if self._failures:
            log.info("sink_available_again", sink=self._sink.name, retries=self._failures)
        self._failures = 0
        if isinstance(outcome, Unavailable):
            return
        self._stored += outcome.stored
        self._dropped.update(outcome.dropped)
        if isinstance(outcome, Rejected):
            self._quarantined += outcome.rejected
            if self._first_error is None:
                self._first_error = outcome.first_error
                log.warning("sink_refused_values", sink=self._sink.name, error=outcome.first_error)
