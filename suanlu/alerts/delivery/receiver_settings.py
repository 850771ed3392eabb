"""Settings of one receiver: `[[alerts.receivers]]`, what is sent there and how it is reached."""

import ipaddress
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from suanlu.alerts.alert import Rule, Severity

Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Kind = Literal["webhook", "alertmanager", "dingtalk", "feishu", "wecom", "slack", "pagerduty", "email"]
Language = Literal["en", "zh"]
PAGERDUTY_URL = "https://events.pagerduty.com/v2/enqueue"
NEEDS_SECRET = {
    "webhook": "its Standard Webhooks secret, whsec_ and base64",
    "pagerduty": "the integration's routing key",
}
MAY_HAVE_SECRET = {*NEEDS_SECRET, "dingtalk", "feishu", "email"}  # signing secrets; the password of a user
MAY_MENTION = ("dingtalk", "feishu", "wecom")
SCHEMES = {"email": ("smtps", "smtp")}


class EndpointSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An address that is called. `url_file` instead of `url` where the address is itself a secret.

    `allow_cidrs` are the networks that it may be in although they are private, loopback or link-local;
    plain http is allowed to those alone. `ca_file`: certificates (PEM) to trust instead of the system's.
    """

    url: str = ""
    url_file: str | None = None
    allow_cidrs: tuple[str, ...] = ()
    ca_file: str | None = None

    def __post_init__(self) -> None:
        if (self.url == "") == (self.url_file is None):
            raise ValueError(
                "give `url`, or `url_file` for an address that is itself a secret: one of the two"
            )
        if self.url:
            check_url(self.url, bool(self.allow_cidrs), ("https", "http"))
        check_networks(self.allow_cidrs)

    def allowed_networks(self) -> tuple[Network, ...]:
        """`allow_cidrs`, parsed."""
        return tuple(ipaddress.ip_network(cidr) for cidr in self.allow_cidrs)


class ReceiverSettings(EndpointSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One receiver of alerts.

    `kind`: `webhook` is Alertmanager's body signed by Standard Webhooks; `alertmanager` pushes to one's API
    v2 at `url`; the chats `dingtalk`, `feishu`, `wecom` and `slack` take the address of a robot, best from
    `url_file`; `pagerduty` is Events v2; `email` a mail server, smtps://host or smtp://host with STARTTLS.
    `secret_file`: of `webhook` the secret, of `dingtalk` and `feishu` the robot's, of `pagerduty` the routing
    key, of `email` the password of `user`. `mention`: who is called in the chat when a critical alert
    fires: mobile numbers, for Feishu open ids.

    What is sent: alerts of these `severities`, `sites` (ids; alerts that touch one) and `rules`; empty: all.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
    kind: Kind = "webhook"
    secret_file: str | None = None
    language: Language = "en"
    mention: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    sites: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    user: str | None = None
    sender: str | None = None
    to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        try:
            self._check()
        except ValueError as error:
            raise ValueError(f"receiver {self.name!r}: {error}") from error

    def _check(self) -> None:
        if self.url and self.url_file:
            raise ValueError("give `url` or `url_file`, not both")
        if not self.url and self.url_file is None and self.kind != "pagerduty":
            raise ValueError("`url` is missing; `url_file` for an address that is itself a secret")
        if self.url:
            check_url(self.url, bool(self.allow_cidrs), SCHEMES.get(self.kind, ("https", "http")))
        check_networks(self.allow_cidrs)
        if self.kind in NEEDS_SECRET and self.secret_file is None:
            raise ValueError(f"`secret_file` is missing: a file with {NEEDS_SECRET[self.kind]}")
        if self.secret_file is not None and self.kind not in MAY_HAVE_SECRET:
            raise ValueError(f"`secret_file` has no meaning for kind {self.kind!r}")
        if self.mention and self.kind not in MAY_MENTION:
            raise ValueError(f"`mention` is for {', '.join(MAY_MENTION)}")
        if self.kind == "email" and not (self.sender and self.to):
            raise ValueError("`sender` and `to` are missing: who the mail is from, and for whom")
        if self.kind != "email" and (self.sender or self.to or self.user):
            raise ValueError("`sender`, `to` and `user` are for kind 'email'")
        if (self.user is None) != (self.secret_file is None) and self.kind == "email":
            raise ValueError("`user` and `secret_file`, a file with the password, go together")


def check_url(url: str, has_networks: bool, schemes: tuple[str, str]) -> None:
    """Raise ValueError for an address that messages may not go to; the second scheme is the plain one."""
    parts = urlsplit(url)
    safe, plain = schemes
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"the url must be {safe}://<host>/…")
    if parts.username or parts.password:
        raise ValueError("the url must hold no user name or password")
    if parts.scheme == plain == "http" and not has_networks:
        raise ValueError("the url must be https; http is for addresses in allow_cidrs")


def check_networks(cidrs: tuple[str, ...]) -> None:
    """Raise ValueError for what is no network."""
    for cidr in cidrs:
        try:
            ipaddress.ip_network(cidr)
        except ValueError as error:
            raise ValueError(f"allow_cidrs: {error}") from error
