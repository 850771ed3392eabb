"""Events as telemetry: they are stored beside the numbers, so that a chart can show why a line bends."""

from collections.abc import Callable

import numpy as np

from collector.batch import Batch, NewSeries, Text
from collector.schema import MEASUREMENTS, NO_TAG, SERIES_KIND
from topology.series import SeriesKey, SeriesTable

_EVENT = MEASUREMENTS["event"]


class EventRecorder:
    """Puts events into the accepted log, as the measurement `event`.

    Shares the series table with the collector, for a log has one space of series ids.
    """

    def __init__(self, series: SeriesTable, append: Callable[[Batch], None]) -> None:
        self._series, self._append = series, append
        self._announced: set[int] = set()

    def record(
        self, *, time_ns: int, kind: str, severity: str, source: str, site: str, text: str, link: str = NO_TAG
    ) -> None:
        """Append one event. Those of one kind, severity, source and site need different times."""
        tags = {"kind": kind, "severity": severity, "source": source or NO_TAG, "site": site or NO_TAG}
        new_series: list[NewSeries] = []
        texts = []
        for field, value in (("text", text), ("link", link)):
            row = self._row(tags, field, new_series)
            texts.append(Text(row, time_ns, value))
        none = np.zeros(0, np.uint64)
        self._append(
            Batch(tuple(new_series), none.astype(np.uint32), none.astype(np.int64), none, tuple(texts), {})
        )

    def _row(self, tags: dict[str, str], field: str, new_series: list[NewSeries]) -> int:
        name = " ".join((tags["kind"], tags["severity"], tags["site"]))
        kind = SERIES_KIND[_EVENT.fields[field]]
        row = self._series.add(SeriesKey(tags["source"], _EVENT.name, name, field), kind)
        if row not in self._announced:
            self._announced.add(row)
            new_series.append(NewSeries(row, kind, _EVENT.name, tuple(sorted(tags.items())), field))
        return row
