"""Stores behind the accepted log: a pump each, an answer for every value."""

from collector.sinks.database import HistoryDatabase
from collector.sinks.duckdb import DuckDBSink
from collector.sinks.influxdb import InfluxDBSink
from collector.sinks.pump import PumpStatistics, SinkPump
from collector.sinks.settings import HistorySettings, InfluxDBSettings, PumpSettings
from collector.sinks.sink import Accepted, Outcome, Rejected, Sink, SinkError, Unavailable

__all__ = [
    "Accepted",
    "DuckDBSink",
    "HistoryDatabase",
    "HistorySettings",
    "InfluxDBSettings",
    "InfluxDBSink",
    "Outcome",
    "PumpSettings",
    "PumpStatistics",
    "Rejected",
    "Sink",
    "SinkError",
    "SinkPump",
    "Unavailable",
]
