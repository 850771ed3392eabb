"""Capacity: of an end by what it tells, of a circuit by the worse end."""

import pytest

from tests.kit.telemetry import S, Telemetry, backbone, circuit
from topology.observation import InterfaceSpeed, LagMembers, Removed
from topology.snapshot import Source

G = S
GROUP = {
    "capacity_bps": 800 * G,
    "a_member_interfaces": ("m1", "m2"),
    "z_member_interfaces": ("n1", "n2"),
}


def capacity(world: Telemetry) -> tuple[int, int, Source]:
    """Gbit/s in all, Gbit/s of one flow, and the source, as published."""
    world.after(1)
    world.graph.publish(world.now_ns)
    snapshot = world.graph.snapshot
    return (
        int(snapshot.capacity_bps[0]) // G,
        int(snapshot.single_flow_max_bps[0]) // G,
        Source(int(snapshot.capacity_bps_source[0])),
    )


@pytest.fixture
def group() -> Telemetry:
    return Telemetry(backbone(circuit("c1", "a", "z", **GROUP))).all_up()


@pytest.fixture
def port() -> Telemetry:
    return Telemetry(backbone(circuit("c1", "a", "z", capacity_bps=100 * G))).all_up()


def speed(
    world: Telemetry, router: str, interface: str, gbps: int | None, source: str = "port_speed"
) -> None:
    bps = None if gbps is None else gbps * G
    world.say(InterfaceSpeed, router, interface=interface, speed_bps=bps, source=source)


def test_without_telemetry_it_is_the_inventorys(group, port):
    assert capacity(port) == (100, 100, Source.INVENTORY)
    assert capacity(group) == (800, 400, Source.INVENTORY)


def test_port_has_the_speed_that_it_tells(port):
    speed(port, "a", "to-z-c1", 40)
    speed(port, "z", "to-a-c1", 100)
    assert capacity(port) == (40, 40, Source.PORT_SPEED)


def test_vendors_bandwidth_counts_where_no_port_speed_is_told(port):
    speed(port, "a", "to-z-c1", 50, "native")
    assert capacity(port) == (50, 50, Source.NATIVE)
    speed(port, "a", "to-z-c1", 40)
    assert capacity(port) == (40, 40, Source.PORT_SPEED)


def test_group_has_the_sum_of_its_active_members(group):
    for router, members in (("a", ("m1", "m2")), ("z", ("n1", "n2"))):
        group.say(LagMembers, router, interface=f"to-{'z' if router == 'a' else 'a'}-c1", members=members)
        for member in members:
            speed(group, router, member, 400)
    assert capacity(group) == (800, 400, Source.MEMBERS)
    group.oper("z", "n2", "DOWN")
    assert capacity(group) == (400, 400, Source.MEMBERS)


def test_members_of_the_inventory_count_by_their_own_state_where_no_list_is_told(group):
    for member in ("m1", "m2"):
        speed(group, "a", member, 400)
    group.oper("a", "m1")
    assert capacity(group) == (400, 400, Source.MEMBERS)


def test_groups_own_speed_goes_before_its_members(group):
    group.say(LagMembers, "a", interface="to-z-c1", members=("m1", "m2"), lag_speed_bps=600 * G)
    for member in ("m1", "m2"):
        speed(group, "a", member, 400)
    assert capacity(group) == (600, 400, Source.LAG_SPEED)


def test_member_without_a_speed_leaves_the_sum_unknown(group):
    group.say(LagMembers, "a", interface="to-z-c1", members=("m1", "m2"))
    speed(group, "a", "m1", 400)
    assert capacity(group) == (800, 400, Source.INVENTORY)
    speed(group, "a", "to-z-c1", 700, "native")
    assert capacity(group) == (700, 400, Source.NATIVE)


def test_speed_of_an_unlisted_member_counts_whichever_comes_first(group):
    speed(group, "a", "new", 100)
    group.say(LagMembers, "a", interface="to-z-c1", members=("new",))
    assert capacity(group) == (100, 100, Source.MEMBERS)
    speed(group, "a", "new", 200)
    assert capacity(group) == (200, 200, Source.MEMBERS)


def test_port_of_one_circuit_may_be_listed_by_the_group_of_another():
    world = Telemetry(backbone(circuit("c1", "a", "z", **GROUP), circuit("c2", "a", "z"))).all_up()
    speed(world, "a", "m1", 300)
    world.say(LagMembers, "a", interface="to-z-c2", members=("m1",))
    speed(world, "a", "m1", 50)
    world.graph.publish(world.now_ns)
    snapshot = world.graph.snapshot
    assert snapshot.capacity_bps[snapshot.link_index["c2:az"]] == 50 * G


def test_more_than_the_inventory_is_capped_by_it(port):
    speed(port, "a", "to-z-c1", 400)
    speed(port, "z", "to-a-c1", 400)
    assert capacity(port) == (100, 100, Source.INVENTORY)


def test_group_without_members_that_says_zero_says_nothing(group):
    group.say(LagMembers, "a", interface="to-z-c1", members=("m1", "m2"), lag_speed_bps=0)
    assert capacity(group) == (800, 400, Source.INVENTORY)


@pytest.mark.parametrize("withdrawal", ["none", "removed"])
def test_withdrawn_speed_counts_no_more(port, withdrawal):
    speed(port, "a", "to-z-c1", 40)
    if withdrawal == "none":
        speed(port, "a", "to-z-c1", None)
    else:
        port.say(Removed, "a", interface="to-z-c1", kind="InterfaceSpeed")
    assert capacity(port) == (100, 100, Source.INVENTORY)


def test_change_of_capacity_is_structural_and_has_its_age_and_event(port):
    before = port.graph.snapshot
    port.after(3)
    speed(port, "a", "to-z-c1", 40)
    publication = port.graph.publish(port.now_ns)
    assert publication is not None
    assert publication.structural
    assert publication.snapshot.structure_version > before.structure_version
    assert publication.snapshot.capacity_bps_observed_at_ns.tolist() == [port.now_ns] * 2
    changes = [(e.link, e.before, e.after) for e in publication.events if e.type == "capacity_changed"]
    assert changes == [("c1:az", 100 * G, 40 * G), ("c1:za", 100 * G, 40 * G)]
