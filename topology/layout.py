"""The fixed part of a snapshot: which links there are, in CSR order, and what they share.

Links are sorted by (tail router, link id in UTF-8 byte order), so that index order is tie order. A live
graph lays its inventory out once and shares these arrays between all its snapshots.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from topology.errors import GraphError
from topology.ids import reverse_of
from topology.snapshot import NULL_U4

MAX_ADMIN_GROUPS = 64


class LinkEnds(NamedTuple):
    """One link to lay out: its id, its circuit, the router it leaves and the one it enters."""

    id: str
    circuit: str
    tail: str
    head: str
    admin_groups: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Layout:
    """Ids and structure arrays, named and typed as in `Snapshot`; `order[i]` is the given link now at i."""

    site_ids: tuple[str, ...]
    router_ids: tuple[str, ...]
    circuit_ids: tuple[str, ...]
    link_ids: tuple[str, ...]
    srlg_ids: tuple[str, ...]
    admin_group_ids: tuple[str, ...]
    router_site: np.ndarray
    ingress: np.ndarray
    node_first: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    link_circuit: np.ndarray
    link_reverse: np.ndarray
    admin_groups: np.ndarray
    srlg_first: np.ndarray
    srlg: np.ndarray
    order: np.ndarray

    def snapshot_fields(self) -> dict[str, Any]:
        """The keyword arguments of `Snapshot` that this layout answers."""
        return {name: value for name, value in vars(self).items() if name != "order"}


def lay_out(
    *,
    site_ids: Sequence[str],
    router_site: Mapping[str, str],
    circuit_srlgs: Mapping[str, Sequence[str]],
    links: Sequence[LinkEnds],
    srlg_ids: Sequence[str] = (),
    admin_group_ids: Sequence[str] = (),
    backups: Collection[str] = (),
) -> Layout:
    """Return the layout; the mappings' order is the order of routers and circuits.

    `backups`: routers that are no ingress while another of their site is one that can do.

    SRLGs and admin groups that the lists do not name are appended as they are met. Raises GraphError for
    an id used twice and for more than 64 admin groups.
    """
    router_index = {router: i for i, router in enumerate(router_site)}
    site_index = {site: i for i, site in enumerate(site_ids)}
    circuit_index = {circuit: i for i, circuit in enumerate(circuit_srlgs)}
    srlgs = _index(srlg_ids, *circuit_srlgs.values())
    groups = _index(admin_group_ids, *(link.admin_groups for link in links))
    if len(groups) > MAX_ADMIN_GROUPS:
        raise GraphError(
            f"{len(groups)} admin groups, but a link's mask has {MAX_ADMIN_GROUPS} bits: use fewer"
        )
    order = sorted(range(len(links)), key=lambda i: (router_index[links[i].tail], links[i].id.encode()))
    ordered = [links[i] for i in order]
    ids = tuple(link.id for link in ordered)
    index = {link: i for i, link in enumerate(ids)}
    if len(index) < len(ids):
        twice = next(link for i, link in enumerate(ids) if index[link] != i)
        raise GraphError(f"the link id {twice!r} is used twice: every direction of a circuit has its own id")
    tail = np.array([router_index[link.tail] for link in ordered], np.uint32)
    reverse = [_reverse(link, ordered, index) for link in ordered]
    sizes = [len(members) for members in circuit_srlgs.values()]
    return Layout(
        site_ids=tuple(site_ids),
        router_ids=tuple(router_index),
        circuit_ids=tuple(circuit_index),
        link_ids=ids,
        srlg_ids=tuple(srlgs),
        admin_group_ids=tuple(groups),
        router_site=np.array([site_index[site] for site in router_site.values()], np.uint32),
        ingress=np.array([router not in backups for router in router_index], np.uint8),
        node_first=np.searchsorted(tail, np.arange(len(router_index) + 1)).astype(np.uint32),
        tail=tail,
        head=np.array([router_index[link.head] for link in ordered], np.uint32),
        link_circuit=np.array([circuit_index[link.circuit] for link in ordered], np.uint32),
        link_reverse=np.array(reverse, np.uint32),
        admin_groups=np.array(
            [sum(1 << groups[group] for group in set(link.admin_groups)) for link in ordered], np.uint64
        ),
        srlg_first=np.cumsum([0, *sizes], dtype=np.uint32),
        srlg=np.array([srlgs[s] for members in circuit_srlgs.values() for s in members], np.uint32),
        order=np.array(order, np.uint32),
    )


def _index(*names: Sequence[str]) -> dict[str, int]:
    unique = dict.fromkeys(name for sequence in names for name in sequence)
    return {name: i for i, name in enumerate(unique)}


def _reverse(link: LinkEnds, ordered: Sequence[LinkEnds], index: Mapping[str, int]) -> int:
    other = index.get(reverse_of(link.id), NULL_U4)
    if other == NULL_U4:
        return NULL_U4
    back = ordered[other]
    opposite = back.circuit == link.circuit and back.tail == link.head and back.head == link.tail
    return other if opposite else NULL_U4
