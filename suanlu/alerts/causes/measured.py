"""From findings to causes: what belongs to a circuit that is down, what a cut brought with it, what is left.

Findings on one circuit are one cause, led by the rule of lowest rank. Findings that began soon after a cut
are its consequences. Of one rule many at once are one cause about the network.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from suanlu.alerts.alert import Rule, Subject
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.causes.diagnosis import SHOWN, Cause
from suanlu.alerts.measures.finding import Finding
from suanlu.alerts.rules.rule import NS_PER_S, RULES
from topology.ids import circuit_of

SLACK_NS = 15 * NS_PER_S
"""Rates are averages over an interval: what a cut does may seem to begin a little before it."""
FOLLOWS_NS = 900 * NS_PER_S
CHILDREN = 50
MANY = 5
OWN_RULES = frozenset({"collector_backlog", "certificate_expiry"})
"""About Suanlu itself or its credentials: no cut does that."""


def with_findings(
    backbone: Backbone,
    causes: Sequence[Cause],
    findings: Iterable[Finding],
    passing: Collection[str] = (),
) -> list[Cause]:
    """Return the causes with what belongs to them, and one for each trouble that belongs to none.

    `passing`: names of findings that a cut brought which is over; alone they are no trouble of their own.
    """
    result = list(causes)
    place = {link.rpartition(":")[0]: i for i, c in enumerate(causes) for link in c.links}
    losses = [i for i, cause in enumerate(causes) if cause.links and cause.rule != "site_cut_off"]
    brought: dict[int, list[Finding]] = defaultdict(list)
    alone: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        circuit = _circuit(finding.subject)
        if circuit is not None and circuit in place:
            result[place[circuit]] = _joined(result[place[circuit]], finding)
        elif (cut := _cut_before(finding, causes, losses)) is not None:
            brought[cut].append(finding)
        elif finding.name not in passing:
            subject = finding.subject
            key = (
                ("circuit", circuit)
                if circuit is not None
                else (f"{subject.kind}/{RULES[finding.rule].family}", subject.id)
            )
            alone[key].append(finding)
    for position, found in brought.items():
        result[position] = _followed(result[position], found)
    return result + _together(backbone, [_own_cause(found) for found in alone.values()])


def _circuit(subject: Subject) -> str | None:
    if subject.kind == "link":
        return circuit_of(subject.id)
    return subject.id if subject.kind == "circuit" else None


def _cut_before(finding: Finding, causes: Sequence[Cause], losses: list[int]) -> int | None:
    """The last cut that the finding may come of."""
    if finding.rule in OWN_RULES:
        return None
    fits = [
        i
        for i in losses
        if causes[i].since_ns - SLACK_NS <= finding.since_ns <= causes[i].since_ns + FOLLOWS_NS
    ]
    return max(fits, key=lambda i: causes[i].since_ns, default=None)


def _joined(cause: Cause, finding: Finding) -> Cause:
    """The cause with a finding on one of its own circuits: the same trouble, seen otherwise."""
    single = cause.rule in ("link_down", "circuit_down") and finding.rule == "miswired"
    return replace(
        cause,
        rule="miswired" if single else cause.rule,
        covers=cause.covers | {finding.name},
        evidence=(*cause.evidence, _evidence(finding)),
    )


def _followed(cause: Cause, found: list[Finding]) -> Cause:
    """The cause with its consequences as children."""
    found.sort(key=_order)
    subjects = tuple(dict.fromkeys(finding.subject for finding in found))
    counts = _counts(found)
    return replace(
        cause,
        children=(*cause.children, *(s for s in subjects[:CHILDREN] if s not in cause.children)),
        brought=frozenset(finding.name for finding in found),
        text=f"{cause.text}; since then: {counts}",
        evidence=(*cause.evidence, *(_evidence(finding) for finding in found[:SHOWN])),
    )


def _counts(found: Iterable[Finding]) -> str:
    """`UtilisationHigh on 3, RedundancyLost on 1`."""
    number: dict[Rule, int] = defaultdict(int)
    for finding in found:
        number[finding.rule] += 1
    return ", ".join(f"{RULES[rule].alertname} on {count}" for rule, count in number.items())


def _evidence(finding: Finding) -> str:
    subject = finding.subject
    return f"{RULES[finding.rule].alertname} {subject.kind} {subject.id}: {finding.text}"


def _order(finding: Finding) -> tuple[int, Subject]:
    return RULES[finding.rule].rank, finding.subject


def _own_cause(found: list[Finding]) -> Cause:
    found.sort(key=_order)
    first = found[0]
    led = [finding for finding in found if finding.rule == first.rule]
    subjects = tuple(dict.fromkeys(finding.subject for finding in found))
    subject, circuit = first.subject, _circuit(first.subject)
    if circuit is not None and len({finding.subject for finding in led}) > 1:
        subject = Subject(kind="circuit", id=circuit)
    return Cause(
        rule=first.rule,
        subject=subject,
        since_ns=min(finding.since_ns for finding in found),
        links=(),
        covers=frozenset(finding.name for finding in found),
        children=tuple(one for one in subjects if one != subject),
        text=first.text,
        evidence=tuple(_evidence(finding) for finding in found),
    )


def _together(backbone: Backbone, causes: list[Cause]) -> list[Cause]:
    """Many of one rule have one cause, whatever it is: a surge, a bad update, a lost source of time."""
    by_rule: Mapping[Rule, list[Cause]] = defaultdict(list)
    for cause in causes:
        by_rule[cause.rule].append(cause)
    result = []
    for rule, found in by_rule.items():
        if len(found) < MANY:
            result += found
            continue
        subjects = sorted(cause.subject for cause in found)
        named = ", ".join(subject.id for subject in subjects[:SHOWN])
        result.append(
            Cause(
                rule=rule,
                subject=Subject(kind="network", id=backbone.network),
                since_ns=min(cause.since_ns for cause in found),
                links=(),
                covers=frozenset[str]().union(*(cause.covers for cause in found)),
                children=tuple(subjects[:CHILDREN]),
                text=f"{len(found)} at once: {named} and {len(found) - min(SHOWN, len(found))} more",
                certainty="probable",
                evidence=tuple(line for cause in found[:SHOWN] for line in cause.evidence[:1]),
            )
        )
    return result
