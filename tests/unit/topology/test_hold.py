"""The hold of a circuit: its length by what came before."""

from topology.hold import Hold
from topology.settings import TopologySettings

S = 1_000_000_000


def fall_and_rise(hold: Hold, at_s: int) -> int:
    """Return how many seconds the hold lasts that a fall and rise at this second start."""
    hold.fall(at_s * S)
    hold.rise(at_s * S)
    assert hold.until_ns is not None
    return hold.until_ns // S - at_s


def test_hold_doubles_with_every_flap_up_to_its_maximum():
    hold = Hold(TopologySettings())
    assert [fall_and_rise(hold, second) for second in range(7)] == [10, 20, 40, 80, 160, 300, 300]


def test_fall_soon_after_the_release_doubles_too():
    hold = Hold(TopologySettings())
    fall_and_rise(hold, 0)
    assert not hold.release(9 * S)
    assert hold.release(10 * S)
    assert fall_and_rise(hold, 300) == 20


def test_peace_for_long_enough_is_forgiven():
    hold = Hold(TopologySettings())
    fall_and_rise(hold, 0)
    fall_and_rise(hold, 1)
    assert hold.release(21 * S)
    assert fall_and_rise(hold, 21 + 600) == 10


def test_flapping_within_the_next_hold_goes_on_doubling_after_a_long_peace():
    hold = Hold(TopologySettings())
    fall_and_rise(hold, 0)
    assert hold.release(10 * S)
    assert [fall_and_rise(hold, second) for second in (1000, 1001, 1002)] == [10, 20, 40]


def test_lengths_are_settings():
    hold = Hold(TopologySettings(hold_s=2, hold_max_s=3))
    assert [fall_and_rise(hold, second) for second in range(3)] == [2, 3, 3]
