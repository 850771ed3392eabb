"""A router whose cables went into another: one alert that says so, and no duct that is cut."""

from suanlu.alerts.alert import Subject
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.causes.diagnosis import Cause, diagnose
from suanlu.alerts.causes.facts import Fact, Facts
from suanlu.alerts.rules.rule import NS_PER_S
from suanlu.alerts.settings import AlertSettings
from tests.kit.alerting import small_inventory

BACKBONE = Backbone(small_inventory())
NOW_NS = 10_000 * NS_PER_S


def causes_of(*circuits: str, miswired: tuple[str, ...]) -> list[Cause]:
    """What is diagnosed where these circuits fell at once, some of them wired otherwise."""
    facts = Facts()
    for circuit in circuits:
        reason = f"miswired: its ends hear others ({circuit})" if circuit in miswired else "both report DOWN"
        for link in BACKBONE.links(circuit):
            facts.links[link] = Fact(NOW_NS, evidence=reason)
    return diagnose(BACKBONE, facts, AlertSettings(), NOW_NS)


def test_circuits_of_one_duct_that_hear_others_are_not_cut() -> None:
    group, circuits = next((g, c) for g, c in BACKBONE.srlg_circuits.items() if len(c) > 1)
    (cut,) = causes_of(*circuits, miswired=())
    assert (cut.rule, cut.subject.id) == ("srlg_down", group)
    assert {cause.rule for cause in causes_of(*circuits, miswired=circuits)} == {"miswired"}


def test_all_circuits_of_a_router_that_hear_others_are_one_cause() -> None:
    router, circuits = max(BACKBONE.router_circuits.items(), key=lambda item: len(item[1]))
    (cause,) = causes_of(*circuits, miswired=circuits)
    assert cause.subject == Subject(kind="router", id=router)
    assert {child.id for child in cause.children} == set(circuits)
    assert f"both ends of {len(circuits)} of its {len(circuits)} circuits" in cause.text.en
    assert set(cause.links) == {link for circuit in circuits for link in BACKBONE.links(circuit)}


def test_a_cut_beside_it_is_told_apart() -> None:
    router, circuits = max(BACKBONE.router_circuits.items(), key=lambda item: len(item[1]))
    other = next(circuit for circuit in BACKBONE.circuits if circuit not in circuits)
    causes = causes_of(*circuits, other, miswired=circuits)
    assert [(cause.rule, cause.subject.id) for cause in causes] == [
        ("miswired", router),
        ("circuit_down", other),
    ]
