"""How much fits between two routers at once."""

from bench.contest import Contest, Contestant
from bench.given import Given
from pathcalc import FlowAnswer

MOST_WITH_NETWORKIT = 1_000  # routers; with more it takes 75 ms and longer


def max_flow(given: Given) -> Contest:
    """The maximum flow: value, what each link and path carries, and the cut."""
    engine, peers = given.engine, given.peers

    def answer(source: str, target: str) -> FlowAnswer:
        return engine.max_flow(source, target)

    ours = Contestant("ours", answer, "value, links, paths, cut", lambda found: found.value_bps, given.ids)
    others = [peers.igraph.flow(), peers.scipy.flow()]
    if given.n <= MOST_WITH_NETWORKIT:
        others.append(peers.networkit.flow())
    return Contest("max flow", given.pairs, ours, tuple(others))
