"""Settings of alerting: the section `[alerts]` of the configuration file."""

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=3_600_000)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ReceiverSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One webhook receiver: `[[alerts.receivers]]`.

    `secret_file` holds its Standard Webhooks secret, `whsec_` and base64. `allow_cidrs` are the networks
    that its address may be in although they are private, loopback or link-local; plain http is allowed
    to those alone. `ca_file`: certificates (PEM) to trust instead of the system's, for a private authority.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
    url: str
    secret_file: str
    allow_cidrs: tuple[str, ...] = ()
    ca_file: str | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError(f"url of receiver {self.name!r} must be https://<host>/…")
        if parts.username or parts.password:
            raise ValueError(f"url of receiver {self.name!r} must hold no user name or password")
        if parts.scheme == "http" and not self.allow_cidrs:
            raise ValueError(
                f"url of receiver {self.name!r} must be https; http is for addresses in allow_cidrs"
            )
        for cidr in self.allow_cidrs:
            try:
                ipaddress.ip_network(cidr)
            except ValueError as error:
                raise ValueError(f"allow_cidrs of receiver {self.name!r}: {error}") from error

    def allowed_networks(self) -> tuple[Network, ...]:
        """`allow_cidrs`, parsed."""
        return tuple(ipaddress.ip_network(cidr) for cidr in self.allow_cidrs)


class AlertSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When alerts fire and how their webhooks are sent.

    `grouping_window_ms`: how long a cause waits for a wider one before its alert fires.
    `srlg_window_ms`: circuits of one SRLG that fall within this time have fallen together.
    `silence_grace_ms`: how long a router's telemetry may be gone before that is an alert.
    `recovery_ms`: how long after a router is back its links that are still down stay in its alert.
    `resolved_kept`: how many resolved alerts `/v1/alerts` remembers.
    `external_url`: where people reach this Suanlu; links in webhooks begin with it.
    `retry_base_s`, `retry_cap_s`: retries wait a random time up to base · 2^attempts, at most the cap.
    `message_age_s`: a message that could not be delivered for so long is dropped, and counted.
    """

    grouping_window_ms: Milliseconds = 1000
    srlg_window_ms: Milliseconds = 3000
    silence_grace_ms: Milliseconds = 5000
    recovery_ms: Milliseconds = 60_000
    resolved_kept: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 200
    external_url: str = "http://127.0.0.1:8437"
    retry_base_s: Seconds = 1.0
    retry_cap_s: Seconds = 60.0
    retry_after_cap_s: Seconds = 3600.0
    request_timeout_s: Seconds = 10.0
    message_age_s: Seconds = 86_400.0
    messages_kept: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 10_000
    receivers: tuple[ReceiverSettings, ...] = ()

    def __post_init__(self) -> None:
        names = [receiver.name for receiver in self.receivers]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two receivers are called {name!r}")
