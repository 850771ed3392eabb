"""Alerts: one a cause, widened in place, always ended."""

import msgspec
import pytest

from suanlu.times import parse_rfc3339
from tests.kit.alerting import World, small_inventory


@pytest.fixture
def world() -> World:
    return World(small_inventory())


def test_circuit_that_falls_is_one_alert_with_its_two_links(world: World) -> None:
    world.set("b-c-1")
    assert world.told() == []
    world.wait(1000)
    (alert,) = world.firing().values()
    assert (alert.rule, alert.subject.id, alert.severity) == ("circuit_down", "b-c-1", "warning")
    assert alert.links == ("b-c-1:az", "b-c-1:za")
    assert world.told() == ["firing circuit_down b-c-1"]


def test_one_direction_down_is_a_link_alert(world: World) -> None:
    world.set_link("b-c-1:za", "down")
    world.wait(1000)
    assert list(world.firing()) == ["link_down b-c-1:za"]


def test_resolution_is_told_with_the_same_identity(world: World) -> None:
    world.set("b-c-1")
    world.wait(1000)
    (fired,) = world.firing().values()
    world.set("b-c-1", state="up")
    (resolved,) = world.manager.alerts()
    assert resolved.state == "resolved"
    assert (resolved.id, resolved.fingerprint, resolved.since) == (fired.id, fired.fingerprint, fired.since)
    assert world.told() == ["firing circuit_down b-c-1", "resolved circuit_down b-c-1"]


def test_what_is_over_within_the_window_is_never_told(world: World) -> None:
    world.set("b-c-1")
    world.wait(400)
    world.set("b-c-1", state="up")
    world.wait(60_000)
    assert world.told() == []
    assert world.manager.next_due_ns() is None


def test_circuits_of_a_group_that_fall_together_are_one_alert(world: World) -> None:
    for circuit in ("a-b-1", "a-b-2", "a-c-1"):
        world.set(circuit)
        world.wait(100)
    world.wait(1000)
    alert = world.firing()["srlg_down duct:north"]
    assert [child.id for child in alert.children] == ["a-b-1", "a-b-2", "a-c-1"]
    assert "3 of its 3 circuits fell within 200 ms" in alert.cause
    assert world.told() == ["firing srlg_down duct:north", "firing site_cut_off a"]


def test_fired_circuit_alert_is_widened_not_doubled(world: World) -> None:
    world.set("a-b-1")
    world.wait(1500)
    (first,) = world.firing().values()
    world.set("a-b-2")
    world.wait(1000)
    (wider,) = world.firing().values()
    assert (wider.rule, wider.id, wider.since) == ("srlg_down", first.id, first.since)
    assert world.told() == ["firing circuit_down a-b-1", "firing srlg_down duct:north"]
    body = msgspec.json.decode(world.outbox.bodies[-1]["noc"])
    assert body["status"] == "firing"
    assert [(a["status"], a["labels"]["alertname"]) for a in body["alerts"]] == [
        ("firing", "SrlgDown"),
        ("resolved", "CircuitDown"),
    ]
    assert body["alerts"][1]["fingerprint"] == first.fingerprint
    assert body["groupKey"] == msgspec.json.decode(world.outbox.bodies[0]["noc"])["groupKey"]


def test_circuits_that_fall_far_apart_are_two_alerts(world: World) -> None:
    world.set("a-b-1")
    world.wait(3100)
    world.set("a-b-2")
    world.wait(1000)
    assert set(world.firing()) == {"circuit_down a-b-1", "circuit_down a-b-2"}


def test_group_alert_lasts_until_its_last_circuit_is_up(world: World) -> None:
    world.set("a-b-1", "a-b-2")
    world.wait(1000)
    world.set("a-b-1", state="up")
    world.wait(10_000)
    alert = world.firing()["srlg_down duct:north"]
    assert [child.id for child in alert.children] == ["a-b-2"]
    assert alert.links == ("a-b-2:az", "a-b-2:za")
    world.set("a-b-2", state="up")
    assert world.told() == ["firing srlg_down duct:north", "resolved srlg_down duct:north"]


def test_router_that_dies_is_one_alert_over_its_circuits(world: World) -> None:
    world.phase("a-r1", "unreachable")
    world.set("a-b-1", "a-b-2", "a-c-1")
    world.wait(1000)
    alert = world.firing()["router_unreachable a-r1"]
    assert {child.id for child in alert.children} == {"a-b-1", "a-b-2", "a-c-1"}
    assert world.told() == ["firing router_unreachable a-r1", "firing site_cut_off a"]
    assert "router a-r1" in world.firing()["site_cut_off a"].cause


def test_router_alert_takes_over_from_circuits_that_fell_before_its_stream_was_lost(world: World) -> None:
    world.set("c-d-1", "c-d-2")
    world.wait(1000)
    group = world.firing()["srlg_down duct:east"]
    world.phase("d-r1", "unreachable")
    world.wait(1000)
    router = world.firing()["router_unreachable d-r1"]
    assert router.id == group.id
    assert set(world.firing()) == {"router_unreachable d-r1", "site_cut_off d"}


def test_router_behind_a_wider_cut_is_a_child_of_it(world: World) -> None:
    world.set("c-d-1", "c-d-2", "b-c-2")
    world.phase("d-r1", "unreachable")
    world.wait(10_000)
    assert set(world.firing()) == {"srlg_down duct:east", "site_cut_off d"}
    children = world.firing()["srlg_down duct:east"].children
    assert [child.id for child in children] == ["b-c-2", "c-d-1", "c-d-2", "d-r1"]


def test_router_that_is_back_keeps_its_links_while_they_recover(world: World) -> None:
    world.phase("a-r1", "unreachable")
    world.set("a-b-1", "a-b-2", "a-c-1")
    world.wait(1000)
    world.phase("a-r1", "connecting")
    world.phase("a-r1", "synced")
    world.wait(5000)
    assert "router_unreachable a-r1" in world.firing()
    world.set("a-b-1", "a-b-2", "a-c-1", state="up")
    assert world.firing() == {}
    assert world.told()[-2:] == ["resolved router_unreachable a-r1", "resolved site_cut_off a"]


def test_link_that_stays_down_after_the_router_is_back_is_its_own_alert(world: World) -> None:
    world.phase("a-r1", "unreachable")
    world.set("a-b-1", "a-b-2", "a-c-1")
    world.wait(1000)
    world.phase("a-r1", "synced")
    world.set("a-b-1", "a-b-2", state="up")
    world.wait(62_000)
    assert list(world.firing()) == ["circuit_down a-c-1"]


def test_silent_router_whose_neighbours_see_its_links_up_is_only_blind(world: World) -> None:
    world.phase("a-r1", "silent")
    world.set("a-b-1", "a-b-2", "a-c-1", state="unconfirmed")
    world.wait(4900)
    assert world.told() == []
    world.wait(200)
    assert list(world.firing()) == ["telemetry_silent a-r1"]
    assert "3 of its 3 circuits" in world.firing()["telemetry_silent a-r1"].cause
    world.phase("a-r1", "connecting")
    assert list(world.firing()) == ["telemetry_silent a-r1"]
    world.phase("a-r1", "synced")
    assert world.told() == ["firing telemetry_silent a-r1", "resolved telemetry_silent a-r1"]


def test_silent_router_that_proves_dead_is_widened(world: World) -> None:
    world.phase("a-r1", "silent")
    world.wait(6000)
    silent = world.firing()["telemetry_silent a-r1"]
    world.set("a-b-1", "a-b-2", "a-c-1")
    world.wait(1000)
    assert world.firing()["router_unreachable a-r1"].id == silent.id


def test_restart_does_not_fire_again_and_resolves_the_same_alert(world: World) -> None:
    world.set("a-b-1", "a-b-2")
    world.wait(1000)
    (fired,) = world.firing().values()
    world.restart(outage_ms=30_000)
    world.wait(10_000)
    assert world.outbox.put_records == []
    assert [a.id for a in world.firing().values()] == [fired.id]
    world.set("a-b-1", "a-b-2", state="up")
    (record,) = world.outbox.put_records
    assert (record.alert.id, record.alert.state) == (fired.id, "resolved")
    assert record.alert.fingerprint == fired.fingerprint


def test_map_of_an_alert_is_of_when_it_had_just_fired(world: World) -> None:
    world.set("a-b-1")
    world.wait(1000)
    fired_ns = world.now_ns
    (fired,) = world.firing().values()
    world.wait(500)
    world.set("a-b-2")  # the duct is a wider cause of the same alert
    world.wait(1000)
    world.restart(outage_ms=30_000)
    (alert,) = world.firing().values()
    assert (alert.id, alert.rule) == (fired.id, "srlg_down")
    for told in (fired, alert):
        at = told.map_url.partition("#at=")[2].partition("&")[0]
        assert parse_rfc3339(at) - fired_ns == 1_000_000_000


def test_an_alert_about_a_router_that_left_the_inventory_ends(world: World) -> None:
    world.phase("d-r1", "silent")
    world.wait(6000)
    assert list(world.firing()) == ["telemetry_silent d-r1"]
    left = [circuit for circuit in world.inventory.circuits if "d-r1" not in (circuit.a, circuit.z)]
    world.inventory = msgspec.structs.replace(
        world.inventory,
        sites=world.inventory.sites[:-1],
        routers=world.inventory.routers[:-1],
        circuits=tuple(left),
    )
    del world.routers["d-r1"]
    world.states = {f"{circuit.id}:{d}": "up" for circuit in left for d in ("az", "za")}
    world.restart(outage_ms=30_000)
    world.wait(60_000)
    assert world.firing() == {}


def test_link_that_recovered_during_the_outage_is_resolved_after_it(world: World) -> None:
    world.set("b-c-1")
    world.wait(1000)
    world.states = {}
    world.restart(outage_ms=30_000)
    (record,) = world.outbox.put_records
    assert record.alert.state == "resolved"


def test_drained_link_ends_its_alert(world: World) -> None:
    world.set("b-c-1")
    world.wait(1000)
    world.set("b-c-1", state="drained")
    assert world.firing() == {}


def test_telemetry_of_most_routers_lost_at_once_is_one_alert(world: World) -> None:
    for router in ("a-r1", "b-r1", "c-r1", "d-r1"):
        world.phase(router, "unreachable")
    world.wait(6000)
    (alert,) = world.firing().values()
    assert (alert.rule, alert.subject.kind, len(alert.children)) == ("telemetry_lost", "network", 4)
    for router in ("a-r1", "b-r1", "c-r1", "d-r1"):
        world.wait(9000)
        world.phase(router, "synced")
    assert world.told() == ["firing telemetry_lost small", "resolved telemetry_lost small"]


def test_events_of_a_version_have_ids_of_their_own(world: World) -> None:
    world.set("b-c-1", "c-d-1")
    world.wait(1000)
    assert [event.id.rpartition("/")[2] for event in world.events] == ["0", "1"]
    assert {event.version for event in world.events} == {world.version}


def test_circuits_found_down_at_the_start_are_not_said_to_have_fallen_together() -> None:
    world = World(small_inventory(), at_first="unconfirmed")
    world.set("a-b-1", "a-b-2", "c-d-1", "c-d-2", "b-c-2")
    world.set("a-c-1", "b-c-1", state="up")
    world.wait(1000)
    assert set(world.firing()) == {
        "circuit_down a-b-1",
        "circuit_down a-b-2",
        "srlg_down duct:east",  # all of its circuits are down, which is no accident
        "site_cut_off d",
    }
    assert "unknown time" in world.firing()["srlg_down duct:east"].cause


def test_router_that_is_not_watched_says_nothing_about_its_neighbour() -> None:
    world = World(small_inventory())
    world.routers["c-r1"] = "connecting"  # as routers without a target stay
    world.restart()
    world.phase("a-r1", "unreachable")
    world.set("a-b-1", "a-b-2")  # nobody is there who could tell of a-c-1
    world.wait(1000)
    assert list(world.firing()) == ["router_unreachable a-r1"]
