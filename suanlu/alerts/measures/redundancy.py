"""Which sites the next cut would isolate: a single circuit, or all circuits of one shared-risk group.

Edges get random labels so that the labels of a set of edges are linearly dependent over GF(2) where the
set holds a cut (Pritchard and Thurimella, "Fast computation of small cuts via cycle space sampling",
2011): a spanning tree, a random 64-bit label for each edge outside it, and for each edge in it the sum of
those that pass over it. O(edges), plus a small elimination a group. What looks like a cut is then made,
and counted, so the answer is exact.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from suanlu.alerts.causes.backbone import Backbone

SEED = 7
BITS = 64
Edge = tuple[str, str, str]  # circuit, site, site


def isolating_cuts(backbone: Backbone, out: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return, by site, the circuits and groups whose loss alone would part it from the largest part.

    `out`: circuits that are down or drained already. Sites that are cut off now are not listed.
    """
    edges = [
        (circuit, *sites)
        for circuit in backbone.circuits
        if circuit not in out and (sites := backbone.site_pair(circuit))[0] != sites[1]
    ]
    labels, main = _labels(backbone.sites, edges)
    inside = [edge for edge in edges if edge[1] in main]
    found: dict[str, list[str]] = defaultdict(list)
    groups = ((srlg, circuits) for srlg, circuits in backbone.srlg_circuits.items() if len(circuits) > 1)
    singles = ((circuit, (circuit,)) for circuit, _, _ in inside)
    for name, circuits in (*singles, *groups):
        standing = [labels[circuit] for circuit in circuits if circuit in labels]
        if standing and _dependent(standing):
            for site in _lost(main, inside, frozenset(circuits)):
                found[site].append(name)
    return {site: tuple(names) for site, names in found.items()}


def _labels(sites: Iterable[str], edges: list[Edge]) -> tuple[dict[str, int], frozenset[str]]:
    """The label of each circuit, and the sites of the largest part."""
    chance = random.Random(SEED)  # noqa: S311 -- any labels do; the same each time
    at: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for circuit, a, z in edges:
        at[a].append((circuit, z))
        at[z].append((circuit, a))
    labels: dict[str, int] = {}
    sums: dict[str, int] = defaultdict(int)
    parent: dict[str, tuple[str, str]] = {}  # site → (circuit, site above it)
    best: list[str] = []
    seen: set[str] = set()
    for root in sites:
        if root in seen:
            continue
        order, tree = [root], set()
        seen.add(root)
        for site in order:
            for circuit, other in at[site]:
                if other not in seen:
                    seen.add(other)
                    parent[other] = circuit, site
                    tree.add(circuit)
                    order.append(other)
                elif circuit not in tree and circuit not in labels:
                    labels[circuit] = chance.getrandbits(BITS)
                    sums[site] ^= labels[circuit]
                    sums[other] ^= labels[circuit]
        for site in reversed(order[1:]):
            circuit, above = parent[site]
            labels[circuit] = sums[site]
            sums[above] ^= sums[site]
        best = max(best, order, key=len)
    return labels, frozenset(best)


def _dependent(labels: list[int]) -> bool:
    """Whether some of the labels add up to nothing."""
    basis: dict[int, int] = {}
    for label in labels:
        while label:
            top = label.bit_length()
            if top not in basis:
                basis[top] = label
                break
            label ^= basis[top]  # noqa: PLW2901 -- the elimination itself
        else:
            return True
    return False


def _lost(main: frozenset[str], edges: list[Edge], cut: frozenset[str]) -> frozenset[str]:
    """The sites that are parted from the largest part when these circuits are gone."""
    at: Mapping[str, list[str]] = defaultdict(list)
    for circuit, a, z in edges:
        if circuit not in cut:
            at[a].append(z)
            at[z].append(a)
    left, best = set(main), frozenset[str]()
    while left:
        start = min(left)
        part, waiting = {start}, [start]
        while waiting:
            fresh = set(at[waiting.pop()]) - part
            part |= fresh
            waiting += fresh
        left -= part
        if len(part) > len(best):
            best = frozenset(part)
    return main - best
