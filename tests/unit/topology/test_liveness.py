"""Liveness: phases of a stream in any order, and the deadlines that follow."""

from itertools import permutations

import pytest

from topology.liveness import NEVER_NS, Liveness
from topology.observation import TargetState
from topology.settings import TopologySettings
from topology.snapshot import LinkState

S = 1_000_000_000
T0 = 1000 * S


def target_state(at_s: int, state: str, session: int = 1) -> TargetState:
    at_ns = T0 + at_s * S
    return TargetState(
        router="a", session=session, seq=0, observed_at_ns=at_ns, received_at_ns=at_ns, state=state
    )


def level(liveness: Liveness, at_s: float) -> LinkState:
    liveness.advance(T0 + round(at_s * S))
    return LinkState(int(liveness.level[0]))


@pytest.fixture
def liveness() -> Liveness:
    return Liveness(("a",), TopologySettings(), T0)


def test_router_that_never_answers_is_unconfirmed_and_then_stale(liveness):
    assert level(liveness, 0) == level(liveness, 59.9) == LinkState.UNCONFIRMED
    assert level(liveness, 60) == LinkState.STALE
    assert liveness.phase(0) == ("connecting", T0)
    assert not liveness.has_synced(0)


def test_data_before_the_first_sync_does_not_make_a_router_heard(liveness):
    liveness.add_phase(0, target_state(1, "syncing"))
    liveness.hear(0, T0 + 2 * S)
    assert level(liveness, 2) == LinkState.UNCONFIRMED


@pytest.mark.parametrize("arrival", list(permutations(range(4))))
def test_lost_stream_counts_from_its_first_loss_in_any_order_of_arrival(liveness, arrival):
    told = [
        target_state(1, "synced"),
        target_state(5, "silent"),
        target_state(7, "unreachable", session=2),
        target_state(9, "connecting", session=3),
    ]
    for i in arrival:
        liveness.add_phase(0, told[i])
    assert level(liveness, 64.9) == LinkState.UNCONFIRMED
    assert level(liveness, 65) == LinkState.STALE
    assert liveness.phase(0) == ("connecting", T0 + 9 * S)


def test_older_loss_that_arrives_late_does_not_matter(liveness):
    liveness.add_phase(0, target_state(9, "synced", session=2))
    liveness.add_phase(0, target_state(5, "unreachable"))
    assert level(liveness, 10) == LinkState.UP
    assert liveness.phase(0) == ("synced", T0 + 9 * S)


def test_phase_is_since_the_first_of_its_run(liveness):
    for second in (3, 6, 9):
        liveness.add_phase(0, target_state(second, "unreachable"))
    assert liveness.phase(0) == ("unreachable", T0 + 3 * S)


def test_long_outage_is_remembered_by_its_start_and_its_end_alone(liveness):
    liveness.add_phase(0, target_state(0, "synced"))
    for second in range(1, 1000):
        liveness.add_phase(0, target_state(second, "connecting" if second % 2 else "unreachable", second))
    assert len(liveness._phases[0].unsynced) <= 64
    assert liveness.phase(0) == ("connecting", T0 + 999 * S)
    assert level(liveness, 60.9) == LinkState.UNCONFIRMED
    assert level(liveness, 61) == LinkState.STALE


def test_next_due_is_the_next_deadline(liveness):
    assert liveness.next_due_ns(T0) == T0 + 60 * S
    liveness.add_phase(0, target_state(1, "synced"))
    assert liveness.next_due_ns(T0 + S) == T0 + 31 * S
    assert liveness.next_due_ns(T0 + 31 * S) == T0 + 91 * S
    assert liveness.next_due_ns(T0 + 91 * S) == NEVER_NS
