"""Silences and acknowledgements: what is kept back, what is told after all, what a restart knows."""

from typing import Any

import pytest

from suanlu.alerts import Acknowledgement, Silence, SilenceError, Silences
from suanlu.alerts.silences import Matcher, matcher_of
from tests.kit.alerting import MS, START_NS, Remembered, World, small_inventory

HOUR_NS = 3_600_000 * MS


def silence(*matchers: str, minutes: float = 60, **changes: Any) -> Silence:
    given: dict[str, Any] = {
        "id": "",
        "matchers": tuple(map(matcher_of, matchers)),
        "starts_at_ns": START_NS,
        "ends_at_ns": START_NS + int(minutes * 60_000) * MS,
        "updated_at_ns": 0,
        "created_by": "li.wei",
        "comment": "splicing",
    }
    return Silence(**given | changes)


def told(world: World) -> list[tuple[str, str]]:
    """(subject, state) of what receivers were sent."""
    return [
        (record.alert.subject.id, record.alert.state)
        for record, bodies in zip(world.outbox.put_records, world.outbox.bodies, strict=True)
        if bodies
    ]


def test_a_silenced_alert_fires_and_is_told_only_when_the_silence_is_over() -> None:
    world = World(small_inventory())
    made = world.silences.put(silence('circuit="b-c-1"', minutes=1))
    world.set("b-c-1")
    world.set("a-c-1")
    world.wait(1000)
    assert told(world) == [("a-c-1", "firing")]
    shown = {alert.subject.id: alert.silenced_by for alert in world.manager.alerts()}
    assert shown == {"b-c-1": (made.id,), "a-c-1": ()}
    world.wait(60_000)
    assert told(world) == [("a-c-1", "firing"), ("b-c-1", "firing")]
    world.set("b-c-1", state="up")
    assert told(world)[-1] == ("b-c-1", "resolved")


def test_what_ends_while_it_is_silenced_is_told_to_those_who_knew_of_it() -> None:
    world = World(small_inventory())
    world.set("b-c-1")
    world.wait(1000)
    world.silences.put(silence('kind="circuit"'))
    world.set("a-c-1")
    world.wait(1000)
    world.set("b-c-1", "a-c-1", state="up")
    world.wait(1000)
    assert told(world) == [("b-c-1", "firing"), ("b-c-1", "resolved")]


def test_a_silence_that_is_ended_by_hand_lets_go_at_once() -> None:
    world = World(small_inventory())
    made = world.silences.put(silence('alertname=~"Circuit.*"'))
    world.set("b-c-1")
    world.wait(1000)
    assert told(world) == []
    world.silences.expire(made.id)
    assert world.manager.next_due_ns() == 0
    world.wait(1)
    assert told(world) == [("b-c-1", "firing")]


def test_a_restart_knows_silences_and_acknowledgements() -> None:
    world = World(small_inventory())
    world.silences.put(silence('circuit="b-c-1"', minutes=5))
    world.set("b-c-1")
    world.wait(1000)
    (alert,) = world.manager.alerts()
    said = Acknowledgement(by="li.wei", at="2026-11-24T10:00:00Z", note="crew called", ticket="INC-1")
    noted = world.manager.acknowledge(alert.id, said, world.now_ns)
    assert noted is not None
    assert (noted[0].acknowledged, noted[1].type) == (said, "alert_acknowledged")
    assert world.manager.acknowledge("a-none", said, world.now_ns) is None
    world.restart()
    (alert,) = world.manager.alerts()
    assert (alert.acknowledged, len(alert.silenced_by)) == (said, 1)
    assert told(world) == []
    world.wait(5 * 60_000)
    assert told(world) == [("b-c-1", "firing")]
    world.set("b-c-1", state="up")
    assert world.manager.alerts()[0].acknowledged == said


@pytest.mark.parametrize(
    ("text", "labels", "fits"),
    [
        ('severity="critical"', {"severity": "critical"}, True),
        ("severity=critical", {"severity": "warning"}, False),
        ('site!="a"', {}, True),
        ('alertname=~"Link|Circuit.*"', {"alertname": "CircuitDown"}, True),
        ('alertname=~"Circuit"', {"alertname": "CircuitDown"}, False),
        ('site!~"a|b"', {"site": "b"}, False),
        (r'note="say \"no\""', {"note": 'say "no"'}, True),
    ],
)
def test_matchers_are_read_as_people_write_them(text: str, labels: dict[str, str], fits: bool) -> None:
    assert matcher_of(text).matches(labels) is fits


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (silence('a="b"', minutes=-1), "must be later"),
        (silence(), "fit every alert"),
        (silence('a=~".*"'), "fit every alert"),
        (silence('a!="b"'), "fit every alert"),
        (silence('a="b"', id="none"), "there is no silence 'none'"),
        (silence(matchers=(Matcher(name="a", value="(", is_regex=True),)), "no pattern"),
    ],
)
def test_a_silence_that_cannot_be_is_refused(asked: Silence, words: str) -> None:
    with pytest.raises(SilenceError, match=words):
        Silences(Remembered(), now_ns=lambda: START_NS).put(asked)


def test_one_that_has_ended_is_not_changed_and_is_forgotten_after_days() -> None:
    now_ns = START_NS
    kept = Remembered()
    silences = Silences(kept, now_ns=lambda: now_ns)
    first = silences.put(silence('a="b"'))
    longer = silences.put(silence('a="b"', minutes=90, id=first.id))
    assert longer.id == first.id
    silences.expire(first.id)
    with pytest.raises(SilenceError, match="ended already"):
        silences.expire(first.id)
    again = silences.put(silence('a="b"', minutes=90, id=first.id))
    assert again.id != first.id
    assert [one.state(now_ns) for one in silences.all()] == ["active", "expired"]
    now_ns += 6 * 24 * HOUR_NS
    assert Silences(kept, now_ns=lambda: now_ns).all() == ()
    assert kept.silences == ()


def test_a_pattern_that_would_take_others_for_ever_takes_this_one_no_time() -> None:
    assert not Matcher(name="a", value="(x+x+)+y", is_regex=True).matches({"a": "x" * 500})
