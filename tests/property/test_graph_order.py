"""Whatever the order and repetition of observations, the graph ends the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.telemetry import START_NS, S, Telemetry, backbone, circuit
from topology import Snapshot
from topology.beliefs import Belief, order_of
from topology.inventory import Inventory
from topology.observation import (
    Adjacency,
    Drain,
    InterfaceSpeed,
    InterfaceState,
    LagMembers,
    Neighbour,
    Observation,
    Removed,
    TargetState,
)

WORLD = backbone(
    circuit("c1", "a", "b"),
    circuit("c2", "a", "b", a_member_interfaces=("m1", "m2"), z_member_interfaces=("n1", "n2"), min_links=2),
    circuit("c3", "b", "c"),
)
PORTS = {
    "a": ["to-b-c1", "to-b-c2", "m1", "m2", "spare"],
    "b": ["to-a-c1", "to-a-c2", "n1", "n2", "to-c-c3"],
    "c": ["to-b-c3"],
}
PHASES = ["connecting", "syncing", "synced", "synced", "silent", "unreachable"]
SPEEDS = st.sampled_from([None, 0, 50 * S, 100 * S])
FIELDS = {
    "InterfaceState": ["", "oper_status", "admin_status"],
    "InterfaceSpeed": ["", "port_speed", "native"],
    "LagMembers": ["", "members", "lag_speed_bps"],
    "Neighbour": [""],
    "Adjacency": [""],
}


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    """One of any kind; few sessions, times and numbers, so that they often collide."""
    router = draw(st.sampled_from(sorted(PORTS)))
    head = {
        "router": router,
        "session": draw(st.integers(1, 2)),
        "seq": draw(st.integers(0, 3)),
        "observed_at_ns": START_NS + draw(st.integers(-2, 2)) * S,
        "received_at_ns": START_NS + draw(st.integers(0, 5)) * S,
    }
    port = {**head, "interface": draw(st.sampled_from(PORTS[router]))}
    peer = draw(
        st.sampled_from([(None, None), ("a", "m1"), ("b", "to-a-c1"), ("b.example", "7"), ("x", "e0")])
    )
    status = draw(st.sampled_from([None, "UP", "UP", "DOWN", "LOWER_LAYER_DOWN"]))
    kind = draw(st.sampled_from(sorted(FIELDS)))
    members = draw(st.sampled_from([None, (), ("m1",), ("m1", "m2"), ("n1", "n2"), ("m1", "spare")]))
    choices = [
        TargetState(**head, state=draw(st.sampled_from(PHASES))),
        InterfaceState(**port, oper_status=status, admin_status=draw(st.sampled_from([None, "UP", "DOWN"]))),
        InterfaceSpeed(
            **port, speed_bps=draw(SPEEDS), source=draw(st.sampled_from(["port_speed", "native"]))
        ),
        LagMembers(**port, members=members, lag_speed_bps=draw(SPEEDS)),
        Neighbour(**port, peer_router=peer[0], peer_interface=peer[1]),
        Adjacency(**port, level=draw(st.integers(1, 2)), up=draw(st.booleans())),
        Removed(**port, kind=kind, field=draw(st.sampled_from(FIELDS[kind]))),
        Drain(
            **{**head, "router": ""},
            id=draw(st.sampled_from(["a", "c1"])),
            drained=draw(st.booleans()),
            by="x",
        ),
    ]
    return draw(st.sampled_from(choices))


def all_up() -> list[Observation]:
    """Every router in sync and every circuit's interface UP, older than what `observations` makes."""
    old = {"session": 0, "seq": 0, "observed_at_ns": START_NS, "received_at_ns": START_NS}
    ends = [end for c in WORLD.circuits for end in ((c.a, c.a_interface), (c.z, c.z_interface))]
    return [
        *(TargetState(router=router, state="synced", **old) for router in PORTS),
        *(InterfaceState(router=r, interface=i, oper_status="UP", admin_status="UP", **old) for r, i in ends),
    ]


def settle(observed: list[Observation], inventory: Inventory = WORLD) -> Telemetry:
    """A graph that observed these, published now and then, and then had peace until every hold has ended."""
    world = Telemetry(inventory, sample_interval_s=60)
    for i, observation in enumerate(observed):
        world.graph.observe(observation)
        if i % 3 == 0:
            world.graph.publish(START_NS)
    for seconds in range(150, 1050, 150):  # within three intervals, beyond every hold
        world.now_ns = START_NS + seconds * S
        world.hear()
        world.graph.advance(world.now_ns)
        world.graph.publish(world.now_ns)
    return world


def assert_same(one: Telemetry, other: Telemetry) -> None:
    mine, theirs = one.graph.snapshot, other.graph.snapshot
    for name in Snapshot.array_names():
        assert getattr(mine, name).tolist() == getattr(theirs, name).tolist(), name
    for link in mine.link_ids:
        left, right = one.graph.link_status(link), other.graph.link_status(link)
        assert (left.state, left.a, left.z) == (right.state, right.a, right.z)
    assert one.graph.router_states == other.graph.router_states
    findings = [{(i.id, i.detail) for i in world.graph.inconsistencies} for world in (one, other)]
    assert findings[0] == findings[1]
    assert one.graph.health.state == other.graph.health.state


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_order_and_repetition_gives_the_same_graph(data: st.DataObject) -> None:
    start = data.draw(st.sampled_from([[], all_up()]))
    observed = start + data.draw(st.lists(observations(), max_size=40))
    repeated = observed + data.draw(
        st.lists(st.sampled_from(observed), max_size=10) if observed else st.just([])
    )
    shuffled = data.draw(st.permutations(repeated))
    assert_same(settle(observed), settle(shuffled))


@settings(max_examples=100, deadline=None)
@given(st.lists(observations(), max_size=60))
def test_published_snapshot_is_what_a_rebuild_from_the_same_observations_gives(
    observed: list[Observation],
) -> None:
    newest_first = sorted(observed, key=lambda o: (o.session, o.observed_at_ns, o.seq), reverse=True)
    assert_same(settle(observed), settle(newest_first))


def test_control_a_graph_that_believes_the_last_arrival_is_found_out(monkeypatch) -> None:
    def believe_the_last(register, key, observation, value):
        register[key] = Belief(order_of(observation), value, observation.received_at_ns)
        return True

    up = all_up()
    down = Telemetry(WORLD).make(InterfaceState, "c", interface="to-b-c3", session=9, oper_status="DOWN")
    assert_same(settle([*up, down]), settle([down, *up]))
    monkeypatch.setattr("topology.beliefs._newer", believe_the_last)
    with pytest.raises(AssertionError):
        assert_same(settle([*up, down]), settle([down, *up]))
