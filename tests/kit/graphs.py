"""Small random networks with everything that real ones have: parallel, one-way, zero-weight and dead links,
unknown metrics, sites of several routers, places that cannot be reached."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import networkx as nx
from hypothesis import strategies as st

from topology import Inventory
from topology.given import from_networkx
from topology.snapshot import Snapshot

PUBLISHED_AT_NS = 1_700_000_000_000_000_000
ADMIN_GROUPS = ("amber", "blue", "green")
_PLAIN = (
    "latency_us",
    "te_metric",
    "igp_metric",
    "capacity_bps",
    "free_bps",
    "jitter_us",
    "loss_ppm",
    "mtu_bytes",
)


@dataclass(frozen=True)
class Link:
    """One direction of a circuit; None: unknown."""

    id: str
    circuit: str
    tail: str
    head: str
    latency_us: int | None
    te_metric: int | None
    igp_metric: int | None
    capacity_bps: int | None
    free_bps: int | None
    srlgs: tuple[str, ...]
    state: str
    jitter_us: int | None = None
    loss_ppm: int | None = None
    mtu_bytes: int | None = None
    single_flow_bps: int | None = None
    admin_groups: tuple[str, ...] = ()
    latency_age_ms: int | None = None  # None: nobody measures it
    used_age_ms: int | None = None

    def attributes(self) -> dict[str, object]:
        """The attributes of an edge of a given graph."""
        found: dict[str, object] = {
            name: value for name in _PLAIN if (value := getattr(self, name)) is not None
        }
        single = self.capacity_bps if self.single_flow_bps is None else self.single_flow_bps
        if single is not None:
            found["single_flow_max_bps"] = single
        for name, age_ms in (("latency_us", self.latency_age_ms), ("used_bps", self.used_age_ms)):
            if age_ms is not None:
                found[f"{name}_observed_at_ns"] = PUBLISHED_AT_NS - age_ms * 1_000_000
        return found | {
            "circuit": self.circuit,
            "srlgs": list(self.srlgs),
            "admin_groups": list(self.admin_groups),
            "state": self.state,
        }


@dataclass(frozen=True)
class World:
    """Routers with their sites, and links in the order they are given in.

    `backups`: routers at which traffic enters only where no other of its site can do.
    """

    sites: dict[str, str]
    links: tuple[Link, ...]
    backups: frozenset[str] = frozenset()
    by_id: dict[str, Link] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {link.id: link for link in self.links})

    def places(self) -> list[str]:
        """All site and router ids."""
        return sorted({*self.sites.values(), *self.sites})

    def routers_at(self, place: str) -> frozenset[str]:
        """The routers of a site, or the router."""
        return self._at.get(place) or frozenset([place])

    @cached_property
    def _at(self) -> dict[str, frozenset[str]]:
        sites: dict[str, set[str]] = {}
        for router, site in self.sites.items():
            sites.setdefault(site, set()).add(router)
        return {site: frozenset(routers) for site, routers in sites.items()}

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """All pairs of places that have no router in common."""
        at = {place: self.routers_at(place) for place in self.places()}
        return tuple((a, z) for a in at for z in at if at[a].isdisjoint(at[z]))

    def snapshot(self, shuffle: random.Random | None = None) -> Snapshot:
        """The snapshot of it; with routers and links in another order if asked for."""
        graph = nx.MultiDiGraph(published_at_ns=PUBLISHED_AT_NS, admin_group_ids=list(ADMIN_GROUPS))
        routers, links = list(self.sites), list(self.links)
        if shuffle is not None:
            shuffle.shuffle(routers)
            shuffle.shuffle(links)
        for router in routers:
            graph.add_node(router, site=self.sites[router], ingress=router not in self.backups)
        for link in links:
            graph.add_edge(link.tail, link.head, key=link.id, **link.attributes())
        return from_networkx(graph)


def make_world(
    seed: int,
    *,
    n_routers: int,
    n_circuits: int,
    largest: int = 4,
    unknown: float = 0.08,
    dead: float = 0.08,
    grouped: float = 0.0,
    ducts: int = 4,
    backed: bool = False,
) -> World:
    """Return a network; small `largest` weights make many ties, `grouped` links have two members.

    `backed`: about half of the sites have a primary router.
    """
    rng = random.Random(seed)
    n_sites = rng.randint(max(2, n_routers // 2), max(2, n_routers))
    sites = {f"r{i}": f"s{i if i < n_sites else rng.randrange(n_sites)}" for i in range(n_routers)}
    routers = list(sites)
    links: list[Link] = []

    def number(least: int = 0) -> int | None:
        return None if rng.random() < unknown else rng.randint(least, largest)

    for n in range(n_circuits):
        a, z = rng.sample(routers, 2)
        name = f"{'abcdefgh'[rng.randrange(8)]}{n}"
        srlgs = tuple(sorted({f"duct:d{rng.randrange(ducts)}" for _ in range(rng.choice((0, 1, 1, 2)))}))
        one_way = rng.random() < 0.25
        for direction, tail, head in (("az", a, z), ("za", z, a))[: 1 if one_way else 2]:
            state = rng.choice(("stale", "drained", "down")) if rng.random() < dead else "up"
            capacity = number()
            links.append(
                Link(
                    id=f"{name}:{direction}",
                    circuit=name,
                    tail=tail,
                    head=head,
                    latency_us=number(),
                    te_metric=number(),
                    igp_metric=number(),
                    capacity_bps=capacity,
                    free_bps=None if capacity is None else rng.randint(0, capacity),
                    srlgs=srlgs,
                    state=state,
                    jitter_us=number(),
                    loss_ppm=None if rng.random() < unknown else rng.choice((0, 1, 2, 400_000, 700_000)),
                    mtu_bytes=None if rng.random() < unknown else rng.choice((1500, 9000, 9192)),
                    single_flow_bps=capacity // 2 if capacity and rng.random() < grouped else capacity,
                    admin_groups=tuple(group for group in ADMIN_GROUPS if rng.random() < 0.4),
                    latency_age_ms=rng.choice((None, 0, 500, 2000)),
                    used_age_ms=rng.choice((None, 10, 1000)),
                )
            )
    rng.shuffle(links)
    return World(sites, tuple(links), _backups(sites, rng) if backed else frozenset())


def _backups(sites: dict[str, str], rng: random.Random) -> frozenset[str]:
    """All but one router of about half of the sites."""
    found = set(sites)
    for site in sorted(set(sites.values())):
        at = sorted(router for router in sites if sites[router] == site)
        found -= {rng.choice(at)} if rng.random() < 0.5 else set(at)
    return frozenset(found)


def worlds(
    max_routers: int = 7,
    max_circuits: int = 15,
    grouped: float = 0.0,
    *,
    dead: float = 0.08,
    backed: bool = False,
) -> st.SearchStrategy[World]:
    """Networks small enough to enumerate every simple path; `dead`: how many links are not up."""
    return st.builds(
        make_world,
        st.integers(0, 2**32 - 1),
        n_routers=st.integers(2, max_routers) | st.integers(max_routers // 2, max_routers),
        n_circuits=st.integers(0, max_circuits) | st.integers(max_circuits // 2, max_circuits),
        largest=st.sampled_from((1, 4, 50)),
        grouped=st.just(grouped),
        dead=st.just(dead),
        backed=st.booleans() if backed else st.just(False),
    )


def ends_of(world: World, choice: int) -> tuple[str, str]:
    """Two different places of the world, chosen by a number."""
    return world.pairs[choice % len(world.pairs)]


def reference_backbone() -> World:
    """The reference backbone with nothing measured: nominal latencies, and all of its capacity free."""
    return world_of(Inventory.load(Path(__file__).parents[2] / "suanlu" / "reference-backbone.json"))


def world_of(inventory: Inventory, states: Mapping[str, str] = MappingProxyType({})) -> World:
    """The inventory with nothing measured; `states` by circuit, up where none is given."""
    links = []
    for circuit in inventory.circuits:
        back = circuit.igp_metric if circuit.igp_metric_za is None else circuit.igp_metric_za
        for direction, tail, head, igp_metric in (
            ("az", circuit.a, circuit.z, circuit.igp_metric),
            ("za", circuit.z, circuit.a, back),
        ):
            links.append(
                Link(
                    id=f"{circuit.id}:{direction}",
                    circuit=circuit.id,
                    tail=tail,
                    head=head,
                    latency_us=circuit.latency_us,
                    te_metric=circuit.te_metric,
                    igp_metric=igp_metric,
                    capacity_bps=circuit.capacity_bps,
                    free_bps=circuit.capacity_bps,
                    srlgs=circuit.srlgs,
                    state=states.get(circuit.id, "up"),
                )
            )
    sites = {router.id: router.site for router in inventory.routers}
    return World(sites, tuple(links), inventory.backup_routers)
