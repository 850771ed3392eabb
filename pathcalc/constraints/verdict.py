"""Whether given links keep constraints: the verdict on forwarded traffic."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pathcalc.constraints.fields import Constraints
from pathcalc.constraints.kinds import Asked, Bound, Members, Term, Threshold
from pathcalc.constraints.words import amount
from topology.snapshot import NULL_U8, Snapshot


class Violation(NamedTuple):
    """A constraint that the forwarded traffic does not keep; `value` None: unknown."""

    constraint: str
    limit: int | None
    value: int | tuple[str, ...] | None
    sentence: str


def violations(
    snapshot: Snapshot,
    links: Sequence[int],
    most: Callable[[str], int | None],
    limits: Constraints,
    counted: frozenset[str],
) -> tuple[Violation, ...]:
    """Return what traffic over these links does not keep; an unknown value keeps no bound.

    `most` gives the largest sum of a metric over the branches, None where it is unknown. Way points are no
    matter of forwarding.
    """
    found = []
    asked = Asked(snapshot, limits, counted)
    for term in limits.terms:
        if isinstance(term.kind, Bound):
            violation = _sum(term, term.kind, most(term.kind.metric), term.value(limits))
        elif isinstance(term.kind, Threshold):
            violation = _worst(term, term.kind, asked, links)
        elif isinstance(term.kind, Members):
            violation = _hit(term, term.kind, asked, links)
        else:
            continue
        if violation is not None:
            found.append(violation)
    return tuple(found)


def _sum(term: Term, kind: Bound, value: int | None, limit: int) -> Violation | None:
    if value is not None:
        value = value if kind.cap is None else min(value, kind.cap)
        if value <= limit:
            return None
    return _beyond(term, value, limit, "on the longest branch")


def _worst(term: Term, kind: Threshold, asked: Asked, links: Sequence[int]) -> Violation | None:
    limit: int = term.value(asked.limits)
    values = kind.worth(asked)[list(links)].tolist()
    known = [value for value in values if value != NULL_U8]
    value = None
    if known and len(known) == len(values):
        value = min(known) if kind.floor else max(known)
        if value >= limit if kind.floor else value <= limit:
            return None
    return _beyond(term, value, limit, "on the worst branch")


def _beyond(term: Term, value: int | None, limit: int, where: str) -> Violation:
    sentence = f"{amount(term.kind, value)} {where}, the limit is {limit:,}"
    return Violation(term.name, limit, value, sentence)


def _hit(term: Term, kind: Members, asked: Asked, links: Sequence[int]) -> Violation | None:
    items: tuple[str, ...] = term.value(asked.limits)
    used = list(links)
    groups = [items] if term.part in kind.whole else [(item,) for item in items]
    hit = [group for group in groups if kind.banned(asked.snapshot, term.part, group)[used].any()]
    if not hit:
        return None
    names = tuple(name for group in hit for name in group)
    return Violation(term.name, None, names, kind.broken.format(", ".join(names)))
