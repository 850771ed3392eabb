"""Where the IGP sends packets."""

from bench.contest import Contest, Contestant
from bench.given import Given
from pathcalc import Forwarding


def shares(given: Given) -> Contest:
    """All equal-cost links between two routers and the share of each; every destination is a new one."""
    engine, network = given.engine, given.network
    seen = set()
    asked = [pair for pair in given.pairs if pair[1] not in seen and not seen.add(pair[1])]  # type: ignore[func-returns-value]

    def answer(source: str, target: str) -> Forwarding:
        found = engine.forwarding(source, target)
        found.links  # noqa: B018 - read, as everybody's answer is
        return found

    def value(found: Forwarding) -> tuple[int, frozenset[int]]:
        return found.branch_count, frozenset(network.link_number(share.link) for share in found.links)

    ours = Contestant("ours", answer, "shares", value, given.ids)
    return Contest("IGP shares, cold", asked, ours, (given.peers.igraph.equal_cost(),))
