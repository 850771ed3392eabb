"""The cheapest path within a bound on latency and one on jitter."""

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from bench.contest import Contest, Contestant
from bench.given import Given
from bench.peers.values import sum_of
from pathcalc import Path

QUESTIONS = 60  # cspy wants a graph a question
SLACK = 1.1


def two_bounds(given: Given) -> Contest:
    """Least TE metric within two additive bounds: NP-hard, and here with metrics that have nothing in common.

    The bounds are a tenth above the sums of a path that is good in both, so there always is an answer.
    """
    engine, network = given.engine, given.network
    asked = [(*pair, *_bounds(given, *pair)) for pair in given.pairs[:QUESTIONS]]

    def answer(source: str, target: str, latency_us: int, jitter_us: int) -> Path:
        found = engine.path(
            source, target, objective="te_metric", max_latency_us=latency_us, max_jitter_us=jitter_us
        )
        found.links  # noqa: B018 - read, as everybody's answer is
        return found

    def value(found: Path) -> int:
        return sum_of(network, "te_metric", [network.link_number(link_id) for link_id in found.links])

    ours = Contestant("ours", answer, "path", value, given.ids)
    cspy = given.peers.cspy
    if cspy is None:
        return Contest(asked, ours, (), remark="cspy is not installed: its wheels end at Python 3.11")
    return Contest(asked, ours, (cspy.bounded(), cspy.bounded_search()))


def _bounds(given: Given, source: int, target: int) -> tuple[int, int]:
    """Bounds (µs, µs) that a path by both metrics at once keeps with some room."""
    network = given.network
    both = network.latency_us / network.latency_us.mean() + network.jitter_us / network.jitter_us.mean()
    matrix = csr_matrix((both, (network.tail, network.head)), shape=(network.n, network.n))
    before = dijkstra(matrix, indices=source, return_predecessors=True)[1]
    routers = [target]
    while routers[-1] != source:
        routers.append(int(before[routers[-1]]))
    links = network.links_along(routers[::-1])
    latency_us, jitter_us = (sum_of(network, column, links) for column in ("latency_us", "jitter_us"))
    return int(np.ceil(latency_us * SLACK)), int(np.ceil(jitter_us * SLACK))
