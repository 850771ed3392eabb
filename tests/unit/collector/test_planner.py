"""What a plan makes of each refusal."""

import grpc
import pytest

from collector.gnmi.planner import Plan, Refusal
from collector.settings import CollectorSettings
from collector.subscriptions import load, subscriptions

INVALID, UNIMPLEMENTED = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNIMPLEMENTED
NOW_S = 1_000_000.0


@pytest.fixture
def plan() -> Plan:
    return Plan(subscriptions("openconfig", load()), CollectorSettings())


def test_a_path_that_the_text_names_is_the_bad_one(plan: Plan) -> None:
    wishes = plan.active("state", NOW_S)
    refusal = Refusal(INVALID, "unknown path: /interfaces/interface/state/last-change")
    assert plan.whole_list(wishes, refusal, NOW_S) == "sample"
    assert plan.whole_list(wishes, refusal, NOW_S) == "quarantine"
    assert [w.subscription.path.rpartition("/")[2] for w in plan.quarantined(NOW_S)] == ["last-change"]


def test_a_path_that_is_the_beginning_of_another_is_not_meant(plan: Plan) -> None:
    refusal = Refusal(INVALID, "unknown path: /interfaces/interface/state/oper-status-of-mine")
    assert plan.whole_list(plan.active("state", NOW_S), refusal, NOW_S) is None


def test_a_quarantined_path_is_due_a_day_later(plan: Plan) -> None:
    wish = plan.active("sampled", NOW_S)[0]
    plan.whole_list([wish], Refusal(INVALID, "no such thing"), NOW_S)
    assert wish not in plan.active("sampled", NOW_S + 86_399)
    assert wish in plan.active("sampled", NOW_S + 86_400)
    assert plan.quarantined(NOW_S + 86_400) == []


def test_a_path_counts_for_the_shortest_interval_while_it_is_asked_for(plan: Plan) -> None:
    wish = plan.active("sampled", NOW_S)[0]
    wish.interval_s = 2.0
    plan.whole_list([wish], Refusal(INVALID, "no such thing"), NOW_S)
    assert plan.shortest_interval_s(NOW_S) == 10.0
    assert plan.shortest_interval_s(NOW_S + 86_400) == 2.0


def test_a_restart_of_the_router_releases_everything(plan: Plan) -> None:
    wish = plan.active("sampled", NOW_S)[0]
    plan.whole_list([wish], Refusal(INVALID, "no such thing"), NOW_S)
    plan.release()
    assert wish in plan.active("sampled", NOW_S)


@pytest.mark.parametrize(
    ("text", "learned_s"),
    [
        ("minimum sample interval is 30 s", 30),
        ("sample_interval 10000000000 ns is below the minimum of 15000000000 ns", 15),
        ("interval too small", 20),
    ],
)
def test_an_interval_is_learned(plan: Plan, text: str, learned_s: float) -> None:
    wishes = plan.active("sampled", NOW_S)
    assert plan.whole_list(wishes, Refusal(INVALID, text), NOW_S) == "interval"
    assert plan.shortest_interval_s(NOW_S) == learned_s


def test_an_interval_is_not_lengthened_for_ever(plan: Plan) -> None:
    wishes = plan.active("sampled", NOW_S)[:1]
    refusal = Refusal(INVALID, "interval too small")
    actions = [plan.whole_list(wishes, refusal, NOW_S) for _ in range(6)]
    assert actions[-1] == "quarantine"


def test_encodings_are_tried_once_each(plan: Plan) -> None:
    wishes = plan.active("state", NOW_S)
    refusal = Refusal(UNIMPLEMENTED, "this encoding is not implemented")
    tried = [plan.encoding]
    while plan.whole_list(wishes, refusal, NOW_S) == "encoding":
        tried.append(plan.encoding)
    assert tried == ["proto", "json_ietf", "json"]


def test_an_encoding_that_was_refused_is_not_offered_again(plan: Plan) -> None:
    plan.whole_list(plan.active("state", NOW_S), Refusal(UNIMPLEMENTED, "no such encoding"), NOW_S)
    plan.offer(("proto", "json_ietf"))
    assert plan.encoding == "json_ietf"
