"""The decoder against the generated messages, and against bytes that are no messages."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygnmi.spec.v080 import gnmi_pb2

from collector.errors import WireError
from collector.leaves import leaf_table
from collector.message import merged, typed_value
from collector.schema import MEASUREMENTS
from tests.kit.gnmi import gnmi_path
from tests.kit.readers import START_NS, Desk
from tests.oracles.gnmi_values import content_of, elements_of, number_of, stored, updates_of

MUTATIONS = 100_000
MUTATION_DEADLINE_S = 60

int64 = st.integers(-(2**63), 2**63 - 1)
uint64 = st.integers(0, 2**64 - 1)
digits = st.one_of(
    uint64.map(str), int64.map(str), st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str)
)
name = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
scalar = st.one_of(
    st.builds(gnmi_pb2.TypedValue, string_val=st.one_of(digits, name)),
    st.builds(gnmi_pb2.TypedValue, int_val=int64),
    st.builds(gnmi_pb2.TypedValue, uint_val=uint64),
    st.builds(gnmi_pb2.TypedValue, bool_val=st.booleans()),
    st.builds(gnmi_pb2.TypedValue, bytes_val=st.binary(max_size=6)),
    st.builds(gnmi_pb2.TypedValue, float_val=st.floats(width=32)),
    st.builds(gnmi_pb2.TypedValue, double_val=st.floats()),
    st.builds(
        gnmi_pb2.TypedValue,
        decimal_val=st.builds(gnmi_pb2.Decimal64, digits=int64, precision=st.integers(0, 18)),
    ),
    st.builds(gnmi_pb2.TypedValue, ascii_val=digits),
    st.builds(gnmi_pb2.TypedValue, proto_bytes=st.binary(max_size=6)),
    st.builds(gnmi_pb2.TypedValue, json_val=st.one_of(int64, uint64).map(lambda n: str(n).encode())),
    st.builds(gnmi_pb2.TypedValue, json_ietf_val=digits.map(lambda n: f'"{n}"'.encode())),
    st.builds(gnmi_pb2.TypedValue, json_ietf_val=st.sampled_from([b"true", b" false ", b"null", b"1.5e3"])),
)
LEAVES = {
    "/interfaces/interface/state/counters/in-octets": ("ifcounters", "in_octets"),
    "/interfaces/interface/state/counters/out-errors": ("ifcounters", "out_errors"),
    "/components/component/state/temperature/instant": ("optics", "temp_c"),
    "/interfaces/interface/state/counters/unheard-of": None,
}


@st.composite
def responses(draw: st.DrawFn) -> gnmi_pb2.SubscribeResponse:
    """One SubscribeResponse whose paths are split between prefix and update in any place."""
    response = gnmi_pb2.SubscribeResponse()
    notification = response.update
    notification.timestamp = START_NS + draw(st.integers(-(10**9), 10**9))
    keyed, names = draw(name), draw(st.sampled_from(sorted(LEAVES))).split("/")[1:]
    split = draw(st.integers(0, len(names)))
    module = draw(st.sampled_from(["", "openconfig-interfaces:"]))
    for at, part in enumerate(names):
        path = notification.prefix if at < split else None
        if path is None:
            break
        path.elem.add(name=module + part if at == 0 else part, key={"name": keyed} if at == 1 else {})
    for value in draw(st.lists(scalar, max_size=5)):
        update = notification.update.add(val=value, duplicates=draw(st.integers(0, 3)))
        for at in range(split, len(names)):
            update.path.elem.add(name=names[at], key={"name": keyed} if at == 1 else {})
    notification.prefix.target = draw(st.sampled_from(["", "r1"]))
    return response


@given(st.lists(responses(), max_size=4))
def test_series_and_points_are_those_of_the_generated_messages(
    messages: list[gnmi_pb2.SubscribeResponse],
) -> None:
    desk = Desk()
    table = leaf_table("openconfig")
    expected = []
    last: dict[object, tuple[int, int | float]] = {}
    kept: dict[object, str] = {}  # the last point as text, in which -0.0 is another value than 0.0
    for message in messages:
        data = message.SerializeToString()
        desk.read(data)
        for elements, typed, at_ns in updates_of(data):
            rule = table.find(elements)
            if rule is None:
                continue
            kind = MEASUREMENTS[rule.measurement].fields[rule.field]
            value = stored(number_of(typed), kind)
            key = ("r1", rule.measurement, rule.name(elements), rule.field)
            if value is not None and kept.get(key) != repr((at_ns, value)):
                expected.append((key, at_ns, value))
                if key not in last or at_ns >= last[key][0]:
                    last[key] = (at_ns, value)
                    kept[key] = repr((at_ns, value))
    assert [point for point in desk.points() if point[0].measurement != "ifrate"] == expected
    for (_, measurement, series, field), (_, value) in last.items():
        assert desk.value(measurement, series, field) == value


@given(st.lists(responses(), max_size=3))
def test_every_update_is_accounted_for(messages: list[gnmi_pb2.SubscribeResponse]) -> None:
    desk = Desk()
    for message in messages:
        desk.read(message.SerializeToString())
    counted = desk.reader.decoder.counters()
    assert counted["updates"] == sum(len(message.update.update) for message in messages)
    dropped = ("unmapped", "unreadable", "out_of_range", "repeated", "fillers", "limited")
    assert counted["updates"] == counted["points"] + counted["trees"] + sum(counted[n] for n in dropped)
    assert counted["coalesced"] == sum(u.duplicates for m in messages for u in m.update.update)


@given(responses())
def test_a_path_is_the_same_wherever_it_is_split(message: gnmi_pb2.SubscribeResponse) -> None:
    for update in message.update.update:
        prefix, path = message.update.prefix, update.path
        assert merged(prefix.SerializeToString(), path.SerializeToString()) == elements_of(prefix, path)


@given(scalar)
def test_a_value_is_that_of_the_generated_message(value: gnmi_pb2.TypedValue) -> None:
    assert repr(typed_value(value.SerializeToString())) == repr(content_of(value))


@given(st.lists(scalar, max_size=4))
def test_a_leaf_list_holds_its_elements(values: list[gnmi_pb2.TypedValue]) -> None:
    array = gnmi_pb2.TypedValue(leaflist_val=gnmi_pb2.ScalarArray(element=values))
    assert repr(typed_value(array.SerializeToString())) == repr([content_of(v) for v in values])


@pytest.mark.timeout(MUTATION_DEADLINE_S * 2)
def test_mutated_messages_crash_nothing() -> None:
    rng = random.Random(20260)
    originals = [message.SerializeToString() for message in _varied_messages()]
    desk = Desk("huawei-vrp", path_limit=5_000)
    refused = 0
    end = time.monotonic() + MUTATION_DEADLINE_S
    for turn in range(MUTATIONS):
        message = _mutated(rng, originals)
        try:
            desk.read(message, session=turn // 1000)
        except WireError:
            refused += 1
        if turn % 1000 == 999:
            desk.reader.sweep(1, turn // 1000, START_NS)
            desk.columns.take()
            desk.observed.clear()
            assert time.monotonic() < end, f"only {turn} messages in {MUTATION_DEADLINE_S} s"
    assert MUTATIONS // 20 < refused < MUTATIONS


def _mutated(rng: random.Random, originals: list[bytes]) -> bytes:
    data = bytearray(rng.choice(originals))
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data)) if data else 0
        how = rng.randrange(5)
        if how == 0 and data:
            data[at] ^= 1 << rng.randrange(8)
        elif how == 1:
            del data[at:]
        elif how == 2:
            data[at:at] = rng.randbytes(rng.randint(1, 4))
        elif how == 3:
            other = rng.choice(originals)
            data[at:] = other[rng.randrange(len(other)) :]
        elif data:
            data[at] = rng.choice((0, 0x7F, 0x80, 0xFF))
    return bytes(data)


def _varied_messages() -> list[gnmi_pb2.SubscribeResponse]:
    """Messages of everything: each kind of value on each kind of leaf, deletes, atomic, sync, error."""
    value = gnmi_pb2.TypedValue
    values = [
        value(uint_val=2**63 + 5),
        value(int_val=-7),
        value(string_val="SPEED_400GB"),
        value(string_val="18446744073709551615"),
        value(bool_val=True),
        value(float_val=-7.53),
        value(double_val=1e300),
        value(decimal_val=gnmi_pb2.Decimal64(digits=-753, precision=2)),
        value(bytes_val=b"\x42\x28\x00\x00"),
        value(json_ietf_val=b'{"openconfig-interfaces:counters":{"in-octets":"12","name":"x"}}'),
        value(json_val=b'[{"name":"e","state":{"oper-status":"UP","counters":{"in-octets":1}}}]'),
        value(leaflist_val=gnmi_pb2.ScalarArray(element=[value(string_val="a"), value(uint_val=1)])),
        value(ascii_val="up"),
        value(proto_bytes=b"x"),
    ]
    paths = [
        "/interfaces/interface[name=e1]/state/counters/in-octets",
        "/interfaces/interface[name=e1]/state/oper-status",
        "/interfaces/interface[name=e1]/state/last-change",
        "/interfaces/interface[name=e1]/state/description",
        "/interfaces/interface[name=e1]/ethernet/state/port-speed",
        "/interfaces/interface[name=ae1]/aggregation/state/member",
        "/interfaces/interface[name=ae1]/aggregation/state/lag-speed",
        "/lldp/interfaces/interface[name=e1]/neighbors/neighbor[id=1]/state/system-name",
        "/system/state/boot-time",
        "/interfaces",
        "/interfaces/interface[name=e1]/state",
        "/ifm-trunk/trunks/trunk[name=t1]/members/member[name=e1]/status",
        "/twamp-controller/client/sessions/session[name=e1]/statistics/avg-delay",
    ]
    made = []
    for path in paths:
        message = gnmi_pb2.SubscribeResponse()
        message.update.timestamp = START_NS
        for typed in values:
            message.update.update.add(path=gnmi_path(path), val=typed)
        message.update.update.add(path=gnmi_path(path), value=gnmi_pb2.Value(value=b'"12"', type=4))
        made.append(message)
    removal = gnmi_pb2.SubscribeResponse()
    removal.update.prefix.CopyFrom(gnmi_path("/interfaces"))
    removal.update.delete.extend([gnmi_path("/interface[name=*]"), gnmi_pb2.Path()])
    removal.update.atomic = True
    return [*made, removal, gnmi_pb2.SubscribeResponse(sync_response=True), _error()]


def _error() -> gnmi_pb2.SubscribeResponse:
    return gnmi_pb2.SubscribeResponse(error=gnmi_pb2.Error(code=3, message="no"))
