"""What a log does with the directory that it finds: in time that does not depend on the backlog."""

import os
from pathlib import Path

import structlog

from collector.log.cursor import highest_cursor
from collector.log.disk import Disk
from collector.log.index import SegmentIndex
from collector.log.segment import end_of_records, list_segments

log = structlog.get_logger(__name__)


def recover(directory: Path, disk: Disk) -> SegmentIndex:
    """Return the index of the segments that are there.

    Only the last segment is read: its torn tail, if it has one, is cut off. Damage further up stays in place;
    readers pass over it and count it.
    """
    segments = list_segments(directory)
    last_seq = highest_cursor(directory)
    if segments:
        newest = segments[-1]
        end, seq = end_of_records(newest)
        if end < newest.size_bytes:
            log.warning("log_torn_tail_cut", segment=newest.path.name, bytes=newest.size_bytes - end)
            os.truncate(newest.path, end)
            newest.size_bytes = end
        if seq is None:
            disk.unlink([newest.path])
            segments.pop()
            seq = newest.first_seq - 1
        last_seq = max(last_seq, seq)
    return SegmentIndex(segments, last_seq)
