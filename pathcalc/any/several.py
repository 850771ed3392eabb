"""The k best simple paths under any constraints, by any objective.

By one sum: the core's Yen. Otherwise a partition of all paths by their beginnings (Lawler 1972), over the
exact search for one path: each part is the paths that begin with some links and do not go on with others;
its best path is a candidate, and the part of an accepted one splits at each of its routers. At most n
searches an accepted path.
"""

import time
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from pathcalc.any.objectives import BANDWIDTH, steps_of
from pathcalc.any.single import SinglePath
from pathcalc.any.solver import Links, Solver, Task, is_sum
from pathcalc.constraints.fields import BY_NAME
from pathcalc.constraints.kinds import Bound
from pathcalc.constraints.waypoints import passed
from pathcalc.core.kpaths import k_shortest
from topology.snapshot import NULL_U8

Order = tuple[int | tuple[int, ...], ...]


class Several(NamedTuple):
    """Paths, best first; `complete` where they are all that were asked for and there are."""

    paths: list[Links]
    complete: bool


class _Part(NamedTuple):
    order: Order  # of its best path
    links: Links
    n_prefix: int
    used: Links  # links by which other parts go on from there


class SeveralPaths:
    """Finds several paths on one snapshot."""

    def __init__(self, solver: Solver, single: SinglePath) -> None:
        self._solver = solver
        self._single = single

    def best(self, task: Task, objective: str, k: int) -> Several:
        """Return the k best paths in order, fewer where there are no more or a search ended at its budget."""
        if is_sum(objective):
            query = self._solver.query(task.ends, objective, task.limits, known=task.known)
            bounds = self._single.bounds(task)
            paths, complete = k_shortest(query, k, bounds, task.stops, task.labels, task.deadline_s)
            if query.due:
                self._solver.guide(query)
            return Several(paths, complete)
        return self._partition(task, objective, k)

    def _partition(self, task: Task, objective: str, k: int) -> Several:
        accepted: list[Links] = []
        parts: list[_Part] = []
        if not self._add(parts, task, objective, ((), ())):
            return Several(accepted, False)
        while parts and len(accepted) < k:
            part = heappop(parts)
            accepted.append(part.links)
            if len(accepted) == k:
                break
            for n in range(part.n_prefix, len(part.links)):
                if 0 < task.deadline_s < time.monotonic():
                    return Several(accepted, False)
                used = (*(part.used if n == part.n_prefix else ()), part.links[n])
                if not self._add(parts, task, objective, (part.links[:n], used)):
                    return Several(accepted, False)
        return Several(accepted, True)

    def _add(self, parts: list[_Part], task: Task, objective: str, bounds: tuple[Links, Links]) -> bool:
        """Add the part of (prefix, used links) if it has a path; return whether its best is proved."""
        prefix, used = bounds
        found = self._single.best(self._rest(task, prefix, used), objective)
        if found.step:
            return False
        if found.links is not None:
            links = (*prefix, *found.links)
            heappush(parts, _Part(self._order(task, objective, links), links, len(prefix), used))
        return True

    def _rest(self, task: Task, prefix: Links, used: Links) -> Task:
        """What is left to be found after the prefix, without the used links first."""
        if not prefix:
            return task._replace(extra=used)
        solver, tables = self._solver, self._solver.tables
        sources, targets = task.ends
        routers = [tables.tail[prefix[0]], *(tables.head[i] for i in prefix)]
        limits = task.limits
        for name in limits.bounds:
            kind, most = BY_NAME[name].kind, BY_NAME[name].value(limits)
            if isinstance(kind, Bound) and (kind.cap is None or most < kind.cap):
                limits = limits.having(name, most - solver.sum(prefix, kind.metric))
        narrowest = int(solver.bandwidth(task.limits)[list(prefix)].min())
        # Nothing may come back to where the path has been; nothing enters the source of a task anyway.
        gone = np.array([*sources, *routers[:-1]])
        barred = np.flatnonzero(np.isin(solver.snapshot.head, gone)).tolist()
        return task._replace(
            ends=((routers[-1],), targets),
            limits=limits,
            stops=task.stops[passed(task.stops, routers) :],
            extra=(*barred, *used),
            cap=narrowest if narrowest != NULL_U8 else None,
        )

    def _order(self, task: Task, objective: str, links: Links) -> Order:
        """What the path is compared by."""
        order: list[int | tuple[int, ...]] = []
        for step in steps_of(objective):
            if step == BANDWIDTH:
                order.append(-int(self._solver.bandwidth(task.limits)[list(links)].min()))
            else:
                order.append(self._solver.sum(links, step))
        ranks = self._solver.ranks
        return (*order, len(links), tuple(int(ranks[i]) for i in links))
