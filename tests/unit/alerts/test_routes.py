"""Who is told of what."""

from pathlib import Path
from typing import Any

import pytest

from suanlu.alerts import AlertSettings, ReceiverSettings, SecretError
from suanlu.alerts.forms import form_of
from tests.kit.alerting import World, small_inventory


def chat(name: str, **changes: Any) -> ReceiverSettings:
    return ReceiverSettings(name=name, kind="wecom", url="https://chat.example/", **changes)


def told(*receivers: ReceiverSettings) -> World:
    world = World(small_inventory())
    world.settings = AlertSettings(receivers=receivers)
    world.use(world.outbox)
    return world


def names(world: World) -> list[set[str]]:
    return [set(bodies) for bodies in world.outbox.bodies]


def test_alerts_go_where_severity_site_and_rule_send_them() -> None:
    world = told(
        chat("all"), chat("critical", severities=("critical",)), chat("d", sites=("d",)),
        chat("ducts", rules=("srlg_down",)),
    )  # fmt: skip
    world.set("b-c-1")
    world.wait(1000)
    assert names(world) == [{"all"}]
    world.set("c-d-1", "c-d-2", "b-c-2")
    world.wait(1000)
    assert {"all", "critical", "d", "ducts"} in names(world)


def test_who_was_told_of_an_alert_hears_its_end_whatever_it_has_become() -> None:
    world = told(chat("circuits", rules=("circuit_down",)), chat("ducts", rules=("srlg_down",)))
    world.set("c-d-1")
    world.wait(1000)
    world.set("c-d-2", "b-c-2")  # one duct was cut
    world.wait(1000)
    world.set("c-d-1", "c-d-2", "b-c-2", state="up")
    world.wait(1000)
    told_of = [(record.alert.rule, record.alert.state, set(bodies))
               for record, bodies in zip(world.outbox.put_records, world.outbox.bodies, strict=True)
               if record.alert.subject.kind in ("circuit", "srlg")]  # fmt: skip
    assert told_of == [
        ("circuit_down", "firing", {"circuits"}),
        ("srlg_down", "firing", {"circuits", "ducts"}),
        ("srlg_down", "resolved", {"circuits", "ducts"}),
    ]


def test_a_restart_tells_an_alertmanager_again_and_nobody_else() -> None:
    world = told(chat("chat"), ReceiverSettings(name="am", kind="alertmanager", url="https://am.example/"))
    world.set("b-c-1")
    world.wait(1000)
    world.restart()
    assert names(world) == [{"am"}]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "wecom"}, "`url` is missing"),
        ({"kind": "wecom", "url": "https://a.example/", "url_file": "f"}, "not both"),
        ({"kind": "pagerduty"}, "a file with the integration's routing key"),
        ({"kind": "slack", "url": "https://a.example/", "secret_file": "f"}, "no meaning for kind 'slack'"),
        ({"kind": "slack", "url": "https://a.example/", "mention": ("1",)}, "`mention` is for dingtalk"),
        ({"kind": "email", "url": "smtps://mail.example"}, "`sender` and `to` are missing"),
        ({"kind": "email", "url": "https://mail.example", "sender": "a@b", "to": ("c@d",)}, "smtps://"),
        ({"kind": "slack", "url": "http://a.example/"}, "must be https"),
        ({"kind": "slack", "url": "https://u:p@a.example/"}, "no user name or password"),
    ],
)
def test_a_receiver_that_cannot_be_is_refused_by_name(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match="receiver 'x'") as refused:
        ReceiverSettings(name="x", **given)
    assert words in str(refused.value)


def test_an_address_in_a_file_is_checked_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "address"
    file.write_text("http://chat.example/robot?key=hush\n")
    with pytest.raises(SecretError, match="must be https") as refused:
        form_of(ReceiverSettings(name="x", kind="wecom", url_file=str(file)))
    assert "hush" not in str(refused.value)
