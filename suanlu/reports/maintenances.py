"""What was worked on in a time, and what will be within a day after it."""

from collections.abc import Iterator

from suanlu.maintenance import Schedule, Window
from suanlu.reports.document import Work
from suanlu.times import NS_PER_S, rfc3339

AHEAD_NS = 86_400 * NS_PER_S


def works(schedule: Schedule, start_ns: int, end_ns: int) -> Iterator[Work]:
    """Yield the windows in the order in which they begin; those called off before they began are none."""
    for window in sorted(schedule.all(end_ns), key=lambda one: (one.starts_at_ns, one.id)):
        over_ns = _over_ns(window)
        if window.starts_at_ns < over_ns and window.starts_at_ns < end_ns + AHEAD_NS and over_ns > start_ns:
            ended_early = window.ended_at_ns is not None and window.ended_at_ns <= end_ns
            ends_at_ns = over_ns if ended_early else window.ends_at_ns
            ended = end_ns >= ends_at_ns
            yield Work(
                id=window.id,
                state="ended" if ended else "active" if end_ns >= window.starts_at_ns else "planned",
                starts_at=rfc3339(window.starts_at_ns),
                ends_at=rfc3339(ends_at_ns),
                subjects=window.subjects,
                comment=window.comment,
                created_by=window.created_by,
                ended_by=window.ended_by if ended_early else None,
            )


def _over_ns(window: Window) -> int:
    return window.ends_at_ns if window.ended_at_ns is None else min(window.ended_at_ns, window.ends_at_ns)
