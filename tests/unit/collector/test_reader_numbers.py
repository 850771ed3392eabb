"""Numbers on their way from a message into series: kinds, scales, times, subtrees, the path limit."""

import pytest
from pygnmi.spec.v080 import gnmi_pb2

from collector._wire import SYNC_RESPONSE, TARGET_ERROR
from collector.errors import WireError
from tests.kit.readers import START_NS, Desk
from tests.kit.responses import SYNC, Plain, json_ietf, update

COUNTERS = "/interfaces/interface[name=Ethernet1/1]/state/counters"
IN_OCTETS = f"{COUNTERS}/in-octets"
POWER = "/components/component[name=Optics-e1]/optical-channel/state/input-power/instant"
SECOND = 10**9


@pytest.mark.parametrize(
    "value",
    [
        2**64 - 1,
        "18446744073709551615",
        json_ietf('"18446744073709551615"'),
        json_ietf("18446744073709551615"),
        gnmi_pb2.TypedValue(ascii_val=" 18446744073709551615 "),
    ],
    ids=["uint_val", "string_val", "json string", "json number", "ascii"],
)
def test_64_bits_stay_exact(value: Plain) -> None:
    desk = Desk()
    desk.read(update({IN_OCTETS: value}))
    assert desk.value("ifcounters", "Ethernet1/1", "in_octets") == 2**64 - 1


@pytest.mark.parametrize(
    "value",
    [
        -7.53,
        "-7.53",
        json_ietf('"-7.53"'),
        gnmi_pb2.TypedValue(float_val=-7.53),
        gnmi_pb2.TypedValue(decimal_val=gnmi_pb2.Decimal64(digits=-753, precision=2)),
    ],
    ids=["double", "string", "json", "float", "decimal64"],
)
def test_a_power_stays_what_it_is(value: Plain) -> None:
    desk = Desk()
    desk.read(update({POWER: value}))
    assert desk.value("optics", "e1", "rx_power_dbm") == -7.53


@pytest.mark.parametrize(
    ("value", "reason"),
    [(-1, "out_of_range"), ("18446744073709551616", "out_of_range"), ("many", "unreadable")],
)
def test_what_a_counter_cannot_be_is_counted_and_not_stored(value: Plain, reason: str) -> None:
    desk = Desk()
    desk.read(update({IN_OCTETS: value}))
    assert desk.value("ifcounters", "Ethernet1/1", "in_octets") is None
    assert desk.counted == {"messages": 1, "updates": 1, reason: 1}


@pytest.mark.parametrize(
    ("profile", "path", "value", "expected"),
    [
        (
            "cisco-iosxr",
            (
                "/Cisco-IOS-XR-perf-meas-oper:performance-measurement/nodes/node[node=0/RP0/CPU0]/interfaces"
                '/interface-delay[interface-name="e1"]/average'
            ),
            1500,
            ("latency_us", 1500, "perf_meas"),
        ),
        (
            "nokia-sros",
            "/state/oam-pm/session[session-name=e1]/statistics/frame-loss-ratio",
            7,
            ("loss_ppm", 70, "twamp/one_way"),
        ),
        (
            "juniper-junos",
            "/junos/rpm/history-results/probe[owner=suanlu][test-name=e1]/rtt",
            2.9,
            ("latency_us", 1, "twamp/half_rtt"),
        ),
    ],
)
def test_delays_are_one_way_in_microseconds(
    profile: str, path: str, value: Plain, expected: tuple[str, int, str]
) -> None:
    field, stored, source = expected
    desk = Desk(profile)
    desk.read(update({path: value}))
    assert desk.value("link_latency", "e1", field) == stored
    assert list(desk.table.sources.values()) == [source]


@pytest.mark.parametrize(
    ("timestamp", "unit"),
    [(START_NS // 10**9, SECOND), (START_NS // 10**6, 10**6), (START_NS // 1000, 1000)],
)
def test_a_time_in_another_unit_is_recognised(timestamp: int, unit: int) -> None:
    desk = Desk()
    desk.read(update({IN_OCTETS: 1}, at_ns=timestamp))
    assert [at for _, at, _ in desk.points()] == [timestamp * unit]
    assert desk.counted["timestamp_unit"] == 1


@pytest.mark.parametrize(
    ("skew_ns", "believed"),
    [
        (-86_400 * SECOND, True),
        (-86_401 * SECOND, False),
        (300 * SECOND, True),
        (301 * SECOND, False),
    ],
)
def test_a_skewed_clock_is_believed_within_bounds(skew_ns: int, believed: bool) -> None:
    desk = Desk()
    desk.read(update({IN_OCTETS: 1}, at_ns=START_NS + skew_ns), received_ns=START_NS)
    assert [at for _, at, _ in desk.points()] == [START_NS + skew_ns if believed else START_NS]
    assert desk.counted.get("timestamp_skew", 0) == (not believed)


def test_a_repetition_is_no_second_point() -> None:
    desk = Desk()
    for received in (START_NS, START_NS + SECOND):
        desk.read(update({IN_OCTETS: 5}), received_ns=received)
    assert len(desk.points()) == 1
    assert desk.counted["repeated"] == 1


def test_a_late_value_is_stored_and_does_not_replace_a_newer_one() -> None:
    desk = Desk()
    desk.read(update({IN_OCTETS: 7}, at_ns=START_NS))
    desk.read(update({IN_OCTETS: 5}, at_ns=START_NS - SECOND))
    assert [value for _, _, value in desk.points()] == [7, 5]
    assert desk.value("ifcounters", "Ethernet1/1", "in_octets") == 7


def test_after_a_restart_an_earlier_clock_is_believed() -> None:
    desk = Desk()
    desk.read(update({IN_OCTETS: 7}, at_ns=START_NS), session=1)
    desk.read(update({IN_OCTETS: 5}, at_ns=START_NS - SECOND), session=2)
    assert desk.value("ifcounters", "Ethernet1/1", "in_octets") == 5


def test_a_rate_joins_the_batch_of_its_counter() -> None:
    desk = Desk()
    desk.read(update({"/interfaces/interface[name=e1]/ethernet/state/port-speed": "SPEED_1GB"}))
    path = "/interfaces/interface[name=e1]/state/counters/in-octets"
    desk.read(update({path: 0}))
    desk.points()
    desk.read(update({path: 625_000_000}, at_ns=START_NS + 10 * SECOND))
    assert [(key.measurement, key.field, value) for key, _, value in desk.points()] == [
        ("ifcounters", "in_octets", 625_000_000),
        ("ifrate", "in_bps", 500_000_000),
        ("ifrate", "in_util", 0.5),
    ]


def test_a_later_boot_time_starts_every_counter_anew() -> None:
    desk = Desk()
    boot = "/system/state/boot-time"
    desk.read(update({boot: START_NS - 10**15, IN_OCTETS: 1000}))
    desk.read(update({boot: START_NS + 5 * SECOND, IN_OCTETS: 2000}, at_ns=START_NS + 10 * SECOND))
    assert desk.value("ifrate", "Ethernet1/1", "in_bps") is None


@pytest.mark.parametrize(
    ("path", "tree"),
    [
        (COUNTERS, '{"in-octets": "12", "out-octets": 13}'),
        (
            "/interfaces",
            (
                '{"openconfig-interfaces:interface": [{"name": "Ethernet1/1", "state": '
                '{"name": "Ethernet1/1", "counters": {"in-octets": "12", "out-octets": 13}}}]}'
            ),
        ),
        (
            "/interfaces/interface[name=Ethernet1/1]",
            '{"state": {"counters": {"in-octets": 12, "out-octets": 13}}}',
        ),
        (
            "/interfaces/interface",
            '[{"name": "Ethernet1/1", "state": {"counters": {"in-octets": 12, "out-octets": 13}}}]',
        ),
    ],
    ids=["container", "keyed list below", "list entry", "list itself"],
)
def test_a_subtree_is_its_leaves(path: str, tree: str) -> None:
    desk = Desk()
    desk.read(update({path: json_ietf(tree)}))
    assert desk.value("ifcounters", "Ethernet1/1", "in_octets") == 12
    assert desk.value("ifcounters", "Ethernet1/1", "out_octets") == 13


def test_a_deprecated_value_and_deprecated_elements_are_read() -> None:
    response = gnmi_pb2.SubscribeResponse()
    response.update.timestamp = START_NS
    response.update.prefix.element.extend(["interfaces", "interface[name=Ethernet1/1]"])
    response.update.update.add(
        path=gnmi_pb2.Path(element=["state", "counters", "in-octets"]),
        value=gnmi_pb2.Value(value=b'"12"', type=gnmi_pb2.JSON_IETF),
    )
    desk = Desk()
    desk.read(response.SerializeToString())
    assert desk.value("ifcounters", "Ethernet1/1", "in_octets") == 12


def test_paths_past_the_limit_are_counted_and_known_ones_still_flow() -> None:
    desk = Desk(path_limit=3)
    for name in ("a", "b", "c", "d", "a"):
        desk.read(update({f"/interfaces/interface[name={name}]/state/counters/in-errors": 1}))
    assert desk.counted["limited"] == 2
    assert desk.counted["repeated"] == 1
    assert desk.value("ifcounters", "b", "in_errors") == 1


def test_sync_and_error_are_told_and_rubbish_is_refused() -> None:
    desk = Desk()
    assert desk.read(SYNC) == SYNC_RESPONSE
    assert desk.read(gnmi_pb2.SubscribeResponse(error=gnmi_pb2.Error(code=3)).SerializeToString()) == (
        TARGET_ERROR
    )
    with pytest.raises(WireError):
        desk.read(update({IN_OCTETS: 1})[:-1])
    assert desk.counted["malformed"] == 1


def test_series_carry_the_tags_of_their_interface() -> None:
    tags = {("r1", "e1"): ("here", "c1:az"), ("r2", "e9"): ("there", "c1:za")}
    desk = Desk("cisco-iosxr", tags=tags)
    delay = (
        "/performance-measurement/nodes/node[node=0]/interfaces/interface-delay[interface-name={}]/average"
    )
    desk.read(update({delay.format("e1"): 5, "/interfaces/interface[name=e2]/state/counters/in-pkts": 1}))
    announced = {series.measurement: dict(series.tags) for series in desk.columns.take()[0]}
    assert announced["link_latency"] == {
        "a": "here",
        "z": "there",
        "link": "c1:az",
        "method": "perf_meas",
        "source": "r1",
        "name": "e1",
    }
    assert announced["ifcounters"] == {"source": "r1", "name": "e2", "site": "here", "link": "-"}
