"""Whatever happens in whatever order: each fault is in one alert, and every alert that fired is ended."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.alerting import CIRCUITS, World, small_inventory

ROUTERS = ("a-r1", "b-r1", "c-r1", "d-r1")
STEPS = st.one_of(
    st.tuples(
        st.just("set"),
        st.sampled_from(sorted(CIRCUITS)),
        st.sampled_from(["down", "up", "unconfirmed", "stale", "drained"]),
    ),
    st.tuples(
        st.just("link"),
        st.sampled_from([f"{c}:{d}" for c in sorted(CIRCUITS) for d in ("az", "za")]),
        st.sampled_from(["down", "up"]),
    ),
    st.tuples(
        st.just("phase"),
        st.sampled_from(ROUTERS),
        st.sampled_from(["connecting", "syncing", "synced", "silent", "unreachable"]),
    ),
    st.tuples(st.just("wait"), st.integers(0, 8000), st.none()),
    st.tuples(st.just("restart"), st.integers(0, 60_000), st.none()),
)
LINK_RULES = {"link_down", "circuit_down", "srlg_down", "router_unreachable"}


def act(world: World, step: tuple[str, str | int, str | None]) -> None:
    match step:
        case ("set", str(circuit), str(state)):
            world.set(circuit, state=state)
        case ("link", str(link), str(state)):
            world.set_link(link, state)
        case ("phase", str(router), phase):
            world.phase(router, phase)  # type: ignore[arg-type]
        case ("wait", int(ms), _):
            world.wait(ms)
        case ("restart", int(ms), _):
            world.restart(outage_ms=ms)


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=30))
def test_each_fallen_link_is_in_exactly_one_alert_and_all_alerts_end(steps) -> None:  # type: ignore[no-untyped-def]
    world = World(small_inventory())
    history: list[tuple[str, str, int]] = []
    for step in steps:
        before = len(world.outbox.put_records)
        act(world, step)
        start = 0 if step[0] == "restart" else before
        history += [(r.alert.id, r.alert.state, r.revision) for r in world.outbox.put_records[start:]]
    seen = len(world.outbox.put_records)
    world.wait(1000)  # past the grouping window: everything that is down is told
    down = {link for link, state in world.states.items() if state == "down"}
    told = Counter(link for a in world.firing().values() if a.rule in LINK_RULES for link in a.links)
    assert set(told) >= down
    assert set(told.values()) <= {1}
    keys = [(a.rule, a.subject) for a in world.firing().values()]
    assert len(keys) == len(set(keys))

    for router in ROUTERS:
        world.phase(router, "synced")
    world.set(*CIRCUITS, state="up")
    world.wait(120_000)
    assert world.firing() == {}
    assert world.manager.next_due_ns() is None
    history += [(r.alert.id, r.alert.state, r.revision) for r in world.outbox.put_records[seen:]]
    for alert in {name for name, _, _ in history}:
        states = [state for name, state, _ in history if name == alert]
        revisions = [revision for name, _, revision in history if name == alert]
        assert states == ["firing"] * (len(states) - 1) + ["resolved"]
        assert revisions == list(range(1, len(revisions) + 1))


@settings(max_examples=100, deadline=None)
@given(st.permutations(sorted(CIRCUITS)), st.lists(st.integers(0, 100), min_size=7, max_size=7))
def test_order_of_falls_within_the_window_does_not_matter(order: list[str], pauses: list[int]) -> None:
    world = World(small_inventory())
    for circuit, pause_ms in zip(order, pauses, strict=True):
        world.set(circuit)
        world.wait(pause_ms)
    world.wait(2000)
    together = World(small_inventory())
    together.set(*order)
    together.wait(2000)
    assert set(world.firing()) == set(together.firing())
