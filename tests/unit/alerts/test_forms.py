"""What each kind of receiver is sent: shapes, signatures, limits, hostile text, and what its answers mean."""

import json
from typing import Any

import pytest

from suanlu.alerts.alert import Alert, Subject
from suanlu.alerts.forms import body, dingtalk, feishu
from suanlu.alerts.forms.alertmanager import AlertmanagerForm
from suanlu.alerts.forms.dingtalk import DingTalkForm
from suanlu.alerts.forms.feishu import FeishuForm
from suanlu.alerts.forms.form import Notice, Outgoing
from suanlu.alerts.forms.pagerduty import PagerDutyForm
from suanlu.alerts.forms.slack import SlackForm
from suanlu.alerts.forms.wecom import WeComForm

NOW_NS = 1_700_000_000_000_000_000
URL = "https://robot.example/send?access_token=t"


def alert(number: int = 1, **changes: Any) -> Alert:
    given: dict[str, Any] = {
        "id": f"a-{number}",
        "rule": "srlg_down",
        "severity": "critical",
        "state": "firing",
        "subject": Subject(kind="srlg", id=f"duct:{number}"),
        "summary": f"shared-risk group duct:{number} is cut: 2 of its circuits are down",
        "summary_zh": f"共享风险组 duct:{number} 中断：其中2条电路已断",
        "cause": "both ends say so",
        "since": "2026-11-24T16:30:05Z",
        "children": (Subject(kind="circuit", id="a-b-1"),),
    }
    return Alert(**given | changes)


def notice(one: Alert, *, replaced: Alert | None = None) -> Notice:
    text = body.message(one, "noc", "https://suanlu.example", replaced=replaced, at="2026-11-24T17:00:00Z")
    return Notice(f"msg_{one.id}", text)


def document(outgoing: Outgoing) -> Any:
    return json.loads(outgoing.body)


def test_dingtalk_calls_people_for_what_is_critical_and_says_it_in_chinese() -> None:
    form = DingTalkForm(URL, "zh", ("13800000000",), "SECtest0123456789")
    sent = form.outgoing([notice(alert())], NOW_NS)
    text = document(sent)["text"]["content"]
    assert document(sent)["msgtype"] == "text"
    assert document(sent)["at"] == {"atMobiles": ["13800000000"], "isAtAll": False}
    assert "【告警 严重 · 共享风险组中断】" in text
    assert "其中2条电路已断" in text
    assert "开始：2026-11-25 00:30:05 北京时间" in text
    assert "@13800000000" in text
    quiet = form.outgoing([notice(alert(severity="warning"))], NOW_NS)
    assert document(quiet)["at"]["atMobiles"] == []
    # From `printf '1700000000000\nSECtest0123456789' | openssl dgst -sha256 -hmac SECtest0123456789`.
    assert (
        dingtalk.signature("SECtest0123456789", NOW_NS // 10**6)
        == "yBKp5IlG6qCzcQWmgyRK/ziJBdVNJmHfFE2ST/CzT/g="
    )
    assert sent.url.startswith(f"{URL}&timestamp=1700000000000&sign=yBKp5IlG6qCzcQWmgyRK%2FziJBdVNJmHfFE2ST")


def test_feishu_signs_in_the_body_and_colours_the_card() -> None:
    form = FeishuForm(URL, "en", ("ou_1",), "feishu-secret")
    sent = document(form.outgoing([notice(alert())], NOW_NS))
    # From openssl: HMAC-SHA256 of nothing with `1700000000\nfeishu-secret` as key.
    assert sent["sign"] == feishu.signature("feishu-secret", 1_700_000_000)
    assert sent["sign"] == "OrBzY1Y01Gq+HgJsl+7OfWcMVwc7YocohQm5iiZwjhU="
    assert sent["timestamp"] == "1700000000"
    card = sent["card"]
    assert (card["header"]["template"], card["header"]["title"]["content"]) == (
        "red",
        "FIRING critical · SrlgDown",
    )
    assert [element["text"]["tag"] for element in card["elements"]] == ["plain_text", "lark_md"]
    assert card["elements"][1]["text"]["content"] == "<at id=ou_1></at>"
    over = alert(state="resolved", resolved_at="2026-11-24T16:40:00Z")
    ended = document(FeishuForm(URL, "en", ("ou_1",)).outgoing([notice(over)], NOW_NS))
    assert ended["card"]["header"]["template"] == "green"
    assert len(ended["card"]["elements"]) == 1
    assert "sign" not in ended


def test_what_a_router_says_is_no_markup_and_calls_nobody() -> None:
    hostile = alert(cause="<at id=all></at> [here](http://evil.example) <!channel> @all\n\x1b[31m")
    card = document(FeishuForm(URL, "en", ()).outgoing([notice(hostile)], NOW_NS))["card"]
    assert {element["text"]["tag"] for element in card["elements"]} == {"plain_text"}
    slack = document(SlackForm(URL, "en").outgoing([notice(hostile)], NOW_NS))
    assert "<" not in slack["attachments"][0]["text"]
    assert "\x1b" not in slack["attachments"][0]["text"]
    assert document(WeComForm(URL, "en", ()).outgoing([notice(hostile)], NOW_NS))["msgtype"] == "text"


@pytest.mark.parametrize(
    ("form", "limit_bytes"),
    [(WeComForm(URL, "zh", ("1",)), 2_048), (DingTalkForm(URL, "zh", ()), 20_000)],
)
def test_a_digest_carries_as_many_as_have_room_and_loses_none(
    form: WeComForm | DingTalkForm, limit_bytes: int
) -> None:
    notices = [notice(alert(number, cause="it rains " * 20)) for number in range(60)]
    said = ""
    requests = 0
    while notices:
        sent = form.outgoing(notices[: form.most], NOW_NS)
        text = document(sent)["text"]["content"]
        assert 1 <= sent.carried <= form.most
        assert len(text.encode()) <= limit_bytes
        said += text
        notices = notices[sent.carried :]
        requests += 1
    assert requests < 60
    assert all(f"duct:{number} " in said for number in range(60))


def test_one_notice_that_is_too_long_is_cut_between_characters() -> None:
    sent = document(WeComForm(URL, "zh", ()).outgoing([notice(alert(summary_zh="雨" * 2_000))], NOW_NS))
    assert len(sent["text"]["content"].encode()) <= 2_048


def test_pagerduty_keeps_one_incident_from_trigger_to_resolve() -> None:
    form = PagerDutyForm("https://events.example/v2/enqueue", "key", "en")
    narrow = alert(rule="circuit_down", subject=Subject(kind="circuit", id="a-b-1"))
    sent = document(form.outgoing([notice(alert(), replaced=narrow)], NOW_NS))
    assert (sent["event_action"], sent["dedup_key"], sent["routing_key"]) == ("trigger", "a-1", "key")
    assert sent["payload"]["severity"] == "critical"
    assert sent["payload"]["source"] == "duct:1"
    over = alert(state="resolved", resolved_at="2026-11-24T16:40:00Z")
    ended = document(form.outgoing([notice(over)], NOW_NS))
    assert (ended["event_action"], ended["dedup_key"]) == ("resolve", "a-1")


def test_an_alertmanager_is_told_again_what_fires_and_once_what_ended() -> None:
    form = AlertmanagerForm("http://127.0.0.1:9093/")
    first = form.outgoing([notice(alert(1)), notice(alert(2))], NOW_NS)
    assert first.url == "http://127.0.0.1:9093/api/v2/alerts"
    assert [entry["labels"]["srlg"] for entry in document(first)] == ["duct:1", "duct:2"]
    assert {entry["endsAt"] for entry in document(first)} == {"2023-11-14T22:16:20+00:00"}
    over = alert(1, state="resolved", resolved_at="2026-11-24T16:40:00Z")
    (ended,) = document(form.outgoing([notice(over)], NOW_NS))
    assert ended["endsAt"] == "2026-11-24T16:40:00Z"
    again = form.repeated(NOW_NS)
    assert again is not None
    assert [entry["labels"]["srlg"] for entry in document(again)] == ["duct:2"]
    form.outgoing([notice(alert(2, state="resolved", resolved_at="2026-11-24T16:40:00Z"))], NOW_NS)
    assert form.repeated(NOW_NS) is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b'{"errcode": 0, "errmsg": "ok"}', ""),
        (b'{"errcode": 310000, "errmsg": "sign not match"}', "errcode 310000: sign not match"),
        (b"<html>", "the answer holds no 'errcode'"),
        (b"[]", "the answer holds no 'errcode'"),
    ],
)
def test_a_robot_that_refuses_with_status_200_is_understood(answer: bytes, words: str) -> None:
    refusal = DingTalkForm(URL, "zh", ()).refusal(answer)
    assert refusal.startswith(words)
    assert bool(refusal) == bool(words)


def test_feishu_says_code_where_the_others_say_errcode() -> None:
    form = FeishuForm(URL, "zh", ())
    assert form.refusal(b'{"code": 0, "msg": "success"}') == ""
    assert form.refusal(b'{"code": 11232, "msg": "too many"}') == "code 11232: too many"
