"""Measures: rates and delays of every circuit's ends, read from the series table in bulk.

A row of the series table is mapped to its place here once, when it is new; after that a tick is a few
array operations whatever the number of rows that changed.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from topology.ends import End
from topology.liveness import Liveness
from topology.series import KIND_F64, REMOVED, SeriesKey, SeriesTable
from topology.snapshot import NULL_U4, Source

FIELDS = (
    ("ifrate", "in_bps"),
    ("ifrate", "out_bps"),
    ("link_latency", "latency_us"),
    ("link_latency", "jitter_us"),
    ("link_latency", "loss_ppm"),
)
_IN, _OUT, _LATENCY, _JITTER, _LOSS = range(len(FIELDS))
_LABELS = {source.label: source for source in Source}
_LARGEST_U4 = NULL_U4 - 1


class Measured(NamedTuple):
    """One metric of every link: int64 values (-1 unknown), arrival by our clock (0 never), `Source`."""

    value: np.ndarray
    received_at_ns: np.ndarray
    source: np.ndarray


class Measures:
    """The latest value of each field at each end. End 2c is the A-end of circuit c, 2c + 1 its Z-end."""

    def __init__(self, ends: Sequence[End], routers: Mapping[str, int], liveness: Liveness) -> None:
        self._ends = {(end.router, end.interface): i for i, end in enumerate(ends)}
        self._routers = routers
        self._liveness = liveness
        shape = (len(FIELDS), len(ends))
        self._value = np.full(shape, -1, np.int64)
        self._received_at_ns = np.zeros(shape, np.int64)
        self._source = np.zeros(shape, np.uint8)
        self._place = np.zeros(0, np.int64)  # by row: field * ends + end, or -1
        self._router = np.zeros(0, np.int64)  # by row: router index; len(routers) for strangers
        self._row_source = np.zeros(0, np.uint8)

    def read(self, table: SeriesTable) -> bool:
        """Take the rows written since the last call; whether any is a measure of a circuit."""
        if table.count > len(self._place):
            self._map(table)
        rows = table.take_dirty()
        if not rows.size:
            return False
        received = table.received_at_ns[rows]
        np.maximum.at(self._liveness.received_at_ns, self._router[rows], received)
        place = self._place[rows]
        mine = place >= 0
        if not mine.any():
            return False
        rows, place, received = rows[mine], place[mine], received[mine]
        values = _integers(table.bits[rows], table.kind[rows] == KIND_F64)
        unusable = ((table.flags[rows] & REMOVED) != 0) | (values < 0)
        self._value.reshape(-1)[place] = np.where(unusable, -1, values)
        self._received_at_ns.reshape(-1)[place] = np.where(unusable, 0, received)
        self._source.reshape(-1)[place] = self._row_source[rows]
        return True

    def used(self, sender: np.ndarray, fresh_since_ns: int) -> Measured:
        """The larger of the sender's out and the receiver's in, each only while fresh."""
        receiver = sender ^ 1
        sent, sent_ns = self._value[_OUT][sender], self._received_at_ns[_OUT][sender]
        got, got_ns = self._value[_IN][receiver], self._received_at_ns[_IN][receiver]
        sent = np.where(sent_ns >= fresh_since_ns, sent, -1)
        got = np.where(got_ns >= fresh_since_ns, got, -1)
        value = np.maximum(sent, got)
        known = value >= 0
        received = np.where(known, np.where(got > sent, got_ns, sent_ns), 0)
        return Measured(value, received, np.where(known, Source.COUNTERS, Source.NONE).astype(np.uint8))

    def latency(self, sender: np.ndarray, nominal_us: np.ndarray, fresh_since_ns: int) -> Measured:
        """The sender's own measure while fresh, else the other end's, else the inventory's."""
        measured = self._either(_LATENCY, sender, fresh_since_ns)
        missing = measured.value < 0
        source = np.where(nominal_us >= 0, Source.NOMINAL, Source.NONE)
        return Measured(
            np.where(missing, nominal_us, measured.value),
            measured.received_at_ns,
            np.where(missing, source, measured.source).astype(np.uint8),
        )

    def jitter(self, sender: np.ndarray, fresh_since_ns: int) -> Measured:
        """As latency, but nothing is nominal."""
        return self._either(_JITTER, sender, fresh_since_ns)

    def loss(self, sender: np.ndarray, fresh_since_ns: int) -> Measured:
        """As jitter."""
        return self._either(_LOSS, sender, fresh_since_ns)

    def next_expiry_ns(self, fresh_ns: int, now_ns: int) -> int | None:
        """When the oldest fresh value ceases to be fresh; None where none is."""
        expiry = self._received_at_ns + fresh_ns
        later = expiry[expiry > now_ns]
        return int(later.min()) if later.size else None

    def _either(self, field: int, sender: np.ndarray, fresh_since_ns: int) -> Measured:
        values, times, sources = self._value[field], self._received_at_ns[field], self._source[field]
        own = times[sender] >= fresh_since_ns
        end = np.where(own, sender, sender ^ 1)
        received = times[end]
        fresh = received >= fresh_since_ns
        return Measured(
            np.where(fresh, np.minimum(values[end], _LARGEST_U4), -1),
            np.where(fresh, received, 0),
            np.where(fresh, sources[end], Source.NONE).astype(np.uint8),
        )

    def _map(self, table: SeriesTable) -> None:
        first, last = len(self._place), table.count
        places = [self._place_of(table.keys[row]) for row in range(first, last)]
        strangers = len(self._routers)
        routers = [self._routers.get(table.keys[row].router, strangers) for row in range(first, last)]
        labels = getattr(table, "sources", {})
        sources = [_LABELS.get(labels.get(row), Source.DERIVED) for row in range(first, last)]
        self._place = np.append(self._place, np.array(places, np.int64))
        self._router = np.append(self._router, np.array(routers, np.int64))
        self._row_source = np.append(self._row_source, np.array(sources, np.uint8))

    def _place_of(self, key: SeriesKey) -> int:
        end = self._ends.get((key.router, key.name))
        if end is None or (key.measurement, key.field) not in FIELDS:
            return -1
        return FIELDS.index((key.measurement, key.field)) * len(self._ends) + end


def _integers(bits: np.ndarray, is_float: np.ndarray) -> np.ndarray:
    values = bits.view(np.int64)
    if is_float.any():
        floats = bits.view(np.float64)
        finite = is_float & np.isfinite(floats)
        rounded = np.rint(np.where(finite, np.clip(np.where(finite, floats, 0), -1, 2.0**62), -1))
        values = np.where(is_float, rounded.astype(np.int64), values)
    return values
