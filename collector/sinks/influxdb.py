"""The InfluxDB store: finished bytes, patience, and an answer for every value.

204             stored
400, 422        some line is bad: halve until it stands alone, count it, store the rest; how many lines
                the answer says were dropped is not to be relied on (1.6.7 says 0 where one was)
413             halve
401, 403, 404   wrong until somebody changes something: keep everything, ask again slowly
429, 5xx, none  not now: later, at the time the store asked for
"""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import msgspec

from collector.batch import Batch
from collector.sinks.encoding import Encoded, Encoder, Lines
from collector.sinks.settings import InfluxDBSettings, PumpSettings
from collector.sinks.sink import Accepted, Outcome, Rejected, Unavailable
from collector.threads import finish_in, named_thread

if TYPE_CHECKING:
    from collector.sinks.transport import Reply, Transport

MAX_RETRY_AFTER_S = 3600.0
TOO_LARGE = "a value above 2^63-1 does not fit the store's integers"


@dataclass
class _Tally:
    """What became of the values of one batch so far."""

    stored: int = 0
    rejected: int = 0
    first_error: str = ""

    def reject(self, values: int, error: str) -> None:
        self.rejected += values
        self.first_error = self.first_error or error


@dataclass
class _Progress:
    """A batch under way: after an outage it goes on with the request that failed, not from the start."""

    seq: int
    encoded: Encoded
    waiting: list[Lines]
    tally: _Tally = field(default_factory=_Tally)


class InfluxDBSink:
    """Writes batches as line protocol. Sending a line twice is safe: same series and time overwrite."""

    name = "influxdb"

    def __init__(
        self,
        settings: InfluxDBSettings,
        *,
        thread: ThreadPoolExecutor | None = None,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._now_s = now_s
        self.thread = thread or named_thread("suanlu-storage")
        self.pumping = PumpSettings(linger_ms=settings.linger_ms, max_values=settings.max_values)
        self._encoder = Encoder()
        self._transport: Transport | None = None
        self._progress: _Progress | None = None

    async def open(self, log: str) -> int | None:
        """Make the client; connects with the first write. SinkError where a secret cannot be read."""
        from collector.sinks.transport import Transport  # noqa: PLC0415 - half a second, only if used

        self._transport = Transport(self._settings)
        return None

    async def write(self, seq: int, batch: Batch) -> Outcome:
        """Store the batch; Unavailable keeps what was stored of it in mind for the next try."""
        progress = self._progress
        if progress is None or progress.seq != seq:
            progress = await self._begin(seq, batch)
        while progress.waiting:
            unavailable = await self._send(progress)
            if unavailable is not None:
                return unavailable
        self._progress = None
        return _outcome(progress)

    async def close(self) -> None:
        """Close the connections."""
        if self._transport is not None:
            await self._transport.close()
            self._transport = None

    async def _begin(self, seq: int, batch: Batch) -> _Progress:
        settings = self._settings
        encoded = await finish_in(self.thread, self._encoder.encode, batch)
        requests = encoded.lines.split(settings.max_lines, settings.max_request_bytes)
        self._progress = _Progress(seq, encoded, requests[::-1])
        return self._progress

    async def _send(self, progress: _Progress) -> Unavailable | None:
        """Send the next request; put its halves in its place where the store wants that."""
        if self._transport is None:
            return Unavailable("the sink is not open")
        lines = progress.waiting[-1]
        reply = await self._transport.write(lines.data)
        tally = progress.tally
        if reply.status in (200, 204):
            tally.stored += lines.value_count
        elif reply.status in (400, 413, 422):
            if len(lines) == 1:
                tally.reject(lines.value_count, _message(reply))
            else:
                progress.waiting[-1:] = lines.halves()[::-1]
                return None
        else:
            return self._unavailable(reply)
        progress.waiting.pop()
        return None

    def _unavailable(self, reply: "Reply") -> Unavailable:
        status = f"{reply.status} " if reply.status else ""
        reason = f"{self._settings.url}: {status}{_message(reply)}"
        if reply.status in (401, 403, 404):
            return Unavailable(reason, self._settings.refused_retry_ms / 1000)
        return Unavailable(reason, self._retry_after_s(reply.retry_after))

    def _retry_after_s(self, header: str | None) -> float | None:
        """Seconds, or an HTTP date (RFC 9110 §10.2.3); at most an hour, and nothing for nonsense."""
        if header is None:
            return None
        try:
            seconds = float(header)
        except ValueError:
            try:
                seconds = parsedate_to_datetime(header).timestamp() - self._now_s()
            except ValueError:
                return None
        return min(max(0.0, seconds), MAX_RETRY_AFTER_S)


def _outcome(progress: _Progress) -> Outcome:
    encoded, tally = progress.encoded, progress.tally
    dropped = Counter({"not_finite": encoded.not_finite}) if encoded.not_finite else Counter()
    if encoded.too_large:
        tally.reject(encoded.too_large, TOO_LARGE)
    if tally.rejected:
        return Rejected(tally.stored, tally.rejected, tally.first_error, dropped)
    return Accepted(tally.stored, dropped)


def _message(reply: "Reply") -> str:
    """The store's sentence out of its JSON, `error` in 1.x and 3.x, `message` in 2.x."""
    try:
        body = msgspec.json.decode(reply.text, type=dict[str, object])
    except msgspec.MsgspecError:
        return reply.text[:500] or f"HTTP status {reply.status}"
    return str(body.get("error") or body.get("message") or reply.text)[:500]
