"""The books of the log: how many values lie behind a cursor, and what was given up for which reason."""

from array import array
from collections import Counter

_KEEP = 1 << 16


class Ledger:
    """Cumulative counts by record: what is received is stored, buffered, quarantined or dropped.

    Counts what this process appended; what earlier ones left behind joins a sink's books when it is read.
    """

    def __init__(self, first_seq: int) -> None:
        self._base_seq = first_seq  # of the first entry below
        self._base_values = 0
        self._cumulative = array("Q")
        self.refused: Counter[str] = Counter()  # never appended, by reason
        self.dropped: dict[str, Counter[str]] = {}  # appended, given up before a sink read it: sink -> reason
        self.carried_and_dropped: Counter[str] = Counter()  # those of them that an earlier process appended

    @property
    def appended_values(self) -> int:
        """Values appended by this process."""
        return self._cumulative[-1] if self._cumulative else self._base_values

    def append(self, values_by_record: list[int]) -> None:
        """Enter the records that were just appended."""
        total = self.appended_values
        for values in values_by_record:
            total += values
            self._cumulative.append(total)

    def values_up_to(self, seq: int) -> int:
        """Return how many of this process' values lie at or before a record."""
        place = min(seq - self._base_seq, len(self._cumulative) - 1)
        return self._cumulative[place] if place >= 0 else self._base_values

    def forget_up_to(self, seq: int) -> None:
        """Shorten the books: every sink has acknowledged this record."""
        count = min(seq - self._base_seq + 1, len(self._cumulative))
        if count > _KEEP:
            self._base_values = self._cumulative[count - 1]
            self._base_seq += count
            del self._cumulative[:count]

    def drop(self, sink: str, reason: str, values: int, *, carried: bool) -> None:
        """Enter what a sink will not see any more; `carried`: an earlier process appended it."""
        if values:
            self.dropped.setdefault(sink, Counter())[reason] += values
            if carried:
                self.carried_and_dropped[sink] += values
