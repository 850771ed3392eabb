"""When the graph publishes, and what it says then."""

import numpy as np
import pytest

from tests.kit.telemetry import START_NS, S, Telemetry, backbone, circuit
from topology import Publication, Snapshot
from topology.observation import InterfaceSpeed

G = S
A = "to-z-c1"


@pytest.fixture
def world() -> Telemetry:
    world = Telemetry(backbone(circuit("c1", "a", "z"), circuit("c2", "a", "z"))).all_up()
    world.measure("a", "ifrate", A, out_bps=30 * G)
    world.measure("a", "link_latency", A, latency_us=1000, loss_ppm=0)
    tick(world)
    return world


def tick(world: Telemetry, ms: int = 100) -> Publication | None:
    world.now_ns += ms * S // 1000
    world.graph.advance(world.now_ns)
    return world.graph.publish(world.now_ns)


@pytest.mark.parametrize(
    ("measurement", "field", "inside", "outside"),
    [
        ("ifrate", "out_bps", 31 * G, 31 * G + 1),
        ("link_latency", "latency_us", 1010, 1011),
        ("link_latency", "loss_ppm", 10, 11),
    ],
)
def test_metric_is_published_only_beyond_its_dead_band(world, measurement, field, inside, outside):
    world.measure("a", measurement, A, **{field: inside})
    assert tick(world) is None
    world.measure("a", measurement, A, **{field: outside})
    publication = tick(world)
    assert publication is not None
    assert not publication.structural
    (event,) = publication.events
    assert event.type == "metric_changed"
    assert event.links[0] == "c1:az"
    assert publication.snapshot.structure_version < publication.snapshot.version


def test_dead_band_of_a_long_delay_is_one_per_cent(world):
    world.measure("a", "link_latency", A, latency_us=50_000)
    tick(world)
    world.measure("a", "link_latency", A, latency_us=50_500)
    assert tick(world) is None
    world.measure("a", "link_latency", A, latency_us=50_501)
    assert tick(world) is not None


def test_small_steps_add_up(world):
    for step in range(1, 20):
        world.measure("a", "ifrate", A, out_bps=30 * G + step * G // 10)
        publication = tick(world)
        assert (publication is not None) == (step == 11)


def test_metrics_are_published_at_most_ten_times_a_second(world):
    versions = 0
    for i in range(100):
        world.measure("a", "ifrate", A, out_bps=(30 + 5 * (i % 11)) * G)
        versions += tick(world, ms=10) is not None
    assert versions == 10


def test_structural_change_does_not_wait_for_the_metrics_turn(world):
    world.measure("a", "ifrate", A, out_bps=60 * G)
    assert tick(world) is not None
    world.oper("a", A, "DOWN")
    publication = world.graph.publish(world.now_ns)
    assert publication is not None
    assert publication.structural


def test_moved_metrics_that_were_not_due_come_with_the_next_structural_change(world):
    world.measure("a", "ifrate", A, out_bps=60 * G)
    tick(world)
    world.measure("a", "ifrate", A, out_bps=80 * G)
    assert tick(world, ms=10) is None
    world.oper("a", "to-z-c2", "DOWN")
    publication = world.graph.publish(world.now_ns)
    assert publication is not None
    assert {event.type for event in publication.events} == {"link_down", "metric_changed"}
    assert publication.snapshot.used_bps[0] == 80 * G


def test_ages_are_renewed_though_no_value_moves(world):
    published = world.graph.snapshot.version
    for _ in range(6):
        world.now_ns += S
        world.measure("a", "ifrate", A, out_bps=30 * G)
        world.graph.advance(world.now_ns)
        publication = world.graph.publish(world.now_ns)
    assert world.graph.snapshot.version == published + 1
    assert publication is None or publication.events == ()
    assert world.graph.snapshot.used_bps_observed_at_ns[0] > START_NS + 4 * S


def test_earlier_snapshots_never_change(world):
    before = world.graph.snapshot
    copy = {name: getattr(before, name).copy() for name in Snapshot.array_names()}
    world.oper("a", A, "DOWN")
    world.say(InterfaceSpeed, "a", interface="to-z-c2", speed_bps=10 * G, source="port_speed")
    world.measure("a", "ifrate", A, out_bps=1)
    for _ in range(400):
        tick(world, ms=1000)
    assert all(np.array_equal(getattr(before, name), copy[name]) for name in copy)
    with pytest.raises(ValueError, match="read-only"):
        before.state[0] = 0


def test_structure_arrays_are_shared_between_snapshots(world):
    before = world.graph.snapshot
    world.oper("a", A, "DOWN")
    world.graph.publish(world.now_ns)
    assert world.graph.snapshot.tail is before.tail
    assert world.graph.snapshot.link_ids is before.link_ids


def test_state_that_is_back_before_anyone_was_told_is_no_event(world):
    world.phase("a", "unreachable")
    world.phase("a", "synced")
    publication = world.graph.publish(world.now_ns)
    assert publication is not None
    assert not publication.structural
    assert {event.type for event in publication.events} == {"router_silent", "router_back"}


def test_link_versions_say_in_which_version_each_link_last_changed(world):
    snapshot = world.graph.snapshot
    seen = snapshot.version
    world.oper("a", "to-z-c2", "DOWN")
    world.graph.publish(world.now_ns)
    changed = [snapshot.link_ids[i] for i in np.flatnonzero(world.graph.link_versions > seen)]
    assert changed == ["c2:az", "c2:za"]


def test_every_event_has_an_id_of_its_own_within_its_version(world):
    world.oper("a", A, "DOWN")
    world.oper("a", "to-z-c2", "DOWN")
    publication = world.graph.publish(world.now_ns)
    assert publication is not None
    version = publication.snapshot.version
    assert [event.id for event in publication.events] == [f"test/{version}/{n}" for n in range(4)]


def test_next_due_is_the_next_moment_at_which_something_changes_by_itself():
    world = Telemetry(backbone(circuit("c1", "a", "z"))).all_up()
    start_ns = world.now_ns
    assert world.graph.next_due_ns() == start_ns + 30 * S
    world.oper("a", A, "DOWN")
    world.oper("a", A, "UP")
    world.graph.publish(world.now_ns)
    assert world.graph.next_due_ns() == start_ns + 10 * S


def test_waiting_for_what_is_due_misses_nothing_and_never_spins():
    lazy = Telemetry(backbone(circuit("c1", "a", "z"))).all_up()
    lazy.measure("a", "ifrate", A, out_bps=30 * G)
    lazy.oper("a", A, "DOWN")
    lazy.oper("a", A, "UP")
    lazy.graph.publish(lazy.now_ns)
    seen, steps = [], 0
    while lazy.now_ns < START_NS + 200 * S:
        due_ns = lazy.graph.next_due_ns()
        assert due_ns > lazy.now_ns
        lazy.now_ns = due_ns
        steps += 1
        lazy.graph.advance(lazy.now_ns)
        publication = lazy.graph.publish(lazy.now_ns)
        seen += [(e.type, (lazy.now_ns - START_NS) / S) for e in publication.events] if publication else []
    times = {(kind, at) for kind, at in seen if kind.startswith(("link", "router"))}
    assert times == {("link_up", 10), ("link_unconfirmed", 30), ("router_silent", 30), ("link_stale", 90)}
    assert steps < 200


def test_health_tells_blind_from_degraded_from_ok():
    world = Telemetry(backbone(circuit("c1", "a", "z")))
    assert (world.graph.health.state, world.graph.health.blind_since_ns) == ("blind", START_NS)
    world.all_up()
    assert world.graph.health.state == "ok"
    world.phase("a", "unreachable")
    assert world.graph.health.state == "degraded"
    world.after(7)
    world.phase("z", "unreachable")
    assert (world.graph.health.state, world.graph.health.blind_since_ns) == ("blind", world.now_ns)
