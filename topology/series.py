"""The series table: the latest value of every numeric series, in plain arrays.

Written by the decoder (`collector/_wire.pyx`) without creating Python objects, read by the graph on
its tick; both on the event loop's thread, so there are no locks. 300,000 updates/s must not become
300,000 Python objects.
"""

from typing import NamedTuple

import numpy as np

KIND_I64, KIND_U64, KIND_F64 = 0, 1, 2
KIND_TEXT = 3  # such a row has an id for the stores; its values never enter the table
DIRTY, REMOVED = 1, 2


class SeriesKey(NamedTuple):
    """`name` is the interface or component name as the router says it."""

    router: str
    measurement: str
    name: str
    field: str


class SeriesTable:
    """Rows of arrays, one row a series; a row's index is its dense uint32 id, never reused in a process.

    Arrays, each of `capacity` rows: `kind` u1 (i64, u64, f64), `bits` u8 (the value's 64 bits),
    `observed_at_ns` i8, `received_at_ns` i8, `prev_bits` u8, `prev_observed_at_ns` i8, `flags` u1
    (DIRTY, REMOVED); `dirty` u4 lists the ids whose DIRTY flag is set, `dirty_count` u4[1] how many.
    Growing replaces every array and raises `generation`: the writer then takes its pointers anew.
    `sources` says, by row, how a delay was measured (`twamp/one_way`, `perf_meas`, …).
    """

    _COLUMNS = (
        ("kind", np.uint8),
        ("bits", np.uint64),
        ("observed_at_ns", np.int64),
        ("received_at_ns", np.int64),
        ("prev_bits", np.uint64),
        ("prev_observed_at_ns", np.int64),
        ("flags", np.uint8),
        ("dirty", np.uint32),
    )
    kind: np.ndarray
    bits: np.ndarray
    observed_at_ns: np.ndarray
    received_at_ns: np.ndarray
    prev_bits: np.ndarray
    prev_observed_at_ns: np.ndarray
    flags: np.ndarray
    dirty: np.ndarray

    def __init__(self, capacity: int = 4096) -> None:
        self.capacity = capacity
        self.count = 0
        self.generation = 0
        self.keys: list[SeriesKey] = []
        self.sources: dict[int, str] = {}
        self.dirty_count = np.zeros(1, np.uint32)
        self._ids: dict[SeriesKey, int] = {}
        for name, dtype in self._COLUMNS:
            setattr(self, name, np.zeros(capacity, dtype))

    def add(self, key: SeriesKey, kind: int) -> int:
        """Return the id of the series, made where it is new. A series' kind is pinned when it is made."""
        known = self._ids.get(key)
        if known is not None:
            return known
        if self.count == self.capacity:
            self._grow()
        row = self.count
        self.kind[row] = kind
        self.keys.append(key)
        self._ids[key] = row
        self.count += 1
        return row

    def find(self, key: SeriesKey) -> int | None:
        """Return the id of a series, or None."""
        return self._ids.get(key)

    def take_dirty(self) -> np.ndarray:
        """Return the ids written since the last call (uint32, a copy) and clear their flags."""
        count = int(self.dirty_count[0])
        ids = self.dirty[:count].copy()
        self.flags[ids] &= np.uint8(0xFF ^ DIRTY)
        self.dirty_count[0] = 0
        return ids

    def value(self, row: int) -> int | float | None:
        """Return the latest value of a series; None before the first one and after a removal."""
        if self.received_at_ns[row] == 0 or self.flags[row] & REMOVED:
            return None
        kind, bits = self.kind[row], self.bits[row : row + 1]
        if kind == KIND_F64:
            return float(bits.view(np.float64)[0])
        return int(bits.view(np.int64)[0]) if kind == KIND_I64 else int(bits[0])

    def write(self, row: int, bits: int, observed_at_ns: int, received_at_ns: int) -> None:
        """Store one value (its 64 bits as an unsigned integer), as the decoder does in bulk."""
        self.prev_bits[row], self.prev_observed_at_ns[row] = self.bits[row], self.observed_at_ns[row]
        self.bits[row], self.observed_at_ns[row] = bits, observed_at_ns
        self.received_at_ns[row] = received_at_ns
        self.flags[row] &= np.uint8(0xFF ^ REMOVED)
        self._mark(row)

    def remove(self, row: int) -> None:
        """Say that the router no longer has this series."""
        self.flags[row] |= REMOVED
        self._mark(row)

    def _mark(self, row: int) -> None:
        if not self.flags[row] & DIRTY:
            self.flags[row] |= DIRTY
            self.dirty[self.dirty_count[0]] = row
            self.dirty_count[0] += 1

    def _grow(self) -> None:
        self.capacity *= 2
        self.generation += 1
        for name, dtype in self._COLUMNS:
            wider = np.zeros(self.capacity, dtype)
            old = getattr(self, name)
            wider[: len(old)] = old
            setattr(self, name, wider)
