"""A watch: one rule over many subjects, with duration, hysteresis and patience for what comes back."""

import numpy as np

from suanlu.alerts.rules.rule import NS_PER_S, Threshold

NEVER = np.iinfo(np.int64).max
FORGET_NS = 3600 * NS_PER_S
MOST_DOUBLINGS = 5


class Watch:
    """Arrays over n subjects. `met` bool[n]: the rule is met; `since_ns` i8[n]: since when it began to be.

    A subject meets the rule when its figure has been at `raise_at` or worse for `for_s`, and no more when
    it has been at `clear_at` or better for `clear_for_s`. Each time that it comes back within an hour it
    must be better for twice as long, up to 32 times. An unknown figure (nan) changes nothing.
    """

    def __init__(self, threshold: Threshold, count: int) -> None:
        self.threshold = threshold
        self._sign = 1.0 if threshold.much_is_bad else -1.0
        self._for_ns = int(threshold.for_s * NS_PER_S)
        self._clear_for_ns = int(threshold.clear_for_s * NS_PER_S)
        self.met = np.zeros(count, bool)
        self.since_ns = np.full(count, NEVER)
        self._better_ns = np.full(count, NEVER)
        self._ended_ns = np.full(count, np.iinfo(np.int64).min // 2)
        self._returns = np.zeros(count, np.int64)

    def resume(self, index: int, since_ns: int) -> None:
        """The subject met the rule before a restart, and does until it is measured to be better."""
        self.met[index], self.since_ns[index] = True, since_ns

    def grow(self, count: int) -> None:
        """Make room for more subjects."""
        fresh = Watch(self.threshold, count - len(self.met))
        for name in ("met", "since_ns", "_better_ns", "_ended_ns", "_returns"):
            setattr(self, name, np.concatenate((getattr(self, name), getattr(fresh, name))))

    def look(self, figures: np.ndarray, out_of_use: np.ndarray | bool, now_ns: int) -> bool:
        """Take the figures f8[n] of now; say whether anything meets the rule that did not, or the reverse.

        `out_of_use` bool[n]: subjects that cannot be judged, as a link that is down; they are over at once.
        """
        signed = figures * self._sign
        bad = (signed >= self.threshold.raise_at * self._sign) & ~np.asarray(out_of_use)
        good = (signed <= self.threshold.clear_at * self._sign) | out_of_use
        self.since_ns[bad & (self.since_ns == NEVER)] = now_ns
        self.since_ns[~bad & ~self.met & ~np.isnan(figures)] = NEVER
        begins = bad & ~self.met & (now_ns - self.since_ns >= self._for_ns)
        self._better_ns[good & (self._better_ns == NEVER)] = now_ns
        self._better_ns[bad | (~good & ~np.isnan(figures))] = NEVER
        ends = self.met & good & (out_of_use | (now_ns - self._better_ns >= self._patience_ns()))
        if begins.any():
            back = begins & (now_ns - self._ended_ns < FORGET_NS)
            self._returns[begins & ~back] = 0
            self._returns[back] += 1
        self.met[begins] = True
        self.met[ends] = False
        self.since_ns[ends], self._ended_ns[ends] = NEVER, now_ns
        return bool(begins.any() or ends.any())

    def is_bad(self, figure: float) -> bool:
        """Whether a figure is at the threshold or worse; an unknown one is not."""
        return figure * self._sign >= self.threshold.raise_at * self._sign

    def _patience_ns(self) -> np.ndarray:
        doubled: np.ndarray = self._clear_for_ns << np.minimum(self._returns, MOST_DOUBLINGS)
        return doubled
