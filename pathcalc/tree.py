"""A tree of best paths that is kept up to date while links change."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from pathcalc.any.solver import Solver
from pathcalc.constraints.fields import Constraints
from pathcalc.core import tree
from pathcalc.core.graph import Query
from pathcalc.endpoints import Endpoint, Endpoints
from pathcalc.errors import GraphTooLarge, InvalidQuery


class Tree:
    """Best paths from one place to all others by one sum, or, `incoming`, from all others to it.

    `update` changes what one link is worth and costs what the change touches: nothing at all where the link
    is on no best path and gets no better than those. A value that is set so lasts until the tree follows an
    engine. Ties are those of `PathEngine.path`. Not for several threads at once.
    """

    def __init__(
        self,
        solver: Solver,
        endpoints: Endpoints,
        root: Endpoint,
        objective: str,
        limits: Constraints,
        *,
        incoming: bool,
    ) -> None:
        if limits.bounds or limits.include:
            field = (*limits.bounds, "include")[0]
            raise InvalidQuery(field, "a tree under a bound on sums or past way points is not kept: drop it")
        self.root = root
        self.objective = objective
        self.incoming = incoming
        self._limits = limits
        self._begin(solver, endpoints)

    def _begin(self, solver: Solver, endpoints: Endpoints) -> None:
        self._solver = solver
        self._endpoints = endpoints
        self._index = solver.snapshot.link_index
        self._core = tree.Tree(self._query(solver, endpoints))

    def _query(self, solver: Solver, endpoints: Endpoints) -> Query:
        return solver.query((endpoints.routers(self.root, "root"), ()), self.objective, self._limits)

    def update(self, link: str, value: int | None) -> int:
        """Set the objective's value of a link, None: out of use; return how many routers that touched.

        Links that states or filters rule out stay out. Raises InvalidQuery for a link or value that there is
        not, and GraphTooLarge for a value of which sums could overflow.
        """
        try:
            index = self._index[link]
        except KeyError:
            raise _no_link(link) from None
        if value is not None and (type(value) is not int or value < 0 or self.objective == "hops"):
            self._check(value)
        try:
            return self._core.change(index, value)
        except OverflowError as error:
            raise GraphTooLarge(f"{self.objective} of {link}: {error}") from error

    def update_all(self, values: Mapping[str, int | None]) -> int:
        """Set the values of many links as one change; see `update`."""
        for link, value in values.items():
            if link not in self._index:
                raise _no_link(link)
            self._check(value)
        try:
            return self._core.change_all({self._index[link]: value for link, value in values.items()})
        except OverflowError as error:
            raise GraphTooLarge(f"{self.objective}: {error}") from error

    def _check(self, value: int | None) -> None:
        if value is None or (type(value) is int and value >= 0 and (self.objective != "hops" or value == 1)):
            return
        wanted = "1 or None" if self.objective == "hops" else "a whole number from 0 on, or None"
        raise InvalidQuery("value", f"{value!r} is not {wanted}")

    def follow(self, solver: Solver, endpoints: Endpoints) -> int:
        """Take over another network's links; `PathEngine.follow` calls it."""
        if solver.graph.wiring is not self._solver.graph.wiring:
            self._begin(solver, endpoints)
            return self._core.touched
        self._solver = solver
        return self._core.follow(self._query(solver, endpoints))

    def distance(self, place: Endpoint) -> int | None:
        """Return the best path's sum between the root and a place, None where there is no path."""
        return self._core.value(self._other(place))

    def path(self, place: Endpoint) -> tuple[str, ...] | None:
        """Return the ids of the best path's links in order of travel, None where there is none."""
        routers, ids = self._other(place), self._solver.snapshot.link_ids
        links = self._core.links_back_from(routers) if self.incoming else self._core.links_to(routers)
        return None if links is None else tuple(ids[link] for link in links)

    def distances(self, places: Sequence[Endpoint]) -> npt.NDArray[np.float64]:
        """Return the sums between the root and each place: nan where there is no path, 0 for the root."""
        values = np.empty(self._solver.graph.n)
        self._core.values(values)
        routers = [self._endpoints.routers(place, "places") for place in places]
        if all(len(some) == 1 for some in routers):
            return values[[some[0] for some in routers]]
        return np.array([np.fmin.reduce(values[list(some)], initial=np.nan) for some in routers])

    def _other(self, place: Endpoint) -> tuple[int, ...]:
        pair = (place, self.root) if self.incoming else (self.root, place)
        return self._endpoints.pair(*pair)[0 if self.incoming else 1]


def _no_link(link: str) -> InvalidQuery:
    return InvalidQuery("link", f"there is no link {link!r}")
