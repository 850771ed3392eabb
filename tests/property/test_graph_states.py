"""At every moment of any history, a link's state is what its ends make of it, or a hold on top."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.telemetry import START_NS, S, Telemetry, backbone, circuit
from tests.oracles.link_state import Heard, circuit_state, last_word
from topology.snapshot import LinkState

ENDS = {"a": "to-z-c1", "z": "to-a-c1"}
ROUTERS = st.sampled_from(sorted(ENDS))
ACTIONS = st.one_of(
    st.tuples(
        st.just("phase"),
        ROUTERS,
        st.sampled_from(["synced", "synced", "silent", "unreachable", "connecting"]),
    ),
    st.tuples(st.just("oper"), ROUTERS, st.sampled_from(["UP", "UP", "UP", "DOWN", "LOWER_LAYER_DOWN"])),
    st.tuples(st.just("life"), ROUTERS, st.just("")),
    st.tuples(st.just("wait"), st.just(""), st.sampled_from([1, 5, 10, 29, 30, 31, 60, 400])),
)


def act(world: Telemetry, history: list[Heard], action: tuple[str, str, str | int]) -> None:
    kind, router, what = action
    now_s = (world.now_ns - START_NS) / S
    if kind == "phase":
        world.phase(router, str(what))
        history.append(Heard(now_s, router, phase=str(what)))
    elif kind == "oper":
        world.oper(router, ENDS[router], str(what))
        history.append(Heard(now_s, router, oper_status=str(what)))
    elif kind == "life":
        world.measure(router, "optics", "x", temp_c=1)
        history.append(Heard(now_s, router))
    else:
        world.now_ns += int(what) * S
    world.graph.advance(world.now_ns)
    world.graph.publish(world.now_ns)


@settings(max_examples=300, deadline=None)
@given(st.lists(ACTIONS, max_size=40))
def test_state_is_the_worse_of_both_ends_or_a_hold(actions: list[tuple[str, str, str | int]]) -> None:
    world, history = Telemetry(backbone(circuit("c1", "a", "z"))), []
    for action in actions:
        act(world, history, action)
        expected = circuit_state(history, ("a", "z"), (world.now_ns - START_NS) / S)
        status = world.graph.link_status("c1:az")
        published = world.graph.snapshot.state
        assert published[0] == published[1] == status.state
        if status.held_until_ns is not None:
            assert status.held_until_ns > world.now_ns
            assert status.state is LinkState.DOWN
            assert expected is not LinkState.DOWN
        elif status.state != expected:
            # An end that is heard but has not spoken for a minute is no better than a silent one.
            assert None in (last_word(history, "a"), last_word(history, "z"))
            assert (expected, status.state) == (LinkState.UNCONFIRMED, LinkState.STALE)
