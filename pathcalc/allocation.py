"""Sharing the network among many demands: what is asked, and what each of them gets."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from pathcalc.answers import FlowPath, Path
from pathcalc.any.solver import Ends, Links
from pathcalc.endpoints import Endpoint, Endpoints
from pathcalc.errors import InvalidQuery
from pathcalc.tables import Tables

Limit = Literal["links", "max_bps", "no_path"]
LARGEST_WEIGHT = 1_000_000
MOST_DEMANDS = 1_000


class Demand(NamedTuple):
    """Traffic that wants its fair share, `weight` times that of weight 1, and at most `max_bps`."""

    source: Endpoint
    target: Endpoint
    max_bps: int | None = None
    weight: int = 1


class Wanted(NamedTuple):
    """A demand by index."""

    ends: Ends
    max_bps: int | None
    weight: int


class Rate(NamedTuple):
    """What one demand gets, by index, in bit/s; `bound_bps` None where nothing more was asked or is there."""

    rate_bps: int
    limit: Limit
    bottleneck: Links = ()
    bound_bps: int | None = None
    paths: tuple[tuple[Links, int], ...] = ()


class LoadedLink(NamedTuple):
    """What all demands together put on a link, of what it has."""

    link: str
    flow_bps: int
    bandwidth_bps: int


class Shares(NamedTuple):
    """All rates in the order of the demands, what each link that is used carries, and what each could."""

    status: Literal["optimal", "feasible", "predicted"]
    rates: tuple[Rate, ...]
    loads: dict[int, int]
    capacity: Sequence[int]


class Allocated:
    """What one demand gets.

    `limit` says what keeps it from more: `links`, its own `max_bps`, or that there is `no_path`. `bound_bps`
    is proved: it can have no more unless a demand that has no more than it (by weight) gets less.
    """

    __slots__ = ("_rate", "_tables", "bandwidth_basis", "demand")

    def __init__(self, tables: Tables, demand: Demand, rate: Rate, bandwidth_basis: str) -> None:
        self._tables = tables
        self._rate = rate
        self.demand = demand
        self.bandwidth_basis = bandwidth_basis

    def __repr__(self) -> str:
        return f"<Allocated {self.demand.source} {self.demand.target} {self.rate_bps} bit/s>"

    @property
    def rate_bps(self) -> int:
        """Its rate, whole bit/s."""
        return self._rate.rate_bps

    @property
    def limit(self) -> Limit:
        """What keeps it from more."""
        return self._rate.limit

    @property
    def bound_bps(self) -> int | None:
        """The proved bound of its rate; None unless links limit it."""
        return self._rate.bound_bps

    @property
    def bottleneck_links(self) -> tuple[str, ...]:
        """Ids of the full links that limit it: each of its paths passes one."""
        ids = self._tables.link_ids
        return tuple(ids[i] for i in self._rate.bottleneck)

    @property
    def paths(self) -> tuple[FlowPath, ...]:
        """Its paths and what each carries, the most first; under `igp` at most 64 branches."""
        return tuple(
            FlowPath(Path(self._tables, links, self.bandwidth_basis), bps) for links, bps in self._rate.paths
        )


class AllocationAnswer:
    """A max-min fair allocation: `demands` in the order they were asked in, and what each used link carries.

    `status`: `optimal`, proved; `feasible`, proved up to the `bound_bps` of each; `predicted` under `igp`,
    where it is exact for the ways that packets take.
    """

    __slots__ = ("_shares", "_tables", "bandwidth_basis", "demands", "status")

    def __init__(
        self, tables: Tables, demands: Iterable[Demand], shares: Shares, bandwidth_basis: str
    ) -> None:
        self._tables = tables
        self._shares = shares
        self.status = shares.status
        self.bandwidth_basis = bandwidth_basis
        self.demands = tuple(
            Allocated(tables, demand, rate, bandwidth_basis)
            for demand, rate in zip(demands, shares.rates, strict=True)
        )

    def __repr__(self) -> str:
        return f"<AllocationAnswer {self.status} {list(self.demands)!r}>"

    @property
    def total_bps(self) -> int:
        """All rates together."""
        return sum(one.rate_bps for one in self.demands)

    @property
    def links(self) -> tuple[LoadedLink, ...]:
        """What each link carries and has, of those that carry anything, by tail and then link id."""
        ids, loads, capacity = self._tables.link_ids, self._shares.loads, self._shares.capacity
        return tuple(LoadedLink(ids[i], bps, capacity[i]) for i, bps in sorted(loads.items()))


def wanted_of(demands: Sequence[Demand], endpoints: Endpoints) -> tuple[Wanted, ...]:
    """Return the demands by index. Raises InvalidQuery for what is no cap or weight, or far too many."""
    if not 1 <= len(demands) <= MOST_DEMANDS:
        raise InvalidQuery("demands", f"give from 1 to {MOST_DEMANDS:,} demands, not {len(demands):,}")
    for number, demand in enumerate(demands):
        cap, weight = demand.max_bps, demand.weight
        if cap is not None and (type(cap) is not int or cap < 1):
            raise InvalidQuery(f"demands.{number}.max_bps", f"{cap!r} is no whole number from 1 on")
        if type(weight) is not int or not 1 <= weight <= LARGEST_WEIGHT:
            raise InvalidQuery(
                f"demands.{number}.weight", f"{weight!r} is no whole number from 1 to {LARGEST_WEIGHT:,}"
            )
    return tuple(
        Wanted(_ends(endpoints, demand, number), demand.max_bps, demand.weight)
        for number, demand in enumerate(demands)
    )


def _ends(endpoints: Endpoints, demand: Demand, number: int) -> Ends:
    try:
        return endpoints.pair(demand.source, demand.target)
    except InvalidQuery as error:
        error.field = f"demands.{number}.{error.field}"
        raise
