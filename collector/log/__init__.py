"""The accepted log: what a batch must be appended to before any sink sees it.

append() ──► group ──► "suanlu-log": record ──► segment, fdatasync ──► readers, one a sink
"""

from collector.log.accepted import AcceptedLog, Books, LogStatistics
from collector.log.errors import DamagedRecord, LogError, LogInUse
from collector.log.reader import LogReader, ReaderStatistics
from collector.log.record import Record
from collector.log.settings import LogSettings

__all__ = [
    "AcceptedLog",
    "Books",
    "DamagedRecord",
    "LogError",
    "LogInUse",
    "LogReader",
    "LogSettings",
    "LogStatistics",
    "ReaderStatistics",
    "Record",
]
