"""The live graph: what becomes of a circuit by what its ends say."""

import pytest

from tests.kit.telemetry import Telemetry, backbone, circuit
from topology import Inventory, LiveGraph, TopologySettings, ends
from topology.snapshot import LinkState

LINK = "c1:az"


@pytest.fixture
def world() -> Telemetry:
    return Telemetry(backbone(circuit("c1", "a", "z")))


def test_there_is_a_snapshot_from_the_start_and_nothing_in_it_is_up(world):
    snapshot = world.graph.snapshot
    assert (snapshot.version, snapshot.structure_version) == (1, 1)
    assert snapshot.state.tolist() == [LinkState.UNCONFIRMED, LinkState.UNCONFIRMED]
    assert snapshot.latency_us.tolist() == [1000, 1000]


def test_link_nobody_speaks_of_is_stale_after_the_grace(world):
    world.after(59, hearing=False)
    assert world.state(LINK) == "unconfirmed"
    world.after(1, hearing=False)
    assert world.state(LINK) == "stale"


def test_link_needs_both_ends(world):
    for router in ("a", "z"):
        world.phase(router, "synced")
    world.oper("a", "to-z-c1")
    assert world.state(LINK) == "unconfirmed"
    world.oper("z", "to-a-c1")
    assert world.state(LINK) == "up"


def test_first_sight_of_an_up_link_needs_no_hold(world):
    world.all_up()
    assert world.graph.snapshot.state.tolist() == [LinkState.UP, LinkState.UP]


def assert_a_mute_and_z_up_is_unconfirmed() -> None:
    world = Telemetry(backbone(circuit("c1", "a", "z"))).all_up()
    world.phase("a", "unreachable")
    assert world.state(LINK) == "unconfirmed"


def assert_a_down_and_z_up_is_down() -> None:
    world = Telemetry(backbone(circuit("c1", "a", "z"))).all_up()
    world.oper("a", "to-z-c1", "DOWN")
    assert world.state(LINK) == "down"


def test_a_mute_and_z_up_is_unconfirmed():
    assert_a_mute_and_z_up_is_unconfirmed()


def test_a_down_and_z_up_is_down():
    assert_a_down_and_z_up_is_down()


@pytest.mark.parametrize("check", [assert_a_mute_and_z_up_is_unconfirmed, assert_a_down_and_z_up_is_down])
def test_control_without_the_both_ends_rule_the_checks_fail(check, monkeypatch):
    def one_end_is_enough(a, z):
        heard = [end for end in (a, z) if end.word == "up" and end.heard is LinkState.UP]
        return (LinkState.UP, "one end says so") if heard else (LinkState.UNCONFIRMED, "no end says so")

    monkeypatch.setattr(ends, "both_ends", one_end_is_enough)
    with pytest.raises(AssertionError):
        check()


def test_structural_change_is_published_at_once_with_its_events(world):
    world.all_up()
    before = world.graph.snapshot
    world.oper("a", "to-z-c1", "DOWN")
    publication = world.graph.publish(world.now_ns)
    assert publication is not None
    assert publication.structural
    assert publication.snapshot.structure_version == publication.snapshot.version == before.version + 1
    assert before.state.tolist() == [LinkState.UP, LinkState.UP]
    assert [(e.type, e.link, e.before, e.after) for e in publication.events] == [
        ("link_down", "c1:az", "up", "down"),
        ("link_down", "c1:za", "up", "down"),
    ]
    assert publication.events[0].cause == "a:to-z-c1 reports DOWN"
    assert publication.events[0].id == f"test/{publication.snapshot.version}/0"
    assert publication.events[0].at == "2027-01-15T08:00:00.000Z"


def test_nothing_is_published_while_nothing_moves(world):
    world.all_up()
    assert world.graph.publish(world.now_ns) is None


def test_backbone_without_circuits_has_an_empty_snapshot():
    inventory = Inventory(name="empty", sites=(), routers=(), circuits=())
    graph = LiveGraph(inventory, TopologySettings(), epoch="e", now_ns=0)
    graph.advance(1)
    assert graph.publish(1) is None
    assert graph.snapshot.link_ids == ()
    assert graph.snapshot.node_first.tolist() == [0]
