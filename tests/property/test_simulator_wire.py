"""The simulator's hand-written messages against pygnmi's generated ones, both ways."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygnmi.spec.v080 import gnmi_pb2

from suanlu.simulator import wire

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
NAME = st.text(alphabet="abcXYZ-_:.0123456789/[]=\\ 长", min_size=1, max_size=12)
ELEMS = st.lists(
    st.tuples(NAME, st.dictionaries(NAME, TEXT, max_size=3).map(lambda keys: tuple(sorted(keys.items())))),
    max_size=5,
).map(tuple)
UINT64 = st.integers(0, 2**64 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)


def message_path(path: wire.Path) -> gnmi_pb2.Path:
    elems = [gnmi_pb2.PathElem(name=name, key=dict(keys)) for name, keys in path.elems]
    return gnmi_pb2.Path(origin=path.origin, elem=elems, target=path.target)


paths = st.builds(wire.Path, elems=ELEMS, origin=TEXT, target=TEXT)
subscriptions = st.builds(
    wire.Subscription,
    path=paths,
    mode=st.integers(0, 2),
    sample_interval_ns=UINT64,
    suppress_redundant=st.booleans(),
    heartbeat_interval_ns=UINT64,
)


@given(paths)
def test_a_path_means_the_same_to_both(path: wire.Path) -> None:
    encoded = wire.encode_path(path.elems, origin=path.origin, target=path.target)
    assert gnmi_pb2.Path.FromString(encoded) == message_path(path)
    assert wire.decode_path(message_path(path).SerializeToString()) == path


@given(
    st.builds(
        wire.SubscriptionList,
        prefix=st.none() | paths,
        subscriptions=st.lists(subscriptions, max_size=4).map(tuple),
        mode=st.integers(0, 2),
        encoding=st.integers(0, 4),
        updates_only=st.booleans(),
    )
)
def test_a_subscription_is_read_as_it_was_meant(wanted: wire.SubscriptionList) -> None:
    message = gnmi_pb2.SubscriptionList(
        prefix=None if wanted.prefix is None else message_path(wanted.prefix),
        subscription=[
            gnmi_pb2.Subscription(
                path=message_path(s.path),
                mode=s.mode,
                sample_interval=s.sample_interval_ns,
                suppress_redundant=s.suppress_redundant,
                heartbeat_interval=s.heartbeat_interval_ns,
            )
            for s in wanted.subscriptions
        ],
        mode=wanted.mode,
        encoding=wanted.encoding,
        updates_only=wanted.updates_only,
        qos=gnmi_pb2.QOSMarking(marking=7),
    )
    request = gnmi_pb2.SubscribeRequest(subscribe=message)
    assert wire.decode_subscribe_request(request.SerializeToString()) == wanted


@given(st.none() | paths, st.lists(paths, max_size=4), st.integers(0, 3), st.integers(0, 4))
def test_a_get_is_read_as_it_was_meant(
    prefix: wire.Path | None, wanted: list[wire.Path], kind: int, encoding: int
) -> None:
    message = gnmi_pb2.GetRequest(
        prefix=None if prefix is None else message_path(prefix),
        path=[message_path(path) for path in wanted],
        type=kind,
        encoding=encoding,
    )
    assert wire.decode_get_request(message.SerializeToString()) == wire.GetRequest(
        prefix=prefix, paths=tuple(wanted), kind=kind, encoding=encoding
    )


VALUES = st.one_of(
    TEXT.map(lambda v: (wire.string_val(v), gnmi_pb2.TypedValue(string_val=v))),
    INT64.map(lambda v: (wire.int_val(v), gnmi_pb2.TypedValue(int_val=v))),
    UINT64.map(lambda v: (wire.uint_val(v), gnmi_pb2.TypedValue(uint_val=v))),
    st.booleans().map(lambda v: (wire.bool_val(v), gnmi_pb2.TypedValue(bool_val=v))),
    st.floats(allow_nan=False).map(lambda v: (wire.double_val(v), gnmi_pb2.TypedValue(double_val=v))),
    st.binary(max_size=20).map(lambda v: (wire.json_val(v), gnmi_pb2.TypedValue(json_val=v))),
    st.binary(max_size=20).map(lambda v: (wire.json_ietf_val(v), gnmi_pb2.TypedValue(json_ietf_val=v))),
    st.lists(TEXT, max_size=4).map(
        lambda v: (
            wire.leaflist_val(wire.string_val(entry) for entry in v),
            gnmi_pb2.TypedValue(
                leaflist_val=gnmi_pb2.ScalarArray(
                    element=[gnmi_pb2.TypedValue(string_val=entry) for entry in v]
                )
            ),
        )
    ),
)


@given(
    INT64,
    st.none() | paths,
    st.lists(st.tuples(paths, VALUES, st.integers(0, 2**32 - 1)), max_size=4),
    st.lists(paths, max_size=3),
    st.booleans(),
)
def test_a_notification_says_the_same_to_the_generated_code(
    timestamp_ns: int,
    prefix: wire.Path | None,
    updates: list[tuple[wire.Path, tuple[bytes, gnmi_pb2.TypedValue], int]],
    deletes: list[wire.Path],
    atomic: bool,
) -> None:
    def body(path: wire.Path) -> bytes:
        return wire.encode_path(path.elems, origin=path.origin, target=path.target)

    encoded = wire.encode_notification(
        timestamp_ns,
        prefix=None if prefix is None else body(prefix),
        updates=[wire.encode_update(body(path), value, lost) for path, (value, _), lost in updates],
        deletes=[body(path) for path in deletes],
        atomic=atomic,
    )
    expected = gnmi_pb2.Notification(
        timestamp=timestamp_ns,
        prefix=None if prefix is None else message_path(prefix),
        update=[
            gnmi_pb2.Update(path=message_path(path), val=value, duplicates=lost)
            for path, (_, value), lost in updates
        ],
        delete=[message_path(path) for path in deletes],
        atomic=atomic,
    )
    assert gnmi_pb2.SubscribeResponse.FromString(wire.update_response(encoded)).update == expected


def test_nan_survives() -> None:
    assert math.isnan(gnmi_pb2.TypedValue.FromString(wire.double_val(math.nan)).double_val)


def test_the_sync_response_is_one() -> None:
    assert gnmi_pb2.SubscribeResponse.FromString(wire.SYNC_RESPONSE).sync_response is True


def test_capabilities_are_read_by_the_generated_code() -> None:
    encoded = wire.capability_response([("m", "o", "v")], (wire.JSON_IETF, wire.PROTO), "0.8.0")
    message = gnmi_pb2.CapabilityResponse.FromString(encoded)
    assert [(m.name, m.organization, m.version) for m in message.supported_models] == [("m", "o", "v")]
    assert list(message.supported_encodings) == [4, 2]
    assert message.gNMI_version == "0.8.0"


def test_an_extension_is_read_by_the_generated_code() -> None:
    encoded = wire.update_response(b"", wire.registered_extension(1, b"abc"))
    extension = gnmi_pb2.SubscribeResponse.FromString(encoded).extension[0]
    assert (extension.registered_ext.id, extension.registered_ext.msg) == (1, b"abc")


@given(st.binary(max_size=60))
def test_any_bytes_are_a_request_or_a_wire_error(data: bytes) -> None:
    for decode in (wire.decode_subscribe_request, wire.decode_get_request, wire.decode_path):
        with contextlib.suppress(wire.WireError):
            decode(data)


@pytest.mark.parametrize("data", [b"\x0a", b"\x0a\x05ab", b"\xff" * 11, b"\x0b", b"\x08\x01", b""])
def test_broken_subscribe_requests_are_refused(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.decode_subscribe_request(data)


def test_a_poll_is_told_apart() -> None:
    poll = gnmi_pb2.SubscribeRequest(poll=gnmi_pb2.Poll())
    assert wire.decode_subscribe_request(poll.SerializeToString()) is None
