"""Events: what changed, as the graph and the alerts tell it and as `/v1/events` sends it."""

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

EventType = Literal[
    "link_down",
    "link_up",
    "link_unconfirmed",
    "link_stale",
    "link_drained",
    "capacity_changed",
    "metric_changed",
    "router_silent",
    "router_back",
    "inconsistency",
    "alert_firing",
    "alert_acknowledged",
    "alert_resolved",
    "maintenance_started",
    "maintenance_ended",
    "reset",
]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change. `id` is `<epoch>/<version>/<n>`, `at` RFC 3339, `version` the snapshot that shows it.

    Exactly one of `link`, `router`, `site` names what changed; `metric_changed` and maintenances have
    `links`, ids only. `before` and `after` are states or values; `cause` is a short sentence of evidence.
    """

    type: EventType
    id: str
    at: str
    version: int
    link: str | None = None
    router: str | None = None
    site: str | None = None
    links: tuple[str, ...] = ()
    before: Any = None
    after: Any = None
    cause: str | None = None


def rfc3339(at_ns: int) -> str:
    """Nanoseconds since the Unix epoch as RFC 3339, UTC, milliseconds: `2026-05-01T08:00:00.250Z`."""
    seconds, ns = divmod(at_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ns // 1_000_000:03d}Z"
