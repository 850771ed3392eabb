"""What fails together at each level of disjointness, as risks of links; numbered by ids.

A circuit is a risk at every level but `link`. The plain search for disjoint paths knows circuits of two
opposite links and routers by itself; what it does not know makes a table.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pathcalc.core.risks import Risks
from topology.snapshot import Snapshot

Ends = tuple[tuple[int, ...], tuple[int, ...]]
Numbers = npt.NDArray[np.uint32]


class RiskTable(NamedTuple):
    """The risks of links at one level. `router_risks` and `site_risks`: each router's risk, or none.

    The risk of a router that is its site's only one is the site's.
    """

    risks: Risks
    first: Numbers  # u4[m + 1], into `risk`, by link
    risk: Numbers
    router_risks: Numbers | None = None
    site_risks: Numbers | None = None

    def of_link(self, link: int) -> list[int]:
        """The risks of a link."""
        found: list[int] = self.risk[self.first[link] : self.first[link + 1]].tolist()
        return found

    def links_of(self, risk: int) -> list[int]:
        """The links of a risk."""
        found = np.searchsorted(self.first, np.flatnonzero(self.risk == risk), side="right") - 1
        return found.tolist()  # type: ignore[no-any-return]

    def exempt(self, ends: Ends) -> npt.NDArray[np.uint8] | None:
        """Return u1[risks], 1 where paths may share the risk: what the ends are and where they stand."""
        if self.router_risks is None:
            return None
        spared = np.zeros(self.risks.n_risks, dtype=np.uint8)
        routers = [router for end in ends for router in end]
        spared[self.router_risks[routers]] = 1
        if self.site_risks is not None:
            spared[self.site_risks[routers]] = 1
        return spared


def risks_of(snapshot: Snapshot, level: str) -> RiskTable | None:
    """Return what paths must not share at a level; None where the plain search knows it."""
    if level == "link" or (level in ("circuit", "router") and circuits_are_pairs(snapshot)):
        return None
    return all_risks_of(snapshot, level)


def all_risks_of(snapshot: Snapshot, level: str) -> RiskTable:
    """Return what paths must not share at a level."""
    entries = _Entries(snapshot)
    if level == "link":
        entries.add_links()
        return RiskTable(*entries.table())
    entries.add_circuits()
    if level == "srlg":
        entries.add_srlgs()
    if level == "router":
        routers = entries.add_routers(np.ones(len(snapshot.router_ids), dtype=np.bool_))
        return RiskTable(*entries.table(), routers)
    if level == "site":
        return _by_site(snapshot, entries)
    return RiskTable(*entries.table())


def _by_site(snapshot: Snapshot, entries: "_Entries") -> RiskTable:
    """Sites, and routers of sites that have several: the ends' sites may be shared, their routers not."""
    sites = entries.add_sites()
    routers_at = np.bincount(snapshot.router_site, minlength=len(snapshot.site_ids))
    several = routers_at[snapshot.router_site] > 1
    routers = entries.add_routers(several)
    return RiskTable(*entries.table(), np.where(several, routers, sites).astype(np.uint32), sites)


class _Entries:
    """(link, risk, bundle) of each risk of each link, kind by kind."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._m = len(snapshot.link_ids)
        self._parts: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
        self._n_risks = 0
        pairs = circuits_are_pairs(snapshot)
        # Links of one circuit have the same risks, so they are asked for together, unless that is no help.
        self._of_link = snapshot.link_circuit.astype(np.int64) if pairs else np.arange(self._m)
        self._n_bundles = len(snapshot.circuit_ids) if pairs else self._m
        self._router_bundles = self._n_bundles
        self._n_bundles += len(snapshot.router_ids)

    def _add(
        self, links: npt.NDArray[np.int64], risks: npt.NDArray[np.int64], n: int, bundles: object
    ) -> int:
        first = self._n_risks
        self._parts.append((links, risks + first, np.broadcast_to(np.asarray(bundles), links.shape)))
        self._n_risks += n
        return first

    def add_links(self) -> None:
        links = np.arange(self._m)
        self._add(links, links, self._m, self._of_link)

    def add_circuits(self) -> None:
        links = np.arange(self._m)
        rank = _ranks(self._snapshot.circuit_ids)
        self._add(links, rank[self._snapshot.link_circuit], len(rank), self._of_link)

    def add_srlgs(self) -> None:
        snapshot, rank = self._snapshot, _ranks(self._snapshot.srlg_ids)
        count = np.diff(snapshot.srlg_first.astype(np.int64))[snapshot.link_circuit]
        links = np.repeat(np.arange(self._m), count)
        begin = snapshot.srlg_first.astype(np.int64)[snapshot.link_circuit]
        offset = np.arange(len(links)) - np.repeat(np.cumsum(count) - count, count)
        risks = rank[snapshot.srlg[np.repeat(begin, count) + offset]]
        self._add(links, risks, len(rank), self._of_link[links])

    def add_sites(self) -> Numbers:
        """Return each router's site as a risk; it joins the links of one of the site's routers."""
        rank = _ranks(self._snapshot.site_ids)
        first = self._n_risks
        self._add_ends(
            np.ones(len(self._snapshot.router_ids), dtype=np.bool_), rank[self._snapshot.router_site]
        )
        self._n_risks += len(rank)
        numbers: Numbers = (first + rank[self._snapshot.router_site]).astype(np.uint32)
        return numbers

    def add_routers(self, which: npt.NDArray[np.bool_]) -> Numbers:
        """Return each router as a risk; only of those asked for there are entries."""
        numbers = np.arange(len(self._snapshot.router_ids))
        first = self._n_risks
        self._add_ends(which, numbers)
        self._n_risks += len(numbers)
        return (first + numbers).astype(np.uint32)

    def _add_ends(self, which: npt.NDArray[np.bool_], risk_of_router: npt.NDArray[np.int64]) -> None:
        for ends in (self._snapshot.tail, self._snapshot.head):
            links = np.flatnonzero(which[ends])
            routers = ends[links].astype(np.int64)
            self._add(links, risk_of_router[routers], 0, self._router_bundles + routers)

    def table(self) -> tuple[Risks, Numbers, Numbers]:
        """The entries by link, and of a link by risk."""
        links, risks, bundles = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        order = np.lexsort((bundles, risks, links))
        first = np.concatenate(([0], np.cumsum(np.bincount(links, minlength=self._m)))).astype(np.uint32)
        risk = risks[order].astype(np.uint32)
        bundle = bundles[order].astype(np.uint32)
        return Risks(first, risk, bundle, self._n_risks, self._n_bundles), first, risk


def _ranks(ids: Iterable[str]) -> npt.NDArray[np.int64]:
    """Each id's place in UTF-8 byte order."""
    encoded = [name.encode() for name in ids]
    rank = np.empty(len(encoded), dtype=np.int64)
    rank[sorted(range(len(encoded)), key=encoded.__getitem__)] = np.arange(len(encoded))
    return rank


def circuits_are_pairs(snapshot: Snapshot) -> bool:
    """Whether no circuit is more than two opposite links; a given graph may name circuits otherwise."""
    circuit = snapshot.link_circuit
    order = np.argsort(circuit, kind="stable")
    same = circuit[order][1:] == circuit[order][:-1]
    if (same[1:] & same[:-1]).any():
        return False  # three links of one circuit
    one, two = order[:-1][same], order[1:][same]
    return bool(
        (snapshot.tail[one] == snapshot.head[two]).all() and (snapshot.head[one] == snapshot.tail[two]).all()
    )
