"""The shortest segment list that makes a chosen path real where packets follow the IGP (RFC 8402).

A node segment leads packets over the IGP's shortest paths to a router; it serves a stretch of the path if
every router on it has one next hop to that router, the path's own link. An adjacency segment leads over one
link whatever the IGP says. The shortest list is found over the places of the path, from its end: O(n) IGP
searches for a path of n links.
"""

from typing import NamedTuple

from pathcalc.any.solver import Links, Routers, Solver


class Segment(NamedTuple):
    """A node segment (`node`: router id) or an adjacency segment (`adjacency`: link id)."""

    node: str | None
    adjacency: str | None


class _Step(NamedTuple):
    """The best way on from a place of the path; less is better. `segment` is None where none is needed."""

    segments: int
    adjacencies: int
    minus_end: int  # the place up to which the first segment leads, negated
    segment: Segment | None


def pin(solver: Solver, links: Links, targets: Routers) -> tuple[Segment, ...]:
    """Return the fewest segments, first one first, that lead packets over exactly these links.

    The packets start at the first link's tail, addressed to any of `targets`: where the IGP takes the rest
    of the path by itself, the rest needs no segment, and a path that it takes from the start needs none at
    all. Of lists of equally many, node segments are preferred, then segments that reach farther.
    """
    tables, count = solver.tables, len(links)
    free = _served_to(solver, links, count, targets)
    steps = [_Step(0, 0, -count, None) if place >= free else None for place in range(count + 1)]
    heads = [tables.head[link] for link in links]
    served = [0, *(_served_to(solver, links, i + 1, (head,)) for i, head in enumerate(heads))]
    for start in range(free - 1, -1, -1):
        choices = []
        for end in range(start + 1, count + 1):
            rest = steps[end]
            if rest is not None and served[end] <= start:
                node = Segment(tables.router_ids[heads[end - 1]], None)
                choices.append(_Step(rest.segments + 1, rest.adjacencies, -end, node))
        rest = steps[start + 1]
        if rest is not None:
            adjacency = Segment(None, tables.link_ids[links[start]])
            choices.append(_Step(rest.segments + 1, rest.adjacencies + 1, -start - 1, adjacency))
        steps[start] = min(choices, key=lambda step: step[:3])
    found, place = [], 0
    while (step := steps[place]) is not None and step.segment is not None:
        found.append(step.segment)
        place = -step.minus_end
    return tuple(found)


def _served_to(solver: Solver, links: Links, end: int, targets: Routers) -> int:
    """Return the first place from which on packets to `targets` take the path's links up to `end` only."""
    tail = solver.tables.tail
    destination = solver.destination(targets)
    while end > 0 and destination.sole_next_hop(tail[links[end - 1]]) == links[end - 1]:
        end -= 1
    return end
