"""scipy.sparse.csgraph: C and Cython on a CSR matrix; what it lacks is put together with numpy here."""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, dijkstra, maximum_flow, yen

from bench.contest import Contestant
from bench.graphs import Network
from bench.graphs.network import MBIT
from bench.peers.values import latency_of_walk, narrowest

Routers = list[int]
NOTHING = 1e-9  # a link that costs nothing: an explicit 0 is no link to scipy


class Scipy:
    """One matrix; entry j is link `link[j]`."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.link = np.lexsort((network.head, network.tail))
        self.indices = network.head[self.link].astype(np.int32)
        counts = np.bincount(network.tail, minlength=network.n)
        self.indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        self.csr = self._matrix(network.latency_us)
        self.free_bps = network.free_bps[self.link]

    def _matrix(self, column: np.ndarray, dtype: type = np.float64) -> csr_matrix:
        shape = (self.network.n, self.network.n)
        return csr_matrix((column[self.link].astype(dtype), self.indices, self.indptr), shape=shape)

    def _sliced(self, keep: np.ndarray) -> csr_matrix:
        """The matrix of the entries to keep."""
        first = np.concatenate([[0], np.cumsum(keep)])[self.indptr].astype(np.int32)
        return csr_matrix((self.csr.data[keep], self.indices[keep], first), shape=self.csr.shape)

    def path(self) -> Contestant:
        return Contestant(
            "scipy", lambda source, target: _path(self.csr, source, target), "path", self._latency
        )

    def floor(self) -> Contestant:
        def answer(source: int, target: int, floor_bps: int) -> Routers | None:
            return _path(self._sliced(self.free_bps >= floor_bps), source, target)

        return Contestant("scipy", answer, "path", self._latency)

    def kept_floor(self, floor_bps: int) -> Contestant:
        part = self._sliced(self.free_bps >= floor_bps)
        return Contestant(
            "scipy", lambda source, target, _: _path(part, source, target), "path", self._latency
        )

    def widest(self) -> Contestant:
        """Bisection over the bandwidths that there are, each tried by a search in breadth."""
        steps = np.unique(self.network.free_bps)

        def answer(source: int, target: int) -> Routers:
            low, high = 0, len(steps)
            path: Routers = []
            while low < high:
                middle = (low + high) // 2
                part = self._sliced(self.free_bps >= steps[middle])
                _, before = breadth_first_order(part, source, return_predecessors=True)
                if before[target] >= 0:
                    low, path = middle + 1, _back(before, source, target)
                else:
                    high = middle
            return path

        def value(routers: Routers) -> int:
            return narrowest(self.network, self.network.links_along(routers))

        return Contestant("scipy, bisection", answer, "path", value)

    def k_paths(self, k: int) -> Contestant:
        def answer(source: int, target: int) -> list[Routers]:
            sums, before = yen(self.csr, source, target, k, return_predecessors=True)
            return [_back(before[i], source, target) for i in range(len(sums))]

        return Contestant(
            "scipy", answer, "paths", lambda found: [self._latency(routers) for routers in found]
        )

    def suurballe(self) -> Contestant:
        """Suurballe 1974 by two searches: reduced costs, the first path turned round, circles taken off."""
        tail, reverse = np.repeat(np.arange(self.network.n), np.diff(self.indptr)), self._reverse

        def answer(source: int, target: int) -> tuple[Routers, Routers] | None:
            sums, before = dijkstra(self.csr, indices=source, return_predecessors=True)
            reduced = self.csr.data + sums[tail] - sums[self.indices]
            np.maximum(reduced, NOTHING, out=reduced)
            first = _back(before, source, target)
            entries = np.array([self._entry(a, b) for a, b in pairwise(first)])
            reduced[reverse[entries]] = NOTHING
            reduced[entries] = np.inf
            rest = csr_matrix((reduced, self.indices, self.indptr), shape=self.csr.shape)
            second = _path(rest, source, target)
            return None if second is None else _untangled(first, second)

        def value(pair: tuple[Routers, Routers] | None) -> int | None:
            return None if pair is None else sum(self._latency(routers) or 0 for routers in pair)

        return Contestant("scipy, Suurballe", answer, "two paths", value)

    def flow(self) -> Contestant:
        """In Mbit/s, for it counts in 32 bits."""
        capacity = self._matrix(self.network.free_bps // MBIT, np.int32)

        def answer(source: int, target: int) -> tuple[int, csr_matrix]:
            found = maximum_flow(capacity, source, target)
            return found.flow_value, found.flow

        return Contestant("scipy", answer, "value, links", lambda found: int(found[0]) * MBIT)

    def rows(self) -> Contestant:
        def answer(sources: Sequence[int]) -> np.ndarray:
            found: np.ndarray = dijkstra(self.csr, indices=sources)
            return found

        return Contestant("scipy", answer, "array")

    def change(self) -> Contestant:
        csr, entry_of = self.csr.copy(), self._entry_of

        def answer(source: int, target: int, link: int, latency_us: int) -> Routers | None:
            csr.data[entry_of[link]] = latency_us
            return _path(csr, source, target)

        def value(routers: Routers) -> int:
            return int(sum(csr.data[self._entry(a, b)] for a, b in pairwise(routers)))

        return Contestant("scipy", answer, "path", value)

    def tree(self, source: int) -> Contestant:
        """Everything computed anew after each change."""
        csr, entry_of = self.csr.copy(), self._entry_of

        def answer(link: int, latency_us: int) -> np.ndarray:
            csr.data[entry_of[link]] = latency_us
            sums: np.ndarray = dijkstra(csr, indices=source)
            return sums

        return Contestant("scipy, anew", answer, "tree")

    @cached_property
    def _entry_of(self) -> np.ndarray:
        """Link → entry."""
        place = np.empty(self.network.m, np.int64)
        place[self.link] = np.arange(self.network.m)
        return place

    @cached_property
    def _reverse(self) -> np.ndarray:
        """Entry → the entry of the other direction."""
        found: np.ndarray = self._entry_of[self.link ^ 1]
        return found

    def _entry(self, tail: int, head: int) -> int:
        first, last = self.indptr[tail], self.indptr[tail + 1]
        return int(first + np.searchsorted(self.indices[first:last], head))

    def _latency(self, routers: Routers | None) -> int | None:
        return latency_of_walk(self.network, routers)


def _path(csr: csr_matrix, source: int, target: int) -> Routers | None:
    _, before = dijkstra(csr, indices=source, return_predecessors=True)
    return _back(before, source, target) if before[target] >= 0 else None


def _back(before: np.ndarray, source: int, target: int) -> Routers:
    """The path to the target by everybody's predecessor."""
    path = [target]
    while path[-1] != source:
        path.append(before[path[-1]])
    return path[::-1]


def _untangled(first: Routers, second: Routers) -> tuple[Routers, Routers]:
    """Two paths of what is left where the second goes against the first."""
    used = set(pairwise(first))
    for a, b in pairwise(second):
        if (b, a) in used:
            used.remove((b, a))
        else:
            used.add((a, b))
    onward: dict[int, list[int]] = {}
    for a, b in used:
        onward.setdefault(a, []).append(b)
    paths = ([first[0]], [first[0]])
    for path in paths:
        while path[-1] != first[-1]:
            path.append(onward[path[-1]].pop())
    return paths
