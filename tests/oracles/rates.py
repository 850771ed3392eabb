"""Counter to rate in plain Python integers: the oracle of collector/rates.pxd."""

from fractions import Fraction

SHORTEST_NS, LONGEST_NS, CLOCK_STEP_NS = 10**6, 900 * 10**9, 60 * 10**9
UNKNOWN_LINE_BPS = 10**13


def rates(samples: list[tuple[int, int]], line_bps: int) -> list[int | str]:
    """Return, for each (octets, time_ns), the rate in bps or why there is none."""
    found: list[int | str] = []
    before: tuple[int, int] | None = None
    for octets, time_ns in samples:
        answer, used = _one(before, octets, time_ns, line_bps or UNKNOWN_LINE_BPS)
        found.append(answer)
        before = (octets, time_ns) if used else before
    return found


def _one(before: tuple[int, int] | None, octets: int, time_ns: int, line_bps: int) -> tuple[int | str, bool]:
    if before is None:
        return "first", True
    elapsed_ns = time_ns - before[1]
    if -CLOCK_STEP_NS < elapsed_ns < SHORTEST_NS:
        return "late", False
    if elapsed_ns < 0 or elapsed_ns > LONGEST_NS:
        return "first", True
    most = line_bps + line_bps // 4
    for moved in _ways(before[0], octets, elapsed_ns, line_bps):
        bps = _rounded(Fraction(moved * 8 * 10**9, elapsed_ns))
        if bps <= most:
            return min(bps, line_bps), True
    return ("jump" if octets >= before[0] else "reset"), True


def _ways(before: int, octets: int, elapsed_ns: int, line_bps: int) -> list[int]:
    """How far the counter may have moved: straight on, across 64 bits, across 32 on a line slow enough."""
    if octets >= before:
        return [octets - before]
    ways = [octets - before + 2**64]
    if before < 2**32 and _rounded(Fraction(2**31 * 8 * 10**9, elapsed_ns)) >= line_bps:
        ways.append(octets - before + 2**32)
    return ways


def _rounded(exact: Fraction) -> int:
    return (exact.numerator + exact.denominator // 2) // exact.denominator
