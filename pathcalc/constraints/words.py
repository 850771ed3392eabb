"""Constraints in words, for the sentences of errors, verdicts and explanations."""

from pathcalc.constraints.fields import Constraints
from pathcalc.constraints.kinds import Bound, Kind, Members, Stops, Threshold


def amount(kind: Kind, value: int | None) -> str:
    """`18,412 µs`; `unknown µs` for None."""
    unit = kind.unit if isinstance(kind, Bound | Threshold) else ""
    return f"{'unknown' if value is None else f'{value:,}'} {unit}".rstrip()


def change(kind: Kind, value: int) -> str:
    """`18,412 µs is the least latency`."""
    ending = kind.least if isinstance(kind, Bound) else kind.best if isinstance(kind, Threshold) else ""
    return f"{amount(kind, value)} {ending}".rstrip()


def dropped(kind: Kind, items: tuple[str, ...]) -> str:
    """`without excluding duct:1`."""
    return kind.without.format(", ".join(items)) if isinstance(kind, Members | Stops) else ""


def under(limits: Constraints) -> str:
    """` at 100 bit/s within 20 ms`: limits that stay, each once; empty where there are none."""
    words = [
        term.kind.within.format(term.value(limits))
        if isinstance(term.kind, Bound | Threshold)
        else term.kind.within
        for term in limits.terms
    ]
    return "".join(f" {word}" for word in dict.fromkeys(words))
