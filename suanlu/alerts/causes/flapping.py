"""Flap damping: what comes and goes is one alert that says so, and not one message each time."""

from collections import defaultdict, deque
from dataclasses import replace

from suanlu.alerts.alert import Subject
from suanlu.alerts.causes.diagnosis import Cause
from suanlu.alerts.rules.rule import NS_PER_S

TIMES = 3
WINDOW_NS = 1800 * NS_PER_S
QUIET_NS = 600 * NS_PER_S


class Flaps:
    """How often alerts about each subject have ended lately."""

    def __init__(self) -> None:
        self._ends: dict[Subject, deque[int]] = defaultdict(lambda: deque(maxlen=1000))

    def ended(self, subject: Subject, now_ns: int) -> int:
        """Note an end; return how many there were within the window."""
        for other in [s for s, ends in self._ends.items() if ends[-1] < now_ns - WINDOW_NS]:
            del self._ends[other]
        ends = self._ends[subject]
        ends.append(now_ns)
        while ends[0] < now_ns - WINDOW_NS:
            ends.popleft()
        return len(ends)


def flapping(cause: Cause, times: int, *, is_there: bool) -> Cause:
    """The cause as one that comes and goes; `is_there`: it is there now."""
    now = "it is there now" if is_there else "it is not there now"
    minutes = WINDOW_NS // NS_PER_S // 60
    text = cause.text.partition("; came and went")[0]
    return replace(
        cause,
        rule="flapping",
        links=cause.links if is_there else (),
        text=f"{text}; came and went {times} times within {minutes} min, {now}",
    )
