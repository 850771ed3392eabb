"""Segment files: their names, what lies in one, and where the valid part of a torn one ends."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from collector.log.errors import DamagedRecord
from collector.log.record import HEADER_BYTES, MAGIC_BYTES, Header, check, count_values, parse_header

SUFFIX = ".log"
_SCAN_BYTES = 1 << 20


@dataclass
class Segment:
    """A file of records. `size_bytes` is what readers may read: the appended part, not the file's length."""

    path: Path
    first_seq: int
    size_bytes: int = 0


class Found(NamedTuple):
    """A record found in a file: its place, header and payload (checked)."""

    offset: int
    header: Header
    payload: bytes

    @property
    def end(self) -> int:
        """The offset behind the record."""
        return self.offset + HEADER_BYTES + self.header.length


def segment_path(directory: Path, first_seq: int) -> Path:
    """Return the file name of the segment that starts with this sequence number."""
    return directory / f"{first_seq:020d}{SUFFIX}"


def list_segments(directory: Path) -> list[Segment]:
    """Return the segments of a directory, oldest first, with their files' lengths as sizes."""
    return [
        Segment(path, int(path.stem), path.stat().st_size)
        for path in sorted(directory.glob(f"*{SUFFIX}"))
        if path.stem.isdecimal()
    ]


class SegmentFile:
    """A segment opened for reading; owned by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.damaged_bytes = 0

    def find(self, offset: int, end: int) -> Found | None:
        """Return the first whole and right record at or behind `offset`, None if there is none up to `end`.

        Bytes passed over on the way count as `damaged_bytes`.
        """
        start = offset
        while offset + HEADER_BYTES <= end:
            try:
                found = self._read(offset, end)
            except DamagedRecord:
                offset = self._next_magic(offset + 1, end)
                continue
            self.damaged_bytes += offset - start
            return found
        return None

    def records(self, end: int) -> Iterator[Found]:
        """Yield every right record up to `end`."""
        offset = 0
        while (found := self.find(offset, end)) is not None:
            yield found
            offset = found.end

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)

    def _read(self, offset: int, end: int) -> Found:
        header_bytes = os.pread(self._descriptor, HEADER_BYTES, offset)
        if len(header_bytes) < HEADER_BYTES:
            raise DamagedRecord("the file ends inside a header")
        header = parse_header(header_bytes)
        if offset + HEADER_BYTES + header.length > end:
            raise DamagedRecord("the record reaches beyond the end of the file")
        payload = os.pread(self._descriptor, header.length, offset + HEADER_BYTES)
        check(header_bytes, payload)
        return Found(offset, header, payload)

    def _next_magic(self, offset: int, end: int) -> int:
        while offset < end:
            chunk = os.pread(self._descriptor, min(_SCAN_BYTES, end - offset), offset)
            place = chunk.find(MAGIC_BYTES)
            if place >= 0:
                return offset + place
            # The magic may lie across two chunks.
            offset += max(1, len(chunk) - len(MAGIC_BYTES) + 1)
        return end


def end_of_records(segment: Segment) -> tuple[int, int | None]:
    """Return the offset behind the last right record of a segment, and its seq (None: there is none)."""
    file = SegmentFile(segment.path)
    try:
        end, seq = 0, None
        for found in file.records(segment.size_bytes):
            end, seq = found.end, found.header.seq
        return end, seq
    finally:
        file.close()


def values_from(segment: Segment, seq: int) -> int:
    """Return how many values the records of a segment from `seq` on hold."""
    file = SegmentFile(segment.path)
    try:
        return sum(
            count_values(found.payload)
            for found in file.records(segment.size_bytes)
            if found.header.seq >= seq
        )
    finally:
        file.close()
