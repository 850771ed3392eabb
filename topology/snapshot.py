"""The snapshot: the graph at one version, immutable, in plain arrays.

Links are in CSR order by their tail router and, within a router, in UTF-8 byte order of their ids, so
that index order is tie order. The arrays are also the wire format: C order, little-endian, read-only.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

NULL_U4 = 0xFFFF_FFFF
NULL_U8 = 0xFFFF_FFFF_FFFF_FFFF


class LinkState(IntEnum):
    """The state of a link. Usable in paths: up and unconfirmed; stale and drained only when asked for."""

    UP = 0
    UNCONFIRMED = 1
    STALE = 2
    DRAINED = 3
    DOWN = 4

    @property
    def label(self) -> str:
        """The word used in the API, the dashboards and the docs: `up`, `unconfirmed`, …"""
        return self.name.lower()


class Source(IntEnum):
    """Where a metric's value is from; `contracts.md` calls these words in `source` fields."""

    NONE = 0
    INVENTORY = 1
    NOMINAL = 2
    COUNTERS = 3
    PORT_SPEED = 4
    LAG_SPEED = 5
    MEMBERS = 6
    NATIVE = 7
    TWAMP_ONE_WAY = 8
    TWAMP_HALF_RTT = 9
    PERF_MEAS = 10
    DERIVED = 11
    OVERLAY = 12

    @property
    def label(self) -> str | None:
        """The word used in answers: `twamp/half_rtt`, `perf_meas`, `nominal`, …; None where unknown."""
        return _SOURCE_LABELS[self]


_SOURCE_LABELS: dict[Source, str | None] = {
    **{source: source.name.lower() for source in Source},
    Source.NONE: None,
    Source.TWAMP_ONE_WAY: "twamp/one_way",
    Source.TWAMP_HALF_RTT: "twamp/half_rtt",
}

U4_METRICS = ("latency_us", "jitter_us", "loss_ppm", "te_metric", "igp_metric", "mtu_bytes")
U8_METRICS = ("capacity_bps", "used_bps", "free_now_bps", "free_p05_bps", "single_flow_max_bps")
OBSERVED = ("latency_us", "capacity_bps", "used_bps", "loss_ppm", "jitter_us")
"""Metrics that carry `<metric>_observed_at_ns` (i8, 0 where never) and `<metric>_source` (u1).

The time is our clock's at the arrival of the observation: a router's clock is recorded, not trusted.
The free bandwidths have the age and source of `used_bps`; the other metrics are the inventory's.
"""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One version of the graph. n routers, m links, c circuits, s sites, g SRLGs, w admin groups.

    `epoch`, `version`, `structure_version`, `published_at_ns`: see contracts, *Versions*.
    `free_p05_ready`: false while there are less than 5 min of history (then it equals `free_now_bps`).
    Null is 0xFFFFFFFF in u4 arrays and all ones in u8 arrays. `tail` is the router a link leaves, `head`
    the one it enters. `admin_groups` is a mask whose bit i is `admin_group_ids[i]`.
    """

    epoch: str
    version: int
    structure_version: int
    published_at_ns: int
    free_p05_ready: bool

    site_ids: tuple[str, ...]  # s
    router_ids: tuple[str, ...]  # n
    circuit_ids: tuple[str, ...]  # c
    link_ids: tuple[str, ...]  # m
    srlg_ids: tuple[str, ...]  # g
    admin_group_ids: tuple[str, ...]  # w <= 64

    router_site: np.ndarray  # u4[n]
    ingress: (
        np.ndarray
    )  # u1[n], 1 where traffic of its site enters first, 0: only where no such router can do
    node_first: np.ndarray  # u4[n + 1]
    tail: np.ndarray  # u4[m]
    head: np.ndarray  # u4[m]
    link_circuit: np.ndarray  # u4[m]
    link_reverse: np.ndarray  # u4[m]; NULL_U4 for a one-way link of a given graph
    state: np.ndarray  # u1[m]
    latency_us: np.ndarray  # u4[m]
    jitter_us: np.ndarray
    loss_ppm: np.ndarray
    te_metric: np.ndarray
    igp_metric: np.ndarray
    mtu_bytes: np.ndarray
    capacity_bps: np.ndarray  # u8[m]
    used_bps: np.ndarray
    free_now_bps: np.ndarray
    free_p05_bps: np.ndarray
    single_flow_max_bps: np.ndarray
    admin_groups: np.ndarray  # u8[m]
    srlg_first: np.ndarray  # u4[c + 1]
    srlg: np.ndarray  # u4[…], indexes of srlg_ids
    latency_us_observed_at_ns: np.ndarray  # i8[m]
    jitter_us_observed_at_ns: np.ndarray
    loss_ppm_observed_at_ns: np.ndarray
    capacity_bps_observed_at_ns: np.ndarray
    used_bps_observed_at_ns: np.ndarray
    latency_us_source: np.ndarray  # u1[m], Source
    jitter_us_source: np.ndarray
    loss_ppm_source: np.ndarray
    capacity_bps_source: np.ndarray
    used_bps_source: np.ndarray

    DTYPES: ClassVar[Mapping[str, str]] = {
        "router_site": "<u4",
        "ingress": "|u1",
        **dict.fromkeys(("node_first", "tail", "head", "link_circuit", "link_reverse"), "<u4"),
        **dict.fromkeys(("srlg_first", "srlg", *U4_METRICS), "<u4"),
        **dict.fromkeys((*U8_METRICS, "admin_groups"), "<u8"),
        "state": "|u1",
        **{f"{metric}_observed_at_ns": "<i8" for metric in OBSERVED},
        **{f"{metric}_source": "|u1" for metric in OBSERVED},
    }

    def __post_init__(self) -> None:
        for name, dtype in self.DTYPES.items():
            array = getattr(self, name)
            if array.dtype.str != dtype or not array.flags.c_contiguous:
                raise TypeError(f"snapshot array {name} must be C-ordered {dtype}, not {array.dtype.str}")
            array.setflags(write=False)

    @classmethod
    def from_networkx(cls, graph: Any) -> "Snapshot":
        """The snapshot of a networkx graph; attributes and errors: `topology.given`."""
        from topology.given import from_networkx  # noqa: PLC0415 - networkx is slow to import

        return from_networkx(graph)

    @classmethod
    def from_node_link(cls, data: Mapping[str, Any]) -> "Snapshot":
        """The snapshot of node-link JSON data; attributes and errors: `topology.given`."""
        from topology.given import from_node_link  # noqa: PLC0415

        return from_node_link(data)

    @classmethod
    def from_graphml(cls, text: str | bytes) -> "Snapshot":
        """The snapshot of a GraphML document; attributes and errors: `topology.given`."""
        from topology.given import from_graphml  # noqa: PLC0415

        return from_graphml(text)

    def with_state(self, links: Collection[str], state: LinkState) -> "Snapshot":
        """Return this snapshot with links, by id, in a state; ids that it has not are left out."""
        states = self.state.copy()
        states[[self.link_index[link] for link in links if link in self.link_index]] = state
        return replace(self, state=states)

    @classmethod
    def array_names(cls) -> tuple[str, ...]:
        """The names of the arrays, in wire order."""
        return tuple(field.name for field in fields(cls) if field.name in cls.DTYPES)

    @cached_property
    def site_index(self) -> Mapping[str, int]:
        """Site id → index."""
        return {name: i for i, name in enumerate(self.site_ids)}

    @cached_property
    def router_index(self) -> Mapping[str, int]:
        """Router id → index."""
        return {name: i for i, name in enumerate(self.router_ids)}

    @cached_property
    def circuit_index(self) -> Mapping[str, int]:
        """Circuit id → index."""
        return {name: i for i, name in enumerate(self.circuit_ids)}

    @cached_property
    def link_index(self) -> Mapping[str, int]:
        """Link id → index."""
        return {name: i for i, name in enumerate(self.link_ids)}

    @cached_property
    def srlg_index(self) -> Mapping[str, int]:
        """SRLG id → index."""
        return {name: i for i, name in enumerate(self.srlg_ids)}

    def adopt_indexes(self, other: "Snapshot") -> None:
        """Take over what look-ups by id another snapshot has made already, where the ids are the same."""
        made = vars(other)
        for kind in ("site", "router", "circuit", "link", "srlg"):
            name, ids = f"{kind}_index", f"{kind}_ids"
            if name in made and getattr(self, ids) is getattr(other, ids):
                vars(self).setdefault(name, made[name])

    def circuit_srlgs(self, circuit: int) -> tuple[str, ...]:
        """The SRLG ids of the circuit with this index."""
        return tuple(
            self.srlg_ids[g] for g in self.srlg[self.srlg_first[circuit] : self.srlg_first[circuit + 1]]
        )
