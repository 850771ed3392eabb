"""Which search answers one pair by a weight best: measured once a structure, for the answers are the same."""

import random
import time
from collections.abc import Callable

from pathcalc.core.alt import shortest_guided
from pathcalc.core.graph import Graph, Query
from pathcalc.core.hierarchy.climb import Climb, shortest_climbed
from pathcalc.core.hierarchy.contraction import Hierarchy

UNDECIDED, WANTED, GUIDED, HIERARCHY = range(4)
"""Choices of `Wiring.chosen`."""

MOST_LAID = 20_000
"""Routers; weights of so many are laid in some 30 ms, in larger networks only when that is asked for."""

N_PAIRS = 16
ROUNDS = 3
WORTH_LAYING = 0.8
"""How much faster the hierarchy must be: a draw will do, for what filters leave it answers far faster."""

Clock = Callable[[], float]
Search = Callable[[Query], object]


def want(graph: Graph, which: int) -> None:
    """Note that a weight is often asked for in a network so large that measuring would take long."""
    if graph.wiring.chosen(which) == UNDECIDED:
        graph.wiring.choose(which, WANTED)


def unlaid(graph: Graph) -> tuple[int, ...]:
    """Return the weights that are to be measured, or laid on the hierarchy."""
    chosen = {which: graph.wiring.chosen(which) for which in range(len(graph.wiring.guides))}
    return tuple(
        which
        for which, choice in chosen.items()
        if choice == WANTED or (choice == HIERARCHY and not graph.is_laid(which, 0))
    )


def choose(
    graph: Graph,
    hierarchy: Callable[[], Hierarchy | None],
    which: int,
    allow: int,
    clock: Clock = time.perf_counter,
) -> None:
    """Let the hierarchy answer for pairs by a weight where it is the fastest; else leave it to landmarks.

    Landmarks, if there are to be any, must be attached before. Takes a customisation and 96 searches at the
    first call for a structure, later ones a customisation where the hierarchy was chosen.
    """
    chosen = graph.wiring.chosen(which)
    if chosen == GUIDED or graph.is_laid(which, allow):
        return
    found = hierarchy()
    if found is None:
        graph.wiring.choose(which, GUIDED)
        return
    climb = Climb(found, Query(graph, (), (), which, allow, 0, None, None))
    if chosen != HIERARCHY:
        pairs = sampled(graph, which, allow)
        by_climb = least_s(pairs, lambda query: shortest_climbed(query, climb), clock)
        is_faster = by_climb * WORTH_LAYING < least_s(pairs, shortest_guided, clock)
        graph.wiring.choose(which, HIERARCHY if is_faster else GUIDED)
        if not is_faster:
            return
    climb.attach()


def lay(hierarchy: Hierarchy | None, query: Query) -> None:
    """Let the hierarchy answer a query that has filters and is asked again and again, with other ends."""
    if hierarchy is not None:
        Climb(hierarchy, query).attach()


def sampled(graph: Graph, which: int, allow: int) -> list[Query]:
    """Return questions for some pairs, the same ones each time."""
    rng = random.Random(graph.n)  # noqa: S311 - a sample, no secret
    pairs = [rng.sample(range(graph.n), 2) for _ in range(N_PAIRS)]
    return [Query(graph, (a,), (z,), which, allow, 0, None, None) for a, z in pairs]


def least_s(queries: list[Query], search: Search, clock: Clock) -> float:
    """Return the least time that all searches took, in seconds: what else ran meanwhile only adds to it."""
    times = []
    for _ in range(ROUNDS):
        begin = clock()
        for query in queries:
            search(query)
        times.append(clock() - begin)
    return min(times)
