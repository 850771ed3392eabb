"""When to try again: exponential with full jitter for one target, a rate limit over all of them."""

import asyncio
from random import Random


class Backoff:
    """Ceilings of `min_s`, twice that, … up to `max_s`; a wait is drawn evenly between 0 and its ceiling."""

    def __init__(self, min_s: float, max_s: float, random: Random) -> None:
        self._min_s, self._max_s, self._random = min_s, max_s, random
        self.failures = 0

    def next_s(self) -> float:
        """Return how long to wait after one more failure."""
        ceiling = min(self._max_s, self._min_s * 2.0 ** min(self.failures, 32))
        self.failures += 1
        return self._random.uniform(0, ceiling)

    def reset(self) -> None:
        """Start anew: the target has been healthy for long enough."""
        self.failures = 0


class ConnectRate:
    """At most so many connects a second over all targets, evenly spaced: a site's return is no storm."""

    def __init__(self, per_s: float) -> None:
        self._interval_s = 1 / per_s
        self._next = 0.0

    async def wait_turn(self) -> None:
        """Wait until this connect may start."""
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next)
        self._next = turn + self._interval_s
        if turn > now:
            await asyncio.sleep(turn - now)
