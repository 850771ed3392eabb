"""Segment lists, followed hop by hop with networkx's next hops: they lead over exactly the path, and no
shorter list does."""

from itertools import product

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pathcalc import Path, PathEngine, PathError, Segment
from tests.kit.graphs import World, ends_of, worlds
from tests.oracles import forwarding as oracle

CASES = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
choices = st.integers(0, 10_000)


def follow(
    world: World, start: str, segments: tuple[Segment, ...], targets: frozenset[str]
) -> list[str] | None:
    """The links that packets take from `start`; None where they split, get lost or arrive too soon."""
    at, taken = start, []
    for segment in (*segments, None):
        if segment is not None and segment.adjacency is not None:
            link = world.by_id[segment.adjacency]
            if link.tail != at:
                return None
            taken.append(link.id)
            at = link.head
            continue
        ends = targets if segment is None else frozenset([segment.node])
        hops = oracle.next_hops(world, ends)
        while at not in ends:
            if len(hops.get(at, ())) != 1:
                return None
            taken.append(hops[at][0].id)
            at = hops[at][0].head
    return taken


def shorter_lists(path: Path, length: int):
    """Every list of fewer segments that could be meant: nodes and links of the path."""
    parts = [Segment(router, None) for router in path.routers[1:]]
    parts += [Segment(None, link) for link in path.links]
    for size in range(length):
        yield from product(parts, repeat=size)


@CASES
@given(worlds(6, 12), choices)
def test_the_list_leads_over_the_path_and_is_the_shortest(world: World, choice: int) -> None:
    source, target = ends_of(world, choice)
    engine = PathEngine(world.snapshot())
    try:
        path = engine.path(source, target, objective="te_metric")
    except PathError:
        assume(False)
        return
    targets = world.routers_at(target)
    segments = engine.pin(path, target)
    assert follow(world, path.routers[0], segments, targets) == list(path.links)
    assume(len(segments) <= 3)
    for fewer in shorter_lists(path, len(segments)):
        assert follow(world, path.routers[0], fewer, targets) != list(path.links)
