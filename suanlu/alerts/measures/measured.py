"""The measuring engine: all figures against all rules, once a second, and what is found."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from suanlu.alerts.alert import Rule, Subject
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.causes.reasons import reason_zh
from suanlu.alerts.measures.figures import LinkFigures, out_of_use
from suanlu.alerts.measures.finding import Finding, parts_of
from suanlu.alerts.measures.kept import KeptPast
from suanlu.alerts.measures.redundancy import isolating_cuts
from suanlu.alerts.measures.watch import Watch
from suanlu.alerts.rules.rule import NS_PER_S, RULES, RuleText, Threshold
from suanlu.alerts.text import SHOWN, Sentence
from topology.inventory import Inventory
from topology.series import SeriesTable
from topology.snapshot import LinkState, Snapshot
from topology.status import Inconsistency

LINK_RULES: tuple[Rule, ...] = (
    "optical_power_low",
    "optical_power_falling",
    "errors_high",
    "utilisation_critical",
    "drops_high",
    "utilisation_high",
    "loss_high",
    "latency_high",
    "mtu_mismatch",
)
Readings = Mapping[Subject, tuple[float, Sentence]]
"""By subject: a figure, and what it means in words."""


class Measured:
    """Findings of one backbone. All calls are on the loop's thread; one `advance` is some array operations.

    `readings`: figures of rules that are not about links, by rule, asked for each time: stores, certificates,
    pairs of sites; None where they are not known (yet). `inconsistencies`: what the graph lists, for wiring.
    `kept`: the file that remembers what was usual. `worked_on`: circuits under maintenance; what these expose
    by themselves was announced, and is no finding.
    """

    def __init__(
        self,
        inventory: Inventory,
        rules: Mapping[Rule, RuleText],
        table: SeriesTable,
        *,
        period_s: float = 1.0,
        readings: Mapping[Rule, Callable[[], Readings | None]] | None = None,
        inconsistencies: Callable[[], Iterable[Inconsistency]] = tuple,
        kept: KeptPast | None = None,
        worked_on: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self._inventory = inventory
        self._backbone = Backbone(inventory)
        self._rules = rules
        self._table = table
        self._period_ns = int(period_s * NS_PER_S)
        self._readings = dict(readings or {})
        self._inconsistencies = inconsistencies
        self._worked_on = worked_on
        self._announced: frozenset[str] = frozenset()
        self._kept = kept
        self._due_ns = 0
        self._snapshot: Snapshot | None = None
        self._structure = 0
        self._figures: LinkFigures | None = None
        self._link_ids: tuple[str, ...] = ()
        self._values: Mapping[Rule, np.ndarray] = {}
        self._watches: dict[Rule, Watch] = {}
        self._others: dict[Rule, _Others] = {}
        self._before: list[tuple[str, Subject, Rule, int]] = []
        self._whole = isolating_cuts(self._backbone, ())
        self._cuts: Readings = {}
        self.findings: tuple[Finding, ...] = ()

    def resume(self, rule: Rule, covers: Iterable[str], since_ns: int) -> None:
        """An alert of before a restart is about these: they go on until they are measured to be better."""
        for name in covers:
            if (parts := parts_of(name)) is not None:
                self._before.append((*parts, rule, since_ns))

    def on_snapshot(self, snapshot: Snapshot) -> None:
        """Take what is current."""
        self._snapshot = snapshot

    def next_due_ns(self) -> int | None:
        """When `advance` should be called; None before there is a snapshot."""
        return None if self._snapshot is None else self._due_ns

    def advance(self, now_ns: int) -> bool:
        """Measure, if it is time; say whether the findings differ from those before."""
        snapshot = self._snapshot
        if snapshot is None or now_ns < self._due_ns:
            return False
        self._due_ns = now_ns + self._period_ns
        if self._link_ids != snapshot.link_ids:
            self._begin(snapshot)
        changed = self._look_at_links(snapshot, now_ns)
        announced = self._worked_on()
        if self._announced != announced:
            self._announced = announced
            self._whole, self._structure = isolating_cuts(self._backbone, announced), 0
        if self._structure != snapshot.structure_version:
            self._structure = snapshot.structure_version
            self._cuts = self._isolating(snapshot)
        for rule, readings in self._all_readings():
            if rule in self._rules and readings is not None:
                changed |= self._look_at(rule, readings, now_ns)
        self.findings = tuple(self._found())
        return changed

    def _begin(self, snapshot: Snapshot) -> None:
        self._link_ids = snapshot.link_ids
        self._figures = LinkFigures(
            self._inventory, snapshot.link_ids, self._table, past_s=_pasts_s(self._rules)
        )
        if self._kept is not None:
            self._kept.attach(self._figures.pasts)
        for rule in LINK_RULES:
            if rule in self._rules:
                self._watches[rule] = Watch(_threshold(self._rules[rule]), len(snapshot.link_ids))
        for family, subject, told, since_ns in self._before:
            known = [rule for rule, text in self._rules.items() if text.family == family]
            if not known:
                continue
            rule = told if told in known else known[0]
            if rule in self._watches and subject.id in snapshot.link_index:
                self._watches[rule].resume(snapshot.link_index[subject.id], since_ns)
            elif rule not in LINK_RULES:
                self._of(rule).resume(subject, since_ns)
        self._before.clear()

    def _look_at_links(self, snapshot: Snapshot, now_ns: int) -> bool:
        if self._figures is None:
            return False
        self._values = self._figures.read(snapshot, now_ns)
        idle = out_of_use(snapshot)
        changed = False
        for rule, watch in self._watches.items():
            judged = False if rule == "mtu_mismatch" else idle
            changed |= watch.look(self._values[rule], judged, now_ns)
        return changed

    def _all_readings(self) -> Iterable[tuple[Rule, Readings | None]]:
        yield "redundancy_lost", self._cuts
        yield "miswired", self._wiring()
        for rule, readings in self._readings.items():
            yield rule, readings()

    def _isolating(self, snapshot: Snapshot) -> Readings:
        """Sites that one cut would isolate now and none would when all but the announced is up."""
        states = zip(snapshot.link_ids, (snapshot.state >= LinkState.DRAINED).tolist(), strict=True)
        out = {link.rpartition(":")[0] for link, is_out in states if is_out}
        return {
            Subject(kind="site", id=site): (len(cuts), _next(cuts[:SHOWN]))
            for site, cuts in isolating_cuts(self._backbone, out).items()
            if site not in self._whole
        }

    def _wiring(self) -> Readings:
        return {
            Subject(kind="circuit", id=found.circuit): (1.0, Sentence(found.detail, reason_zh(found.detail)))
            for found in self._inconsistencies()
            if found.kind == "wiring"
        }

    def _of(self, rule: Rule) -> "_Others":
        if rule not in self._others:
            self._others[rule] = _Others(_threshold(self._rules[rule]))
        return self._others[rule]

    def _look_at(self, rule: Rule, readings: Readings, now_ns: int) -> bool:
        if not readings and rule not in self._others:
            return False
        return self._of(rule).look(readings, now_ns)

    def _found(self) -> Iterable[Finding]:
        for rule, watch in self._watches.items():
            for index in np.flatnonzero(watch.met).tolist():
                subject = Subject(kind="link", id=self._link_ids[index])
                text = _said(self._values[rule][index], watch.threshold)
                stands = self._stands(rule, watch, index)
                yield Finding(rule, subject, int(watch.since_ns[index]), text, stands)
        for rule, others in self._others.items():
            for subject, since_ns, text in others.met():
                yield Finding(rule, subject, since_ns, text)

    def _stands(self, rule: Rule, watch: Watch, index: int) -> bool:
        """By what is so now, also where the figure is one of the last minutes."""
        now = self._values["utilisation_critical" if rule == "utilisation_high" else rule][index]
        return watch.is_bad(float(now))


class _Others:
    """A watch over subjects that come and go; one that is no longer read is over."""

    def __init__(self, threshold: Threshold) -> None:
        self._watch = Watch(threshold, 0)
        self._index: dict[Subject, int] = {}
        self._texts: dict[Subject, Sentence] = {}

    def resume(self, subject: Subject, since_ns: int) -> None:
        self._watch.resume(self._place(subject), since_ns)

    def look(self, readings: Readings, now_ns: int) -> bool:
        for subject, (_, text) in readings.items():
            self._place(subject)
            self._texts[subject] = text
        figures = np.full(len(self._index), self._watch.threshold.clear_at)
        for subject, (value, _) in readings.items():
            figures[self._index[subject]] = value
        return self._watch.look(figures, np.zeros(len(figures), bool), now_ns)

    def met(self) -> Iterable[tuple[Subject, int, Sentence]]:
        for subject, index in self._index.items():
            if self._watch.met[index]:
                yield subject, int(self._watch.since_ns[index]), self._texts.get(subject, Sentence("", ""))

    def _place(self, subject: Subject) -> int:
        if subject not in self._index:
            self._index[subject] = len(self._index)
            self._watch.grow(len(self._index))
        return self._index[subject]


def _pasts_s(rules: Mapping[Rule, RuleText]) -> dict[Rule, float]:
    """How much of its own past a rule compares with; a rule that is off learns what is usual all the same."""
    measures = {rule: rules.get(rule, text).measure for rule, text in RULES.items()}
    return {
        rule: measure.past_s
        for rule, measure in measures.items()
        if measure is not None and measure.past_s is not None
    }


def _threshold(rule: RuleText) -> Threshold:
    if rule.measure is None:
        raise AssertionError(f"{rule.alertname} measures nothing")
    return rule.measure


def _next(cuts: tuple[str, ...]) -> Sentence:
    """Any of which alone isolates it."""
    return Sentence(f"next would be {' or '.join(cuts)}", f"再断 {' 或 '.join(cuts)} 即孤立")


def _said(value: float, threshold: Threshold) -> Sentence:
    """`87.2 %, alert from 80 %`."""
    limit = f"{threshold.raise_at:g} {threshold.unit}"
    if np.isnan(value):
        return Sentence(f"unknown now, alert from {limit}", f"当前未知，告警门限 {limit}")
    now = f"{value:.1f} {threshold.unit}"
    return Sentence(f"{now}, alert from {limit}", f"{now}，告警门限 {limit}")
