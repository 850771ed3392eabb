"""From findings to causes: what belongs to a circuit that is down, what a cut brought with it, what is left.

Findings on one circuit are one cause, led by the rule of lowest rank. A finding that began soon after a cut
is its consequence where the cut can have done it: load, loss and latency where traffic moved, light and
errors in the same duct, lost redundancy and lost circles anywhere. Of one rule many at once are one cause
about the network.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from suanlu.alerts.alert import Rule, Subject
from suanlu.alerts.causes.backbone import KINDS_ZH, Backbone
from suanlu.alerts.causes.diagnosis import Cause
from suanlu.alerts.causes.drains import Drain
from suanlu.alerts.measures.finding import Finding
from suanlu.alerts.rules.rule import NS_PER_S, RULES
from suanlu.alerts.text import SHOWN, Sentence
from topology.ids import circuit_of

SLACK_NS = 15 * NS_PER_S
"""Rates are averages over an interval: what a cut does may seem to begin a little before it."""
FOLLOWS_NS = 900 * NS_PER_S
CHILDREN = 50
MANY = 5
BY_TRAFFIC = frozenset(
    {"utilisation_high", "utilisation_critical", "latency_high", "loss_high", "drops_high"}
)
"""Of a cut only on links that its traffic has moved onto."""
BY_DUCT = frozenset({"optical_power_low", "optical_power_falling", "errors_high"})
"""Of a cut only on circuits that share a risk with one of those that are cut."""
BY_STRUCTURE = frozenset({"redundancy_lost", "circle_lost"})
"""Of any cut: they say what is left of the network. Of no other rule is a cut the cause."""

MovedOnto = Callable[[Collection[str]], Collection[str] | None]
"""Links that carry more traffic since others are down; None while that is being worked out."""


def with_findings(
    backbone: Backbone,
    causes: Sequence[Cause],
    findings: Iterable[Finding],
    passing: Collection[str] = (),
    *,
    moved_onto: MovedOnto,
    drains: Sequence[Drain] = (),
    told: Collection[str] = (),
) -> list[Cause]:
    """Return the causes with what belongs to them, and one for each trouble that belongs to none.

    `passing`: names of findings that a cut brought which is over; alone they are no trouble of their own.
    What a cut may have brought is held back while it is worked out where its traffic has gone, unless it
    has been `told` of as a trouble of its own. What the traffic of a drain fills is one cause.
    """
    result = list(causes)
    place = {link.rpartition(":")[0]: i for i, c in enumerate(causes) for link in c.links}
    cuts = _Cuts(backbone, causes, moved_onto, drains)
    planned: dict[int, list[Finding]] = defaultdict(list)
    brought: dict[int, list[Finding]] = defaultdict(list)
    alone: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        circuit = _circuit(finding.subject)
        if circuit is not None and circuit in place:
            result[place[circuit]] = _joined(result[place[circuit]], finding)
        elif (cut := cuts.before(finding, circuit)) is not None:
            brought[cut].append(finding)
        elif finding.name in passing or (finding.name in cuts.open and finding.name not in told):
            continue
        elif (drain := cuts.drained_for(finding)) is not None:
            planned[drain].append(finding)
        elif finding.name not in cuts.open or finding.name in told:
            subject = finding.subject
            key = (
                ("circuit", circuit)
                if circuit is not None
                else (f"{subject.kind}/{RULES[finding.rule].family}", subject.id)
            )
            alone[key].append(finding)
    for position, found in brought.items():
        result[position] = _followed(result[position], found)
    result += [_drain_cause(drains[position], found) for position, found in planned.items()]
    return result + _together(backbone, [_own_cause(found) for found in alone.values()])


def _circuit(subject: Subject) -> str | None:
    if subject.kind == "link":
        return circuit_of(subject.id)
    return subject.id if subject.kind == "circuit" else None


class _Cuts:
    """Which cut or drain a finding may come of; `open` names findings of which that is not known yet."""

    def __init__(
        self,
        backbone: Backbone,
        causes: Sequence[Cause],
        moved_onto: MovedOnto,
        drains: Sequence[Drain],
    ) -> None:
        self._drains = drains
        self._backbone = backbone
        self._causes = causes
        self._moved_onto = moved_onto
        self._losses = [i for i, cause in enumerate(causes) if cause.links and cause.rule != "site_cut_off"]
        self._losses.sort(key=lambda i: -causes[i].since_ns)
        self.open: set[str] = set()

    def before(self, finding: Finding, circuit: str | None) -> int | None:
        """The last cut that the finding may come of."""
        for i in self._losses:
            since_ns = self._causes[i].since_ns
            if not since_ns - SLACK_NS <= finding.since_ns <= since_ns + FOLLOWS_NS:
                continue
            fits = self._fits(self._causes[i], finding, circuit)
            if fits:
                return i
            if fits is None:
                self.open.add(finding.name)
        return None

    def drained_for(self, finding: Finding) -> int | None:
        """The drain that the finding may come of: for as long as it lasts, busy hours included."""
        if finding.rule not in BY_TRAFFIC:
            return None
        for i, drain in enumerate(self._drains):
            if finding.since_ns < drain.since_ns - SLACK_NS:
                continue
            moved = self._moved_onto(drain.links)
            if moved is None:
                self.open.add(finding.name)
            elif finding.subject.id in moved:
                return i
        return None

    def _fits(self, cause: Cause, finding: Finding, circuit: str | None) -> bool | None:
        if finding.rule in BY_STRUCTURE:
            return True
        if finding.rule in BY_TRAFFIC:
            moved = self._moved_onto(cause.links)
            return None if moved is None else finding.subject.id in moved
        if finding.rule in BY_DUCT and circuit is not None:
            risks = {risk for link in cause.links for risk in self._backbone.risks(circuit_of(link))}
            return not risks.isdisjoint(self._backbone.risks(circuit))
        return False


def _joined(cause: Cause, finding: Finding) -> Cause:
    """The cause with a finding on one of its own circuits: the same trouble, seen otherwise."""
    single = cause.rule in ("link_down", "circuit_down") and finding.rule == "miswired"
    said = cause.rule == finding.rule == "miswired"  # by the graph, in the same words
    return replace(
        cause,
        rule="miswired" if single else cause.rule,
        covers=cause.covers | {finding.name},
        evidence=cause.evidence if said else (*cause.evidence, _evidence(finding)),
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
        followed_by=frozenset(finding.rule for finding in found),
        text=cause.text.then(f"; since then: {counts.en}", f"；此后：{counts.zh}"),
        evidence=(*cause.evidence, *(_evidence(finding) for finding in found[:SHOWN])),
    )


def _counts(found: Iterable[Finding]) -> Sentence:
    """`UtilisationHigh on 3, RedundancyLost on 1`."""
    number: dict[Rule, int] = defaultdict(int)
    for finding in found:
        number[finding.rule] += 1
    return Sentence(
        ", ".join(f"{RULES[rule].alertname} on {count}" for rule, count in number.items()),
        "，".join(f"{RULES[rule].alertname_zh} {count} 处" for rule, count in number.items()),
    )


def _evidence(finding: Finding) -> Sentence:
    rule, subject, text = RULES[finding.rule], finding.subject, finding.text
    return Sentence(
        f"{rule.alertname} {subject.kind} {subject.id}: {text.en}",
        f"{rule.alertname_zh} {KINDS_ZH[subject.kind]} {subject.id}：{text.zh}",
    )


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


def _drain_cause(drain: Drain, found: list[Finding]) -> Cause:
    """The worst that a drain brought, with the rest as children."""
    cause = _own_cause(found)
    return replace(
        cause,
        text=cause.text.then(f"; {drain.text.en}", f"；{drain.text.zh}"),
        certainty="probable",
        followed_by=frozenset(finding.rule for finding in found),
        drained=drain.links,
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
        named = [subject.id for subject in subjects[:SHOWN]]
        result.append(
            Cause(
                rule=rule,
                subject=Subject(kind="network", id=backbone.network),
                since_ns=min(cause.since_ns for cause in found),
                links=(),
                covers=frozenset[str]().union(*(cause.covers for cause in found)),
                children=tuple(subjects[:CHILDREN]),
                text=Sentence(
                    f"{len(found)} at once: {', '.join(named)} and {len(found) - len(named)} more",
                    f"同时出现 {len(found)} 处：{'、'.join(named)} 等",
                ),
                certainty="probable",
                evidence=tuple(line for cause in found[:SHOWN] for line in cause.evidence[:1]),
            )
        )
    return result
