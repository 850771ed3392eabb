"""Two paths that share no risk: exact by branch and bound, or with a proved bound.

A risk is an SRLG or a circuit itself. Of a pair without shared risks at least one path avoids any given
risk. So: take the best path for each side; if they share a risk, branch on which side avoids it. The sides
are alike until the first branch, so that one has a single child. A node's bound is the larger of the sum of
its two paths and the circuit-disjoint pair of least sum without the risks that both sides avoid (Suurballe).
NP-hard (Hu 2003); the budget counts nodes, not time, so the answer is the same on every machine.
"""

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple

from pathcalc.any.risks import RiskSet, RiskTable
from pathcalc.any.solver import Ends, Links, Solver
from pathcalc.constraints.fields import Constraints
from pathcalc.core.graph import Bans
from pathcalc.core.search import shortest
from pathcalc.errors import BudgetExhausted

MOST_NODES = 2_000


class SrlgPair(NamedTuple):
    """A pair without shared risks; `bound_key` is proved (equal to `key` when the pair is optimal)."""

    key: int
    bound_key: int
    paths: tuple[Links, Links]


class _Node(NamedTuple):
    bound: int
    order: int
    avoids: tuple[RiskSet, RiskSet]


class SrlgSearch:
    """One search; `pair()` runs it."""

    def __init__(
        self,
        solver: Solver,
        table: RiskTable,
        ends: Ends,
        objective: str,
        limits: Constraints,
        *,
        budget: int,
    ) -> None:
        self._solver = solver
        self._table = table
        self._ends = ends
        self._objective = objective
        self._limits = limits
        self._budget = budget
        self._base = solver.bans(limits, objective) or Bans(solver.graph, ())
        self._best: tuple[int, tuple[Links, Links]] | None = None
        self._paths: dict[RiskSet, tuple[int, Links] | None] = {}
        self._order = 0
        self._queue: list[_Node] = []

    def pair(self) -> SrlgPair | None:
        """Return the pair of least sum, None if there is none. Raises BudgetExhausted with neither proved."""
        self._push(0, (frozenset(), frozenset()))
        for _ in range(self._budget):
            if not self._queue:
                break
            node = heappop(self._queue)
            if self._best is not None and node.bound >= self._best[0]:
                self._queue.clear()
                break
            self._visit(node)
        if self._queue and self._best is not None and self._queue[0].bound < self._best[0]:
            return SrlgPair(self._best[0], self._queue[0].bound, self._best[1])
        if self._queue and self._best is None:
            raise BudgetExhausted(
                f"neither an SRLG-disjoint pair nor its absence was proved in {self._budget:,} steps: "
                "exclude a risk, or ask for level circuit"
            )
        return None if self._best is None else SrlgPair(self._best[0], self._best[0], self._best[1])

    def _visit(self, node: _Node) -> None:
        common = node.avoids[0] & node.avoids[1]
        pair = self._solver.pair(
            self._ends, self._objective, self._limits, split=False, bans=self._bans(common)
        )
        sides = self._path(node.avoids[0]), self._path(node.avoids[1])
        if pair is None or sides[0] is None or sides[1] is None:
            return
        if node.avoids[0] == node.avoids[1] and self._offer(pair[1], pair[2]):
            return  # least sum of all that avoid these
        for path in (sides[0][1], sides[1][1]):
            other = self._path(node.avoids[0] & node.avoids[1] | self._risks(path))
            if other is not None:
                self._offer(path, other[1])
        bound = max(node.bound, pair[0], sides[0][0] + sides[1][0])
        if self._offer(sides[0][1], sides[1][1]):
            return  # either side is the best it can be
        self._branch(node, bound, sides[0][1], sides[1][1])

    def _branch(self, node: _Node, bound: int, path: Links, other: Links) -> None:
        """Branch on the shared risk whose avoidance costs most, of the cheaper side each."""
        one, two = node.avoids
        chosen: tuple[int, list[tuple[int, tuple[RiskSet, RiskSet]]]] | None = None
        for risk in sorted(self._risks(path) & self._risks(other)):
            children = []
            for avoids in ((one | {risk}, two), (one, two | {risk}))[: 1 if one == two else 2]:
                sides = self._path(avoids[0]), self._path(avoids[1])
                if sides[0] is not None and sides[1] is not None:
                    children.append((sides[0][0] + sides[1][0], avoids))
            if not children:
                return  # nobody can avoid this risk
            least = min(cost for cost, _ in children)
            if chosen is None or least > chosen[0]:
                chosen = least, children
        for cost, avoids in chosen[1] if chosen else ():
            self._push(max(bound, cost), avoids)

    def _push(self, bound: int, avoids: tuple[RiskSet, RiskSet]) -> None:
        if self._best is None or bound < self._best[0]:
            self._order += 1
            heappush(self._queue, _Node(bound, self._order, avoids))

    def _offer(self, path: Links, other: Links) -> bool:
        """Keep the pair if it shares no risk and is the best so far; return whether it shares none."""
        if not self._risks(path).isdisjoint(self._risks(other)):
            return False
        key = self._solver.key(path, self._objective) + self._solver.key(other, self._objective)
        if self._best is None or key < self._best[0]:
            self._best = key, (path, other)
        return True

    def _path(self, avoids: RiskSet) -> tuple[int, Links] | None:
        """The best path that avoids the risks, with its key."""
        if avoids not in self._paths:
            query = self._solver.query(self._ends, self._objective, self._limits, bans=self._bans(avoids))
            links = shortest(query)
            self._paths[avoids] = None if links is None else (self._solver.key(links, self._objective), links)
        return self._paths[avoids]

    def _bans(self, avoids: RiskSet) -> Bans:
        bans = self._base.copy(self._solver.graph)
        for risk in avoids:
            bans.add(self._table.links[risk])
        return bans

    def _risks(self, links: Iterable[int]) -> RiskSet:
        return frozenset(risk for link in links for risk in self._table.of_link[link])
