"""The domain: inventory, observations, the live graph, and the snapshots that it publishes."""

from topology.event import Event
from topology.graph import LiveGraph
from topology.inventory import Inventory
from topology.publication import Publication
from topology.series import SeriesKey, SeriesTable
from topology.settings import TopologySettings
from topology.snapshot import LinkState, Snapshot, Source
from topology.status import Health, Inconsistency, LinkStatus, RouterStatus

__all__ = [
    "Event",
    "Health",
    "Inconsistency",
    "Inventory",
    "LinkState",
    "LinkStatus",
    "LiveGraph",
    "Publication",
    "RouterStatus",
    "SeriesKey",
    "SeriesTable",
    "Snapshot",
    "Source",
    "TopologySettings",
]
