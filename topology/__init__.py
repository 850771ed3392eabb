"""The domain: inventory, observations, the live graph, and the snapshots that it publishes."""

from topology.snapshot import LinkState, Snapshot, Source

__all__ = ["LinkState", "Snapshot", "Source"]
