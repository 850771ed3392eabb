"""How many answers a run compared with which oracle; pytest's summary ends with the table."""

from collections import Counter

COUNTS: Counter[tuple[str, str]] = Counter()


def compared(oracle: str, question: str, count: int = 1) -> None:
    """Count answers about to be compared."""
    COUNTS[oracle, question] += count


def table() -> list[str]:
    """One line an oracle, its questions behind it."""
    lines = []
    for oracle in sorted({oracle for oracle, _ in COUNTS}):
        questions = {question: count for (one, question), count in COUNTS.items() if one == oracle}
        parts = ", ".join(f"{question} {count:,}" for question, count in sorted(questions.items()))
        lines.append(f"{oracle}: {sum(questions.values()):,} ({parts})")
    return lines
