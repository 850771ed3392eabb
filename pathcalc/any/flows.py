"""How much fits between two sets of routers, over which links and paths, and what limits it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pathcalc.allocation import Shares, Wanted
from pathcalc.any.solver import Ends, Solver
from pathcalc.constraints.fields import WEIGHTS, Constraints
from pathcalc.core.flow.maxflow import MaxFlow
from pathcalc.core.flow.network import Network
from pathcalc.core.graph import Query
from pathcalc.errors import GraphTooLarge, InvalidQuery
from pathcalc.igp.filling import allocate_igp
from pathcalc.igp.matrix import refuse_constraints
from topology.snapshot import NULL_U4, NULL_U8

HOPS = WEIGHTS.index("hops")
MOST_BITS = 63
UNKNOWN_US = 1_000_000  # of a link whose latency is unknown, where ways are as good otherwise
MOST_NETWORKS = 8  # different sets of filters remembered; each takes some 40 bytes a link


class Flows:
    """Maximum flows on one snapshot; what fits where is worked out once for a set of constraints."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver
        self._networks: dict[Constraints, Network] = {}

    def maximum(self, ends: Ends, limits: Constraints) -> MaxFlow:
        """Return the maximum flow on `bandwidth_basis`. Links of unknown bandwidth carry nothing.

        Raises InvalidQuery for bounds on sums and way points, GraphTooLarge where sums could overflow.
        """
        network = self._networks.get(limits) or self._network(limits)
        return MaxFlow(network, Query(network.graph, *ends, HOPS, 0, 0, None, None))

    def allocate(
        self, demands: Sequence[Wanted], limits: Constraints, routing: str, deadline_s: float
    ) -> Shares:
        """Return max-min fair rates, over any paths (`any`) or those that packets take (`igp`)."""
        capacity = capacities(self._solver, limits)
        if routing == "igp":
            refuse_constraints(limits)
            return allocate_igp(self._solver, demands, capacity.tolist(), limits.bandwidth_basis)
        network = self._networks.get(limits) or self._network(limits)
        # HiGHS takes a while to load, and whoever allocates nothing needs none of it.
        from pathcalc.any.allocate import allocate_any  # noqa: PLC0415

        return allocate_any(network, demands, capacity, costs(self._solver), deadline_s)

    def _network(self, limits: Constraints) -> Network:
        refuse_sums(limits, "a flow")
        nowhere = self._solver.query(((), ()), "hops", limits)
        network = Network(nowhere, capacities(self._solver, limits), costs(self._solver))
        if len(self._networks) >= MOST_NETWORKS:
            self._networks.clear()
        self._networks[limits] = network
        return network


def refuse_sums(limits: Constraints, what: str) -> None:
    """Raise InvalidQuery for what only whole paths keep."""
    if limits.bounds or limits.include:
        raise InvalidQuery(
            (*limits.bounds, "include")[0],
            f"{what} under a bound on sums or past way points is not computed: drop it",
        )


def costs(solver: Solver) -> npt.NDArray[np.uint64]:
    """What ways are compared by, u8[m]: µs, and one more a link, so that ties go to few hops."""
    latency = solver.snapshot.latency_us.astype(np.uint64)
    return np.where(latency == NULL_U4, np.uint64(UNKNOWN_US), latency) + np.uint64(1)


def capacities(solver: Solver, limits: Constraints) -> npt.NDArray[np.uint64]:
    """Bit/s that each link can carry, u8[m], 0 where unknown. Raises GraphTooLarge beyond 63 bits in all."""
    bandwidth = solver.bandwidth(limits)
    capacity = np.where(bandwidth == NULL_U8, np.uint64(0), bandwidth).astype(np.uint64)
    total = (int((capacity >> np.uint64(32)).sum()) << 32) + int((capacity & np.uint64(0xFFFFFFFF)).sum())
    if total.bit_length() > MOST_BITS:
        raise GraphTooLarge("the bandwidths of all links together could exceed 63 bits")
    return capacity
