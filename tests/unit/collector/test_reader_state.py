"""State on its way into observations, and everything that takes it away again."""

import itertools
from typing import Any

import pytest

from collector.interfaces import InterfaceView
from tests.kit.readers import START_NS, Desk
from tests.kit.responses import json_ietf, update
from topology.beliefs import Beliefs
from topology.observation import InterfaceSpeed, InterfaceState, LagMembers, Neighbour, Removed

E1 = "/interfaces/interface[name=e1]"
IN_OCTETS = f"{E1}/state/counters/in-octets"


def test_one_message_of_one_interface_is_one_observation() -> None:
    desk = Desk()
    desk.read(
        update(
            {
                f"{E1}/state/oper-status": "UP",
                f"{E1}/state/admin-status": "UP",
                f"{E1}/state/last-change": START_NS,
            }
        ),
        session=7,
    )
    (seen,) = desk.observed
    assert seen == InterfaceState(
        router="r1",
        session=7,
        seq=1,
        observed_at_ns=START_NS,
        received_at_ns=START_NS,
        interface="e1",
        oper_status="UP",
        admin_status="UP",
        last_change_ns=START_NS,
    )
    assert desk.value("ifstate", "e1", "oper_up") == 1
    assert [text.value for text in desk.columns.texts] == ["UP"]


def test_what_was_told_before_is_still_said() -> None:
    desk = Desk()
    desk.read(update({f"{E1}/state/admin-status": "UP"}))
    desk.read(update({f"{E1}/state/oper-status": "im-state-down"}))
    last = desk.observed[-1]
    assert isinstance(last, InterfaceState)
    assert (last.oper_status, last.admin_status) == ("DOWN", "UP")


@pytest.mark.parametrize(
    ("profile", "values", "expected"),
    [
        (
            "openconfig",
            {f"{E1}/ethernet/state/port-speed": "oc-eth:SPEED_400GB"},
            (400 * 10**9, "port_speed"),
        ),
        (
            "huawei-vrp",
            {"/huawei-ifm:ifm/interfaces/interface[name=e1]/dynamic/bandwidth": 800_000_000},
            (800 * 10**9, "native"),
        ),
    ],
)
def test_speeds_are_bits_per_second_and_say_whose(
    profile: str, values: dict[str, str | int], expected: tuple[int, str]
) -> None:
    desk = Desk(profile)
    desk.read(update(values))
    (seen,) = desk.observed
    assert isinstance(seen, InterfaceSpeed)
    assert (seen.speed_bps, seen.source) == expected
    assert desk.value("ifrate", "e1", "speed_bps") == expected[0]


def test_members_of_a_group_come_as_a_list_or_one_by_one() -> None:
    openconfig, huawei = Desk(), Desk("huawei-vrp")
    openconfig.read(
        update({f"{E1}/aggregation/state/lag-speed": 800_000, f"{E1}/aggregation/state/member": "m1"})
    )
    trunk = "/huawei-ifm-trunk:ifm-trunk/trunks/trunk[name=e1]/members/member[name={}]/status"
    huawei.read(update({trunk.format("m1"): "up", trunk.format("m2"): "down"}))
    for desk, speed in ((openconfig, 800 * 10**9), (huawei, None)):
        last = desk.observed[-1]
        assert isinstance(last, LagMembers)
        assert (last.members, last.lag_speed_bps) == (("m1",), speed)


def test_a_neighbour_is_told_and_withdrawn() -> None:
    desk = Desk()
    heard = "/lldp/interfaces/interface[name=e1]/neighbors/neighbor[id=1]/state"
    desk.read(update({f"{heard}/system-name": "r2", f"{heard}/port-id": "e9"}))
    desk.read(update({}, deletes=["/lldp/interfaces/interface[name=e1]/neighbors/neighbor[id=1]"]))
    first, last = desk.observed
    assert isinstance(first, Neighbour)
    assert (first.peer_router, first.peer_interface) == ("r2", "e9")
    assert isinstance(last, Removed)
    assert (last.interface, last.kind) == ("e1", "Neighbour")


@pytest.mark.parametrize(
    "path",
    [
        "/interfaces/interface[name=e1]",
        "/interfaces/interface[name=*]",
        "/interfaces/interface",
        "/interfaces",
        "/.../interface[name=e1]",
        "/*/interface",
    ],
)
def test_a_delete_takes_everything_under_it(path: str) -> None:
    desk = Desk()
    desk.read(update({f"{E1}/state/oper-status": "UP", IN_OCTETS: 1}))
    desk.read(update({}, deletes=[path]))
    assert isinstance(desk.observed[-1], Removed)
    assert desk.value("ifcounters", "e1", "in_octets") is None


@pytest.mark.parametrize("path", ["/interfaces/interface[name=e2]", "/lldp", "/interfaces/interface/config"])
def test_a_delete_of_something_else_takes_nothing(path: str) -> None:
    desk = Desk()
    desk.read(update({f"{E1}/state/oper-status": "UP", IN_OCTETS: 1}))
    desk.read(update({}, deletes=[path]))
    assert len(desk.observed) == 1
    assert desk.value("ifcounters", "e1", "in_octets") == 1


@pytest.mark.parametrize("profile", ["huawei-vrp", "openconfig"])
def test_an_empty_delete_is_never_the_root(profile: str) -> None:
    desk = Desk(profile)
    desk.read(update({f"{E1}/state/oper-status": "UP"}))
    desk.read(update({}, deletes=[""]))
    assert len(desk.observed) == 1
    assert desk.counted["empty_deletes"] == 1


def test_an_empty_delete_is_the_prefix_itself_but_for_huawei() -> None:
    for profile, removed in (("openconfig", True), ("huawei-vrp", False)):
        desk = Desk(profile)
        desk.read(update({f"{E1}/state/oper-status": "UP"}))
        desk.read(update({}, prefix=E1, deletes=[""]))
        assert isinstance(desk.observed[-1], Removed) is removed


def test_delete_and_update_in_one_message_replace() -> None:
    desk = Desk()
    desk.read(update({IN_OCTETS: 1, f"{E1}/state/counters/in-errors": 3}))
    desk.read(update({IN_OCTETS: 2}, deletes=["/interfaces"]))
    assert desk.value("ifcounters", "e1", "in_octets") == 2
    assert desk.value("ifcounters", "e1", "in_errors") is None


def test_an_atomic_message_is_the_whole_truth_under_its_prefix() -> None:
    desk = Desk()
    other = "/interfaces/interface[name=e2]/state/counters/in-octets"
    desk.read(update({IN_OCTETS: 1, f"{E1}/state/counters/in-errors": 3, other: 4}))
    desk.read(update({"state/counters/in-octets": 2}, prefix=E1, atomic=True))
    assert desk.value("ifcounters", "e1", "in_octets") == 2
    assert desk.value("ifcounters", "e1", "in_errors") is None
    assert desk.value("ifcounters", "e2", "in_octets") == 4


def test_a_sweep_takes_what_the_new_session_did_not_tell() -> None:
    desk = Desk()
    for name in ("e1", "e2"):
        desk.read(
            update({f"/interfaces/interface[name={name}]/state/oper-status": "UP"}), stream=0, session=1
        )
        desk.read(update({f"/interfaces/interface[name={name}]/state/counters/in-octets": 1}), session=2)
    desk.read(update({f"{E1}/state/oper-status": "UP"}), stream=0, session=3)
    assert desk.reader.sweep(0, 3, START_NS) == 1
    last = desk.observed[-1]
    assert isinstance(last, Removed)
    assert (last.interface, last.kind, last.session) == ("e2", "InterfaceState", 3)
    assert desk.value("ifcounters", "e2", "in_octets") == 1
    assert desk.reader.sweep(0, 3, START_NS) == 0


@pytest.mark.parametrize("behind_s", [-60, 0, 3 * 3600])
def test_what_is_swept_lives_again_though_the_clock_of_its_router_is_behind(behind_s: int) -> None:
    desk, beliefs = Desk(), Beliefs()
    clock_ns = START_NS - behind_s * 10**9
    status = "/interfaces/interface[name={}]/state/oper-status"
    desk.read(update({status.format("e1"): "UP", status.format("e2"): "UP"}, at_ns=clock_ns), session=1)
    desk.read(update({status.format("e1"): "UP"}, at_ns=clock_ns + 10**9), session=2)
    assert desk.reader.sweep(1, 2, START_NS + 2 * 10**9) == 1
    for observation in desk.observed:
        beliefs.apply(observation)
    assert beliefs.is_removed("r1", "e2", "InterfaceState", "oper_status")
    desk.read(update({status.format("e2"): "UP"}, at_ns=clock_ns + 3 * 10**9), session=2)
    assert beliefs.apply(desk.observed[-1])
    assert beliefs.value("r1", "e2", "InterfaceState", "oper_status") == "UP"


def test_what_was_removed_lives_again_when_told_again() -> None:
    desk = Desk()
    for _ in range(2):
        desk.read(update({IN_OCTETS: 1}))
        desk.read(update({}, deletes=[IN_OCTETS]))
    desk.read(update({IN_OCTETS: 1, f"{E1}/state/oper-status": "UP"}))
    assert desk.value("ifcounters", "e1", "in_octets") == 1
    assert isinstance(desk.observed[-1], InterfaceState)


def test_a_subtree_in_json_carries_state_too() -> None:

    desk = Desk()
    tree = '{"state": {"oper-status": "UP"}, "aggregation": {"state": {"member": ["m2", "m1"]}}}'
    desk.read(update({E1: json_ietf(tree)}))
    kinds = {type(seen): seen for seen in desk.observed}
    members = kinds[LagMembers]
    assert isinstance(members, LagMembers)
    assert members.members == ("m1", "m2")
    assert InterfaceState in kinds


AGGREGATION = f"{E1}/aggregation/state"


@pytest.mark.parametrize(
    ("leaf", "others", "kind", "field"),
    [
        (f"{E1}/state/admin-status", {f"{E1}/state/oper-status": "UP"}, "InterfaceState", "admin_status"),
        (f"{E1}/state/oper-status", {f"{E1}/state/admin-status": "UP"}, "InterfaceState", "oper_status"),
        (f"{AGGREGATION}/lag-speed", {f"{AGGREGATION}/min-links": 2}, "LagMembers", "lag_speed_bps"),
        (f"{AGGREGATION}/member", {f"{AGGREGATION}/min-links": 2}, "LagMembers", "members"),
        (f"{AGGREGATION}/min-links", {f"{AGGREGATION}/lag-speed": 800}, "LagMembers", "min_links"),
    ],
)
@pytest.mark.parametrize("way", ["delete", "sweep"])
def test_a_leaf_withdrawn_alone_is_withdrawn(
    leaf: str, others: dict[str, str | int], kind: str, field: str, way: str
) -> None:
    desk = Desk()
    value = "DOWN" if "status" in leaf else "m1" if leaf.endswith("member") else 3
    desk.read(update({leaf: value, **others}), stream=0)
    if way == "delete":
        desk.read(update({}, deletes=[leaf]), stream=0)
    else:
        desk.read(update(others), stream=0, session=2)
        desk.reader.sweep(0, 2, START_NS)
    gone, still = desk.observed[-2:]
    assert isinstance(gone, Removed)
    assert (gone.interface, gone.kind, gone.field) == ("e1", kind, field)
    assert getattr(still, field) is None
    assert still.seq > gone.seq


def test_a_port_speed_withdrawn_leaves_the_native_bandwidth() -> None:
    view = InterfaceView("e1")
    view.set("port_speed", {}, "SPEED_400GB")
    view.set("native_speed_kbps", {}, 100_000_000)
    sequence = itertools.count(1)

    def head() -> dict[str, Any]:
        times = {"observed_at_ns": START_NS, "received_at_ns": START_NS}
        return {"router": "r1", "session": 1, "seq": next(sequence), **times}

    view.observations(InterfaceSpeed, head)
    view.clear("port_speed", {})
    gone, still = view.observations(InterfaceSpeed, head)
    assert isinstance(gone, Removed)
    assert gone.field == "port_speed"
    assert isinstance(still, InterfaceSpeed)
    assert (still.speed_bps, still.source) == (100 * 10**9, "native")
