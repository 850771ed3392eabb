"""The window of used bandwidth against the obvious percentile."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from topology.bandwidth import UsedWindow
from topology.settings import TopologySettings

S = 1_000_000_000


def nearest_rank(samples: list[int]) -> int:
    known = sorted(sample for sample in samples if sample >= 0)
    return known[math.ceil(0.95 * len(known)) - 1] if known else -1


@settings(max_examples=200, deadline=None)
@given(size=st.integers(1, 70), samples=st.lists(st.integers(-1, 50), max_size=150))
def test_p95_is_the_nearest_rank_of_the_known_samples_of_the_window(size: int, samples: list[int]) -> None:
    window = UsedWindow(2, TopologySettings(free_window_s=5 * size, free_step_s=5))
    seen: list[int] = []
    for i, sample in enumerate(samples):
        window.advance(i * 5 * S, np.array([sample, 7]))
        seen.append(sample)
    assert window.p95.tolist() == [nearest_rank(seen[-size:]), 7 if seen else -1]
    assert window.is_ready == (len(seen) >= size)


def test_window_starts_with_the_first_known_value():
    window = UsedWindow(1, TopologySettings())
    assert not window.advance(0, np.array([-1]))
    assert window.next_due_ns is None
    assert window.advance(3 * S, np.array([4]))
    assert window.next_due_ns == 8 * S
    assert not window.advance(7 * S, np.array([4]))


def test_samples_that_nobody_took_are_unknown():
    window = UsedWindow(1, TopologySettings(free_window_s=50, free_step_s=5))
    window.advance(0, np.array([100]))
    window.advance(40 * S, np.array([1]))
    assert window.p95.tolist() == [100]
    window.advance(10_000 * S, np.array([1]))
    assert window.p95.tolist() == [1]
