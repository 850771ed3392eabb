"""From links to the rows of the series table that tell of them: found once, read in bulk."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from topology.series import KIND_F64, REMOVED, SeriesKey, SeriesTable


class Rows:
    """One field of the ports of n links: a link may have several ports, a port's series may not be there.

    `ports[i]` are the (router, series names) of link i; the first name that has a series is the port's.
    """

    def __init__(
        self, measurement: str, field: str, ports: Sequence[Sequence[tuple[str, tuple[str, ...]]]]
    ) -> None:
        self.count = len(ports)
        self._wanted: dict[SeriesKey, list[int]] = defaultdict(list)
        for link, ends in enumerate(ports):
            for router, names in ends:
                for name in names:
                    self._wanted[SeriesKey(router, measurement, name, field)].append(link)
        self._seen = 0
        self._link = np.zeros(0, np.int64)
        self._row = np.zeros(0, np.int64)

    def find(self, table: SeriesTable) -> None:
        """Take up the series that are new in the table."""
        if table.count == self._seen:
            return
        found = [
            (link, row)
            for row in range(self._seen, table.count)
            for link in self._wanted.get(table.keys[row], ())
        ]
        self._seen = table.count
        if found:
            links, rows = zip(*found, strict=True)
            self._link = np.concatenate((self._link, np.array(links, np.int64)))
            self._row = np.concatenate((self._row, np.array(rows, np.int64)))

    def least(self, table: SeriesTable, since_ns: int) -> np.ndarray:
        """The smallest value of each link's ports, f8[n]; nan where none came since `since_ns`."""
        result = np.full(self.count, np.inf)
        np.fmin.at(result, self._link, self._values(table, since_ns))
        return np.where(np.isinf(result), np.nan, result)

    def most(self, table: SeriesTable, since_ns: int) -> np.ndarray:
        """The largest, as `least`."""
        result = np.full(self.count, -np.inf)
        np.fmax.at(result, self._link, self._values(table, since_ns))
        return np.where(np.isinf(result), np.nan, result)

    def rate(self, table: SeriesTable, since_ns: int) -> np.ndarray:
        """What the counters of each link's ports grew by a second, summed, f8[n]; nan where unknown.

        A counter that went back (a reset, a wrap) is unknown for that once.
        """
        rows = self._row
        now, before = table.bits[rows], table.prev_bits[rows]
        took_ns = table.observed_at_ns[rows] - table.prev_observed_at_ns[rows]
        known = (table.received_at_ns[rows] >= since_ns) & (table.prev_observed_at_ns[rows] > 0)
        known &= (took_ns > 0) & (now >= before) & ((table.flags[rows] & REMOVED) == 0)
        rate = np.where(known, (now - before).astype(np.float64) / np.maximum(took_ns, 1) * 1e9, 0.0)
        total = np.bincount(self._link, rate, self.count)
        return np.where(np.bincount(self._link, known, self.count) > 0, total, np.nan)

    def _values(self, table: SeriesTable, since_ns: int) -> np.ndarray:
        rows = self._row
        bits = table.bits[rows]
        values = np.where(
            table.kind[rows] == KIND_F64, bits.view(np.float64), bits.view(np.int64).astype(np.float64)
        )
        known = (table.received_at_ns[rows] >= since_ns) & ((table.flags[rows] & REMOVED) == 0)
        result: np.ndarray = np.where(known & np.isfinite(values), values, np.nan)
        return result
