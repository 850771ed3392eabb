from typing import final

import numpy as np

from collector.batch import NewSeries, Text
from topology.series import SeriesKey, SeriesTable

@final
class Columns:
    """The points since the last `take`, in growing columns, and the series table that they also went to."""

    table: SeriesTable
    texts: list[Text]
    def __init__(self, table: SeriesTable) -> None: ...
    def __len__(self) -> int: ...
    def add_series(self, key: SeriesKey, kind: int, tags: tuple[tuple[str, str], ...]) -> int: ...
    def add_text(self, row: int, time_ns: int, value: str) -> None: ...
    def add_number(self, row: int, value: float, observed_at_ns: int, received_at_ns: int) -> None: ...
    def take(
        self,
    ) -> tuple[tuple[NewSeries, ...], np.ndarray, np.ndarray, np.ndarray, tuple[Text, ...]]: ...
