"""The alert, as `/v1/alerts` shows it, and what is kept of it across restarts."""

import hashlib
from typing import Literal

import msgspec

from suanlu.effects import Effects

Rule = Literal[
    "link_down",
    "circuit_down",
    "srlg_down",
    "router_unreachable",
    "site_cut_off",
    "telemetry_silent",
    "telemetry_lost",
    "outage_storm",
    "flapping",
    "utilisation_high",
    "utilisation_critical",
    "latency_high",
    "circle_lost",
    "loss_high",
    "drops_high",
    "errors_high",
    "optical_power_low",
    "optical_power_falling",
    "mtu_mismatch",
    "miswired",
    "redundancy_lost",
    "collector_backlog",
    "certificate_expiry",
]
Severity = Literal["critical", "warning", "info"]
Certainty = Literal["certain", "probable", "unconfirmed"]
Kind = Literal["network", "site", "router", "link", "circuit", "srlg", "system"]


class Subject(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """What an alert, or one of its children, is about."""

    kind: Kind
    id: str


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has taken it on: who, when (RFC 3339), what they say, their ticket.

    `owner`: whose it is from now on; "" where it is theirs who said so.
    """

    by: str
    at: str
    note: str = ""
    ticket: str = ""
    owner: str = ""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One cause that someone has to know of, with its consequences as children.

    `id` names the incident and never changes, also when a wider cause becomes known and `rule` and
    `subject` with it. `since` and `resolved_at` are RFC 3339. `links` are the links that are down by it.
    `silenced_by`: the silences that keep its messages back now; `maintenance`: the window that does.
    `certainty`: whether the cause is proved, fits best, or is only what is left; `evidence` says by what.
    What ends in `_zh` says the same in Chinese.
    `effects`: what it does to the traffic between sites, None where that is not known, or it has none.
    `runbook_url`: what to do about it; `map_url`: the weathermap when it had just fired.
    """

    id: str
    rule: Rule
    severity: Severity
    state: Literal["firing", "resolved"]
    subject: Subject
    summary: str
    cause: str
    since: str
    summary_zh: str = ""
    resolved_at: str | None = None
    children: tuple[Subject, ...] = ()
    links: tuple[str, ...] = ()
    acknowledged: Acknowledgement | None = None
    silenced_by: tuple[str, ...] = ()
    certainty: Certainty = "certain"
    evidence: tuple[str, ...] = ()
    cause_zh: str = ""
    evidence_zh: tuple[str, ...] = ()
    effects: Effects | None = None
    runbook_url: str = ""
    map_url: str = ""
    maintenance: str | None = None

    @property
    def fingerprint(self) -> str:
        """16 hex digits that stand for rule, subject and incident, as receivers tell alerts apart."""
        return digest(self.id, self.rule, self.subject.kind, self.subject.id)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An alert with what a restart needs: `fallen` are its links with the time each fell.

    `covers` is all that it has been announced for, `told` the receivers that know of it; `routers` those
    whose telemetry is gone, with the time and whether they are unreachable; `revision` counts its messages.
    `announced_ns`: when it first fired; None of a record from before this was kept.
    """

    alert: Alert
    since_ns: int
    covers: frozenset[str]
    revision: int
    told: frozenset[str] = frozenset()
    fallen: dict[str, int] = {}
    routers: dict[str, tuple[int, bool]] = {}
    announced_ns: int | None = None


def digest(*parts: str) -> str:
    """16 hex digits of SHA-256 over the parts, each ended by a NUL (ids hold none)."""
    return hashlib.sha256("".join(f"{part}\0" for part in parts).encode()).hexdigest()[:16]
