"""Rates against plain integers: wraps, resets, jumps, clocks that step."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from collector import rates
from tests.oracles.rates import rates as expected_rates

NAMES = {rates.FIRST: "first", rates.LATE: "late", rates.RESET: "reset", rates.JUMP: "jump"}
SECOND = 10**9
octets = st.one_of(
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**33),
    st.integers(2**64 - 2**36, 2**64 - 1),
    st.integers(2**32 - 2**20, 2**32),
)
times = st.one_of(
    st.integers(0, 10**12), st.integers(0, 100).map(lambda n: n * 10 * SECOND), st.integers(0, 5 * 10**6)
)
lines = st.sampled_from([0, 10**6, 10**9, 400 * 10**9, 3_200 * 10**9, 2**62])


def measured(samples: list[tuple[int, int]], line_bps: int) -> list[int | str]:
    meter = rates.Meter(line_bps)
    answers = [meter.advance(count, at_ns) for count, at_ns in samples]
    return [NAMES[outcome] if bps is None else bps for outcome, bps in answers]


@settings(max_examples=500)
@given(st.lists(st.tuples(octets, times), max_size=8), lines)
@example([(2**64 - 1000, 0), (9_000, 10 * SECOND)], 10**9)
@example([(2**32 - 1000, 0), (9_000, 10 * SECOND)], 10**9)
@example([(2**40, 0), (9_000, 10 * SECOND), (18_000, 20 * SECOND)], 10**9)
def test_rates_are_those_of_plain_integers(samples: list[tuple[int, int]], line_bps: int) -> None:
    assert measured(samples, line_bps) == expected_rates(samples, line_bps)


@given(st.lists(st.tuples(octets, times), max_size=8), lines)
def test_a_rate_is_never_negative_and_never_above_the_line(
    samples: list[tuple[int, int]], line_bps: int
) -> None:
    for rate in measured(samples, line_bps):
        assert isinstance(rate, str) or 0 <= rate <= (line_bps or 10**13)


@given(st.lists(st.integers(0, 10**11), min_size=2, max_size=10))
def test_steady_samples_give_back_what_moved(moves: list[int]) -> None:
    total, samples = 2**64 - 10**11, []
    for step, move in enumerate(moves):
        total = (total + move) % 2**64
        samples.append((total, step * 10 * SECOND))
    assert measured(samples, 0)[1:] == [(move * 8 + 5) // 10 for move in moves[1:]]
