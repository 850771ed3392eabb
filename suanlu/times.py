"""Times in the API: RFC 3339 in UTC outside, integer nanoseconds since the Unix epoch inside."""

from datetime import UTC, datetime, timedelta

from topology.event import rfc3339

__all__ = ["NS_PER_MS", "NS_PER_S", "NS_PER_US", "age_ms", "parse_rfc3339", "rfc3339"]
NS_PER_US = 1_000
NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_rfc3339(text: str) -> int:
    """Nanoseconds since the Unix epoch; ValueError unless the text is a date and time with its offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("it has no time zone: write …Z")
    return (moment - _EPOCH) // timedelta(microseconds=1) * NS_PER_US


def age_ms(observed_at_ns: int | None, now_ns: int) -> int | None:
    """How old an observation is, in ms; None for one that never was (None or 0)."""
    return max(0, (now_ns - observed_at_ns) // NS_PER_MS) if observed_at_ns else None
