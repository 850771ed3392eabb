"""The window behind `free_p05_bps`: how much of each link was used over the last five minutes.

The 5th percentile of the free bandwidth is the capacity less the 95th percentile of the used one, taken
so because the capacity may have changed within the window while the question is about the link as it is.
"""

import numpy as np

from topology.settings import TopologySettings, nanoseconds

QUANTILE = 0.95
_UNKNOWN = -1


class UsedWindow:
    """A ring of samples of `used_bps` (int64, -1 unknown) of every link, one column each step.

    `p95` holds the nearest-rank 95th percentile of each link's known samples, -1 without any; `is_ready`
    once the window is full.
    """

    def __init__(self, links: int, settings: TopologySettings) -> None:
        self._step_ns = nanoseconds(settings.free_step_s)
        self._size = max(1, round(settings.free_window_s / settings.free_step_s))
        self._samples = np.full((links, self._size), _UNKNOWN, np.int64)
        self._taken = 0
        self.next_due_ns: int | None = None
        self.p95 = np.full(links, _UNKNOWN, np.int64)

    @property
    def is_ready(self) -> bool:
        """Whether there is a whole window of history."""
        return self._taken >= self._size

    def advance(self, now_ns: int, used_bps: np.ndarray) -> bool:
        """Take a sample if one is due; whether `p95` is new. The first known value starts the window."""
        if self.next_due_ns is None:
            if not (used_bps >= 0).any():
                return False
            self.next_due_ns = now_ns
        if now_ns < self.next_due_ns:
            return False
        missed = min((now_ns - self.next_due_ns) // self._step_ns, self._size - 1)
        for _ in range(missed):  # nobody looked meanwhile: those samples are unknown
            self._put(_UNKNOWN)
        self._put(used_bps)
        self.next_due_ns = now_ns + self._step_ns
        self.p95 = self._percentile()
        return True

    def _put(self, sample: np.ndarray | int) -> None:
        self._samples[:, self._taken % self._size] = sample
        self._taken += 1

    def _percentile(self) -> np.ndarray:
        known = (self._samples >= 0).sum(axis=1)
        above = known - np.ceil(QUANTILE * known).astype(np.int64)  # samples that may lie above it
        top = int(self._size - np.ceil(QUANTILE * self._size)) + 1
        # Unknown is -1, so the largest samples are the known ones and only those few need sorting.
        largest = np.sort(np.partition(self._samples, self._size - top, axis=1)[:, -top:], axis=1)
        place = np.maximum(top - 1 - above, 0)
        p95: np.ndarray = np.take_along_axis(largest, place[:, None], axis=1)[:, 0]
        return p95
