"""Whether given links keep constraints: the verdict on forwarded traffic."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pathcalc.constraints.fields import Constraints
from pathcalc.constraints.kinds import Asked, Bound, Members, Stops, Term, Threshold
from pathcalc.constraints.words import amount
from topology.snapshot import NULL_U8, Snapshot


class Violation(NamedTuple):
    """A constraint that the forwarded traffic does not keep; `value` None: unknown."""

    constraint: str
    limit: int | None
    value: int | tuple[str, ...] | None
    sentence: str


class Traffic(NamedTuple):
    """What a verdict needs to know of forwarded traffic: the links it takes, and what all its branches keep.

    `most` gives the largest sum of a metric over the branches, None where it is unknown; `fewest_passed` how
    many way points every branch passes in order.
    """

    links: Sequence[int]
    most: Callable[[str], int | None]
    fewest_passed: Callable[[tuple[str, ...]], int]


def violations(
    snapshot: Snapshot, traffic: Traffic, limits: Constraints, counted: frozenset[str]
) -> tuple[Violation, ...]:
    """Return what the traffic does not keep; an unknown value keeps no bound."""
    found = []
    asked = Asked(snapshot, limits, counted)
    for term in limits.terms:
        if isinstance(term.kind, Bound):
            violation = _sum(term, term.kind, traffic.most(term.kind.metric), term.value(limits))
        elif isinstance(term.kind, Threshold):
            violation = _worst(term, term.kind, asked, traffic.links)
        elif isinstance(term.kind, Members):
            violation = _hit(term, term.kind, asked, traffic.links)
        else:
            violation = _missed(term, term.kind, traffic, term.value(limits))
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


def _missed(term: Term, kind: Stops, traffic: Traffic, stops: tuple[str, ...]) -> Violation | None:
    missed = stops[traffic.fewest_passed(stops) :]
    if not missed:
        return None
    return Violation(term.name, None, missed, kind.broken.format(", then ".join(missed)))
