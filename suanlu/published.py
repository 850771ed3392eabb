"""What answers are given from: a snapshot with its engine, swapped together."""

import asyncio
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from pathcalc import PathEngine
from suanlu.times import rfc3339
from topology.graph import LiveGraph
from topology.snapshot import LinkState, Snapshot
from topology.status import Health


class Stamp(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which snapshot an answer is true of, and how well the network was seen then.

    `health`: `ok`, every router is heard; `degraded`, some are not; `blind`, none since `blind_since`.
    `at` is there in answers about the past alone: the moment that was asked for.
    """

    epoch: str
    version: int
    structure_version: int
    published_at: str
    health: Literal["ok", "degraded", "blind"]
    stale_links: tuple[str, ...]
    blind_since: str | None = None
    at: str | None = None


@dataclass(frozen=True, eq=False)
class View:
    """One snapshot, the engine that answers on it, and the stamp that every answer from it carries.

    `changed` i8[m]: for each link the version that last changed anything about it.
    """

    snapshot: Snapshot
    engine: PathEngine
    stamp: Stamp
    changed: np.ndarray


class Published:
    """The current view. A reader takes it once and keeps it for the whole of its answer.

    `swapped` is set with each new one; whoever waits for it clears it.
    """

    def __init__(self, graph: LiveGraph) -> None:
        self._graph = graph
        self.swapped = asyncio.Event()
        self.view = self._build(None)

    def swap(self) -> View:
        """Build the engine of the snapshot that the graph has just published, and make both current."""
        self.view = self._build(self.view.engine)
        self.swapped.set()
        return self.view

    def _build(self, previous: PathEngine | None) -> View:
        snapshot = self._graph.snapshot
        stamp = stamp_of(snapshot, self._graph.health)
        engine = PathEngine(snapshot, previous)
        return View(snapshot, engine, stamp, self._graph.link_versions.copy())


def stamp_of(snapshot: Snapshot, health: Health) -> Stamp:
    """The stamp of a snapshot, with the graph's health when it was published."""
    stale = np.flatnonzero(snapshot.state == LinkState.STALE)
    return Stamp(
        epoch=snapshot.epoch,
        version=snapshot.version,
        structure_version=snapshot.structure_version,
        published_at=rfc3339(snapshot.published_at_ns),
        health=health.state,
        stale_links=tuple(snapshot.link_ids[i] for i in stale),
        blind_since=None if health.blind_since_ns is None else rfc3339(health.blind_since_ns),
    )
