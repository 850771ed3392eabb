"""News: whether there is anything to tell of an incident again, and when."""

from collections.abc import Mapping

from suanlu.alerts.alert import Alert, Rule, Severity, Subject
from suanlu.alerts.causes.diagnosis import Cause
from suanlu.alerts.causes.incidents import Incident
from suanlu.alerts.measures.finding import PREFIX
from suanlu.alerts.rules.rule import NS_PER_S, RuleText
from topology.ids import circuit_of

UPDATE_NS = 300 * NS_PER_S
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")


def has_news(incident: Incident) -> bool:
    """Whether there is anything about it that was not told."""
    cause, record = incident.cause, incident.record
    if cause is None or record is None:
        return cause is not None
    told = record.alert
    if cause.rule != told.rule or _place(cause.subject) != _place(told.subject):
        return True
    events = {name for name in cause.covers if not name.startswith(PREFIX)}  # another sign of it is no news
    return not events | cause.brought <= record.covers


def news_due_ns(
    rules: Mapping[Rule, RuleText], incident: Incident, told: Alert, window_ns: int, now_ns: int
) -> int:
    """When to tell the news: at once where it is worse or nobody was told, else five minutes after the last.

    What has become better waits five minutes, and is never told where it is over by then.
    """
    cause = incident.cause
    change = 0 if cause is None else _worse(rules, cause, told)
    if change > 0 or incident.muted:
        return now_ns + window_ns
    if change < 0:
        return now_ns + UPDATE_NS
    return max(now_ns + window_ns, incident.told_ns + UPDATE_NS)


def _place(subject: Subject) -> tuple[str, str]:
    """A measured trouble that is seen in the other direction, too, is the same."""
    if subject.kind == "link":
        return "circuit", circuit_of(subject.id)
    return subject.kind, subject.id


def severity_of(rules: Mapping[Rule, RuleText], cause: Cause) -> Severity:
    """How bad a cause is: as its rule says, or as the worst of what it brought."""
    named = [cause.rule, *(rule for rule in cause.followed_by if rule in rules)]
    return max((rules[rule].severity for rule in named), key=SEVERITIES.index)


def _worse(rules: Mapping[Rule, RuleText], cause: Cause, told: Alert) -> int:
    """Above 0: worse than what was told; below: better."""
    change = SEVERITIES.index(severity_of(rules, cause)) - SEVERITIES.index(told.severity)
    if change or told.rule not in rules:
        return change
    rank, before = rules[cause.rule].rank, rules[told.rule].rank
    return -1 if rank and before and rank > before else 0
