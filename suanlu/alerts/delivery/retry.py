"""When a failed attempt is made again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

from suanlu.alerts.settings import AlertSettings


def delay_s(settings: AlertSettings, random: Random, attempts: int, retry_after_s: float | None) -> float:
    """How long to wait after a failure that `attempts` others preceded: full jitter under a doubling ceiling.

    What Retry-After asks for is the least, up to `retry_after_cap_s`; at most a tenth of it is added.
    """
    ceiling_s = min(settings.retry_cap_s, settings.retry_base_s * 2.0 ** min(attempts, 32))
    jitter_s = random.uniform(0, ceiling_s)
    if retry_after_s is None:
        return jitter_s
    asked_s = min(retry_after_s, settings.retry_after_cap_s)
    return asked_s + min(jitter_s, asked_s / 10)


def retry_after(value: str | None, now_s: int) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); None: unusable."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.fromtimestamp(now_s, tz=UTC)).total_seconds())
