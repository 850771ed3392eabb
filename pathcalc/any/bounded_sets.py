"""Disjoint paths that each keep bounds on sums: exact by branch and bound, or with a proved bound.

Each path by itself is found exactly under its bounds (labels). Two of them that share a risk: one or the
other has to keep away from it. A node says what each path keeps away from; its bound is the sum of the paths,
or that of the disjoint paths without bounds on their sums, whichever is more. NP-hard even for two paths
under one bound (Itai, Perl and Shiloach 1982).
"""

import time
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import combinations
from typing import NamedTuple

from pathcalc.any.risks import RiskTable
from pathcalc.any.single import Found, SinglePath
from pathcalc.any.solver import Links, Solver, Task

Avoids = tuple[int, ...]
Relaxed = Callable[[Links], int | None]
"""A key that no disjoint paths without these links stay below, None where there are none."""

MOST_NODES = 400
MOST_RISKS = 6  # weighed at a node
LABELS = 20_000
"""Labels of each search for one path."""


class BoundedSet(NamedTuple):
    """Paths, none where none was found, and the key that none stay below; None: proved that none are."""

    paths: tuple[Links, ...]
    key: int
    bound: int | None


class _Node(NamedTuple):
    bound: int
    order: int
    avoids: tuple[Avoids, ...]


class BoundedSets:
    """One search for paths of least `metric`; `run` it."""

    def __init__(
        self, solver: Solver, single: SinglePath, task: Task, metric: str, floor: int | None = None
    ) -> None:
        self._solver = solver
        self._single = single
        self._task = task._replace(labels=LABELS)
        self._metric = metric
        self._floor = floor
        self._found: dict[Avoids, Found] = {}
        self._seen: set[tuple[Avoids, ...]] = set()
        self._queue: list[_Node] = []
        self._best: tuple[int, tuple[Links, ...]] | None = None
        self._open: int | None = None  # least bound of the nodes that were left undecided

    def run(self, table: RiskTable, n_paths: int, relaxed: Relaxed, bound: int) -> BoundedSet:
        """Return the best paths that share none of the table's risks; none stay below `bound`."""
        self._table = table
        self._relaxed = relaxed
        exempt = table.exempt(self._task.ends)
        self._exempt = frozenset() if exempt is None else frozenset(exempt.nonzero()[0].tolist())
        self._push(bound, ((),) * n_paths)
        for _ in range(MOST_NODES):
            if not self._queue or (self._task.deadline_s and time.monotonic() > self._task.deadline_s):
                break
            node = heappop(self._queue)
            if self._best is None or node.bound < self._best[0]:
                self._visit(node)
        left = [node.bound for node in self._queue[:1]]
        if self._open is not None:
            left.append(self._open)
        if self._best is None:
            return BoundedSet((), 0, min(left, default=None))
        key, paths = self._best
        return BoundedSet(tuple(sorted(paths, key=self._order)), key, min([*left, key]))

    def _order(self, links: Links) -> tuple[int, int]:
        """What paths of a set are ordered by; they do not share their first links."""
        return self._solver.key(links, self._metric), int(self._solver.ranks[links[0]])

    def _visit(self, node: _Node) -> None:
        sides = [self._path(avoids) for avoids in node.avoids]
        if any(side.links is None and not side.step for side in sides):
            return
        bound = max(node.bound, sum(map(self._least, sides)))
        common = set(node.avoids[0]).intersection(*node.avoids[1:])
        if common:
            least = self._relaxed(self._links_of(sorted(common)))
            if least is None:
                return
            bound = max(bound, least)
        if self._best is not None and bound >= self._best[0]:
            return
        paths = [side.links for side in sides if side.links is not None]
        if len(paths) < len(sides):
            self._leave(bound)
            return
        shared = next(self._shared(paths), None)
        if shared is None:
            self._offer(paths)
            if any(side.step for side in sides):
                self._leave(bound)
            return
        self._try_greedily(paths)
        self._branch(node.avoids, bound, *shared)

    def _shared(self, paths: list[Links]) -> Iterator[tuple[int, int, list[int]]]:
        """Yield which two paths share which risks."""
        risks = [self._risks_of(links) for links in paths]
        for one, two in combinations(range(len(paths)), 2):
            both = sorted(risks[one] & risks[two])
            if both:
                yield one, two, both

    def _branch(self, avoids: tuple[Avoids, ...], bound: int, one: int, two: int, risks: list[int]) -> None:
        """Branch on the shared risk of which the cheaper child costs most."""
        chosen: tuple[int, list[tuple[int, tuple[Avoids, ...]]]] | None = None
        for risk in risks[:MOST_RISKS]:
            children = []
            for side in (one,) if avoids[one] == avoids[two] else (one, two):
                further = [*avoids]
                further[side] = tuple(sorted({*avoids[side], risk}))
                found = [self._path(each) for each in further]
                if all(each.links is not None or each.step for each in found):
                    children.append((sum(map(self._least, found)), tuple(sorted(further))))
            if not children:
                return  # no path can keep away from it
            least = min(cost for cost, _ in children)
            if chosen is None or least > chosen[0]:
                chosen = least, children
        for cost, child in chosen[1] if chosen else ():
            self._push(max(bound, cost), child)

    def _try_greedily(self, paths: list[Links]) -> None:
        """For each path: keep it, and add best ones that keep away from the risks of all before."""
        for first in dict.fromkeys(paths):
            chosen = [first]
            while len(chosen) < len(paths):
                risks = set[int]().union(*map(self._risks_of, chosen))
                links = self._path(tuple(sorted(risks))).links
                if links is None:
                    break
                chosen.append(links)
            else:
                self._offer(chosen)

    def _offer(self, paths: list[Links]) -> None:
        key = sum(self._solver.key(links, self._metric) for links in paths)
        if self._best is None or key < self._best[0]:
            self._best = key, tuple(paths)

    def _push(self, bound: int, avoids: tuple[Avoids, ...]) -> None:
        if avoids not in self._seen and (self._best is None or bound < self._best[0]):
            self._seen.add(avoids)
            heappush(self._queue, _Node(bound, len(self._seen), avoids))

    def _leave(self, bound: int) -> None:
        self._open = bound if self._open is None else min(bound, self._open)

    def _path(self, avoids: Avoids) -> Found:
        """The best path that keeps its bounds and away from the risks."""
        found = self._found.get(avoids)
        if found is None:
            task = self._task._replace(extra=(*self._task.extra, *self._links_of(avoids)))
            found = self._found[avoids] = self._single.least(task, self._metric, self._floor)
        return found

    def _least(self, found: Found) -> int:
        """What the path costs at least."""
        if found.step:
            return (found.bound or 0) << self._solver.graph.shift
        return self._solver.key(found.links or (), self._metric)

    def _links_of(self, risks: Avoids | list[int]) -> Links:
        return tuple(link for risk in risks for link in self._table.links_of(risk))

    def _risks_of(self, links: Links) -> set[int]:
        return {risk for link in links for risk in self._table.of_link(link)} - self._exempt
