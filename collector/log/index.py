"""Which segments there are and how far each may be read; shared by the log's thread and the readers'."""

import threading

from collector.log.segment import Segment


class SegmentIndex:
    """The segments, oldest first. The last one grows; those before it are sealed."""

    def __init__(self, segments: list[Segment], last_seq: int) -> None:
        self._segments = segments
        self._lock = threading.Lock()
        self.last_seq = last_seq  # of the newest record that readers may see

    @property
    def size_bytes(self) -> int:
        """What all segments take on disk."""
        with self._lock:
            return sum(segment.size_bytes for segment in self._segments)

    def __len__(self) -> int:
        return len(self._segments)

    def add(self, segment: Segment) -> None:
        """Put a new segment behind the others, which seals them."""
        with self._lock:
            self._segments.append(segment)

    def remove(self, segment: Segment) -> None:
        """Forget a segment."""
        with self._lock:
            self._segments.remove(segment)

    def publish(self, segment: Segment, size_bytes: int, last_seq: int) -> None:
        """Let readers see what is durable by now."""
        with self._lock:
            segment.size_bytes = size_bytes
            self.last_seq = last_seq

    def oldest_sealed(self) -> tuple[Segment, int] | None:
        """Return the oldest segment that grows no more, with the first seq of the one behind it."""
        with self._lock:
            if len(self._segments) < 2:
                return None
            return self._segments[0], self._segments[1].first_seq

    def holding(self, seq: int) -> Segment | None:
        """Return where reading for this seq starts: the last segment begun before it, else the first."""
        with self._lock:
            found = self._segments[0] if self._segments else None
            for segment in self._segments:
                if segment.first_seq <= seq:
                    found = segment
            return found

    def after(self, segment: Segment) -> Segment | None:
        """Return the next segment; None while this one is the last (it may grow)."""
        with self._lock:
            return next((other for other in self._segments if other.first_seq > segment.first_seq), None)
