"""Why the best path of all was not taken: what each constraint has against it."""

from typing import NamedTuple

import numpy as np

from pathcalc.answers import Path
from pathcalc.any.objectives import COLUMNS
from pathcalc.any.solver import Links, Solver
from pathcalc.constraints.fields import Constraints
from pathcalc.constraints.kinds import Bound, Members, Stops, Term, Threshold
from pathcalc.constraints.waypoints import passed, stops_of
from pathcalc.constraints.words import amount


class Objection(NamedTuple):
    """What one constraint has against a path.

    `reason`: limit, excluded or unknown. `links`: the ids of its links that the constraint rules out, or
    whose metric is not known. `limit` and `value` are those of a sum that is exceeded.
    """

    constraint: str
    reason: str
    links: tuple[str, ...]
    limit: int | None
    value: int | None
    sentence: str


class Explanation(NamedTuple):
    """`best_without` is the best path without any constraint; taken unless there are `objections`."""

    best_without: Path
    objections: tuple[Objection, ...]


def objections(
    solver: Solver, links: Links, limits: Constraints, counted: frozenset[str]
) -> tuple[Objection, ...]:
    """Return what each of the limits has against the path of these links."""
    found = []
    for term in limits.terms:
        if isinstance(term.kind, Bound):
            objection = _sum(solver, links, term, term.kind, term.value(limits))
        elif isinstance(term.kind, Stops):
            objection = _unpassed(solver, links, term, term.value(limits))
        else:
            objection = _ruled_out(solver, links, term, limits, counted)
        if objection is not None:
            found.append(objection)
    return tuple(found)


def _sum(solver: Solver, links: Links, term: Term, kind: Bound, limit: int) -> Objection | None:
    ids = solver.snapshot.link_ids
    column = solver.tables.column(COLUMNS[kind.metric]) if kind.metric in COLUMNS else None
    unknown = tuple(ids[i] for i in links if column is not None and column[i] is None)
    if unknown:
        sentence = f"{kind.metric} of {', '.join(unknown)} is unknown"
        return Objection(term.name, "unknown", unknown, limit, None, sentence)
    value = solver.sum(links, kind.metric)
    value = value if kind.cap is None else min(value, kind.cap)
    if value <= limit:
        return None
    sentence = f"it has {amount(kind, value)}, the limit is {limit:,}"
    return Objection(term.name, "limit", (), limit, value, sentence)


def _ruled_out(
    solver: Solver, links: Links, term: Term, limits: Constraints, counted: frozenset[str]
) -> Objection | None:
    mask = solver.ruled_out(limits, counted, term.name)
    hit = [i for i in links if mask[i]]
    if not hit:
        return None
    names = tuple(solver.snapshot.link_ids[i] for i in hit)
    sentence = f"{term.name} rules out {', '.join(names)}"
    if isinstance(term.kind, Members):
        return Objection(term.name, term.kind.reason, names, None, None, sentence)
    reason = "limit"
    if isinstance(term.kind, Threshold) and solver.unknown(term.kind, limits, counted)[np.array(hit)].all():
        reason = "unknown"
    return Objection(term.name, reason, names, term.value(limits), None, sentence)


def _unpassed(solver: Solver, links: Links, term: Term, names: tuple[str, ...]) -> Objection | None:
    tables = solver.tables
    routers = [tables.tail[links[0]], *(tables.head[i] for i in links)]
    count = passed(stops_of(solver.snapshot, names), routers)
    if count == len(names):
        return None
    sentence = f"it does not pass {names[count]}" + (f" after {names[count - 1]}" if count else "")
    return Objection(term.name, "limit", (), None, None, sentence)
