"""Questions by index → links by index: chooses the search that answers a question exactly."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pathcalc.constraints.exclusion import excluded_links
from pathcalc.constraints.fields import ADDITIVE, BASES, Constraints, Exclude
from pathcalc.core.forward import Destination
from pathcalc.core.graph import Bans, Graph, Query
from pathcalc.core.kpaths import k_shortest
from pathcalc.core.labels import bounded
from pathcalc.core.pair import disjoint_pair
from pathcalc.core.search import column, shortest
from pathcalc.core.widest import widest_bandwidth
from pathcalc.errors import BudgetExhausted, GraphTooLarge, InvalidQuery
from pathcalc.tables import Tables
from topology.snapshot import NULL_U4, Snapshot

Routers = tuple[int, ...]
Links = tuple[int, ...]
Ends = tuple[Routers, Routers]

IGP_METRIC = 2
COLUMNS = {"latency": "latency_us", "te_metric": "te_metric", "igp_metric": "igp_metric"}
MOST_BITS = 62
MOST_BANS = 256  # different exclusions remembered
MOST_LABELS = 2_000_000
"""Labels of one bounded search, 48 bytes each, before it gives up."""


class Solver:
    """One canonical snapshot in the core. `Ends` are the routers of source and target, by index."""

    def __init__(self, snapshot: Snapshot, tables: Tables) -> None:
        self.snapshot = snapshot
        self.tables = tables
        self.graph = _graph(snapshot)
        self._bans: dict[tuple[Exclude, str], Bans] = {}

    def best(
        self, ends: Ends, objective: str, limits: Constraints, *, known: str = "", floor: int | None = None
    ) -> Links | None:
        """Return the best path within the limits, None where there is none.

        `known` names a further objective whose metric must be known on every link; `floor` (bit/s) takes
        the place of the limits' own. Raises InvalidQuery, BudgetExhausted.
        """
        if objective == "widest":
            floor = self.most_bandwidth(ends, limits)
            return None if floor is None else self.best(ends, "hops", limits, known=known, floor=floor)
        query = self.query(ends, objective, limits, known=known, floor=floor)
        links = shortest(query)
        if links is None or not limits.bounds or self._within(links, limits):
            return links
        if (objective, *limits.bounds) in (("latency", "max_latency_us"), ("hops", "max_hops")):
            return None
        links = bounded(query, limits.max_latency_us, limits.max_hops, MOST_LABELS)
        if links == ():
            raise BudgetExhausted(
                f"neither a path within {' and '.join(limits.bounds)} nor its absence was proved with "
                f"{MOST_LABELS:,} labels: loosen or drop one of them"
            )
        return links

    def _within(self, links: Links, limits: Constraints) -> bool:
        if limits.max_hops is not None and len(links) > limits.max_hops:
            return False
        if limits.max_latency_us is None:
            return True
        latency = self.tables.latency_us
        values = [value for i in links if (value := latency[i]) is not None]
        return len(values) == len(links) and sum(values) <= limits.max_latency_us

    def most_bandwidth(self, ends: Ends, limits: Constraints, *, known: str = "") -> int | None:
        """Return the most bandwidth (bit/s) that a path within the limits keeps, None without such a path."""
        basis = BASES.index(limits.bandwidth_basis)
        query = self.query(ends, "hops", limits, known=known)
        most = widest_bandwidth(query, basis)
        if most is None or not limits.bounds:
            return most
        # Few values can be the answer, and more bandwidth never leaves more paths: bisection is exact.
        least = limits.min_bandwidth_bps or 0
        column = self.tables.bandwidth(limits.bandwidth_basis)
        values = sorted({value for value in column if value is not None and least <= value <= most})
        objective = "latency" if limits.max_latency_us is not None else "hops"
        low, high = 0, len(values)  # values[:low] are known to do, values[high:] not to
        while low < high:
            middle = (low + high) // 2
            if self.best(ends, objective, limits, known=known, floor=values[middle]) is None:
                high = middle
            else:
                low = middle + 1
        return values[low - 1] if low else None

    def k_best(self, ends: Ends, objective: str, limits: Constraints, k: int) -> list[Links]:
        """Return up to k best simple paths within the limits, best first."""
        if objective == "widest":
            raise InvalidQuery("objective", "k widest paths are not computed: ask by another objective")
        query = self.query(ends, objective, limits)
        try:
            return k_shortest(query, k, limits.max_latency_us, limits.max_hops, MOST_LABELS)
        except OverflowError as error:
            raise BudgetExhausted(
                f"{k} paths within {' and '.join(limits.bounds)} were not proved with {MOST_LABELS:,} labels "
                "a search: loosen the bounds or ask for fewer"
            ) from error

    def pair(
        self, ends: Ends, objective: str, limits: Constraints, *, split: bool, bans: Bans | None = None
    ) -> tuple[int, Links, Links] | None:
        """Return (key, path, path) of a circuit- or (`split`) router-disjoint pair of least sum, or None."""
        return disjoint_pair(self.query(ends, objective, limits, bans=bans), split)

    @contextmanager
    def destination(self, targets: Routers, bans: Bans | None = None) -> Iterator[Destination]:
        """Lend the IGP's distances of all routers to the targets, to be asked for shares; `bans` are down."""
        query = Query(self.graph, (), targets, IGP_METRIC, 0, 0, None, bans)
        destination = Destination(query, self.snapshot.router_ids)
        try:
            yield destination
        finally:
            destination.close()

    def values_to(
        self, targets: Routers, objective: str, limits: Constraints, values: npt.NDArray[np.float64]
    ) -> None:
        """Fill values[router] with the best value from there to the targets, nan where none."""
        if objective == "widest":
            query = self.query(((), targets), "hops", limits)
            column(query, values, BASES.index(limits.bandwidth_basis))
        else:
            column(self.query(((), targets), objective, limits), values)

    def query(
        self,
        ends: Ends,
        objective: str,
        limits: Constraints,
        *,
        known: str = "",
        floor: int | None = None,
        bans: Bans | None = None,
    ) -> Query:
        """Return the core's query; `bans` take the place of those made from the limits."""
        if objective not in ADDITIVE:
            raise InvalidQuery("objective", f"{objective!r} is none of {', '.join((*ADDITIVE, 'widest'))}")
        if bans is None and (limits.exclude or known):
            bans = self.bans(limits.exclude, known)
        return Query(
            self.graph,
            *ends,
            ADDITIVE.index(objective),
            limits.allow_stale | limits.allow_draining << 1,
            BASES.index(limits.bandwidth_basis),
            limits.min_bandwidth_bps if floor is None else floor,
            bans,
        )

    def bans(self, exclude: Exclude, known: str = "") -> Bans:
        """Return the links that the exclusions rule out, and those whose metric for `known` is null."""
        found = self._bans.get((exclude, known))
        if found is None:
            links = excluded_links(self.snapshot, exclude)
            if known in COLUMNS:
                nulls = np.flatnonzero(getattr(self.snapshot, COLUMNS[known]) == NULL_U4)
                links = links.union(nulls.tolist())
            if len(self._bans) >= MOST_BANS:
                self._bans.clear()
            found = self._bans[exclude, known] = Bans(self.graph, links)
        return found

    def key(self, links: Links, objective: str) -> int:
        """The path's key: its value, and its hop count in the low bits."""
        if objective == "hops":
            return (len(links) << self.graph.shift) + len(links)
        column = self.tables.column(COLUMNS[objective])
        return (sum(column[i] or 0 for i in links) << self.graph.shift) + len(links)


@lru_cache(maxsize=4)
def _ranks(link_ids: tuple[str, ...]) -> npt.NDArray[np.uint32]:
    """Return each link's place in UTF-8 byte order of the ids; one structure has one answer."""
    encoded = [name.encode() for name in link_ids]
    rank = np.empty(len(encoded), dtype=np.uint32)
    rank[sorted(range(len(encoded)), key=encoded.__getitem__)] = np.arange(len(encoded), dtype=np.uint32)
    return rank


def _graph(snapshot: Snapshot) -> Graph:
    weights = (snapshot.latency_us, snapshot.te_metric, snapshot.igp_metric)
    for name, weight in zip(ADDITIVE, weights, strict=False):
        _check_sums(name, weight, len(snapshot.router_ids))
    return Graph(
        node_first=snapshot.node_first,
        tail=snapshot.tail,
        head=snapshot.head,
        rank=_ranks(snapshot.link_ids),
        state=snapshot.state,
        weights=weights,
        bandwidths=(snapshot.capacity_bps, snapshot.free_now_bps, snapshot.free_p05_bps),
    )


def _check_sums(name: str, weight: npt.NDArray[np.uint32], n_routers: int) -> None:
    """Refuse a graph where the longest possible simple path, hop count below it, exceeds 62 bits."""
    known = weight[weight != NULL_U4]
    largest = int(known.max()) if known.size else 0
    if (largest * n_routers + n_routers).bit_length() + n_routers.bit_length() > MOST_BITS:
        raise GraphTooLarge(
            f"{name}: a path over {n_routers:,} routers and links of up to {largest:,} could exceed 64 bits"
        )
