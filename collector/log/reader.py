"""Reading a log by cursor: every record once and in order, damage passed over and counted."""

import asyncio
import threading
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from collector.batch import Batch, NewSeries
from collector.log.errors import DamagedRecord
from collector.log.grouping import select
from collector.log.index import SegmentIndex
from collector.log.record import DEFINES, Record, decode_payload
from collector.log.segment import Found, Segment, SegmentFile, values_from


@dataclass(frozen=True)
class ReaderStatistics:
    """`lost_records`: missing by their seq. `undefined_values`: what explains them was in a lost record."""

    acknowledged_seq: int
    lost_records: int
    damaged_bytes: int
    undefined_values: int


class LogReader:
    """One sink's way through the log. `read` delivers, `acknowledge` moves the durable cursor."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.acknowledged = 0
        self.undefined_values = 0
        self._lock = threading.Lock()  # against `pass_over`, which the log's thread calls
        self._index: SegmentIndex | None = None
        self._next_seq = 0
        self._segment: Segment | None = None
        self._file: SegmentFile | None = None
        self._offset = 0
        self._defined = np.zeros(1024, bool)
        self._carried: list[NewSeries] = []
        self._passed: list[tuple[int, int]] = []  # (seq, values) of what was passed over and not acknowledged
        self._lost_records = 0
        self._damaged_bytes = 0
        self._wake = asyncio.Event()

    def attach(self, index: SegmentIndex, acknowledged: int) -> None:
        """Called by the log when it is open."""
        self._index = index
        self.acknowledged = acknowledged
        self.seek(acknowledged)

    def seek(self, seq: int) -> None:
        """Go on behind the record `seq` (at most behind the newest)."""
        with self._lock:
            self._leave_segment()
            self._next_seq = min(seq, self._index.last_seq if self._index else seq) + 1

    async def read(self, max_values: int, thread: Executor) -> list[Record]:
        """Return the next records of one segment, at least one, about `max_values` values; waits for one.

        A series id means something within its segment only: another segment may be of another process.
        """
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            records = await loop.run_in_executor(thread, self.read_nowait, max_values)
            if records:
                return records
            await self._wake.wait()

    def read_nowait(self, max_values: int) -> list[Record]:
        """Return what is there by now of one segment; blocks on the disk."""
        records: list[Record] = []
        values = 0
        with self._lock:
            while values < max_values and (record := self._next(stay=bool(records))) is not None:
                records.append(record)
                values += len(record.batch)
        return records

    def acknowledge(self, seq: int) -> None:
        """Say that the sink has everything up to this record."""
        self.acknowledged = max(self.acknowledged, seq)
        self._passed = [(last, values) for last, values in self._passed if last > self.acknowledged]

    @property
    def passed_values(self) -> int:
        """Values behind the acknowledged record that were given up, not buffered."""
        return sum(values for _, values in self._passed)

    def notify(self) -> None:
        """Called by the log on the loop when there is something new."""
        self._wake.set()

    def pass_over(self, segment: Segment, following_seq: int) -> int:
        """Move behind a segment that goes away; return how many values this reader had not read of it."""
        with self._lock:
            if self._next_seq >= following_seq:
                return 0
            dropped = values_from(segment, max(self._next_seq, self.acknowledged + 1))
            self._leave_segment()
            self._next_seq = following_seq
            self._passed.append((following_seq - 1, dropped))
            return dropped

    def statistics(self) -> ReaderStatistics:
        """Return what reading has met so far."""
        return ReaderStatistics(
            self.acknowledged, self._lost_records, self._damaged_bytes, self.undefined_values
        )

    def close(self) -> None:
        """Give the open segment back."""
        with self._lock:
            self._leave_segment()

    def _next(self, *, stay: bool) -> Record | None:
        while (found := self._find(stay=stay)) is not None:
            header = found.header
            wanted = header.seq >= self._next_seq
            if not wanted and not header.flags & DEFINES:
                continue
            try:
                batch = decode_payload(found.payload)
            except DamagedRecord:
                self._damaged_bytes += found.end - found.offset
                continue
            self._define(batch.new_series)
            if not wanted:
                self._carried.extend(batch.new_series)
                continue
            self._lost_records += header.seq - self._next_seq
            self._next_seq = header.seq + 1
            return Record(header.seq, header.created_ns, self._explained(batch))
        return None

    def _find(self, *, stay: bool) -> Found | None:
        """Return the next right record in the file order; None at the end of what may be read.

        `stay`: the end of the segment is an end too.
        """
        index = self._index
        if index is None:
            return None
        while True:
            place = self._place(index)
            if place is None:
                return None
            file, segment = place
            # The order matters: a segment gets its last size before another one follows it.
            following = index.after(segment)
            found = file.find(self._offset, segment.size_bytes)
            if found is not None:
                self._offset = found.end
                return found
            if following is None or stay:
                return None
            self._damaged_bytes += segment.size_bytes - self._offset
            self._open(following)

    def _place(self, index: SegmentIndex) -> tuple[SegmentFile, Segment] | None:
        if self._file is not None and self._segment is not None:
            return self._file, self._segment
        segment = index.holding(self._next_seq)
        if segment is None:
            return None
        # What lies before the first segment was consumed and unlinked, which is no loss.
        self._next_seq = max(self._next_seq, segment.first_seq)
        return self._open(segment)

    def _open(self, segment: Segment) -> tuple[SegmentFile, Segment]:
        self._leave_segment()
        file = SegmentFile(segment.path)
        self._file, self._segment = file, segment
        return file, segment

    def _leave_segment(self) -> None:
        if self._file is not None:
            self._damaged_bytes += self._file.damaged_bytes
            self._file.close()
        self._file = self._segment = None
        self._offset = 0
        self._defined[:] = False
        self._carried = []

    def _define(self, entries: tuple[NewSeries, ...]) -> None:
        if not entries:
            return
        ids = [entry.id for entry in entries]
        if max(ids) >= len(self._defined):
            wider = np.zeros(2 * max(ids), bool)
            wider[: len(self._defined)] = self._defined
            self._defined = wider
        self._defined[ids] = True

    def _explained(self, batch: Batch) -> Batch:
        """Add the definitions of records that were passed over; leave out what has none in this segment."""
        if self._carried:
            batch = replace(batch, new_series=(*self._carried, *batch.new_series))
            self._carried = []
        size = len(self._defined)
        inside = batch.series < size
        if not (inside.all() and self._defined[batch.series].all()):
            inside[inside] = self._defined[batch.series[inside]]
            self.undefined_values += len(batch.series) - int(inside.sum())
            batch = select(batch, inside)
        if batch.texts:
            texts = tuple(text for text in batch.texts if text.series < size and self._defined[text.series])
            self.undefined_values += len(batch.texts) - len(texts)
            batch = replace(batch, texts=texts)
        return batch
