"""Points that are made here rather than read from a router: they are stored beside the telemetry."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from collector.batch import Batch, NewSeries, Text
from collector.schema import MEASUREMENTS, NO_TAG, SERIES_KIND
from topology.series import KIND_F64, KIND_TEXT, SeriesKey, SeriesTable

Value = int | float | str


class Point(NamedTuple):
    """Values of one moment under one set of tags; a field that is None is unknown, and left out."""

    tags: Mapping[str, str]
    fields: Mapping[str, Value | None]


class PointRecorder:
    """Puts points into the accepted log.

    Shares the series table with the collector, for a log has one space of series ids.
    """

    def __init__(self, series: SeriesTable, append: Callable[[Batch], None]) -> None:
        self._series, self._append = series, append
        self._rows: dict[tuple[str, tuple[str, ...], str], int] = {}

    def record(self, measurement: str, time_ns: int, points: Iterable[Point]) -> None:
        """Append the points of one moment as one batch. Two with the same tags need different moments."""
        new_series: list[NewSeries] = []
        rows: list[int] = []
        bits: list[np.ndarray] = []
        texts: list[Text] = []
        schema = MEASUREMENTS[measurement]
        for point in points:
            tags = tuple(point.tags.get(tag) or NO_TAG for tag in schema.tags)
            for field, value in point.fields.items():
                if value is None:
                    continue
                row = self._row(measurement, tags, field, new_series)
                kind = SERIES_KIND[schema.fields[field]]
                if kind == KIND_TEXT:
                    texts.append(Text(row, time_ns, str(value)))
                else:
                    rows.append(row)
                    bits.append(np.array(value, np.float64 if kind == KIND_F64 else np.int64).view(np.uint64))
        self._append(
            Batch(
                tuple(new_series),
                np.array(rows, np.uint32),
                np.full(len(rows), time_ns, np.int64),
                np.array(bits, np.uint64),
                tuple(texts),
                {},
            )
        )

    def _row(self, measurement: str, tags: tuple[str, ...], field: str, new_series: list[NewSeries]) -> int:
        row = self._rows.get((measurement, tags, field))
        if row is None:
            schema = MEASUREMENTS[measurement]
            kind = SERIES_KIND[schema.fields[field]]
            row = self._series.add(SeriesKey(tags[0], measurement, " ".join(tags[1:]), field), kind)
            self._rows[measurement, tags, field] = row
            named = tuple(sorted(zip(schema.tags, tags, strict=True)))
            new_series.append(NewSeries(row, kind, measurement, named, field))
        return row
