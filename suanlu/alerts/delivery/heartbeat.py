"""The dead man's switch: an address that is called as long as alerting runs, for a watcher elsewhere."""

import asyncio
from collections.abc import Callable

import structlog

from suanlu.alerts.delivery.channel import Poster
from suanlu.alerts.forms import url_of
from suanlu.alerts.forms.form import Outgoing
from suanlu.alerts.settings import AlertSettings, HeartbeatSettings

log = structlog.get_logger()


class Heartbeat:
    """Calls until cancelled; a call that fails is logged, and made again at the next interval.

    Raises SecretError, or AlertsError for a `ca_file`, that cannot be used.
    """

    def __init__(
        self, settings: HeartbeatSettings, alerts: AlertSettings, *, now_ns: Callable[[], int]
    ) -> None:
        self._outgoing = Outgoing(url_of(settings), {}, b"")
        self._poster = Poster(settings, alerts.request_timeout_s, now_ns)
        self._interval_s = settings.interval_s

    async def run(self) -> None:
        """Call, and wait."""
        while True:
            outcome = await self._poster.post(self._outgoing, lambda _: "")
            if outcome.error:
                log.warning("heartbeat_failed", error=outcome.error)
            await asyncio.sleep(self._interval_s)
