"""Answers: light views of a list of links, with exactly the field names of the API.

Values are read from the snapshot when they are asked for, so that making an answer costs next to nothing. A
sum or a minimum over the links is None when it is unknown for any of them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pathcalc.core.flow.maxflow import MaxFlow
from pathcalc.core.linklist import LinkList
from pathcalc.tables import Tables
from topology.snapshot import LinkState

FULL_LOSS_PPM = 1_000_000


class Hop(NamedTuple):
    """One link of a path, with the numbers that the answer counted with."""

    link: str
    from_router: str
    to_router: str
    latency_us: int | None
    capacity_bps: int | None
    free_bps: int | None
    sources: dict[str, str | None]


class Path(LinkList):
    """A simple path. `bandwidth_bps` is its narrowest link's, on `bandwidth_basis`.

    `status` is `feasible` where the search ended at its budget: then no path has less of the sum `bound_of`
    (or more bandwidth, where that is what it names) than `bound`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Path {' '.join(self.links)}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Path) and self.links == other.links

    def __hash__(self) -> int:
        return hash(self.links)

    @property
    def routers(self) -> tuple[str, ...]:
        """Router ids from source to target, one more than links."""
        head, ids = self._tables.head, self._tables.router_ids
        first = self._tables.tail[self.indexes[0]]
        return (ids[first], *[ids[head[i]] for i in self.indexes])

    @property
    def sites(self) -> tuple[str, ...]:
        """Site ids passed, each stay at a site once."""
        head, site = self._tables.head, self._tables.router_site
        passed = [site[self._tables.tail[self.indexes[0]]]]
        for i in self.indexes:
            if site[head[i]] != passed[-1]:
                passed.append(site[head[i]])
        return tuple(passed)

    @property
    def latency_us(self) -> int | None:
        """One way, in microseconds."""
        return self._sum(self._tables.latency_us)

    @property
    def te_metric(self) -> int | None:
        """Sum of TE metrics."""
        return self._sum(self._tables.column("te_metric"))

    @property
    def igp_metric(self) -> int | None:
        """Sum of IGP metrics."""
        return self._sum(self._tables.column("igp_metric"))

    @property
    def jitter_us(self) -> int | None:
        """Sum of jitters, in microseconds."""
        return self._sum(self._tables.column("jitter_us"))

    @property
    def loss_ppm(self) -> int | None:
        """Sum of losses, at most 1,000,000."""
        loss = self._sum(self._tables.column("loss_ppm"))
        return None if loss is None else min(loss, FULL_LOSS_PPM)

    @property
    def hop_count(self) -> int:
        """Number of links."""
        return len(self)

    @property
    def mtu_bytes(self) -> int | None:
        """Least MTU."""
        return self._least(self._tables.column("mtu_bytes"))

    @property
    def bandwidth_bps(self) -> int | None:
        """Bandwidth of the narrowest link on `bandwidth_basis`."""
        return self._least(self._tables.bandwidth(self.bandwidth_basis))

    @property
    def single_flow_max_bps(self) -> int | None:
        """What one flow can have: it stays on one member of each group, and within the path's bandwidth."""
        member, bandwidth = self._least(self._tables.column("single_flow_max_bps")), self.bandwidth_bps
        return None if member is None or bandwidth is None else min(member, bandwidth)

    @property
    def bottleneck_link(self) -> str | None:
        """Id of the first link that has no more than `bandwidth_bps`."""
        least, column = self.bandwidth_bps, self._tables.bandwidth(self.bandwidth_basis)
        if least is None:
            return None
        return next(self._tables.link_ids[i] for i in self.indexes if column[i] == least)

    @property
    def hops(self) -> tuple[Hop, ...]:
        """Each link with its ends and numbers."""
        tables, ids = self._tables, self._tables.router_ids
        capacity, free = tables.column("capacity_bps"), tables.bandwidth(self.bandwidth_basis)
        return tuple(
            Hop(
                link=tables.link_ids[i],
                from_router=ids[tables.tail[i]],
                to_router=ids[tables.head[i]],
                latency_us=tables.latency_us[i],
                capacity_bps=capacity[i],
                free_bps=free[i],
                sources={"latency_us": tables.latency_sources[i]},
            )
            for i in self.indexes
        )

    @property
    def bound_us(self) -> int | None:
        """Proved lower bound of the latency, for a `feasible` path by latency."""
        return self.bound if self.bound_of == "latency" else None

    @property
    def stale_links(self) -> tuple[str, ...]:
        """Ids of its links that are stale (only with `allow_stale`)."""
        state, ids = self._tables.state, self._tables.link_ids
        return tuple(ids[i] for i in self.indexes if state[i] == LinkState.STALE)


class PathsAnswer:
    """Paths, best first. `status`: optimal, then fewer than asked for are all that there are; or feasible.

    A `feasible` answer of k paths is the best ones in order, of which the search found fewer than asked for
    before its budget ended.
    """

    __slots__ = ("paths", "status")

    def __init__(self, paths: tuple[Path, ...], status: str = "optimal") -> None:
        self.paths = paths
        self.status = status

    def __iter__(self) -> Iterator[Path]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Path:
        return self.paths[index]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.status} {list(self.paths)!r}>"


class DisjointAnswer(PathsAnswer):
    """Paths that do not fail together at `level`, the best set by the objective.

    `feasible` where the search ended at its budget: then no set has a smaller sum of `bound_of` (or more
    bandwidth, where that is what it names) than `bound`. For `optimal` it is None.
    """

    __slots__ = ("bound", "bound_of", "level")

    def __init__(
        self, paths: tuple[Path, ...], level: str, bound_of: str = "", bound: int | None = None
    ) -> None:
        super().__init__(paths, "feasible" if bound_of else "optimal")
        self.level = level
        self.bound_of = bound_of
        self.bound = bound

    @property
    def bound_us(self) -> int | None:
        """Proved lower bound of the sum of latencies, for a `feasible` answer by latency."""
        return self.bound if self.bound_of == "latency" else None


class FlowLink(NamedTuple):
    """What one link carries of a flow."""

    link: str
    flow_bps: int


class FlowPath(NamedTuple):
    """What one simple path carries of a flow."""

    path: Path
    flow_bps: int


class FlowAnswer:
    """A maximum flow on `bandwidth_basis`; what else than its value is read is worked out then, once."""

    __slots__ = ("_flow", "_tables", "bandwidth_basis")

    status = "optimal"

    def __init__(self, tables: Tables, flow: MaxFlow, bandwidth_basis: str) -> None:
        self._tables = tables
        self._flow = flow
        self.bandwidth_basis = bandwidth_basis

    def __repr__(self) -> str:
        return f"<FlowAnswer {self.value_bps} bit/s>"

    @property
    def value_bps(self) -> int:
        """Bit/s that get through, 0 where nothing does."""
        return self._flow.value

    @property
    def min_cut(self) -> tuple[str, ...]:
        """Ids of links whose bandwidths sum to `value_bps` and that every path passes one of.

        Of all such cuts the one nearest to the target; empty where there is no path.
        """
        ids = self._tables.link_ids
        return tuple([ids[i] for i in self._flow.cut])

    @property
    def links(self) -> tuple[FlowLink, ...]:
        """What each link carries, of those that carry anything: the sum over the `paths` that use it."""
        ids = self._tables.link_ids
        return tuple([FlowLink(ids[i], bps) for i, bps in self._flow.links])

    @property
    def paths(self) -> tuple[FlowPath, ...]:
        """Simple paths that add up to `value_bps`, at most as many as `links`, the quickest first."""
        return tuple(
            FlowPath(Path(self._tables, links, self.bandwidth_basis), bps) for links, bps in self._flow.paths
        )
