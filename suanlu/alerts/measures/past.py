"""A quantity's own past: one mean a slot of time, and what was usual over all slots."""

from collections.abc import Sequence

import numpy as np

from suanlu.alerts.rules.rule import NS_PER_S


class Past:
    """Of n subjects, by name. `usual` f8[n]: the quantile of the slots that are over, nan before there are
    enough.

    The slot that runs is no part of it, so that what rises now is compared with what was before; a change
    that stays becomes usual when half of the slots have it.
    """

    def __init__(
        self, subjects: Sequence[str], *, slot_s: float, slots: int, least: int, quantile: float
    ) -> None:
        self.subjects = tuple(subjects)
        count = len(self.subjects)
        self.slot_ns = int(slot_s * NS_PER_S)
        self._least = least
        self._quantile = quantile
        self._means = np.full((slots, count), np.nan, np.float32)
        self._next = 0
        self._sum = np.zeros(count)
        self._known = np.zeros(count, np.int64)
        self._ends_ns: int | None = None
        self.usual = np.full(count, np.nan)

    def add(self, figures: np.ndarray, now_ns: int) -> None:
        """Take the figures f8[n] of now, nan where unknown."""
        if self._ends_ns is None:
            self._ends_ns = now_ns + self.slot_ns
        if now_ns >= self._ends_ns:
            self._turn()
            self._ends_ns = now_ns + self.slot_ns
        known = ~np.isnan(figures)
        self._sum[known] += figures[known]
        self._known += known

    def slots(self) -> np.ndarray:
        """The means of the slots that are over, oldest first, f4[slots, n]; nan where unknown. A copy."""
        return np.roll(self._means, -self._next, axis=0)

    def restore(self, subjects: Sequence[str], slots: np.ndarray) -> None:
        """Take slots of before for those subjects that are known. ValueError: they are of another size."""
        if slots.shape != (len(self._means), len(subjects)):
            raise ValueError(f"the slots are {slots.shape}, not {(len(self._means), len(subjects))}")
        column = {name: i for i, name in enumerate(subjects)}
        known = [i for i, name in enumerate(self.subjects) if name in column]
        self._means[:, known] = slots[:, [column[self.subjects[i]] for i in known]]
        self._next = 0
        self._find_usual()

    def _turn(self) -> None:
        mean = np.where(self._known > 0, self._sum / np.maximum(self._known, 1), np.nan)
        self._means[self._next] = mean
        self._next = (self._next + 1) % len(self._means)
        self._sum[:] = 0
        self._known[:] = 0
        self._find_usual()

    def _find_usual(self) -> None:
        ordered = np.sort(self._means, axis=0)  # nan last
        count = (~np.isnan(ordered)).sum(axis=0)
        place = np.minimum((count * self._quantile).astype(np.int64), np.maximum(count - 1, 0))
        usual = np.take_along_axis(ordered, place[np.newaxis], axis=0)[0].astype(np.float64)
        self.usual = np.where(count >= self._least, usual, np.nan)
