"""What is measured beside what is down: evidence of it, a consequence of it, or a trouble of its own."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from suanlu.alerts.alert import Rule, Subject
from suanlu.alerts.causes.aftermath import Aftermath
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.causes.diagnosis import Cause
from suanlu.alerts.causes.drains import Drain, drains_of
from suanlu.alerts.causes.measured import MANY, with_findings
from suanlu.alerts.causes.news import severity_of
from suanlu.alerts.causes.storm import gathered
from suanlu.alerts.measures.finding import Finding
from suanlu.alerts.rules.rule import NS_PER_S, RULES
from suanlu.alerts.text import Sentence
from tests.kit.alerting import small_inventory

BACKBONE = Backbone(small_inventory())
CUT_S = 10_000


def cut(circuit: str = "b-c-1", *, rule: Rule = "circuit_down", at_s: int = CUT_S) -> Cause:
    links = BACKBONE.links(circuit)
    return Cause(
        rule=rule,
        subject=Subject(kind="circuit", id=circuit),
        since_ns=at_s * NS_PER_S,
        links=links,
        covers=frozenset(links),
        children=(),
        text=Sentence("both ends report DOWN", "两端均上报 DOWN"),
    )


def finding(link: str, rule: Rule = "utilisation_high", *, at_s: int = CUT_S + 60) -> Finding:
    return Finding(rule, Subject(kind="link", id=link), at_s * NS_PER_S, Sentence("87.0 %", "87.0 %"))


def consequences(
    causes: list[Cause],
    findings: list[Finding],
    passing: Collection[str] = (),
    moved: Collection[str] | None = ("a-c-1:az",),
) -> list[Cause]:
    """Causes and findings together; the traffic of all cuts has moved onto some links."""
    return with_findings(BACKBONE, causes, findings, passing, moved_onto=lambda _links: moved)


@pytest.mark.parametrize("rule", ["circuit_down", "miswired", "outage_storm"])
def test_what_begins_after_a_cut_is_its_child(rule: Rule) -> None:
    (cause,) = consequences([cut(rule=rule)], [finding("a-c-1:az")])
    assert cause.rule == rule
    assert cause.children == (Subject(kind="link", id="a-c-1:az"),)
    assert cause.text.en == "both ends report DOWN; since then: UtilisationHigh on 1"
    assert cause.text.zh == "两端均上报 DOWN；此后：利用率偏高 1 处"
    assert cause.brought
    assert not cause.covers & cause.brought  # a trouble of its own, once the cut is over


@pytest.mark.parametrize("at_s", [CUT_S - 60, CUT_S + 901])
def test_what_began_before_or_long_after_is_its_own(at_s: int) -> None:
    causes = consequences([cut()], [finding("a-c-1:az", at_s=at_s)])
    assert [cause.rule for cause in causes] == ["circuit_down", "utilisation_high"]


def test_of_two_cuts_the_later_did_it() -> None:
    causes = [cut(), cut("c-d-1", at_s=CUT_S + 30)]
    first, second = consequences(causes, [finding("a-c-1:az")])
    assert (len(first.children), len(second.children)) == (0, 1)


def test_what_an_ended_cut_brought_passes_but_belongs_to_a_cut_that_stands() -> None:
    full = finding("a-c-1:az")
    assert consequences([], [full], passing={full.name}) == []
    (cause,) = consequences([cut()], [full], passing={full.name})
    assert cause.children == (full.subject,)


def test_a_full_link_that_no_traffic_moved_onto_is_a_trouble_of_its_own() -> None:
    causes = consequences([cut()], [finding("a-b-1:az", "utilisation_critical")])
    assert [cause.rule for cause in causes] == ["circuit_down", "utilisation_critical"]


def test_what_is_not_known_yet_waits() -> None:
    (cause,) = consequences([cut()], [finding("a-c-1:az")], moved=None)
    assert (cause.rule, cause.children) == ("circuit_down", ())


def test_light_that_falls_elsewhere_is_no_consequence_of_a_cut() -> None:
    causes = consequences([cut()], [finding("a-b-1:az", "optical_power_low")])
    assert [cause.rule for cause in causes] == ["circuit_down", "optical_power_low"]


def test_a_cut_is_as_bad_as_the_worst_that_it_brought() -> None:
    (cause,) = consequences([cut()], [finding("a-c-1:az", "utilisation_critical")])
    assert severity_of(RULES, cut()) == "warning"
    assert severity_of(RULES, cause) == "critical"


def test_a_finding_on_the_circuit_itself_is_evidence() -> None:
    light = finding("b-c-1:za", "optical_power_low", at_s=CUT_S - 7000)
    (cause,) = consequences([cut()], [light])
    assert [line.en for line in cause.evidence] == ["OpticalPowerLow link b-c-1:za: 87.0 %"]
    assert light.name in cause.covers  # one incident, from the light that fell to the circuit that did


def test_findings_on_one_circuit_are_one_cause_led_by_the_nearest_to_it() -> None:
    rules: list[Rule] = ["loss_high", "optical_power_low", "errors_high"]
    (cause,) = consequences([], [finding("b-c-1:az", rule) for rule in rules])
    assert (cause.rule, cause.subject) == ("optical_power_low", Subject(kind="link", id="b-c-1:az"))
    assert len(cause.evidence) == 3


def test_many_of_one_rule_are_one_cause_about_the_network() -> None:
    circuits = ("a-b-1", "a-b-2", "a-c-1", "b-c-1", "c-d-1")
    (cause,) = consequences([], [finding(f"{circuit}:az") for circuit in circuits])
    assert len(circuits) == MANY
    assert (cause.subject.kind, len(cause.children), cause.certainty) == ("network", MANY, "probable")


def test_a_certificate_is_no_consequence_of_a_cut() -> None:
    router, text = Subject(kind="router", id="a-r1"), Sentence("20 days", "20 天")
    ending = Finding("certificate_expiry", router, CUT_S * NS_PER_S, text)
    causes = consequences([cut()], [ending])
    assert [cause.rule for cause in causes] == ["circuit_down", "certificate_expiry"]


def test_six_losses_within_minutes_are_a_storm_that_what_is_left_stays_in() -> None:
    circuits = ("a-b-1", "a-b-2", "a-c-1", "b-c-1", "c-d-1", "b-c-2")
    causes = [cut(circuit, at_s=CUT_S + 50 * i) for i, circuit in enumerate(circuits)]
    (storm,) = gathered(BACKBONE, causes, ())
    assert (storm.rule, len(storm.children)) == ("outage_storm", 6)
    assert gathered(BACKBONE, causes[:5], ()) == causes[:5]
    (left,) = gathered(BACKBONE, causes[2:3], storm.covers)
    assert (left.rule, left.links) == ("outage_storm", causes[2].links)


def test_losses_that_are_minutes_apart_are_no_storm() -> None:
    circuits = ("a-b-1", "a-b-2", "a-c-1", "b-c-1", "c-d-1", "b-c-2")
    causes = [cut(circuit, at_s=CUT_S + 61 * i) for i, circuit in enumerate(circuits)]
    assert gathered(BACKBONE, causes, ()) == causes


DRAIN = Drain(
    frozenset(BACKBONE.links("b-c-1")),
    CUT_S * NS_PER_S,
    Sentence("b-c-1 is drained by x", "b-c-1 已引流（x）"),
)


def drained(findings: list[Finding], *, moved: Collection[str] = ("a-c-1:az", "a-b-1:az")) -> list[Cause]:
    return with_findings(BACKBONE, [], findings, moved_onto=lambda _links: moved, drains=(DRAIN,))


def test_what_the_traffic_of_a_drain_fills_is_one_cause_that_says_so() -> None:
    full = finding("a-b-1:az", "utilisation_critical", at_s=CUT_S + 7200)
    (cause,) = drained([finding("a-c-1:az"), full])
    assert (cause.rule, cause.subject, cause.drained) == ("utilisation_critical", full.subject, DRAIN.links)
    assert cause.children == (Subject(kind="link", id="a-c-1:az"),)
    assert cause.text.en.endswith("; b-c-1 is drained by x")


def test_what_was_full_before_a_drain_or_takes_none_of_its_traffic_is_not() -> None:
    assert [cause.drained for cause in drained([finding("a-c-1:az", at_s=CUT_S - 60)])] == [frozenset()]
    assert [cause.drained for cause in drained([finding("a-c-1:az")], moved=())] == [frozenset()]


def test_a_window_is_one_drain_whatever_it_is_about() -> None:
    reasons = {"a:az": "a is drained by maintenance m-1", "b:az": "b is drained by maintenance m-1"}
    reasons["c:az"] = "r is drained by its operator"
    found = drains_of(dict.fromkeys(reasons, 5), reasons.__getitem__)
    assert [sorted(drain.links) for drain in found] == [["a:az", "b:az"], ["c:az"]]
    assert found[0].text.zh == "由引流造成：a 已引流（maintenance m-1）"


def test_what_a_cut_brought_passes_unless_it_stands_after_a_minute() -> None:
    over_ns, stands, falls = CUT_S * NS_PER_S, finding("a-b-1:az"), finding("a-c-1:az")
    falls = replace(falls, stands=False)
    aftermath = Aftermath()
    aftermath.begin((stands.name, falls.name), over_ns)
    assert aftermath.passing((stands, falls), over_ns + 59 * NS_PER_S) == {stands.name, falls.name}
    assert aftermath.passing((stands, falls), over_ns + 60 * NS_PER_S) == {falls.name}
    assert aftermath.passing((stands, falls), over_ns + 480 * NS_PER_S) == set()
