"""The table that a run prints."""

from bench.record import Row

HEAD = (
    f"{'question':21} {'graph':12} {'ours µs':>10} {'p99':>10}  {'peer':29} {'peer µs':>12} {'ratio':>9} "
    f"{'bar':>6}    {'same':>7}  {'asked':>11}  returned"
)


def line(row: Row) -> str:
    """One row: `same` is answers equal of those compared, `asked` how many were timed, ours/peer."""
    start = f"{row.question:21} {row.graph:12} {micro(row.ours.median_us):>10} {micro(row.ours.p99_us):>10}  "
    if row.peer is None or row.theirs is None or row.ratio is None:
        return f"{start}{'(no peer)':29} {'':46} {row.ours.asked:>6}       {row.ours_returns}"
    return (
        f"{start}{row.peer:29} {micro(row.theirs.median_us):>12} {times(row.ratio):>9} "
        f"{_bar(row)}  {f'{row.compared - row.differ}/{row.compared}':>7}  "
        f"{f'{row.ours.asked}/{row.theirs.asked}':>11}  {row.ours_returns} / {row.peer_returns}"
    )


def micro(us: float) -> str:
    """Microseconds with three digits that count."""
    return f"{us:,.2f}" if us < 10 else f"{us:,.1f}" if us < 100 else f"{us:,.0f}"


def times(ratio: float) -> str:
    """A ratio: 0.52×, 7.3×, 1,240×."""
    return f"{ratio:.2f}×" if ratio < 1 else f"{ratio:.1f}×" if ratio < 100 else f"{ratio:,.0f}×"


def _bar(row: Row) -> str:
    if row.bar is None or row.ratio is None:
        return f"{'':8}"
    return f"≥ {row.bar:<4g} {'✓' if row.ratio >= row.bar else '✗'}"
