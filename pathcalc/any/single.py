"""The one best path under any constraints, by any objective: exact, or with a proved bound."""

from typing import NamedTuple

import numpy as np

from pathcalc.any.objectives import BANDWIDTH, BOUND_OF, WEIGHTS, steps_of
from pathcalc.any.solver import MOST_LABELS, Ends, Links, Solver, Task
from pathcalc.constraints.fields import BY_NAME, LARGEST, UNCONSTRAINED, Constraints
from pathcalc.constraints.kinds import Bound
from pathcalc.constraints.waypoints import passed
from pathcalc.core.labels import bounded
from pathcalc.core.widest import widest_bandwidth
from pathcalc.errors import BudgetExhausted
from topology.snapshot import NULL_U8


class Found(NamedTuple):
    """The best links, None where there are none; both proved, unless `step` names what is not.

    Then `bound` is proved: no path has less of that sum, or more of that bandwidth; `links` are the best
    that were seen, and None says nothing.
    """

    links: Links | None
    step: str = ""
    bound: int | None = None


class Most(NamedTuple):
    """The most bandwidth of a path, None where there is none; `bound` where that is not proved."""

    bps: int | None
    bound: int | None = None


class SinglePath:
    """Finds one path at a time on one snapshot."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver

    def best(self, task: Task, objective: str) -> Found:
        """Return the best path that keeps all that the task says."""
        steps = steps_of(objective)
        if task.limits is UNCONSTRAINED and len(steps) == 1 and not task.extra:
            query = self._solver.query(task.ends, steps[0], UNCONSTRAINED, known=task.known)
            return Found(self._solver.shortest(query))
        if len(steps) == 1:
            return self.least(task, steps[0])
        task = task._replace(known=task.known.union(steps))
        floor: int | None = None
        for step in steps[:-1]:
            if step == BANDWIDTH:
                most = self.most_bandwidth(task)
                if most.bps is None or most.bound is not None:
                    return self._unproved(task, steps[-1], most)
                floor = most.bps
            else:
                found = self.least(task, step)
                if found.links is None or found.step:
                    return found
                value = self._solver.sum(found.links, step)
                task = task._replace(limits=task.limits.having(BOUND_OF[step], value))
        return self.least(task, steps[-1], floor)

    def links(self, ends: Ends, objective: str, limits: Constraints) -> Links | None:
        """Return the best path's links, None where there is none. Raises BudgetExhausted for all else."""
        found = self.best(self._solver.task(ends, limits), objective)
        if found.step:
            raise exhausted(limits)
        return found.links

    def _unproved(self, task: Task, step: str, most: Most) -> Found:
        if most.bound is None:
            return Found(None)
        links = None if most.bps is None else self.least(task, step, most.bps).links
        return Found(links, BANDWIDTH, most.bound)

    def least(self, task: Task, metric: str, floor: int | None = None) -> Found:
        """Return the path of least sum; `floor` (bit/s) takes the place of the limits' own."""
        query = self._solver.query(
            task.ends, metric, task.limits, known=task.known, floor=floor, extra=task.extra
        )
        bounds = task.limits.bounds
        if not task.stops and (not bounds or bounds == (BOUND_OF.get(metric),)):
            links = self._solver.shortest(query)
            return Found(links if links is None or self.keeps(task, links) else None)
        found = self.bounds(task)
        landmarks = () if task.stops else self._solver.landmarks(query, [which for which, _ in found])
        links, bound = bounded(query, found, task.stops, task.labels, task.deadline_s, landmarks)
        if bound is None:
            return Found(links)
        if links is None:
            some = self._leg_by_leg if task.stops else self._any_within
            links = some(task, metric, floor)
        return Found(links, metric, bound)

    def _leg_by_leg(self, task: Task, metric: str, floor: int | None) -> Links | None:
        """A path past the stops, each leg the best that keeps off the legs before it; None if that fails."""
        tables, head = self._solver.tables, self._solver.snapshot.head
        sources, targets = task.ends
        here, gone = sources, set(sources)
        links: Links = ()
        done = passed(task.stops, list(sources[:1]))
        while True:
            goal = targets if done == len(task.stops) else task.stops[done]
            barred = gone if goal is targets else gone.union(targets)
            if not barred.isdisjoint(goal):  # a search must not end where it begins
                return None
            extra = np.flatnonzero(np.isin(head, list(barred))).tolist()
            leg = self._solver.shortest(
                self._solver.query(
                    (here, goal),
                    metric,
                    task.limits,
                    known=task.known,
                    floor=floor,
                    extra=(*task.extra, *extra),
                )
            )
            if leg is None:
                return None
            links = (*links, *leg)
            if goal is targets:
                return links if self.keeps(task, links) else None
            routers = [tables.tail[links[0]], *(tables.head[i] for i in links)]
            gone.update(routers)
            here, done = (routers[-1],), passed(task.stops, routers)

    def _any_within(self, task: Task, metric: str, floor: int | None) -> Links | None:
        """The best of the paths of least bounded sum, where one keeps all."""
        seen = []
        for name in task.limits.bounds:
            least = BY_NAME[name].kind.metric  # type: ignore[union-attr]
            links = self._solver.shortest(
                self._solver.query(
                    task.ends,
                    least,
                    task.limits,
                    known=task.known | {metric},
                    floor=floor,
                    extra=task.extra,
                )
            )
            if links is not None and self.keeps(task, links):
                seen.append(links)
        return min(seen, key=lambda links: self._solver.key(links, metric), default=None)

    def bounds(self, task: Task) -> tuple[tuple[int, int], ...]:
        """The bounds on sums as (weight, most) for the core."""
        found = []
        for name in task.limits.bounds:
            kind, most = BY_NAME[name].kind, BY_NAME[name].value(task.limits)
            if isinstance(kind, Bound):
                unlimited = kind.cap is not None and most >= kind.cap
                found.append((WEIGHTS.index(kind.metric), LARGEST if unlimited else most))
        return tuple(found)

    def keeps(self, task: Task, links: Links) -> bool:
        """Whether a path keeps the bounds on sums and passes the stops; its metrics are known."""
        if task.stops:
            tables = self._solver.tables
            routers = [tables.tail[links[0]], *(tables.head[i] for i in links)]
            if passed(task.stops, routers) < len(task.stops):
                return False
        if not task.limits.bounds:
            return True
        return all(self._solver.sum(links, WEIGHTS[which]) <= most for which, most in self.bounds(task))

    def most_bandwidth(self, task: Task) -> Most:
        """Return the most bandwidth (bit/s) that a path keeps on all its links, up to the task's cap."""
        solver, limits = self._solver, task.limits
        which = solver.inline(limits)
        most: int | None = LARGEST
        if which is not None:
            query = solver.query(task.ends, "hops", limits, known=task.known, extra=task.extra)
            most = widest_bandwidth(query, which)
            if most is None:
                return Most(None)
        most = most if task.cap is None else min(most or 0, task.cap)
        if which is not None and not limits.bounds and not task.stops:
            return Most(most)
        return self._bisect(task, most or 0)

    def _bisect(self, task: Task, most: int) -> Most:
        """Try floors: few values can be the answer, and more bandwidth never leaves more paths."""
        solver, least = self._solver, task.limits.min_bandwidth_bps or 0
        column = solver.bandwidth(task.limits)
        worths = np.unique(np.minimum(column[column != NULL_U8], np.uint64(most)))
        values = [value for value in worths.tolist() if value >= least]
        metric = BY_NAME[task.limits.bounds[0]].kind.metric if task.limits.bounds else "hops"  # type: ignore[union-attr]
        low, high, proved = 0, len(values), len(values)  # [:low] do; [high:] were tried, [proved:] do not
        while low < high:
            middle = (low + high) // 2
            found = self.least(task, metric, values[middle])
            if found.links is not None:
                low = middle + 1
            else:
                high = middle
                proved = proved if found.step else middle
        bound = values[proved - 1] if proved > low else None
        return Most(values[low - 1] if low else None, bound)


def exhausted(limits: Constraints) -> BudgetExhausted:
    """Return the error for a search that ended at its budget with nothing to show."""
    names = " and ".join(limits.named()) or "the constraints"
    return BudgetExhausted(
        f"neither a path within {names} nor its absence was proved with {MOST_LABELS:,} labels or in the "
        "time given: loosen or drop one of them, or give it more time"
    )
