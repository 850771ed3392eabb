"""A run beside an earlier one."""

from bench.compare import changes
from bench.measure import Figures
from bench.record import Row


def row(ours_us: float, peer_us: float | None, *, question: str = "one pair", spread: float = 0.0) -> Row:
    ours = Figures(ours_us, ours_us, ours_us, 100, spread)
    theirs = None if peer_us is None else Figures(peer_us, peer_us, peer_us, 100, spread)
    peer = None if peer_us is None else "peer"
    ratio = None if peer_us is None else peer_us / ours_us
    return Row(question, "graph", 2, 2, ours, "path", peer, theirs, "path", ratio, None, 20, 0, "")


def test_what_the_machine_lost_is_no_change_of_ours() -> None:
    (change,) = changes([row(1.0, 10.0)], [row(2.0, 20.0)])
    assert change.factor == 1.0
    assert change.verdict == "~"


def test_what_ours_gained_and_lost_is_said() -> None:
    old = [row(2.0, 10.0), row(2.0, 10.0, question="widest")]
    new = [row(1.0, 10.0), row(4.0, 10.0, question="widest")]
    assert [change.verdict for change in changes(old, new)] == ["faster", "slower"]


def test_what_is_within_the_spread_of_the_rounds_is_noise() -> None:
    (change,) = changes([row(2.0, 10.0, spread=0.6)], [row(1.0, 10.0, spread=0.6)])
    assert change.verdict == "~"


def test_only_what_both_runs_asked_is_compared() -> None:
    assert not list(changes([row(1.0, None)], [row(1.0, None, question="widest")]))
