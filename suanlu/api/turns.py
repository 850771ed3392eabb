"""Who may hold the event loop: what is short is answered on it, what may take long in a thread.

A thread costs as much as thirty short searches, so only what needs one gets it. Answers are the same.
"""

import asyncio

import msgspec
from msgspec import UNSET

from pathcalc import Constraints
from pathcalc.errors import PathError
from suanlu.api.answering import Answerer, filters_of
from suanlu.api.path_documents import ForwardingDocument, PathsDocument
from suanlu.api.problems import Problem
from suanlu.api.requests import PathQuery

MOST_LINKS = 8_000
"""Of a network where a search, and making what guides those that follow, takes some 10 ms at most."""

FIRST_MS = 5
"""What a question that may be hard has on the loop; what is proved by then is the answer."""

DEFAULT_MS = 2_000
"""What a query has that says nothing of it; most searches end at their labels before."""

MOST_CONSTRAINTS = 4
"""If there is no path, each set of them may be tried for the smallest that rules all out."""

_HARD_LEVELS = ("srlg", "site")
_UNPROVED = ("budget-exhausted", "no-feasible-path")


def is_small(answerer: Answerer) -> bool:
    """Whether a single search in the network is short."""
    return len(answerer.view.snapshot.link_ids) <= MOST_LINKS


async def answered(answerer: Answerer, query: PathQuery) -> PathsDocument | ForwardingDocument:
    """Return the answer, and let others have the loop where it takes long; raises Problem."""
    n_constraints, is_hard = _weighed(query)
    if not is_hard and n_constraints <= MOST_CONSTRAINTS and is_small(answerer):
        return answerer.answer(query)
    if query.routing == "any" and query.budget_ms is UNSET:
        query = msgspec.structs.replace(query, budget_ms=DEFAULT_MS)
    if query.routing == "any" and n_constraints <= MOST_CONSTRAINTS and is_small(answerer):
        proved = _at_once(answerer, query)
        if proved is not None:
            return proved
    return await asyncio.to_thread(answerer.answer, query)


def _weighed(query: PathQuery) -> tuple[int, bool]:
    """How many constraints there are, and whether the question is one that may be hard."""
    if query.routing == "igp":
        return 0, False
    is_hard = query.k is not UNSET and query.k > 1
    level = query.disjoint.level if query.disjoint else None
    try:
        limits = Constraints(**filters_of(query.constraints))
    except PathError:  # which whoever answers will say
        return 0, is_hard
    return len(limits.named()), is_hard or level in _HARD_LEVELS or bool(limits.bounds or limits.include)


def _at_once(answerer: Answerer, query: PathQuery) -> PathsDocument | ForwardingDocument | None:
    """The answer if that is proved in a short time; None where more of it may say more."""
    first_ms = FIRST_MS if query.budget_ms is UNSET else min(FIRST_MS, query.budget_ms)
    try:
        document = answerer.answer(msgspec.structs.replace(query, budget_ms=first_ms))
    except Problem as problem:
        if problem.slug in _UNPROVED:
            return None
        raise
    return document if document.status == "optimal" else None
