"""Latencies from many to all."""

import numpy as np

from bench.contest import Contest, Contestant
from bench.given import Given

MOST_CELLS = 640_000
LEAST_SOURCES = 16
QUESTIONS = 20


def rows(given: Given) -> Contest:
    """A matrix, in the caller's order; time is per row."""
    engine, peers, names = given.engine, given.peers, list(given.network.router_ids)
    count = min(given.n, max(LEAST_SOURCES, MOST_CELLS // given.n))
    rng = np.random.default_rng(1)
    asked = [(rng.permutation(given.n)[:count].tolist(),) for _ in range(QUESTIONS)]

    def prepare(sources: list[int]) -> tuple[list[str]]:
        return ([names[source] for source in sources],)

    def answer(sources: list[str]) -> np.ndarray:
        return engine.matrix(sources, names)

    ours = Contestant("ours", answer, "array", prepare=prepare)
    others = (peers.scipy.rows(), peers.networkit.rows(), peers.igraph.rows())
    return Contest(asked, ours, others, parts=count, remark=f"{count} rows a question")
