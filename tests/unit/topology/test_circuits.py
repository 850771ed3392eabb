"""Circuits: silence, removal, draining, members, wiring, holds."""

import pytest

from tests.kit.telemetry import S, Telemetry, backbone, circuit
from topology.circuits import Circuits
from topology.observation import (
    Adjacency,
    Drain,
    InterfaceSpeed,
    InterfaceState,
    LagMembers,
    Neighbour,
    Removed,
)

LINK = "c1:az"
A, Z = ("a", "to-z-c1"), ("z", "to-a-c1")


@pytest.fixture
def world() -> Telemetry:
    return Telemetry(backbone(circuit("c1", "a", "z"))).all_up()


@pytest.fixture
def group() -> Telemetry:
    members = {"a_member_interfaces": ("m1", "m2"), "z_member_interfaces": ("n1", "n2"), "min_links": 2}
    return Telemetry(backbone(circuit("c1", "a", "z", **members))).all_up()


def event_types(world: Telemetry) -> list[str]:
    publication = world.graph.publish(world.now_ns)
    return [event.type for event in publication.events] if publication else []


# Silence


def test_silent_router_makes_its_links_unconfirmed_after_three_intervals_and_stale_a_minute_later(world):
    for second in range(1, 91):
        world.now_ns += S
        world.hear("a")
        world.graph.advance(world.now_ns)
        expected = "up" if second < 30 else "unconfirmed" if second < 90 else "stale"
        assert world.state(LINK) == expected, second


def test_lost_stream_makes_links_unconfirmed_at_once_and_stale_a_minute_later(world):
    world.phase("a", "unreachable")
    assert world.state(LINK) == "unconfirmed"
    assert event_types(world) == ["link_unconfirmed", "link_unconfirmed", "router_silent"]
    world.after(59)
    assert world.state(LINK) == "unconfirmed"
    world.after(1)
    assert world.state(LINK) == "stale"


def test_attempts_to_reconnect_do_not_renew_the_minute(world):
    world.phase("a", "unreachable")
    world.after(40)
    for phase in ("connecting", "syncing", "unreachable"):
        world.phase("a", phase)
    world.after(20)
    assert world.state(LINK) == "stale"


def test_router_that_is_back_in_sync_confirms_its_links_without_a_hold(world):
    world.phase("a", "unreachable")
    world.graph.publish(world.now_ns)
    world.after(5)
    world.phase("a", "synced")
    assert world.state(LINK) == "up"
    publication = world.graph.publish(world.now_ns)
    assert publication is not None
    assert [event.type for event in publication.events] == ["link_up", "link_up", "router_back"]
    assert (publication.events[2].before, publication.events[2].after) == ("unreachable", "synced")


def test_router_that_never_answers_is_told_to_be_silent_once():
    world = Telemetry(backbone(circuit("c1", "a", "z")))
    world.phase("a", "synced")
    told = []
    for _ in range(70):
        world.after(1)
        publication = world.graph.publish(world.now_ns)
        told += [event for event in publication.events if event.router] if publication else []
    assert [(event.type, event.router, event.cause) for event in told] == [
        ("router_silent", "z", "it was never in sync since the start")
    ]
    world.phase("z", "synced")
    publication = world.graph.publish(world.now_ns)
    assert publication is not None
    assert [event.type for event in publication.events] == ["router_back"]


def test_router_in_sync_that_misses_its_intervals_is_called_silent(world):
    start_ns = world.now_ns
    world.after(31, hearing=False)
    status = world.graph.router_states["a"]
    assert (status.phase, status.since_ns) == ("silent", start_ns + 30 * S)


def test_end_that_is_heard_but_never_speaks_of_its_interface_becomes_stale():
    world = Telemetry(backbone(circuit("c1", "a", "z")))
    for router in ("a", "z"):
        world.phase(router, "synced")
    world.oper(*A)
    world.after(59)
    assert world.state(LINK) == "unconfirmed"
    world.after(1)
    assert world.state(LINK) == "stale"
    assert world.graph.link_status(LINK).cause == "z:to-a-c1 has not reported its state"


def test_last_word_down_stands_while_its_router_is_silent(world):
    world.oper(*A, "DOWN")
    world.phase("a", "unreachable")
    world.after(120)
    assert world.state(LINK) == "down"


# What an end may say


@pytest.mark.parametrize("status", ["DOWN", "LOWER_LAYER_DOWN", "NOT_PRESENT", "DORMANT", "TESTING"])
def test_any_status_but_up_is_down(world, status):
    world.oper(*Z, status)
    assert world.state(LINK) == "down"


def test_interface_that_is_administratively_down_is_down(world):
    world.say(InterfaceState, "a", interface="to-z-c1", admin_status="DOWN")
    assert world.graph.link_status(LINK).cause == "a:to-z-c1 is administratively DOWN"
    world.say(Removed, "a", interface="to-z-c1", kind="InterfaceState", field="admin_status")
    assert "administratively" not in world.graph.link_status(LINK).cause
    assert world.graph.link_status(LINK).a.word == "up"


def test_interface_whose_oper_status_alone_is_withdrawn_says_nothing(world):
    world.say(Removed, "a", interface="to-z-c1", kind="InterfaceState", field="oper_status")
    assert world.state(LINK) == "unconfirmed"
    assert world.graph.link_status(LINK).a.word == "nothing"


def test_floor_of_members_that_is_withdrawn_needs_them_no_longer(group):
    group.say(LagMembers, "a", interface="to-z-c1", members=("m1", "m2"), min_links=3)
    assert group.state(LINK) == "down"
    group.say(Removed, "a", interface="to-z-c1", kind="LagMembers", field="min_links")
    assert group.graph.link_status(LINK).a.word == "up"


def test_removed_interface_is_down(world):
    world.say(Removed, "a", interface="to-z-c1", kind="InterfaceState")
    assert world.state(LINK) == "down"
    assert world.graph.link_status(LINK).a.reason == "a no longer has to-z-c1"


def test_interface_without_its_isis_adjacency_is_down(world):
    world.say(Adjacency, "a", interface="to-z-c1", level=2, up=True)
    assert world.state(LINK) == "up"
    world.say(Adjacency, "a", interface="to-z-c1", level=2, up=False)
    assert world.state(LINK) == "down"


def test_word_of_an_older_session_changes_nothing(world):
    world.session = 2
    world.oper(*A, "DOWN")
    world.session = 1
    world.after(3)
    world.oper(*A, "UP")
    assert world.graph.link_status(LINK).a.word == "down"


def test_router_whose_clock_steps_back_is_believed_in_its_next_session(world):
    world.session = 2
    world.say(InterfaceState, "a", interface="to-z-c1", oper_status="DOWN", observed_at_ns=1)
    assert world.state(LINK) == "down"


def test_strangers_are_ignored(world):
    world.say(InterfaceState, "nobody", interface="e0", oper_status="DOWN")
    world.say(InterfaceState, "a", interface="e0", oper_status="DOWN")
    assert world.state(LINK) == "up"


# Groups


def test_group_below_its_minimum_of_members_is_down(group):
    group.say(LagMembers, "a", interface="to-z-c1", members=("m1", "m2"))
    assert group.state(LINK) == "up"
    group.say(LagMembers, "a", interface="to-z-c1", members=("m1",))
    assert group.state(LINK) == "down"
    assert group.graph.link_status(LINK).cause == "a:to-z-c1 has 1 active members of the 2 it needs"


def test_member_that_is_down_is_not_active_though_listed(group):
    group.say(LagMembers, "a", interface="to-z-c1", members=("m1", "m2"))
    group.oper("a", "m2", "DOWN")
    assert group.state(LINK) == "down"


def test_members_that_come_one_by_one_before_the_first_sync_start_no_hold():
    members = {"a_member_interfaces": ("m1", "m2"), "min_links": 2}
    world = Telemetry(backbone(circuit("c1", "a", "z", **members)))
    world.oper(*A)
    world.oper(*Z)
    for listed in ((), ("m1",), ("m1", "m2")):
        world.say(LagMembers, "a", interface="to-z-c1", members=listed)
    for router in ("a", "z"):
        world.phase(router, "synced")
    assert world.state(LINK) == "up"


# Draining


@pytest.mark.parametrize("name", ["a", "c1"])
def test_drained_router_or_circuit_drains_its_links_until_given_back(world, name):
    world.say(Drain, "", id=name, drained=True, by="operator")
    assert world.state(LINK) == "drained"
    assert world.graph.link_status(LINK).cause == f"{name} is drained by operator"
    assert world.graph.router_states["a"].drained is (name == "a")
    world.say(Drain, "", id=name, drained=False, by="operator")
    assert world.state(LINK) == "up"


def test_nobody_gives_back_what_another_has_drained(world):
    for by in ("operator", "maintenance m-1"):
        world.say(Drain, "", id="c1", drained=True, by=by)
    assert world.graph.link_status(LINK).cause == "c1 is drained by maintenance m-1 and operator"
    world.say(Drain, "", id="c1", drained=False, by="maintenance m-1")
    assert world.state(LINK) == "drained"
    assert world.graph.link_status(LINK).cause == "c1 is drained by operator"
    world.say(Drain, "", id="c1", drained=False, by="operator")
    assert world.state(LINK) == "up"


def test_drained_link_that_fails_is_down(world):
    world.say(Drain, "", id="c1", drained=True, by="operator")
    world.oper(*A, "DOWN")
    assert world.state(LINK) == "down"


# Wiring


def test_neighbour_of_one_end_alone_is_an_inconsistency_and_the_link_stays_up(world):
    world.say(Neighbour, "a", interface="to-z-c1", peer_router="elsewhere", peer_interface="e0")
    world.after(5)
    assert world.state(LINK) == "up"
    (found,) = world.graph.inconsistencies
    assert (found.id, found.detail) == ("wiring:c1", "a:to-z-c1 hears 'elsewhere' instead of z")


def test_link_is_down_when_both_ends_hear_another_router(world):
    world.say(Neighbour, "a", interface="to-z-c1", peer_router="elsewhere", peer_interface="e0")
    world.say(Neighbour, "z", interface="to-a-c1", peer_router="elsewhere", peer_interface="e1")
    assert world.state(LINK) == "down"
    assert world.graph.link_status(LINK).cause.startswith("miswired: ")


@pytest.mark.parametrize(
    ("router", "port"), [("z", "to-a-c1"), ("Z.example.net", "to-a-c1"), ("z", "531"), ("z", None)]
)
def test_neighbour_by_its_domain_name_or_an_index_for_its_port_agrees(world, router, port):
    world.say(Neighbour, "a", interface="to-z-c1", peer_router=router, peer_interface=port)
    world.after(5)
    assert world.graph.inconsistencies == ()


def test_crossed_parallel_circuits_are_inconsistencies_but_carry_traffic():
    world = Telemetry(backbone(circuit("c1", "a", "z"), circuit("c2", "a", "z"))).all_up()
    world.say(Neighbour, "a", interface="to-z-c1", peer_router="z", peer_interface="to-a-c2")
    world.say(Neighbour, "z", interface="to-a-c1", peer_router="a", peer_interface="to-z-c2")
    world.after(5)
    assert [found.id for found in world.graph.inconsistencies] == ["wiring:c1"]
    assert world.state(LINK) == "up"


# Contradictions


def test_ends_that_disagree_are_listed_only_after_a_while(world):
    world.oper(*A, "DOWN")
    world.after(4)
    assert world.graph.inconsistencies == ()
    world.after(1)
    (found,) = world.graph.inconsistencies
    assert found.detail == "a:to-z-c1 reports DOWN, but z:to-a-c1 reports UP"
    assert "inconsistency" in event_types(world)
    world.oper(*Z, "DOWN")
    assert world.graph.inconsistencies == ()


def test_difference_in_capacity_is_listed(world):
    world.say(InterfaceSpeed, "a", interface="to-z-c1", speed_bps=40 * S, source="port_speed")
    world.after(5)
    (found,) = world.graph.inconsistencies
    assert found.id == "capacity:c1"
    assert found.detail == "a says 40000000000 bit/s; the inventory says 100000000000 bit/s"


# Holds


def test_link_that_was_down_comes_back_after_its_hold(world):
    world.oper(*A, "DOWN")
    world.oper(*A, "UP")
    assert world.graph.link_status(LINK).held_until_ns == world.now_ns + 10 * S
    world.after(9)
    assert world.state(LINK) == "down"
    world.after(1)
    assert world.state(LINK) == "up"
    assert world.graph.link_status(LINK).held_until_ns is None


def test_hold_applies_to_a_link_first_seen_down():
    world = Telemetry(backbone(circuit("c1", "a", "z")))
    for router in ("a", "z"):
        world.phase(router, "synced")
    world.oper(*Z)
    world.oper(*A, "DOWN")
    world.oper(*A, "UP")
    assert world.state(LINK) == "down"


def test_flap_between_two_publications_is_still_a_fall(world):
    world.oper(*A, "DOWN")
    world.oper(*A, "UP")
    assert event_types(world) == ["link_down", "link_down"]


@pytest.mark.parametrize("leaves", [LagMembers, Removed])
def test_port_that_left_a_group_triggers_its_circuit_no_more(group, monkeypatch, leaves):
    judged = []
    judge = Circuits._judge
    monkeypatch.setattr(
        Circuits, "_judge", lambda self, circuit, now: (judged.append(circuit), judge(self, circuit, now))
    )
    group.say(LagMembers, "a", interface="to-z-c1", members=("m1", "m2", "spare"))
    judged.clear()
    group.oper("a", "spare")
    assert judged == [0]
    if leaves is LagMembers:
        group.say(LagMembers, "a", interface="to-z-c1", members=("m1", "m2"))
    else:
        group.say(Removed, "a", interface="to-z-c1", kind="LagMembers")
    judged.clear()
    group.oper("a", "spare", "DOWN")
    assert judged == []
    group.oper("a", "m1", "DOWN")
    assert judged == [0]
