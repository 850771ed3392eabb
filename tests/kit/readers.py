"""A target's reader on its own, without sockets: bytes in, series and observations out."""

from typing import Any

import numpy as np

from collector._columns import Columns
from collector.reader import TargetReader
from collector.tags import TagBook
from topology.observation import Observation
from topology.series import KIND_F64, KIND_I64, SeriesKey, SeriesTable

START_NS = 1_700_000_000_000_000_000


class Desk:
    """One reader with its table, its columns and what it observed."""

    def __init__(self, profile: str = "openconfig", *, tags: Any = None, path_limit: int = 200_000) -> None:
        self.table = SeriesTable()
        self.columns = Columns(self.table)
        self.observed: list[Observation] = []
        self.reader = TargetReader(
            "r1", profile, self.columns, TagBook(tags or {}), self.observed.append, path_limit=path_limit
        )

    def read(self, message: bytes, *, received_ns: int = START_NS, stream: int = 1, session: int = 1) -> int:
        """Take one SubscribeResponse."""
        return self.reader.read(message, received_ns, stream, session)

    def value(self, measurement: str, name: str, field: str) -> int | float | None:
        """Return the latest value of a series; None where there is none."""
        row = self.table.find(SeriesKey("r1", measurement, name, field))
        return None if row is None else self.table.value(row)

    def points(self) -> list[tuple[SeriesKey, int, int | float]]:
        """Take the points out of the columns, in their order."""
        _, series, time_ns, bits, _ = self.columns.take()
        return [
            (self.table.keys[row], int(at), _number(int(self.table.kind[row]), bits[i : i + 1]))
            for i, (row, at) in enumerate(zip(series, time_ns, strict=True))
        ]

    @property
    def counted(self) -> dict[str, int]:
        """What the decoder counted, zeros left out."""
        return {name: count for name, count in self.reader.decoder.counters().items() if count}


def _number(kind: int, bits: np.ndarray) -> int | float:
    if kind == KIND_F64:
        return float(bits.view(np.float64)[0])
    return int(bits.view(np.int64)[0]) if kind == KIND_I64 else int(bits[0])
