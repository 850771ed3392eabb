"""Appending groups of batches to segments. One thread owns a writer."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from collector.batch import Batch, NewSeries
from collector.log.disk import AppendFile, Disk
from collector.log.grouping import regroup, select
from collector.log.index import SegmentIndex
from collector.log.record import encode_record
from collector.log.segment import Segment, segment_path
from collector.log.settings import LogSettings


class SegmentWriter:
    """Writes a group, syncs once, then lets readers see it.

    A file whose write or sync failed is never used again: after a failed sync the kernel holds pages for
    clean that are not on the medium, so a second sync would lie. The group goes to a new segment, whole.
    """

    def __init__(
        self,
        directory: Path,
        settings: LogSettings,
        index: SegmentIndex,
        *,
        disk: Disk,
        now_ns: Callable[[], int],
        next_seq: int,
    ) -> None:
        self._directory, self._settings, self._index = directory, settings, index
        self._disk, self._now_ns = disk, now_ns
        self.next_seq = next_seq
        self.undefined_values = 0
        self._dictionary: list[NewSeries | None] = []
        self._known = np.zeros(0, bool)  # by series id: the dictionary has it
        self._defined = np.zeros(0, bool)  # by series id: this segment has its definition
        self._file: AppendFile | None = None
        self._segment: Segment | None = None
        self._size = 0

    def write(self, group: list[Batch]) -> list[int]:
        """Append a group durably and return how many values each of its records has.

        Raises OSError when the disk refuses; nothing of the group counts as appended then, and it may be
        given again.
        """
        self._learn(group)
        defined = (self._without_undefined(batch) for batch in group)
        batches = [
            batch for batch in regroup(defined, self._settings.commit_bytes) if len(batch) or batch.received
        ]
        if not batches:
            return []
        try:
            file, segment = self._current()
            for seq, batch in enumerate(batches, self.next_seq):
                data = encode_record(seq, self._now_ns(), self._with_definitions(batch))
                file.write(data)
                self._size += len(data)
            file.sync()
        except OSError:
            self._abandon()
            raise
        self.next_seq += len(batches)
        self._index.publish(segment, self._size, self.next_seq - 1)
        if self._size >= self._settings.segment_bytes:
            self.close()
        return [len(batch) for batch in batches]

    def close(self) -> None:
        """Seal the current segment; the next group starts a new one."""
        if self._file is not None:
            self._file.close()
        self._file = self._segment = None

    def _current(self) -> tuple[AppendFile, Segment]:
        if self._file is None or self._segment is None:
            segment = Segment(segment_path(self._directory, self.next_seq), self.next_seq)
            self._disk.unlink([segment.path])  # of an attempt that failed; no record has this number yet
            self._file = self._disk.create(segment.path)
            self._segment, self._size = segment, 0
            self._defined[:] = False
            self._index.add(segment)
        return self._file, self._segment

    def _abandon(self) -> None:
        """Leave the file that failed, with what readers may already see of it."""
        file, segment = self._file, self._segment
        self._file = self._segment = None
        if file is None or segment is None:
            return
        try:
            if segment.size_bytes:
                # Where this fails too, readers pass over the torn part by its checksums and numbers.
                file.truncate(segment.size_bytes)
        except OSError:
            pass
        finally:
            file.close()
        if not segment.size_bytes:
            self._index.remove(segment)
            self._disk.unlink([segment.path])

    def _learn(self, group: list[Batch]) -> None:
        for batch in group:
            for entry in batch.new_series:
                if entry.id >= len(self._dictionary):
                    self._grow(entry.id + 1)
                self._dictionary[entry.id] = entry
                self._known[entry.id] = True

    def _grow(self, size: int) -> None:
        size = max(size, 2 * len(self._dictionary), 1024)
        self._dictionary.extend([None] * (size - len(self._dictionary)))
        for name in ("_known", "_defined"):
            wider = np.zeros(size, bool)
            old = getattr(self, name)
            wider[: len(old)] = old
            setattr(self, name, wider)

    def _without_undefined(self, batch: Batch) -> Batch:
        """Leave out points that no dictionary entry explains: nobody could read them."""
        if not len(batch):
            return batch
        inside = batch.series < len(self._known)
        known = inside.all() and self._known[batch.series].all()
        if not known:
            inside[inside] = self._known[batch.series[inside]]
            self.undefined_values += len(batch.series) - int(inside.sum())
            batch = select(batch, inside)
        texts = tuple(t for t in batch.texts if t.series < len(self._known) and self._known[t.series])
        self.undefined_values += len(batch.texts) - len(texts)
        return replace(batch, texts=texts)

    def _with_definitions(self, batch: Batch) -> Batch:
        """Put the definitions in front that this segment does not have yet and the batch uses."""
        missing = set(batch.series[~self._defined[batch.series]].tolist()) if len(batch.series) else set()
        missing.update(text.series for text in batch.texts if not self._defined[text.series])
        ids = sorted(missing)
        self._defined[ids] = True
        entries = [self._dictionary[series] for series in ids]
        return replace(batch, new_series=tuple(entry for entry in entries if entry is not None))
