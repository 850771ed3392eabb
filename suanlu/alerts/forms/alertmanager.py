"""Push to an Alertmanager's API v2: it forgets an alert that is not repeated, so firing ones are.

Every minute all that fires is posted with an end three minutes on; what is resolved is posted with its end.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from suanlu.alerts.forms.form import JSON, Entry, Notice, OneByOne, Outgoing

REPEAT_S = 60.0
NS_PER_S = 1_000_000_000


class AlertmanagerForm(OneByOne):
    """Alerts of one Alertmanager, `url` without the path of its API."""

    most = 50
    repeat_s = REPEAT_S

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/api/v2/alerts"
        self._firing: dict[str, Entry] = {}

    def outgoing(self, notices: Sequence[Notice], now_ns: int) -> Outgoing:
        """All alerts of the notices, the later word on each; what fires is remembered."""
        latest = {entry.fingerprint: entry for notice in notices for entry in reversed(notice.entries)}
        for fingerprint, entry in latest.items():
            if entry.fires:
                self._firing[fingerprint] = entry
            else:
                self._firing.pop(fingerprint, None)
        return self._post(latest.values(), now_ns, len(notices))

    def repeated(self, now_ns: int) -> Outgoing | None:
        """All that fires."""
        return self._post(self._firing.values(), now_ns, 0) if self._firing else None

    def _post(self, entries: Iterable[Entry], now_ns: int, carried: int) -> Outgoing:
        body = msgspec.json.encode([postable(entry, now_ns) for entry in entries])
        return Outgoing(self._url, JSON, body, carried)


def postable(entry: Entry, now_ns: int) -> dict[str, Any]:
    """Alertmanager's `postableAlert` (api/v2/openapi.yaml)."""
    kept_until = datetime.fromtimestamp(now_ns / NS_PER_S, UTC) + timedelta(seconds=3 * REPEAT_S)
    return {
        "labels": entry.labels,
        "annotations": entry.annotations,
        "startsAt": entry.startsAt,
        "endsAt": kept_until.isoformat(timespec="seconds") if entry.fires else entry.endsAt,
        "generatorURL": entry.generatorURL,
    }
