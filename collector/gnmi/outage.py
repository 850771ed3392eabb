"""What the log says of an outage: its beginning, its end, and each new kind of failure, each once."""

from collections.abc import Callable

import structlog

log = structlog.get_logger("collector")


class Outage:
    """The voice of one target. A target that is tried again every few seconds does not fill the log."""

    def __init__(self, target: str, now_ns: Callable[[], int]) -> None:
        self._target, self._now_ns = target, now_ns
        self._said: set[str] = set()
        self._since_ns = 0

    def lost(self, kind: str, reason: str, retry_s: float) -> None:
        """Say that the target is lost, or why it still is where that is another kind of failure."""
        if not self._said:
            self._since_ns = self._now_ns()
        if kind not in self._said:
            event = "target_still_lost" if self._said else "target_lost"
            log.warning(event, target=self._target, reason=reason, retry_s=round(retry_s, 1))
        self._said.add(kind)

    def over(self) -> None:
        """Say that the target is back, where it was lost."""
        if self._said:
            lasted_s = (self._now_ns() - self._since_ns) / 1e9
            log.info("target_back", target=self._target, after_s=round(lasted_s, 1))
            self._said.clear()
