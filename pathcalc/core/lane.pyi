from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from pathcalc.core.graph import Graph, Query
from pathcalc.core.landmarks import Landmarks
from pathcalc.core.linklist import LinkList
from pathcalc.tables import Tables

Answer = TypeVar("Answer", bound=LinkList)

class Ask:
    """A question but for its ends, its floor of bandwidth, where the query has one, and its bounds' values.

    `basis`: of the answers' bandwidth; `bounds`: of each its name, its weight, and the value from which on it
    is none; `landmarks` of the query's weight and theirs, none where the one bound is on that weight
    itself; `widest`: of all paths those of most bandwidth are compared by their sum, without bounds.
    """

    def __init__(
        self,
        query: Query,
        basis: str,
        bounds: tuple[tuple[str, int, int], ...],
        landmarks: tuple[Landmarks, ...],
        widest: bool,
    ) -> None: ...

class Lane(Generic[Answer]):
    """`places`: routers by id of site or router; `answer`: what is made of the links.

    `ripe` is called with a query that is `due`. `overlaid(owner, values)` makes the tables of answers where
    weights are other than in the graph. `bounds` are the names of all that there are.
    """

    graph: Graph
    """Of a lane with other weights the graph that moves with them, else the graph."""
    owner: Any
    """Whose lane this was made of with other weights; None for a lane with the graph's own."""

    def __init__(
        self,
        places: dict[str, tuple[int, ...]],
        tables: Tables,
        answer: type[Answer],
        ripe: Callable[[Query], None],
        graph: Graph,
        overlaid: Callable[[Any, dict[str, dict[int, int]]], Tables],
        bounds: frozenset[str],
    ) -> None: ...
    def moved(self, fields: Mapping[str, object], owner: object) -> Lane[Answer] | None:
        """Return the lane with other weights, {field: {link id: value}}, of which `owner` has the others.

        None where it cannot be one beside this: other fields, links or values that there are not, unknown
        ones, nothing at all, or more changes than links. What it does not know is to be prepared for it.
        """
    def values(self) -> dict[str, dict[int, int]]:
        """What is other than the owner has it, by field and link."""
    def prepare(self, objective: str, constraints: Mapping[str, object], ask: Ask) -> None:
        """Remember how to answer this, for any pair and any values of its floor and bounds."""
    def path(
        self, source: object, target: object, objective: str, constraints: Mapping[str, object]
    ) -> Answer | None:
        """Return the best path; None where it does not know the question or a name, or finds no path."""
    def disjoint(
        self,
        source: object,
        target: object,
        objective: str,
        count: int,
        split: bool,
        constraints: Mapping[str, object],
    ) -> tuple[Answer, ...] | None:
        """Return so many disjoint paths, at level router (`split`) or link; None as for `path`."""
    def k_paths(
        self, source: object, target: object, objective: str, k: int, constraints: Mapping[str, object]
    ) -> tuple[Answer, ...] | None:
        """Return up to k best paths, fewer where there are no more; None as for `path`."""
