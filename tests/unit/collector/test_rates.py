"""Counter to rate, case by case."""

import pytest

from collector.rates import FIRST, JUMP, LATE, OK, RESET, Meter

TEN_S = 10 * 10**9
GIGABIT = 10**9


def second_sample(before: int, octets: int, *, line_bps: int = GIGABIT, elapsed_ns: int = TEN_S) -> object:
    meter = Meter(line_bps)
    assert meter.advance(before, TEN_S) == (FIRST, None)
    return meter.advance(octets, TEN_S + elapsed_ns)


@pytest.mark.parametrize(
    ("before", "octets", "expected"),
    [
        (1000, 1000 + 125_000_000, (OK, 100_000_000)),
        (1000, 1000, (OK, 0)),
        (2**64 - 500, 500, (OK, 800)),
        (2**32 - 500, 500, (OK, 800)),
        (2**50, 1000, (RESET, None)),
        (2**31, 1000, (RESET, None)),
        (0, 10**12, (JUMP, None)),
    ],
    ids=["moves", "rests", "wraps 64", "wraps 32", "resets", "resets within 32 bits", "jumps"],
)
def test_a_second_sample_gives(before: int, octets: int, expected: object) -> None:
    assert second_sample(before, octets) == expected


def test_a_fast_line_cannot_have_a_counter_of_32_bits() -> None:
    assert second_sample(2**32 - 500, 500, line_bps=400 * GIGABIT) == (RESET, None)


def test_what_jitter_adds_is_cut_to_the_line() -> None:
    assert second_sample(0, 1_375_000_000) == (OK, GIGABIT)


def test_a_repeated_time_is_late_and_changes_nothing() -> None:
    meter = Meter(GIGABIT)
    meter.advance(0, TEN_S)
    assert meter.advance(10**6, TEN_S) == (LATE, None)
    assert meter.advance(125_000_000, 2 * TEN_S) == (OK, 100_000_000)


def test_a_clock_set_back_starts_anew() -> None:
    meter = Meter(GIGABIT)
    meter.advance(0, 100 * TEN_S)
    assert meter.advance(10**6, TEN_S) == (FIRST, None)
    assert meter.advance(10**6, 2 * TEN_S) == (OK, 0)


def test_after_a_quarter_of_an_hour_a_sample_is_a_first_one() -> None:
    assert second_sample(0, 10**6, elapsed_ns=901 * 10**9) == (FIRST, None)
    assert second_sample(0, 10**6, elapsed_ns=900 * 10**9) == (OK, 8889)


def test_after_a_reset_the_next_interval_counts() -> None:
    meter = Meter(GIGABIT)
    for octets, at, expected in ((2**50, 1, None), (0, 2, None), (1_250, 3, 1000)):
        assert meter.advance(octets, at * TEN_S)[1] == expected
