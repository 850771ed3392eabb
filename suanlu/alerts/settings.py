"""Settings of alerting: the section `[alerts]` of the configuration file."""

from typing import Annotated

import msgspec

from suanlu.alerts.alert import Rule
from suanlu.alerts.delivery.receiver_settings import EndpointSettings, ReceiverSettings, Seconds
from suanlu.alerts.rules.rule import RuleSettings, effective

Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=3_600_000)]


class HeartbeatSettings(EndpointSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A dead man's switch: `url` is asked by POST every `interval_s`; whoever is behind it calls when not."""

    interval_s: Seconds = 60.0


class AlertSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When alerts fire and how their messages are sent.

    `grouping_window_ms`: how long a cause waits for a wider one before its alert fires.
    `srlg_window_ms`: circuits of one SRLG that fall within this time have fallen together.
    `silence_grace_ms`: how long a router's telemetry may be gone before that is an alert.
    `recovery_ms`: how long after a router is back its links that are still down stay in its alert.
    `resolved_kept`: how many resolved alerts `/v1/alerts` remembers.
    `external_url`: where people reach this Suanlu; links in messages begin with it.
    `runbook_url`: where the runbook pages are, `<runbook_url>/<rule>`; "" for those that Suanlu serves.
    `rules`: what is changed of the rules that are shipped, by their id.
    `retry_base_s`, `retry_cap_s`: retries wait a random time up to base · 2^attempts, at most the cap.
    `message_age_s`: a message that could not be delivered for so long is dropped, and counted.
    """

    grouping_window_ms: Milliseconds = 1000
    srlg_window_ms: Milliseconds = 3000
    silence_grace_ms: Milliseconds = 5000
    recovery_ms: Milliseconds = 60_000
    resolved_kept: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 200
    external_url: str = "http://127.0.0.1:8437"
    runbook_url: str = ""
    rules: dict[Rule, RuleSettings] = {}
    retry_base_s: Seconds = 1.0
    retry_cap_s: Seconds = 60.0
    retry_after_cap_s: Seconds = 3600.0
    request_timeout_s: Seconds = 10.0
    message_age_s: Seconds = 86_400.0
    messages_kept: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 10_000
    receivers: tuple[ReceiverSettings, ...] = ()
    heartbeat: HeartbeatSettings | None = None

    def __post_init__(self) -> None:
        names = [receiver.name for receiver in self.receivers]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two receivers are called {name!r}")
        effective(self.rules)

    def runbook(self, rule: str) -> str:
        """The address of a rule's runbook page."""
        return f"{self.runbook_url or f'{self.external_url}/docs/runbooks'}/{rule}"
