"""Whether memory grows with the number of questions asked.

    python -m tests.leaks [queries]      (10,000,000 where nothing is said; a few minutes)

Each kind of question is asked over and over, and engines are replaced. After a warm-up the process may
neither hold more Python objects nor more memory for each further query; what is left in free lists is
allowed for by `SLACK`. The ordinary suite has a short form of it.
"""

import gc
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import psutil

from pathcalc import Demand, Exclude, NoConnectivity, NoFeasiblePath, Overlay, PathEngine
from tests.kit.graphs import make_world

QUERIES = 10_000_000
WARM_UP = 0.25  # of the queries
SLACK_BLOCKS = 300
SLACK_BYTES = 1_000_000
Question = Callable[[PathEngine, str, str], object]


class Successors:
    """Asks engines each of which takes over from the one before, with another weight."""

    def __init__(self) -> None:
        self._last: PathEngine | None = None
        self._count = itertools.count()

    def __call__(self, engine: PathEngine, source: str, target: str) -> object:
        """Replace the last engine and ask the new one."""
        last = engine if self._last is None else self._last
        count = next(self._count)
        link = last.snapshot.link_ids[count % len(last.snapshot.link_ids)]
        self._last = last.with_weights(latency_us={link: 1 + count % 20})
        return self._last.path(source, target).links


QUESTIONS: dict[str, tuple[int, Question]] = {
    # How many of 10,000 queries are of each kind: fewer of those that take long.
    "path": (4000, lambda engine, a, z: engine.path(a, z).links),
    "path read whole": (1000, lambda engine, a, z: engine.path(a, z, objective="te_metric").hops),
    "path under filters": (
        1000,
        lambda engine, a, z: engine.path(
            a, z, min_bandwidth_bps=2, exclude=Exclude(circuits=(engine.snapshot.circuit_ids[0],))
        ),
    ),
    "path within a bound": (480, lambda engine, a, z: engine.path(a, z, max_te_metric=40)),
    "past a way point": (
        200,
        lambda engine, a, z: engine.path(a, z, include=(engine.snapshot.router_ids[5],)).links,
    ),
    "no path": (100, lambda engine, a, z: engine.path(a, z, max_latency_us=0)),
    "why not the best": (100, lambda engine, a, z: engine.explain(a, z, max_hops=1).objections),
    "widest": (1000, lambda engine, a, z: engine.widest(a, z).bandwidth_bps),
    "widest, then quickest": (
        100,
        lambda engine, a, z: engine.path(a, z, objective="widest_then_latency").links,
    ),
    "k paths": (400, lambda engine, a, z: [path.links for path in engine.k_paths(a, z, k=4)]),
    "k paths within a bound": (
        50,
        lambda engine, a, z: [path.links for path in engine.k_paths(a, z, k=3, max_te_metric=40)],
    ),
    "disjoint": (400, lambda engine, a, z: engine.disjoint_paths(a, z, level="router").paths),
    "disjoint within a bound": (30, lambda engine, a, z: engine.disjoint_paths(a, z, max_hops=6).paths),
    "without shared risk": (100, lambda engine, a, z: engine.disjoint_paths(a, z, level="srlg").paths),
    "max flow": (200, lambda engine, a, z: engine.max_flow(a, z).paths),
    "fair shares": (3, lambda engine, a, z: engine.allocate([Demand(a, z), Demand(z, a)]).total_bps),
    "fair shares as forwarded": (
        30,
        lambda engine, a, z: engine.allocate([Demand(a, z)], routing="igp").total_bps,
    ),
    "forwarding": (400, lambda engine, a, z: engine.forwarding(a, z).branches),
    "pin": (90, lambda engine, a, z: engine.pin(engine.path(a, z), z)),
    "matrix": (200, lambda engine, a, z: engine.matrix([a, z], [z, a])),
    "igp matrix": (50, lambda engine, a, z: engine.matrix([a], [z], routing="igp")),
    "what each circuit does": (3, lambda engine, a, z: engine.whatif("each_circuit", pairs=[(a, z)])),
    "tree": (10, lambda engine, a, _z: engine.tree(a).update(engine.snapshot.link_ids[0], 1)),
    "as if down": (
        4,
        lambda engine, a, z: (
            engine.with_overlay(Overlay(down=(engine.snapshot.circuit_ids[0],))).path(a, z).links
        ),
    ),
    "another engine": (25, lambda engine, a, z: PathEngine(engine.snapshot, engine).path(a, z).links),
    "engine after engine": (25, Successors()),
}
SHARES = 10_000


class Growth(NamedTuple):
    """What so many queries of one kind, asked after the warm-up, left behind."""

    question: str
    queries: int
    blocks: int
    bytes: int

    @property
    def is_leak(self) -> bool:
        """Whether it is more than free lists and fragments explain."""
        return self.blocks > SLACK_BLOCKS or self.bytes > SLACK_BYTES


def held() -> tuple[int, int]:
    """Python's allocated blocks, and the bytes of memory in use."""
    gc.collect()
    return sys.getallocatedblocks(), psutil.Process().memory_info().rss


def asked(question: Question, engine: PathEngine, pairs: Iterable[tuple[str, str]]) -> None:
    """Ask it of every pair; that there is no answer is one."""
    for source, target in pairs:
        try:
            question(engine, source, target)
        except (NoConnectivity, NoFeasiblePath):
            continue


def growth(name: str, question: Question, queries: int) -> Growth:
    """Ask a question so many times, and return what grew after the warm-up."""
    world = make_world(5, n_routers=16, n_circuits=40, largest=20, unknown=0.01, dead=0.02)
    engine = PathEngine(world.snapshot())
    routers = sorted(world.sites)
    pairs = [(a, z) for a in routers for z in routers if world.sites[a] != world.sites[z]]
    warm_up = max(int(queries * WARM_UP), len(pairs))
    asked(question, engine, itertools.islice(itertools.cycle(pairs), warm_up))
    blocks, size = held()
    asked(question, engine, itertools.islice(itertools.cycle(pairs), queries))
    now_blocks, now_size = held()
    return Growth(name, queries, now_blocks - blocks, now_size - size)


def settled(name: str, question: Question, queries: int) -> Growth:
    """As `growth`, asked up to three times while it grows: fragments come once, a leak every time."""
    grown = growth(name, question, queries)
    for _ in range(2):
        if not grown.is_leak:
            break
        grown = growth(name, question, queries)
    return grown


def campaign(queries: int) -> Iterator[Growth]:
    """Every kind of question, its share of the queries each."""
    for name, (share, question) in QUESTIONS.items():
        yield settled(name, question, queries * share // SHARES)


def main(arguments: list[str]) -> int:
    """Print what each kind left behind; return 0 where nothing leaks."""
    queries = int(arguments[0]) if arguments else QUERIES
    found = []
    for grown in campaign(queries):
        print(
            f"{'LEAK ' if grown.is_leak else 'ok   '} {grown.question}: {grown.queries:,} queries, "
            f"{grown.blocks:+,} blocks, {grown.bytes / 1e6:+.2f} MB",
            flush=True,
        )
        found.append(grown)
    print(f"{sum(one.queries for one in found):,} queries in all")
    return int(any(one.is_leak for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
