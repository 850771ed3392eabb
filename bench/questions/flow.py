"""How much fits between two routers at once."""

from bench.contest import Contest, Contestant
from bench.given import Given
from pathcalc import FlowAnswer

MOST_WITH_NETWORKIT = 1_000  # routers; with more it takes 75 ms and longer


def max_flow(given: Given) -> Contest:
    """The value of the maximum flow."""
    engine, peers = given.engine, given.peers

    def answer(source: str, target: str) -> int:
        return engine.max_flow(source, target).value_bps

    ours = Contestant("ours", answer, "value", prepare=given.ids)
    others = [peers.igraph.flow_value(), peers.scipy.flow()]
    if given.n <= MOST_WITH_NETWORKIT:
        others.append(peers.networkit.flow())
    return Contest(given.pairs, ours, tuple(others))


def flow_and_cut(given: Given) -> Contest:
    """The maximum flow with what each link carries, and the links that limit it."""
    engine, network = given.engine, given.network

    def answer(source: str, target: str) -> FlowAnswer:
        found = engine.max_flow(source, target)
        found.links, found.min_cut  # noqa: B018 - read, as everybody's answer is
        return found

    def value(found: FlowAnswer) -> tuple[int, int]:
        cut_bps = sum(int(network.free_bps[network.link_number(link_id)]) for link_id in found.min_cut)
        return found.value_bps, cut_bps

    ours = Contestant("ours", answer, "value, links, cut", value, given.ids)
    return Contest(given.pairs, ours, (given.peers.igraph.flow_and_cut(),))
