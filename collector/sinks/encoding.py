"""A batch as line protocol: requests of lines that can be halved, with the values in each line."""

from dataclasses import dataclass

import numpy as np

from collector._lines import LineEncoder
from collector.batch import Batch, NewSeries, Text
from collector.lines import string_value

# The encoder keeps the interpreter to itself; the loop gets its turn between two slices (about 1 ms).
SLICE_VALUES = 8192


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines that end with a newline each: `ends` u8 (offset behind each line), `values` u4 (in each)."""

    data: bytes
    ends: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def value_count(self) -> int:
        """Values in all lines."""
        return int(self.values.sum())

    def part(self, first: int, last: int) -> "Lines":
        """Return the lines from `first` up to but without `last`."""
        start = int(self.ends[first - 1]) if first else 0
        end = int(self.ends[last - 1])
        return Lines(self.data[start:end], self.ends[first:last] - start, self.values[first:last])

    def halves(self) -> list["Lines"]:
        """Return two halves; of at least two lines."""
        middle = len(self) // 2
        return [self.part(0, middle), self.part(middle, len(self))]

    def split(self, max_lines: int, max_bytes: int) -> list["Lines"]:
        """Return parts within both limits (a single line may be longer than `max_bytes`)."""
        parts = []
        first = 0
        while first < len(self):
            start = int(self.ends[first - 1]) if first else 0
            fitting = int(np.searchsorted(self.ends, start + max_bytes, side="right"))
            last = min(max(first + 1, fitting), first + max_lines)
            parts.append(self.part(first, last))
            first = last
        return parts


@dataclass(frozen=True, eq=False)
class Encoded:
    """A batch's lines, and how many of its values no line can hold."""

    lines: Lines
    not_finite: int
    too_large: int


class Encoder:
    """Keeps the dictionary of one log's reader; used by one thread."""

    def __init__(self) -> None:
        self._lines = LineEncoder()
        self._defined: dict[int, NewSeries] = {}

    def encode(self, batch: Batch) -> Encoded:
        """Return the batch as lines."""
        for entry in batch.new_series:
            if self._defined.get(entry.id) != entry:
                self._lines.define(entry.id, entry.measurement, entry.tags, entry.field, entry.kind)
                self._defined[entry.id] = entry
        parts, not_finite, too_large = [], 0, 0
        for start in range(0, len(batch.series), SLICE_VALUES):
            part = slice(start, start + SLICE_VALUES)
            data, ends, values, infinite, large = self._lines.encode(
                batch.series[part], batch.time_ns[part], batch.bits[part]
            )
            parts.append((data, ends, values))
            not_finite += infinite
            too_large += large
        if batch.texts:
            parts.append(self._encode_texts(batch.texts))
        return Encoded(_join(parts), not_finite, too_large)

    def _encode_texts(self, texts: tuple[Text, ...]) -> tuple[bytes, np.ndarray, np.ndarray]:
        lines = [
            b"%b %b%b %d\n"
            % (
                self._lines.prefix_of(text.series),
                self._lines.field_of(text.series),
                string_value(text.value),
                text.time_ns,
            )
            for text in texts
        ]
        ends = np.cumsum([len(line) for line in lines], dtype=np.uint64)
        return b"".join(lines), ends, np.ones(len(lines), np.uint32)


def _join(parts: list[tuple[bytes, np.ndarray, np.ndarray]]) -> Lines:
    if not parts:
        return Lines(b"", np.zeros(0, np.int64), np.zeros(0, np.uint32))
    ends = []
    offset = 0
    for data, part_ends, _ in parts:
        ends.append(part_ends.astype(np.int64) + offset)
        offset += len(data)
    return Lines(
        b"".join(data for data, _, _ in parts),
        np.concatenate(ends),
        np.concatenate([values for _, _, values in parts]),
    )
