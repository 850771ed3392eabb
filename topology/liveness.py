"""Liveness: which routers are heard, which are silent, and for how long.

A router is heard while its stream is in sync and something of it arrived within three intervals. Its
word is *unconfirmed* from the moment the stream is lost or the intervals are missed, and *stale* 60 s
later. Before its first sync it is unconfirmed for the start-up grace, then stale: never heard.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from topology.beliefs import Order, order_of
from topology.observation import TargetPhase, TargetState
from topology.settings import TopologySettings, nanoseconds
from topology.snapshot import LinkState

_REMEMBERED_PHASES = 64
NEVER_NS = np.iinfo(np.int64).max


class _Phases:
    """The phases of one stream since it was last in sync, in their own order, whatever the arrival's."""

    def __init__(self) -> None:
        self.synced_order: Order | None = None
        self.synced_at_ns = 0
        self.unsynced: list[tuple[Order, int, TargetPhase]] = []

    def add(self, observation: TargetState) -> None:
        order = order_of(observation)
        if observation.state == "synced":
            self._add_synced(order, observation.received_at_ns)
            return
        if self.synced_order is not None and order <= self.synced_order:
            return
        entry = (order, observation.received_at_ns, observation.state)
        place = bisect_left(self.unsynced, entry)
        if self.unsynced[place : place + 1] != [entry]:
            self.unsynced.insert(place, entry)
            if len(self.unsynced) > _REMEMBERED_PHASES:
                del self.unsynced[1]  # the first one says since when, the last ones how it stands

    def _add_synced(self, order: Order, received_at_ns: int) -> None:
        known = (self.synced_order, self.synced_at_ns)
        if self.synced_order is None or (order, received_at_ns) > known:
            self.synced_order, self.synced_at_ns = order, received_at_ns
            self.unsynced = [entry for entry in self.unsynced if entry[0] > order]

    @property
    def is_synced(self) -> bool:
        return self.synced_order is not None and not self.unsynced

    def current(self) -> tuple[TargetPhase, int] | None:
        """The phase and since when (ns, our clock); None before the first."""
        if self.unsynced:
            _, at_ns, phase = self.unsynced[-1]
            for _, earlier_ns, earlier in reversed(self.unsynced):
                if earlier != phase:
                    break
                at_ns = earlier_ns
            return phase, at_ns
        return ("synced", self.synced_at_ns) if self.synced_order is not None else None


class Liveness:
    """Arrays by router index. `level` is UP (heard), UNCONFIRMED or STALE as of the last `advance`."""

    def __init__(self, routers: Sequence[str], settings: TopologySettings, now_ns: int) -> None:
        count = len(routers)
        self._fresh_ns = settings.fresh_ns
        self._stale_ns = nanoseconds(settings.stale_after_s)
        self._start_ns = now_ns
        self._phases = [_Phases() for _ in routers]
        self._is_synced = np.zeros(count, bool)
        self._lost_at_ns = np.full(count, now_ns, np.int64)
        self._patience_ns = np.full(count, nanoseconds(settings.startup_grace_s), np.int64)
        self.level = np.full(count, LinkState.UNCONFIRMED, np.uint8)
        # One more element than routers: rows of the series table that belong to no router write there.
        self.received_at_ns = np.zeros(count + 1, np.int64)

    def add_phase(self, router: int, observation: TargetState) -> None:
        """Take what a collector says about a router's stream."""
        phases = self._phases[router]
        phases.add(observation)
        self._is_synced[router] = phases.is_synced
        if phases.synced_order is not None:
            self._patience_ns[router] = self._stale_ns
            self.hear(router, phases.synced_at_ns)
            if phases.unsynced:
                self._lost_at_ns[router] = min(at_ns for _, at_ns, _ in phases.unsynced)

    def hear(self, router: int, received_at_ns: int) -> None:
        """Note that something of a router arrived."""
        self.received_at_ns[router] = max(received_at_ns, self.received_at_ns[router])

    def advance(self, now_ns: int) -> np.ndarray:
        """Bring `level` up to the time; the indexes of the routers whose level changed."""
        unconfirmed_ns, stale_ns = self._deadlines()
        level = (now_ns >= unconfirmed_ns).astype(np.uint8) + (now_ns >= stale_ns)
        changed: np.ndarray = np.flatnonzero(level != self.level)
        self.level = level.astype(np.uint8)
        return changed

    def next_due_ns(self, now_ns: int) -> int:
        """When the next router changes its level if nothing more is heard; NEVER_NS where none does."""
        later = np.concatenate(self._deadlines())
        later = later[later > now_ns]
        return int(later.min()) if later.size else NEVER_NS

    def phase(self, router: int) -> tuple[TargetPhase, int]:
        """The stream's phase and since when; a stream in sync that misses its intervals is `silent`."""
        current = self._phases[router].current()
        if current is None:
            return "connecting", self._start_ns
        if current[0] == "synced" and self.level[router] != LinkState.UP:
            received_ns = max(int(self.received_at_ns[router]), self._start_ns)
            return "silent", received_ns + self._fresh_ns
        return current

    def has_synced(self, router: int) -> bool:
        """Whether the router was ever in sync."""
        return self._phases[router].synced_order is not None

    def _deadlines(self) -> tuple[np.ndarray, np.ndarray]:
        quiet_ns = np.maximum(self.received_at_ns[:-1], self._start_ns) + self._fresh_ns
        unconfirmed_ns = np.where(self._is_synced, quiet_ns, np.minimum(quiet_ns, self._lost_at_ns))
        return unconfirmed_ns, unconfirmed_ns + self._patience_ns
