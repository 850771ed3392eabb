"""A run beside an earlier one, question by question. `make bench-compare`

    python -m bench.compare OLD.json NEW.json

Each line says how many times faster (above 1) or slower (below 1) an answer became. As a machine is never
twice the same, what the peers of the same contest gained or lost is taken off: they have not changed. What is
within the noise of the two runs is marked `~`.
"""

import argparse
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench import record
from bench.record import Row
from bench.table import micro

LEAST_NOISE = 0.15  # one run beside another differs by so much with nothing changed


class Change(NamedTuple):
    """A question then and now: medians in µs, `factor` how many times faster, `noise` what is none."""

    question: str
    graph: str
    old_us: float
    new_us: float
    machine: float
    noise: float

    @property
    def factor(self) -> float:
        """How many times faster, the machine's part taken off."""
        return self.old_us / self.new_us / self.machine

    @property
    def verdict(self) -> str:
        """`faster`, `slower`, or `~` where nothing is to be seen above the noise."""
        if self.factor > 1 + self.noise:
            return "faster"
        return "slower" if self.factor < 1 / (1 + self.noise) else "~"


def changes(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Change]:
    """Yield a change for each question on each network that is in both runs."""
    before, after = _contests(old), _contests(new)
    for key, rows in after.items():
        if key not in before:
            continue
        then, now = before[key][0].ours, rows[0].ours
        yield Change(
            *key,
            then.median_us,
            now.median_us,
            _machine(before[key], rows),
            max(LEAST_NOISE, then.spread + now.spread),
        )


def _contests(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.question, row.graph), []).append(row)
    return found


def _machine(old: Sequence[Row], new: Sequence[Row]) -> float:
    """How many times faster the peers of a contest became, which is the machine's doing; 1 without peers."""
    before = {row.peer: row.theirs.median_us for row in old if row.theirs}
    factors = [before[row.peer] / row.theirs.median_us for row in new if row.theirs and row.peer in before]
    return statistics.geometric_mean(factors) if factors else 1.0


def line(change: Change) -> str:
    """One line of the table."""
    return (
        f"{change.question:21} {change.graph:12} {micro(change.old_us):>10} {micro(change.new_us):>10} "
        f"{change.machine:>8.2f}× {change.factor:>8.2f}×  ±{change.noise:>4.0%}  {change.verdict}"
    )


def main() -> None:
    """Print the table, then how many are faster and slower."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("old", type=Path, nargs="?", default=record.COMMITTED)
    arguments.add_argument("new", type=Path)
    asked = arguments.parse_args()
    found = list(changes(record.read(asked.old), record.read(asked.new)))
    print(f"{'question':21} {'graph':12} {'old µs':>10} {'new µs':>10} {'machine':>9} {'ours':>9}  noise")
    for change in found:
        print(line(change))
    verdicts = [change.verdict for change in found]
    print(f"{verdicts.count('faster')} faster, {verdicts.count('slower')} slower, {verdicts.count('~')} ~")


if __name__ == "__main__":
    main()
