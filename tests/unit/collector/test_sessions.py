"""Measuring sessions that are known by a number: whose delay it is, and loss out of two counts."""

import pytest

from tests.kit.readers import START_NS, Desk
from tests.kit.responses import json_ietf, update

SESSIONS = "/huawei-twamp-controller:twamp-controller/client/sessions"
SESSION = f"{SESSIONS}/session[id=7]"
STATISTICS = f"{SESSION}/statistics"
BOUND = {f"{SESSION}/binded-interface": "800GE1/0/0"}


def value(desk: Desk, field: str, name: str = "800GE1/0/0") -> int | float | None:
    return desk.value("link_latency", name, field)


@pytest.mark.parametrize("leaf", ["binded-interface", "link-bundle-if"])
def test_session_measures_the_interface_that_it_is_bound_to(leaf: str) -> None:
    desk = Desk("huawei-vrp")
    desk.read(update({f"{SESSION}/{leaf}": "e1", f"{STATISTICS}/avg-delay": 3001}))
    desk.read(update({f"{STATISTICS}/avg-jitter": 12}))
    assert (value(desk, "latency_us", "e1"), value(desk, "jitter_us", "e1")) == (1501, 12)
    assert set(desk.table.sources.values()) == {"twamp/half_rtt"}


def test_what_came_before_the_interface_is_stored_with_it() -> None:
    desk = Desk("huawei-vrp")
    desk.read(update({f"{STATISTICS}/avg-delay": 200, f"{STATISTICS}/loss-count": 1}))
    assert desk.points() == []
    desk.read(update({**BOUND, f"{STATISTICS}/send-count": 1000}))
    assert (value(desk, "latency_us"), value(desk, "loss_ppm")) == (100, 1000)


@pytest.mark.parametrize(
    ("lost", "sent", "ppm"),
    [(0, 1000, 0), (3, 1000, 3000), (1, 3, 333_333), (1000, 1000, 1_000_000), (0, 0, None), (5, 4, None)],
)
def test_loss_is_what_was_lost_of_what_was_sent(lost: int, sent: int, ppm: int | None) -> None:
    desk = Desk("huawei-vrp")
    desk.read(update({**BOUND, f"{STATISTICS}/loss-count": lost, f"{STATISTICS}/send-count": sent}))
    assert value(desk, "loss_ppm") == ppm


def test_counts_of_different_times_make_no_loss() -> None:
    desk = Desk("huawei-vrp")
    desk.read(update({**BOUND, f"{STATISTICS}/loss-count": 4}))
    desk.read(update({f"{STATISTICS}/send-count": 1000}, at_ns=START_NS + 1))
    assert value(desk, "loss_ppm") is None
    desk.read(update({f"{STATISTICS}/loss-count": 2}, at_ns=START_NS + 1))
    assert value(desk, "loss_ppm") == 2000


def test_one_sample_is_one_point() -> None:
    desk = Desk("huawei-vrp")
    desk.read(update({**BOUND, f"{STATISTICS}/avg-delay": 200}))
    desk.read(update({f"{STATISTICS}/avg-jitter": 3}))
    desk.read(update({f"{STATISTICS}/avg-delay": 200}, at_ns=START_NS + 10))
    assert [(key.field, at - START_NS, number) for key, at, number in desk.points()] == [
        ("latency_us", 0, 100),
        ("jitter_us", 0, 3),
        ("latency_us", 10, 100),
    ]


def test_session_that_is_bound_anew_leaves_nothing_behind() -> None:
    desk = Desk("huawei-vrp")
    desk.read(update({**BOUND, f"{STATISTICS}/avg-delay": 200}))
    desk.read(update({f"{SESSION}/binded-interface": "e2"}))
    assert (value(desk, "latency_us"), value(desk, "latency_us", "e2")) == (None, 100)


def test_session_that_is_deleted_takes_its_numbers_along() -> None:
    desk = Desk("huawei-vrp")
    counts = {f"{STATISTICS}/loss-count": 1, f"{STATISTICS}/send-count": 10}
    desk.read(update({**BOUND, **counts, f"{STATISTICS}/avg-delay": 200}))
    desk.read(update({}, deletes=[SESSION]))
    assert (value(desk, "latency_us"), value(desk, "loss_ppm")) == (None, None)


def test_json_document_holds_whole_sessions() -> None:
    desk = Desk("huawei-vrp")
    statistics = '{"avg-delay":200,"loss-count":1,"send-count":1000}'
    document = json_ietf(f'{{"session":[{{"id":7,"binded-interface":"e1","statistics":{statistics}}}]}}')
    desk.read(update({SESSIONS: document}))
    assert (value(desk, "latency_us", "e1"), value(desk, "loss_ppm", "e1")) == (100, 1000)


def test_count_that_is_none_is_counted_as_unreadable() -> None:
    desk = Desk("huawei-vrp")
    desk.read(update({**BOUND, f"{STATISTICS}/avg-delay": "--"}))
    assert (value(desk, "latency_us"), desk.reader.unreadable_states) == (None, 1)
