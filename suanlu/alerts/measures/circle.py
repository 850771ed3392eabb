"""The 20 ms circle: pairs of sites that were that near, as packets travel, and no longer are.

A pair is within if both of its directions are, and counts once.
"""

import asyncio
from collections.abc import Mapping
from typing import Protocol

import msgspec
import numpy as np

from suanlu.alerts.alert import Subject
from suanlu.alerts.measures.measured import Readings
from suanlu.alerts.text import SHOWN, Sentence
from suanlu.published import Published, View

CIRCLE_US = 20_000
PERIOD_S = 10.0
TO_BELONG = 30
"""Looks in a row that a pair must be within the circle to belong to it: five minutes."""
TO_LEAVE = 8_640
"""Looks in a row that it must be outside to belong no more: a day."""
MOST_SITES = 300
CIRCLE = "circle"  # of what the outbox remembers


class Memory(Protocol):
    """What is kept across restarts, by name."""

    @property
    def memory(self) -> Mapping[str, bytes]:
        """As it was at the start."""

    def remember(self, name: str, value: bytes) -> None:
        """Keep it from now on."""


class Circle:
    """Call it for the reading; `run` looks at all pairs every ten seconds, off the loop."""

    def __init__(self, published: Published, network: str, memory: Memory) -> None:
        """`memory` keeps who belongs to it across restarts."""
        self._published = published
        self._memory = memory
        self._lost = frozenset[tuple[int, int]]()
        self._network = network
        count = len(published.view.snapshot.site_ids)
        self._belongs = np.zeros((count, count), bool)
        self._inside = np.zeros((count, count), np.int64)
        self._outside = np.zeros((count, count), np.int64)
        self._was_us = np.full((count, count), np.nan)
        self._reading: Readings | None = None
        if (kept := memory.memory.get(CIRCLE)) is not None:
            self._restore(kept, published.view.snapshot.site_ids)

    def __call__(self) -> Readings | None:
        """Return how many pairs have left the circle; None before it was looked at."""
        return self._reading

    async def run(self) -> None:
        """Look until cancelled; not at all in a network of more than `MOST_SITES` sites."""
        while len(self._belongs) <= MOST_SITES:
            view = self._published.view
            self.take(view, await asyncio.to_thread(_latencies, view))
            await asyncio.sleep(PERIOD_S)

    def take(self, view: View, latency_us: np.ndarray) -> None:
        """Take f8[s, s] of now, nan where there is no way: that is another alert's."""
        latency_us = np.maximum(latency_us, latency_us.T)  # the worse direction; nan where one has no way
        inside, outside = latency_us <= CIRCLE_US, latency_us > CIRCLE_US
        self._inside = np.where(inside, self._inside + 1, 0)
        self._outside = np.where(outside, self._outside + 1, 0)
        before = int(self._belongs.sum()), self._lost
        self._belongs |= self._inside >= TO_BELONG
        self._belongs &= self._outside < TO_LEAVE
        self._was_us = np.where(inside, latency_us, self._was_us)
        lost = np.argwhere(np.triu(self._belongs & outside))
        self._lost = frozenset((a, z) for a, z in lost.tolist())
        if before != (int(self._belongs.sum()), self._lost):
            self._memory.remember(CIRCLE, self._kept(view.snapshot.site_ids))
        subject = Subject(kind="network", id=self._network)
        self._reading = {subject: (float(len(lost)), self._said(view.snapshot.site_ids, latency_us, lost))}

    def _kept(self, sites: tuple[str, ...]) -> bytes:
        """By pair that belongs to it: how often it was looked at outside, and what it was inside, in µs."""
        pairs = [
            (sites[a], sites[z], int(self._outside[a, z]), float(self._was_us[a, z]))
            for a, z in np.argwhere(self._belongs).tolist()
        ]
        return msgspec.json.encode(pairs)

    def _restore(self, kept: bytes, sites: tuple[str, ...]) -> None:
        """Take over those pairs of which both sites are still there."""
        place = {site: i for i, site in enumerate(sites)}
        for a, z, outside, was_us in msgspec.json.decode(kept, type=list[tuple[str, str, int, float]]):
            if a in place and z in place:
                pair = place[a], place[z]
                self._belongs[pair], self._outside[pair], self._was_us[pair] = True, outside, was_us

    def _said(self, sites: tuple[str, ...], latency_us: np.ndarray, lost: np.ndarray) -> Sentence:
        """`2 pairs: tianjin–nanjing 18.2 → 26.0 ms, …`, the farthest first."""
        ordered = sorted(lost.tolist(), key=lambda pair: -latency_us[pair[0], pair[1]])
        named = [
            f"{sites[a]}–{sites[z]} {self._was_us[a, z] / 1000:.1f} → {latency_us[a, z] / 1000:.1f} ms"
            for a, z in ordered[:SHOWN]
        ]
        count = len(ordered)
        text = Sentence(
            f"{count} {'pair' if count == 1 else 'pairs'}: {', '.join(named)}",
            f"{count} 对站点：{'、'.join(named)}",
        )
        return text.then(f" and {count - SHOWN} more", " 等") if count > SHOWN else text


def _latencies(view: View) -> np.ndarray:
    sites = view.snapshot.site_ids
    matrix: np.ndarray = view.engine.matrix(sites, sites, metric="latency", routing="igp")
    return matrix
