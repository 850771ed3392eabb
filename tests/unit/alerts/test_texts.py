"""Settings, the body's format, and texts that may come from anyone."""

from random import Random

import msgspec
import pytest

from suanlu.alerts import AlertSettings, ReceiverSettings
from suanlu.alerts.causes.reasons import reason_zh
from suanlu.alerts.delivery.receiver import _Entry, line
from suanlu.alerts.delivery.retry import delay_s, retry_after
from suanlu.alerts.text import clean
from tests.kit.alerting import World, small_inventory

URL = "https://noc.example/"


@pytest.mark.parametrize(
    ("url", "cidrs", "words"),
    [
        ("ftp://noc.example/", (), "must be https"),
        ("https:///hook", (), "must be https"),
        ("http://noc.example/", (), "http is for addresses in allow_cidrs"),
        ("https://me:secret@noc.example/", (), "no user name"),
        (URL, ("10.0.0.0/33",), "10.0.0.0/33"),
    ],
)
def test_receiver_that_cannot_be_meant_is_refused(url: str, cidrs: tuple[str, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ReceiverSettings(name="noc", url=url, secret_file="", allow_cidrs=cidrs)


def test_two_receivers_of_one_name_are_refused() -> None:
    receiver = ReceiverSettings(name="noc", url=URL, secret_file="")
    with pytest.raises(ValueError, match="two receivers are called 'noc'"):
        AlertSettings(receivers=(receiver, receiver))


@pytest.mark.parametrize(
    ("hostile", "plain"),
    [
        ("a\r\nb", "a b"),
        ("\x1b[31mred\x07", "[31mred"),
        ("left\u202eright", "left right"),
        ("zero\u200bwidth", "zero width"),
        ("lone\ud800", "lone"),
        ("深圳 – 武汉", "深圳 – 武汉"),
        ("x" * 600, "x" * 499 + "…"),
    ],
)
def test_control_characters_are_removed(hostile: str, plain: str) -> None:
    assert clean(hostile) == plain


def test_hostile_names_of_an_inventory_do_not_reach_a_receiver() -> None:
    inventory = small_inventory()
    sites = tuple(
        msgspec.structs.replace(site, name_en="\x1b]0;owned\x07\nFIRING") for site in inventory.sites
    )
    world = World(msgspec.structs.replace(inventory, sites=sites))
    world.set("c-d-1", "c-d-2")
    world.wait(1000)
    for bodies in world.outbox.bodies:
        for alert in msgspec.json.decode(bodies["noc"])["alerts"]:
            assert not any(ord(c) < 32 for text in alert["annotations"].values() for c in text)


def test_line_of_the_receiver_is_one_line_whatever_was_sent() -> None:
    entry = _Entry("firing", {"alertname": "A\nB"}, {"summary": "\x1b[2J"}, "2026-01-01T08:15:30.000Z", "")
    assert line(entry).splitlines() == ["08:15:30 FIRING    A B:  [2J ()"]


def test_body_is_alertmanagers_version_4() -> None:
    world = World(small_inventory())
    world.set("b-c-1")
    world.wait(1000)
    body = msgspec.json.decode(world.outbox.bodies[0]["noc"])
    assert list(body) == [
        "version",
        "groupKey",
        "truncatedAlerts",
        "status",
        "receiver",
        "groupLabels",
        "commonLabels",
        "commonAnnotations",
        "externalURL",
        "alerts",
    ]
    (alert,) = body["alerts"]
    assert (body["version"], body["status"], body["receiver"]) == ("4", "firing", "noc")
    assert body["commonLabels"] == alert["labels"]
    assert alert["endsAt"] == "0001-01-01T00:00:00Z"
    assert len(alert["fingerprint"]) == 16
    assert int(alert["fingerprint"], 16) >= 0
    assert alert["labels"]["circuit"] == "b-c-1"
    assert all(
        isinstance(value, str) for value in (*alert["labels"].values(), *alert["annotations"].values())
    )
    world.set("b-c-1", state="up")
    ended = msgspec.json.decode(world.outbox.bodies[1]["noc"])["alerts"][0]
    assert ended["status"] == "resolved"
    assert ended["endsAt"] > ended["startsAt"]
    assert {k: ended[k] for k in ("labels", "fingerprint", "startsAt")} == {
        k: alert[k] for k in ("labels", "fingerprint", "startsAt")
    }


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7),
        (" 7 ", 7),
        ("-1", None),
        ("soon", None),
        ("1e9", None),
        ("²", None),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 40),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 0),
        ("9" * 400, 999_999_999),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, 60) == seconds


def test_jitter_is_full_and_capped() -> None:
    settings = AlertSettings(retry_base_s=1, retry_cap_s=60)
    random = Random(3)
    firsts = [delay_s(settings, random, 0, None) for _ in range(1000)]
    assert min(firsts) < 0.05
    assert 0.95 < max(firsts) <= 1
    assert max(delay_s(settings, random, 50, None) for _ in range(1000)) <= 60
    assert all(10 <= delay_s(settings, random, 9, 10.0) <= 11 for _ in range(100))
    assert 3600 <= delay_s(settings, random, 0, 1e9) <= 3960


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("both ends report UP", "两端均上报 UP"),
        ("a:e0 reports DOWN; b:e1 reports DOWN", "a:e0 上报 DOWN；b:e1 上报 DOWN"),
        ("a:e0 reports UP, but b:e1 reports DOWN", "a:e0 上报 UP，但 b:e1 上报 DOWN"),
        ("a:e0 hears 'x' instead of b", "a:e0 的 LLDP 邻居是 x，应为 b"),
        ("miswired: a:e0 hears b:e7 instead of e1", "接线错误：a:e0 的 LLDP 邻居是 b:e7，应为对端接口 e1"),
        ("a is not heard", "收不到 a 的遥测"),
        ("a router's own words", "a router's own words"),
    ],
)
def test_the_graphs_reasons_are_told_in_chinese(english: str, chinese: str) -> None:
    assert reason_zh(english) == chinese
