"""The parts of the server whose books the figures read."""

from collections.abc import Mapping
from dataclasses import dataclass

from collector.collector import Collector
from collector.log import AcceptedLog
from collector.rollups import Roller, Shipper
from collector.sinks import SinkPump
from suanlu.alerts import AlertManager, Outbox
from suanlu.alerts.measures.backlog import Backlogs
from suanlu.api.ring import EventRing
from suanlu.certificates import Certificates
from suanlu.figures.registry import Metrics
from suanlu.past import Recorder
from topology.graph import LiveGraph


@dataclass(frozen=True)
class Parts:
    """Whoever keeps a book; `pumps` by name, `shipper` only with an InfluxDB."""

    graph: LiveGraph
    ring: EventRing
    collector: Collector
    log: AcceptedLog
    pumps: Mapping[str, SinkPump]
    roller: Roller
    shipper: Shipper | None
    backlogs: Backlogs
    certificates: Certificates
    recorder: Recorder
    alerts: AlertManager
    outbox: Outbox
    metrics: Metrics
