"""One order for one graph: routers by id, links by (tail, id), whatever order the input had.

Searches break what ties are left by index, so the same graph must have the same indexes everywhere.
"""

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from topology.snapshot import NULL_U4, Snapshot

_BY_CIRCUIT_OR_ROUTER = {"router_site", "node_first", "srlg_first", "srlg"}


def canonical(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with routers in UTF-8 byte order of their ids; itself where they are already."""
    by_id = sorted(range(len(snapshot.router_ids)), key=lambda i: snapshot.router_ids[i].encode())
    if by_id == list(range(len(by_id))):
        return snapshot
    routers = np.array(by_id, dtype=np.uint32)
    place = _inverse(routers)
    links = np.argsort(place[snapshot.tail], kind="stable").astype(np.uint32)
    return dataclasses.replace(
        snapshot,
        router_ids=tuple(snapshot.router_ids[i] for i in by_id),
        **_moved(snapshot, links)
        | {
            "router_site": snapshot.router_site[routers],
            "node_first": _first(np.diff(snapshot.node_first)[routers]),
            "tail": place[snapshot.tail[links]],
            "head": place[snapshot.head[links]],
        },
    )


def turned(snapshot: Snapshot) -> Snapshot:
    """Return a canonical snapshot with every link the other way round, under its own id.

    What leads from here to everywhere in one is what leads from everywhere to here in the other.
    """
    links = np.argsort(snapshot.head, kind="stable").astype(np.uint32)
    return dataclasses.replace(
        snapshot,
        **_moved(snapshot, links)
        | {
            "node_first": _first(np.bincount(snapshot.head, minlength=len(snapshot.router_ids))),
            "tail": snapshot.head[links],
            "head": snapshot.tail[links],
        },
    )


def _moved(snapshot: Snapshot, links: npt.NDArray[np.uint32]) -> dict[str, Any]:
    """Everything that is by link, in another order of links."""
    changes: dict[str, Any] = {
        name: np.ascontiguousarray(getattr(snapshot, name)[links])
        for name in Snapshot.array_names()
        if name not in _BY_CIRCUIT_OR_ROUTER
    }
    reverse = changes["link_reverse"]
    moved = _inverse(links)
    known = reverse != NULL_U4
    reverse[known] = moved[reverse[known]]
    changes["link_ids"] = tuple(snapshot.link_ids[i] for i in links.tolist())
    return changes


def _first(degree: npt.NDArray[np.integer]) -> npt.NDArray[np.uint32]:
    return np.concatenate(([0], np.cumsum(degree))).astype(np.uint32)


def _inverse(order: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=np.uint32)
    return place
