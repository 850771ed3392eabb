"""Two paths that lie in no duct together."""

from itertools import permutations
from random import Random

from bench.contest import Contest, Contestant
from bench.given import Given
from bench.peers.values import latency_of_ids
from pathcalc import BudgetExhausted, DisjointAnswer, NoConnectivity, NoFeasiblePath

QUESTIONS = 300
MOST_PAIRS = 1_000  # of sites, that are tried for a pair of paths

Value = int | tuple[int, int] | None
"""The least sum; where that is not proved, what is proved and what was found."""


def srlg_disjoint(given: Given) -> Contest:
    """The pair of least sum without a common SRLG: NP-hard; ours may answer with a proved bound instead.

    Asked between sites that have such a pair.
    """
    engine, network = given.engine, given.network

    def prepare(source: int, target: int) -> tuple[str, str]:
        return network.sites[source], network.sites[target]

    def answer(source: str, target: str) -> DisjointAnswer | None:
        try:
            found = engine.disjoint_paths(source, target, level="srlg")
        except (NoFeasiblePath, NoConnectivity, BudgetExhausted):
            return None
        for path in found:
            path.links  # noqa: B018 - read, as everybody's answer is
        return found

    def value(found: DisjointAnswer | None) -> Value:
        if found is None:
            return None
        total = sum(latency_of_ids(network, path.links) or 0 for path in found)
        return total if found.bound is None else (found.bound, total)

    def agrees(ours: Value, theirs: int | None) -> bool:
        if isinstance(ours, tuple) and theirs is not None:
            return ours[0] <= theirs <= ours[1]
        return ours == theirs

    values = {pair: value(answer(*prepare(*pair))) for pair in _pairs(len(network.sites))}
    asked = [pair for pair, found in values.items() if found is not None][:QUESTIONS]
    proved = sum(isinstance(values[pair], int) for pair in asked)
    ours = Contestant("ours", answer, "two paths", value, prepare)
    peer = given.peers.highs.disjoint_risks()._replace(agrees=agrees)
    remark = f"{proved} of {len(asked)} pairs proved least"
    return Contest(asked, ours, (peer,), remark=remark)


def _pairs(sites: int) -> list[tuple[int, int]]:
    """All pairs of sites in some order, or some of many."""
    rng = Random(1)
    if sites * sites > MOST_PAIRS:
        return [
            (source, target) for source, target in (rng.sample(range(sites), 2) for _ in range(MOST_PAIRS))
        ]
    return rng.sample(found := list(permutations(range(sites), 2)), len(found))
