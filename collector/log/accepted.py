"""The accepted log: *accepted* means *appended here*.

The event loop only queues (`append`); the thread "suanlu-log" compresses, writes and syncs one group at a
time, and then readers see it.
"""

import asyncio
import contextlib
import errno
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import structlog

from collector.batch import Batch
from collector.log.cursor import Ownership, read_cursor, read_identity, write_cursor
from collector.log.disk import Disk
from collector.log.errors import LogError
from collector.log.grouping import size_of, without_values
from collector.log.index import SegmentIndex
from collector.log.ledger import Ledger
from collector.log.reader import LogReader
from collector.log.recovery import recover
from collector.log.settings import LogSettings
from collector.log.writer import SegmentWriter
from collector.threads import finish_in, named_thread

log = structlog.get_logger(__name__)
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class LogStatistics:
    """`refused`: values never appended, by reason; `dropped`: by sink and reason, appended but given up."""

    appended_values: int
    last_seq: int
    size_bytes: int
    segments: int
    pending_bytes: int
    write_failures: int
    refused: Mapping[str, int]
    dropped: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Books:
    """Of one sink, in values: `received` by this process (and what of earlier ones was dropped here)."""

    received: int
    buffered: int
    dropped: Mapping[str, int]


class AcceptedLog:
    """A directory of segments, one owner, any number of readers in this process.

    Make the readers first (`reader`), then `open` and `run`: only what every reader has acknowledged is
    removed.
    """

    def __init__(
        self,
        directory: Path,
        settings: LogSettings | None = None,
        *,
        now_ns: Callable[[], int] = time.time_ns,
        disk: Disk | None = None,
    ) -> None:
        self.directory = directory
        self.identity = ""
        self._settings = settings or LogSettings()
        self._now_ns, self._disk = now_ns, disk or Disk()
        self._readers: dict[str, LogReader] = {}
        self._thread: ThreadPoolExecutor = named_thread("suanlu-log")
        self._pending: deque[Batch] = deque()
        self._group: list[Batch] = []  # taken by the thread, not yet durable
        self._pending_bytes = 0
        self._taken_bytes = 0
        self._batches_in = self._batches_out = 0
        self._work, self._hurry, self._opened = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._flushes: list[asyncio.Future[None]] = []
        self._write_failures = 0
        self._failing = False
        self._cursors: dict[str, int] = {}
        self._ownership: Ownership | None = None
        self._index = SegmentIndex([], 0)
        self._ledger = Ledger(1)
        self._first_seq = 1  # of this process
        self._writer: SegmentWriter | None = None

    @property
    def max_bytes(self) -> int:
        """What the segments may take on the disk before the oldest are given up."""
        return self._settings.max_bytes

    def append(self, batch: Batch) -> None:
        """Queue a batch for the next group commit. Cheap; never blocks, never raises for the disk.

        While the disk refuses, what does not fit into `pending_max_bytes` is refused and counted.
        """
        size = size_of(batch)
        if self._pending_bytes + size > self._settings.pending_max_bytes:
            self._ledger.refused["pending_full"] += len(batch)
            batch = without_values(batch)  # the dictionary must not get a hole
            size = size_of(batch)
        self._pending.append(batch)
        self._pending_bytes += size
        self._batches_in += 1
        self._work.set()
        if self._pending_bytes >= self._settings.commit_bytes:
            self._hurry.set()

    def reader(self, name: str) -> LogReader:
        """Return the reader of a sink; its cursor survives restarts under this name."""
        reader = self._readers.get(name)
        if reader is None:
            reader = self._readers[name] = LogReader(name)
            if self._opened.is_set():
                reader.attach(self._index, read_cursor(self.directory, name))
        return reader

    async def open(self) -> None:
        """Take the directory, cut a torn tail, find the cursors. LogInUse, LogError, OSError."""
        if self._opened.is_set():
            return
        await finish_in(self._thread, self._open)
        self._opened.set()

    async def wait_opened(self) -> None:
        """Return when readers may read."""
        await self._opened.wait()

    async def run(self) -> None:
        """Commit groups until cancelled; what is queued by then is written before this ends."""
        await self.open()
        housekeeping_at = 0.0
        try:
            while True:
                await self._wait_for_group()
                appended = await finish_in(self._thread, self._commit)
                self._tell_readers()
                if time.monotonic() >= housekeeping_at:
                    await finish_in(self._thread, self._keep_house)
                    housekeeping_at = time.monotonic() + self._settings.cursor_interval_ms / 1000
                if not appended:
                    await asyncio.sleep(self._settings.disk_retry_ms / 1000)
        finally:
            await finish_in(self._thread, self._close)
            self._thread.shutdown(wait=False)

    async def flush(self) -> None:
        """Return when every batch given to `append` so far is durable. Give it a deadline: disks fail."""
        target = self._batches_in
        while self._batches_out < target:
            self._hurry.set()
            done = asyncio.get_running_loop().create_future()
            self._flushes.append(done)
            await done

    def books(self, sink: str) -> Books:
        """Return what a sink's books say about the log's side."""
        reader, ledger = self._readers[sink], self._ledger
        waiting = sum(len(batch) for batch in [*self._group, *self._pending])
        received = ledger.appended_values + waiting
        dropped = Counter(ledger.dropped.get(sink, {}))
        if reader.undefined_values:
            dropped["undefined"] += reader.undefined_values
        return Books(
            received=received + ledger.carried_and_dropped[sink],
            buffered=received - ledger.values_up_to(reader.acknowledged) - reader.passed_values,
            dropped=dropped,
        )

    def statistics(self) -> LogStatistics:
        """Return the log's figures."""
        return LogStatistics(
            appended_values=self._ledger.appended_values,
            last_seq=self._index.last_seq,
            size_bytes=self._index.size_bytes,
            segments=len(self._index),
            pending_bytes=self._pending_bytes,
            write_failures=self._write_failures,
            refused=dict(self._ledger.refused) | self._undefined(),
            dropped={sink: dict(reasons) for sink, reasons in self._ledger.dropped.items()},
        )

    def _undefined(self) -> dict[str, int]:
        values = self._writer.undefined_values if self._writer else 0
        return {"undefined": values} if values else {}

    async def _wait_for_group(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.cursor_interval_ms / 1000):
                await self._work.wait()
        if self._pending:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.commit_interval_ms / 1000):
                    await self._hurry.wait()
        self._work.clear()
        self._hurry.clear()

    def _tell_readers(self) -> None:
        self._pending_bytes -= self._taken_bytes
        self._taken_bytes = 0
        for reader in self._readers.values():
            reader.notify()
        waiting, self._flushes = self._flushes, []
        for done in waiting:
            if not done.done():
                done.set_result(None)

    # ── in the thread "suanlu-log" ────────────────────────────────────────────────────────────────

    def _open(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o750)
        self._ownership = Ownership(self.directory)
        self.identity = read_identity(self.directory, self._disk)
        self._index = recover(self.directory, self._disk)
        next_seq = self._first_seq = self._index.last_seq + 1
        self._ledger = Ledger(next_seq)
        self._writer = SegmentWriter(
            self.directory,
            self._settings,
            self._index,
            disk=self._disk,
            now_ns=self._now_ns,
            next_seq=next_seq,
        )
        for name, reader in self._readers.items():
            self._cursors[name] = read_cursor(self.directory, name)
            reader.attach(self._index, self._cursors[name])

    def _commit(self) -> bool:
        """Append everything that waits; False: the disk refuses, try again later."""
        while self._take_group():
            if not (self._write_group() or self._write_group()):
                return False
        return True

    def _take_group(self) -> bool:
        size = sum(size_of(batch) for batch in self._group)
        while self._pending and size < self._settings.pending_max_bytes:
            batch = self._pending.popleft()
            self._group.append(batch)
            size += size_of(batch)
        return bool(self._group)

    def _write_group(self) -> bool:
        if self._writer is None:
            raise LogError(f"the log in {self.directory} is not open: call open() first")
        try:
            values = self._writer.write(self._group)
        except OSError as error:
            self._note_failure(error)
            return error.errno in DISK_FULL and self._give_up_oldest("disk_full") and self._write_group()
        self._ledger.append(values)
        self._taken_bytes += sum(size_of(batch) for batch in self._group)
        self._batches_out += len(self._group)
        self._group = []
        if self._failing:
            self._failing = False
            log.info("log_written_again", directory=str(self.directory))
        return True

    def _note_failure(self, error: OSError) -> None:
        self._write_failures += 1
        if not self._failing:
            self._failing = True
            log.error("log_write_failed", directory=str(self.directory), error=str(error))

    def _keep_house(self) -> None:
        """Cursors first, then what they allow to be removed, then the cap."""
        try:
            self._write_cursors()
            self._remove_consumed()
            while self._index.size_bytes > self._settings.max_bytes and self._give_up_oldest("log_full"):
                pass
        except OSError as error:
            self._note_failure(error)

    def _write_cursors(self) -> None:
        for name, reader in self._readers.items():
            if reader.acknowledged != self._cursors.get(name):
                write_cursor(self.directory, self._disk, name, reader.acknowledged)
                self._cursors[name] = reader.acknowledged
        if self._cursors:
            self._ledger.forget_up_to(min(self._cursors.values()))

    def _remove_consumed(self) -> None:
        while self._readers and (oldest := self._index.oldest_sealed()) is not None:
            segment, following_seq = oldest
            if min(self._cursors.get(name, 0) for name in self._readers) < following_seq - 1:
                return
            self._index.remove(segment)
            self._disk.unlink([segment.path])

    def _give_up_oldest(self, reason: str) -> bool:
        """Drop the oldest sealed segment and enter what each sink loses; False: there is none."""
        oldest = self._index.oldest_sealed()
        if oldest is None:
            return False
        segment, following_seq = oldest
        for name, reader in self._readers.items():
            dropped = reader.pass_over(segment, following_seq)
            carried = segment.first_seq < self._first_seq
            self._ledger.drop(name, reason, dropped, carried=carried)
            log.warning("log_segment_dropped", sink=name, reason=reason, values=dropped)
        self._index.remove(segment)
        self._disk.unlink([segment.path])
        return True

    def _close(self) -> None:
        if self._writer is not None:
            if not self._commit():
                values = sum(len(batch) for batch in [*self._group, *self._pending])
                log.error("log_closed_with_values_unwritten", values=values)
            self._keep_house()
            self._writer.close()
        for reader in self._readers.values():
            reader.close()
        if self._ownership is not None:
            self._ownership.release()
            self._ownership = None
