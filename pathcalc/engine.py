"""PathEngine: the one Python face of the path core."""

from typing import Literal, Unpack

import numpy as np
import numpy.typing as npt

from pathcalc._core import Bans, Graph, Query, shortest, widest_bandwidth
from pathcalc._forward import shares
from pathcalc.answers import Path
from pathcalc.constraints import ADDITIVE, BASES, UNCONSTRAINED, ConstraintFields, Constraints, Objective
from pathcalc.endpoints import Endpoint, Endpoints, name_of
from pathcalc.errors import GraphTooLarge, InvalidQuery, NoConnectivity
from pathcalc.exclusion import excluded_links
from pathcalc.forwarding import Forwarding
from pathcalc.tables import Tables
from topology.snapshot import NULL_U4, Snapshot

LATENCY, TE_METRIC, IGP_METRIC, HOPS = range(4)
MOST_BITS = 62


class PathEngine:
    """Answers path questions on one snapshot; immutable with it and safe for concurrent readers.

    Of equally good paths the one with fewest hops is taken, and of those the one whose sequence of link ids
    is smallest (UTF-8 byte order), so the same snapshot and question give the same answer everywhere.
    A link whose metric is unknown is not used where that metric is the objective or is bounded. Raises
    GraphTooLarge where sums could overflow.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.tables = Tables(snapshot)
        self.endpoints = Endpoints(snapshot)
        self._bans: dict[object, Bans] = {}
        self._graph = _graph(snapshot)

    def path(
        self,
        source: Endpoint,
        target: Endpoint,
        *,
        objective: Objective = "latency",
        **constraints: Unpack[ConstraintFields],
    ) -> Path:
        """Return the best path that keeps the constraints.

        Raises UnknownNode, InvalidQuery (SameEndpoint), NoConnectivity, NoFeasiblePath, BudgetExhausted.
        """
        limits = Constraints(**constraints) if constraints else UNCONSTRAINED
        if limits.bounds:
            raise InvalidQuery(limits.bounds[0], "bounds on sums are not answered yet")
        sources, targets = self.endpoints.pair(source, target)
        links = self._best(sources, targets, objective, limits)
        if links is None:
            raise NoConnectivity(name_of(source), name_of(target))
        return Path(self.tables, links, self._basis(limits))

    def widest(self, source: Endpoint, target: Endpoint, **constraints: Unpack[ConstraintFields]) -> Path:
        """Return the path of most bandwidth on `bandwidth_basis`; of equally wide ones the shortest in hops."""
        return self.path(source, target, objective="widest", **constraints)

    def forwarding(
        self,
        source: Endpoint,
        target: Endpoint,
        *,
        bandwidth_basis: Literal["capacity", "free_now", "free_p05"] = "free_p05",
    ) -> Forwarding:
        """Return where packets go by `igp_metric`, splitting equally over next-hop links at each router.

        Links that are stale, drained or down, or without an `igp_metric`, carry nothing. Raises UnknownNode,
        SameEndpoint; a target that cannot be reached is an answer, `unreachable`.
        """
        limits = Constraints(bandwidth_basis=bandwidth_basis)
        sources, targets = self.endpoints.pair(source, target)
        query = Query(self._graph, sources, targets, IGP_METRIC, 0, 0, None, None)
        return Forwarding(self.tables, *shares(query, self.snapshot.router_ids), self._basis(limits))

    def _best(
        self, sources: tuple[int, ...], targets: tuple[int, ...], objective: str, limits: Constraints
    ) -> tuple[int, ...] | None:
        if objective == "widest":
            query = self._query(sources, targets, "hops", limits)
            most = widest_bandwidth(query, BASES.index(limits.bandwidth_basis))
            if most is None:
                return None
            query = self._query(sources, targets, "hops", limits, floor=most)
        else:
            query = self._query(sources, targets, objective, limits)
        return shortest(query)

    def _query(
        self,
        sources: tuple[int, ...],
        targets: tuple[int, ...],
        objective: str,
        limits: Constraints,
        floor: int | None = None,
    ) -> Query:
        if objective not in ADDITIVE:
            raise InvalidQuery("objective", f"{objective!r} is none of {', '.join((*ADDITIVE, 'widest'))}")
        return Query(
            self._graph,
            sources,
            targets,
            ADDITIVE.index(objective),
            limits.allow_stale | limits.allow_draining << 1,
            BASES.index(limits.bandwidth_basis),
            limits.min_bandwidth_bps if floor is None else floor,
            self._bans_of(limits) if limits.exclude else None,
        )

    def _bans_of(self, limits: Constraints) -> Bans:
        found = self._bans.get(limits.exclude)
        if found is None:
            found = Bans(self._graph, excluded_links(self.snapshot, limits.exclude))
            self._bans[limits.exclude] = found
        return found

    def _basis(self, limits: Constraints) -> str:
        """The basis that the numbers are really of: there is no 5th percentile before 5 min of history."""
        if limits.bandwidth_basis == "free_p05" and not self.snapshot.free_p05_ready:
            return "free_now"
        return limits.bandwidth_basis


def _graph(snapshot: Snapshot) -> Graph:
    by_id = sorted(
        range(len(snapshot.link_ids)), key=[name.encode() for name in snapshot.link_ids].__getitem__
    )
    rank = np.empty(len(by_id), dtype=np.uint32)
    rank[by_id] = np.arange(len(by_id), dtype=np.uint32)
    weights = (snapshot.latency_us, snapshot.te_metric, snapshot.igp_metric)
    for name, weight in zip(ADDITIVE, weights, strict=False):
        _check_sums(name, weight, len(snapshot.router_ids))
    return Graph(
        node_first=snapshot.node_first,
        tail=snapshot.tail,
        head=snapshot.head,
        rank=rank,
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
