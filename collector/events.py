"""Events as telemetry: they are stored beside the numbers, so that a chart can show why a line bends."""

from collections.abc import Callable

from collector.batch import Batch
from collector.points import Point, PointRecorder
from collector.schema import NO_TAG
from topology.series import SeriesTable


class EventRecorder:
    """Puts events into the accepted log, as the measurement `event`."""

    def __init__(self, series: SeriesTable, append: Callable[[Batch], None]) -> None:
        self._points = PointRecorder(series, append)

    def record(
        self, *, time_ns: int, kind: str, severity: str, source: str, site: str, text: str, link: str = NO_TAG
    ) -> None:
        """Append one event. Those of one kind, severity, source and site need different times."""
        tags = {"kind": kind, "severity": severity, "source": source, "site": site}
        self._points.record("event", time_ns, [Point(tags, {"text": text, "link": link})])
