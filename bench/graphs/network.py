"""A network in plain arrays, from which ours and every peer builds its own form."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import networkx as nx
import numpy as np

from topology.given import from_networkx
from topology.snapshot import Snapshot

US_PER_KM = 4.9  # light in fibre
MBIT = 1_000_000
CAPACITIES_BPS = (100_000 * MBIT, 400_000 * MBIT, 800_000 * MBIT)
CAPACITY_SHARES = (0.1, 0.4, 0.5)
LEAST_FREE = 0.2
CIRCUITS_A_DUCT = (3, 4)
IGP_STEPS = 20  # of an ordinary link's metric: coarse as operators' are, so that some ways cost the same


@dataclass(frozen=True)
class Network:
    """Links 2i and 2i + 1 are the two directions of circuit i; `tail` and `head` are router numbers.

    `risks`: of each circuit, the numbers of the ducts it lies in. `site`: of each router, its site's id.
    Bandwidths are whole Mbit/s, so that a peer that counts in 32 bits can count in those.
    """

    name: str
    router_ids: tuple[str, ...]
    site: tuple[str, ...]
    tail: np.ndarray
    head: np.ndarray
    latency_us: np.ndarray
    jitter_us: np.ndarray
    te_metric: np.ndarray
    igp_metric: np.ndarray
    free_bps: np.ndarray
    risks: tuple[tuple[int, ...], ...]

    @property
    def n(self) -> int:
        """Number of routers."""
        return len(self.router_ids)

    @property
    def m(self) -> int:
        """Number of links."""
        return len(self.tail)

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """The ids of the sites. Where each router is a site of its own, both have the same numbers."""
        return tuple(dict.fromkeys(self.site))

    @cached_property
    def site_of(self) -> list[int]:
        """Of each router, the number of its site."""
        number = {site: i for i, site in enumerate(self.sites)}
        return [number[site] for site in self.site]

    @cached_property
    def ends(self) -> list[tuple[int, int]]:
        """(tail, head) of every link."""
        return list(zip(self.tail.tolist(), self.head.tolist(), strict=True))

    @cached_property
    def link_between(self) -> dict[tuple[int, int], int]:
        """(tail, head) → link; no two links have the same ends, but for the backbone's."""
        return {ends: link for link, ends in enumerate(self.ends)}

    @staticmethod
    def link_id(link: int) -> str:
        """The id of a link."""
        return f"c{link // 2}:{'za' if link % 2 else 'az'}"

    @staticmethod
    def link_number(link_id: str) -> int:
        """The link of an id."""
        return 2 * int(link_id[1:-3]) + link_id.endswith("za")

    def links_along(self, routers: Sequence[int]) -> list[int]:
        """The links of a walk given by its routers."""
        return [self.link_between[int(a), int(b)] for a, b in pairwise(routers)]

    def snapshot(self) -> Snapshot:
        """The network as the path core takes it."""
        graph = nx.MultiDiGraph()
        for router, site in zip(self.router_ids, self.site, strict=True):
            graph.add_node(router, site=site)
        columns = (
            self.latency_us.tolist(), self.jitter_us.tolist(), self.te_metric.tolist(),
            self.igp_metric.tolist(), self.free_bps.tolist(),
        )  # fmt: skip
        for link, (latency_us, jitter_us, te_metric, igp_metric, free_bps) in enumerate(
            zip(*columns, strict=True)
        ):
            tail, head = self.ends[link]
            graph.add_edge(
                self.router_ids[tail], self.router_ids[head], key=self.link_id(link), circuit=f"c{link // 2}",
                latency_us=latency_us, jitter_us=jitter_us, te_metric=te_metric, igp_metric=igp_metric,
                bandwidth_bps=free_bps, srlgs=[f"duct:{risk}" for risk in self.risks[link // 2]],
            )  # fmt: skip
        return from_networkx(graph)


def furnished(name: str, n: int, circuits: np.ndarray, km: np.ndarray, seed: int = 1) -> Network:
    """Return a network of n routers with everything that links have, by their lengths and by chance.

    `circuits`: (c, 2) router numbers. Some three or four circuits whose first routers are neighbours share
    a duct.
    """
    rng = np.random.default_rng(seed)
    c = len(circuits)
    base = km * US_PER_KM * rng.uniform(1.05, 1.35, c) + 20  # fibre does not run straight
    latency_us = np.maximum(1, (np.repeat(base, 2) * rng.uniform(1.0, 1.05, 2 * c)).round()).astype(np.int64)
    capacity = np.repeat(rng.choice(CAPACITIES_BPS, c, p=CAPACITY_SHARES), 2)
    free_bps = (capacity * rng.uniform(LEAST_FREE, 1, 2 * c) // MBIT).astype(np.int64) * MBIT
    igp_metric = np.maximum(1, np.repeat(base / np.median(base) * IGP_STEPS, 2).round()).astype(np.int64)
    ends = np.sort(circuits, axis=1)
    return Network(
        name=name,
        router_ids=tuple(f"r{i}" for i in range(n)),
        site=tuple(f"r{i}" for i in range(n)),
        tail=np.column_stack([ends[:, 0], ends[:, 1]]).ravel(),
        head=np.column_stack([ends[:, 1], ends[:, 0]]).ravel(),
        latency_us=latency_us,
        jitter_us=rng.integers(1, 100, 2 * c),
        te_metric=rng.integers(1, 1_000, 2 * c),
        igp_metric=igp_metric,
        free_bps=free_bps,
        risks=_ducts(ends, rng),
    )


def _ducts(ends: np.ndarray, rng: np.random.Generator) -> tuple[tuple[int, ...], ...]:
    """Lay circuits that follow each other by their ends in ducts of three or four."""
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    risks: list[tuple[int, ...]] = [()] * len(ends)
    at = duct = 0
    while at < len(order):
        size = int(rng.choice(CIRCUITS_A_DUCT))
        for circuit in order[at : at + size].tolist():
            risks[circuit] = (duct,)
        at, duct = at + size, duct + 1
    return tuple(risks)
