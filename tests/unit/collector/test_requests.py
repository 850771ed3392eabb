"""Requests and paths against the generated messages."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygnmi.spec.v080 import gnmi_pb2

from collector.gnmi.backoff import Backoff
from collector.gnmi.path import parse, render
from collector.gnmi.request import Request, encodings_of, path_message, subscribe_request
from collector.leaves import leaf_table
from collector.subscriptions import SubscriptionError, load, subscriptions

PLATFORMS = ("openconfig", "cisco-iosxr", "juniper-junos", "nokia-sros", "arista-eos", "huawei-vrp")
text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
names = st.from_regex(r"[a-z][a-z0-9-]{0,8}(:[a-z][a-z0-9-]{0,8})?", fullmatch=True)
paths = st.lists(st.tuples(names, st.dictionaries(names, text, max_size=2)), max_size=4).map(tuple)


@given(paths)
def test_a_path_comes_back_from_its_text(path: tuple[tuple[str, dict[str, str]], ...]) -> None:
    assert parse(render(path)) == path


@given(paths)
def test_a_path_message_is_read_by_the_generated_code(path: tuple[tuple[str, dict[str, str]], ...]) -> None:
    message = gnmi_pb2.Path.FromString(path_message(path))
    assert tuple((elem.name, dict(elem.key)) for elem in message.elem) == path


@pytest.mark.parametrize("wrong", ["/a[b", "/a[b]", "/a[b=c", "/a[b=c\\"])
def test_a_path_that_ends_inside_a_key_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"key|bracket"):
        parse(wrong)


def test_a_subscription_says_what_was_asked() -> None:
    requests = [
        Request("/interfaces/interface[name=*]/state/counters", "sample", 10),
        Request("/interfaces/interface[name=*]/state/oper-status", "on_change", 60),
    ]
    message = gnmi_pb2.SubscribeRequest.FromString(subscribe_request(requests, encoding="proto")).subscribe
    counters, status = message.subscription
    assert message.mode == gnmi_pb2.SubscriptionList.STREAM
    assert message.encoding == gnmi_pb2.PROTO
    assert not message.HasField("prefix")
    assert (counters.mode, counters.sample_interval) == (gnmi_pb2.SAMPLE, 10 * 10**9)
    assert (status.mode, status.heartbeat_interval) == (gnmi_pb2.ON_CHANGE, 60 * 10**9)
    assert counters.path.elem[1].key == {"name": "*"}


def test_encodings_are_those_of_the_capabilities() -> None:
    answer = gnmi_pb2.CapabilityResponse(
        supported_encodings=[gnmi_pb2.JSON, gnmi_pb2.PROTO, 9], gNMI_version="0.8.0"
    )
    assert encodings_of(answer.SerializeToString()) == ("json", "proto")


@pytest.mark.parametrize("profile", PLATFORMS)
def test_what_is_asked_of_a_platform_can_be_read(profile: str) -> None:
    table = leaf_table(profile)
    for wanted in subscriptions(profile, load()):
        elements = [(name.rpartition(":")[2], keys) for name, keys in parse(wanted.path)]
        assert table.find(elements) or table.is_container(elements), wanted.path


def test_a_subscription_file_that_is_wrong_is_named(tmp_path: object) -> None:
    wrong = f"{tmp_path}/mine.toml"
    with pytest.raises(SubscriptionError, match=r"mine\.toml"):
        load([wrong])


def test_a_wait_grows_to_its_ceiling_with_full_jitter_and_is_reset() -> None:
    backoff = Backoff(0.5, 30, Random(1))
    waits = [backoff.next_s() for _ in range(200)]
    assert all(0 <= wait <= min(30, 0.5 * 2**i) for i, wait in enumerate(waits))
    assert max(waits[20:]) > 25
    assert min(waits[20:]) < 5
    backoff.reset()
    assert backoff.next_s() <= 0.5


def test_the_first_waits_of_many_targets_are_spread() -> None:
    random = Random(1)
    firsts = [Backoff(0.5, 30, random).next_s() for _ in range(200)]
    assert min(firsts) < 0.05
    assert max(firsts) > 0.45
    assert len(set(firsts)) == 200
