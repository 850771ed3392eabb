"""What packets do: IGP shortest paths with equal-cost splitting, per router and per parallel circuit.

For a target site the routers of that site are distance zero; every other router splits what it holds
for that site equally over the links that lie on a shortest path (parallel circuits are next hops of
their own). Drained circuits cost so much that they are used only where nothing else leads there.
"""

import heapq

import numpy as np
from numpy.typing import NDArray

from suanlu.simulator.network import CircuitNode, Network

Floats = NDArray[np.float64]
COSTED_OUT = 1 << 24
"""Added to a drained link's metric: above every wide metric, so that it is the last resort."""
MAX_PASSES = 60
FAR = float("inf")


class Fabric:
    """The network as directed links: 2c is circuit c from A to Z, 2c+1 back. Made once; never changes."""

    def __init__(self, network: Network) -> None:
        self.network = network
        circuits: list[CircuitNode] = list(network.circuits.values())
        self.tail = np.array([p.router.index for c in circuits for p in (c.a, c.z)], dtype=np.intp)
        self.head = np.array([p.router.index for c in circuits for p in (c.z, c.a)], dtype=np.intp)
        self.sender_row = np.array([p.row for c in circuits for p in (c.a, c.z)], dtype=np.intp)
        self.receiver_row = np.array([p.row for c in circuits for p in (c.z, c.a)], dtype=np.intp)
        self.nodes = list(network.routers.values())
        self.routers = len(self.nodes)
        self.links = len(self.tail)
        self.into = np.zeros((self.links, self.routers))
        self.into[np.arange(self.links), self.head] = 1.0
        self.arriving: list[list[int]] = [[] for _ in range(self.routers)]
        for link, head in enumerate(self.head.tolist()):
            self.arriving[head].append(link)
        self.site_routers = [
            [r.index for r in network.routers.values() if r.given.site == site] for site in network.sites
        ]
        backups = network.inventory.backup_routers
        self.ingress = np.array([node.given.id not in backups for node in self.nodes])
        sites = {site: number for number, site in enumerate(network.sites)}
        self.router_site = np.array([sites[node.given.site] for node in self.nodes], dtype=np.intp)

    def capacity_bps(self) -> Floats:
        """What each link can carry now: the smaller of both ends' active members; 0 where down."""
        return np.array(
            [
                min(c.a.active_bps, c.z.active_bps) if c.is_up else 0
                for c in self.network.circuits.values()
                for _ in range(2)
            ],
            dtype=np.float64,
        )

    def metrics(self) -> list[int]:
        """The IGP metric of each link now; -1 where it is down."""
        found = []
        for circuit in self.network.circuits.values():
            drained = circuit.is_drained or circuit.a.router.is_drained or circuit.z.router.is_drained
            penalty = COSTED_OUT if drained else 0
            for from_a in (True, False):
                found.append(circuit.metric(from_a) + penalty if circuit.is_up else -1)
        return found

    def routes(self) -> "Routes":
        """Work out every router's next hops to every site, as the network is now."""
        metrics = self.metrics()
        distances = np.array([self._distances(metrics, targets) for targets in self.site_routers])
        shares = [self._split(metrics, distance.tolist()) for distance in distances]
        reaches = np.isfinite(distances)
        return Routes(np.array(shares), reaches.astype(np.float64), self._doors(metrics, reaches))

    def _doors(self, metrics: list[int], reaches: NDArray[np.bool_]) -> Floats:
        in_use = np.zeros(self.routers, dtype=bool)
        in_use[self.tail[[0 <= metric < COSTED_OUT for metric in metrics]]] = True
        doors = np.zeros(reaches.shape)
        for site in self.site_routers:
            able = reaches[:, site]
            undrained = able & in_use[site]
            chosen = np.where(undrained.any(axis=1, keepdims=True), undrained, able)
            first = chosen & self.ingress[site]
            chosen = np.where(first.any(axis=1, keepdims=True), first, chosen)
            doors[:, site] = chosen / np.maximum(chosen.sum(axis=1, keepdims=True), 1)
        return doors

    def _split(self, metrics: list[int], distance: list[float]) -> Floats:
        tails, heads = self.tail.tolist(), self.head.tolist()
        used = np.zeros(self.links)
        for link, metric in enumerate(metrics):
            left = distance[tails[link]]
            if metric >= 0 and 0 < left < FAR and left == metric + distance[heads[link]]:
                used[link] = 1.0
        hops = np.bincount(self.tail, weights=used, minlength=self.routers)
        shared: Floats = used / np.maximum(hops, 1.0)[self.tail]
        return shared

    def _distances(self, metrics: list[int], targets: list[int]) -> list[float]:
        distance = [FAR] * self.routers
        heap: list[tuple[float, int]] = []
        for target in targets:
            if self.nodes[target].is_powered:
                distance[target] = 0
                heap.append((0, target))
        tails = self.tail.tolist()
        while heap:
            reached, router = heapq.heappop(heap)
            if reached > distance[router]:
                continue
            for link in self.arriving[router]:
                metric = metrics[link]
                if metric >= 0 and reached + metric < distance[tails[link]]:
                    distance[tails[link]] = reached + metric
                    heapq.heappush(heap, (reached + metric, tails[link]))
        return distance


class Routes:
    """`splits` [site, link]: the fraction of what its tail holds for a site that takes the link.

    `reaches` [site, router]: 1 where the router has a way to the site, else 0: there it enters nothing.
    `doors` [site, router]: the part of what the router's own site sends there that enters at it. Equal
    parts at those that reach the target, or all at the site's primary router; a router whose every link is
    drained only where no other does.
    """

    def __init__(self, splits: Floats, reaches: Floats, doors: Floats) -> None:
        self.splits = splits
        self.reaches = reaches
        self.doors = doors


class Flows:
    """The result of one settling of demand: per link offered, carried and dropped; per router local."""

    def __init__(self, offered: Floats, passed: Floats, entering: Floats, leaving: Floats) -> None:
        self.offered_bps = offered
        self.carried_bps = passed
        self.dropped_bps = offered - passed
        self.entering_bps = entering
        self.leaving_bps = leaving


def carry(fabric: Fabric, routes: Routes, entering: Floats, capacity: Floats, pinned: Floats) -> Flows:
    """Send `entering` ([site, router], bit/s towards each site) through the network.

    `pinned` is load laid on single links from outside the matrix. A full link drops what is above its
    capacity, and what it drops is missing further on: the shares that pass are found by iteration.
    """
    splits, entering = routes.splits, entering * routes.reaches
    share = np.ones(fabric.links)
    for _ in range(MAX_PASSES):
        offered, leaving = _propagate(fabric, splits * share, splits, entering)
        offered = offered + pinned
        wanted = np.where(offered > capacity, capacity / np.maximum(offered, 1.0), 1.0)
        if np.allclose(wanted, share, atol=1e-4):
            break
        share = wanted if share.min() == 1.0 else (share + wanted) / 2
    passed = np.minimum(offered, capacity)
    tails, heads = fabric.tail, fabric.head
    pinned_in = np.bincount(tails, weights=pinned, minlength=fabric.routers)
    pinned_out = np.bincount(heads, weights=pinned * share, minlength=fabric.routers)
    return Flows(offered, passed, entering.sum(axis=0) + pinned_in, leaving + pinned_out)


def _propagate(fabric: Fabric, passing: Floats, splits: Floats, entering: Floats) -> tuple[Floats, Floats]:
    held = entering
    total = np.zeros_like(entering)
    for _ in range(fabric.routers):
        total = total + held
        held = (held[:, fabric.tail] * passing) @ fabric.into
        if held.sum() < 1.0:
            break
    offered = (total[:, fabric.tail] * splits).sum(axis=0)
    leaving = np.zeros(fabric.routers)
    for site, routers in enumerate(fabric.site_routers):
        leaving[routers] += total[site, routers]
    return offered, leaving
