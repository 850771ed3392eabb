"""Reads routers over gNMI: numbers into columns and the series table, state into observations.

`collector.log` is what accepts the batches, `collector.sinks` are the stores behind it,
`collector.history` reads them.
"""

from collector.batch import Batch, NewSeries, Text
from collector.collector import Collector
from collector.errors import StreamEnded, TargetError, TargetSilent, Unauthenticated, Unreachable, WireError
from collector.events import EventRecorder
from collector.points import Point, PointRecorder
from collector.settings import CollectorSettings, Target, Transport
from collector.statistics import CollectorStatistics, TargetStatistics

__all__ = [
    "Batch",
    "Collector",
    "CollectorSettings",
    "CollectorStatistics",
    "EventRecorder",
    "NewSeries",
    "Point",
    "PointRecorder",
    "StreamEnded",
    "Target",
    "TargetError",
    "TargetSilent",
    "TargetStatistics",
    "Text",
    "Transport",
    "Unauthenticated",
    "Unreachable",
    "WireError",
]
