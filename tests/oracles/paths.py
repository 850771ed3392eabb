"""The slow and obvious answers to path questions: every simple path, one after the other.

Sites: a path starts at any router of the source and ends at any of the target; links into the source's
routers and out of the target's are not there. Ties: value, hops, then link ids in order.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from tests.kit.compared import compared
from tests.kit.graphs import Link, World

Path = tuple[Link, ...]
Usable = Callable[[Link], bool]
UNKNOWN = -1


def usable(
    *,
    objective: str = "hops",
    floor: int | None = None,
    basis: str = "free_bps",
    states: Collection[str] = ("up",),
    avoid: Collection[str] = (),
    world: World | None = None,
) -> Usable:
    """Whether a link may be used; `avoid` holds ids of sites, routers, circuits, links and SRLGs."""

    def of(link: Link) -> bool:
        if link.state not in states or not avoid_free(link):
            return False
        if objective not in ("hops", "widest") and metric(link, objective) is None:
            return False
        bandwidth = getattr(link, basis)
        if objective == "widest" and bandwidth is None:
            return False
        return floor is None or (bandwidth is not None and bandwidth >= floor)

    def avoid_free(link: Link) -> bool:
        names = {link.id, link.circuit, link.tail, link.head, *link.srlgs}
        if world is not None:
            names |= {world.sites[link.tail], world.sites[link.head]}
        return names.isdisjoint(avoid)

    return of


def metric(link: Link, objective: str) -> int | None:
    """The link's weight for an additive objective."""
    if objective == "hops":
        return 1
    value = getattr(link, "latency_us" if objective == "latency" else objective)
    return None if value is None else int(value)


def simple_paths(
    world: World, sources: Collection[str], targets: Collection[str], may: Usable
) -> Iterator[Path]:
    """Yield every simple path of the expanded graph."""
    compared("all simple paths, one by one", "question")
    out: dict[str, list[Link]] = {}
    for link in world.links:
        if may(link) and link.head not in sources and link.tail not in targets:
            out.setdefault(link.tail, []).append(link)

    def extend(path: Path, seen: frozenset[str]) -> Iterator[Path]:
        head = path[-1].head
        if head in targets:
            yield path
            return
        for link in out.get(head, ()):
            if link.head not in seen:
                yield from extend((*path, link), seen | {link.head})

    for source in sources:
        for link in out.get(source, ()):
            yield from extend((link,), frozenset((source, link.head)))


def value(path: Iterable[Link], objective: str) -> int:
    """The sum of the objective; UNKNOWN where a link's is."""
    values = [metric(link, objective) for link in path]
    known = [v for v in values if v is not None]
    return sum(known) if len(known) == len(values) else UNKNOWN


def ids(path: Iterable[Link]) -> tuple[str, ...]:
    """The ids of a path's links."""
    return tuple(link.id for link in path)


def order(objective: str, basis: str = "free_bps") -> Callable[[Path], tuple[int, int, tuple[str, ...]]]:
    """The total order of paths under an objective."""

    def key(path: Path) -> tuple[int, int, tuple[str, ...]]:
        if objective == "widest":
            return -min(getattr(link, basis) for link in path), len(path), ids(path)
        return value(path, objective), len(path), ids(path)

    return key


def within(path: Path, max_latency_us: int | None, max_hops: int | None) -> bool:
    """Whether the path keeps its bounds; an unknown latency keeps none."""
    if max_hops is not None and len(path) > max_hops:
        return False
    return max_latency_us is None or 0 <= value(path, "latency") <= max_latency_us


def shares_nothing(one: Path, two: Path, level: str, world: World | None = None) -> bool:
    """Whether two paths of the same ends are disjoint at a level; `world` for level site."""
    if level == "link":
        return not set(ids(one)) & set(ids(two))
    if {link.circuit for link in one} & {link.circuit for link in two}:
        return False
    if level in ("router", "site"):
        inner = [{link.head for link in path[:-1]} for path in (one, two)]
        if inner[0] & inner[1]:
            return False
        if level == "site":
            assert world is not None
            ends = {world.sites[router] for path in (one, two) for router in (path[0].tail, path[-1].head)}
            return not set.intersection(
                *({world.sites[router] for router in passed} - ends for passed in inner)
            )
    if level == "srlg":
        return not {s for link in one for s in link.srlgs} & {s for link in two for s in link.srlgs}
    return True


def least_pair(paths: Sequence[Path], objective: str, level: str) -> int | None:
    """The least sum of two disjoint paths."""
    found = best_set(paths, level, 2, lambda path: value(path, objective))
    return None if found is None else sum(value(path, objective) for path in found)


def best_set(
    paths: Sequence[Path], level: str, n_paths: int, cost: Callable[[Path], int], world: World | None = None
) -> tuple[Path, ...] | None:
    """The disjoint paths of least cost together; costs must not be negative."""
    costs = {path: cost(path) for path in paths}
    by_cost = sorted(paths, key=costs.__getitem__)
    best: tuple[int, tuple[Path, ...]] | None = None

    def extend(chosen: tuple[Path, ...], total: int, begin: int) -> None:
        nonlocal best
        if len(chosen) == n_paths:
            best = total, chosen
            return
        for at in range(begin, len(by_cost)):
            path = by_cost[at]
            if best is not None and total + costs[path] * (n_paths - len(chosen)) >= best[0]:
                return
            if all(shares_nothing(path, other, level, world) for other in chosen):
                extend((*chosen, path), total + costs[path], at + 1)

    extend((), 0, 0)
    return None if best is None else best[1]


def disjoint_sets(
    paths: Sequence[Path], level: str, n_paths: int, world: World
) -> Iterator[tuple[Path, ...]]:
    """Yield every set of so many disjoint paths."""

    def extend(chosen: tuple[Path, ...], begin: int) -> Iterator[tuple[Path, ...]]:
        if len(chosen) == n_paths:
            yield chosen
            return
        for at in range(begin, len(paths)):
            if all(shares_nothing(paths[at], other, level, world) for other in chosen):
                yield from extend((*chosen, paths[at]), at + 1)

    return extend((), 0)


def assert_valid(
    world: World, links: Sequence[str], sources: Collection[str], targets: Collection[str], may: Usable
) -> Path:
    """Check that the links exist, may be used, join up, and pass no router twice; return them."""
    path = tuple(world.by_id[link] for link in links)
    assert path
    assert path[0].tail in sources
    assert path[-1].head in targets
    assert all(a.head == b.tail for a, b in pairwise(path))
    passed = [path[0].tail, *(link.head for link in path)]
    assert len(set(passed)) == len(passed)
    assert not set(passed[1:]) & set(sources)
    assert not set(passed[:-1]) & set(targets)
    assert all(may(link) for link in path)
    return path
