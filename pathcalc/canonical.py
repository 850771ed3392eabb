"""One order for one graph: routers by id, links by (tail, id), whatever order the input had.

Searches break what ties are left by index, so the same graph must have the same indexes everywhere.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from topology.snapshot import NULL_U4, Snapshot

Order = npt.NDArray[np.uint32]
BY_LINK = frozenset(["tail", "head", "link_circuit", "link_reverse", "admin_groups"])
"""The arrays of structure that have one entry a link."""


def router_order(router_ids: tuple[str, ...]) -> Order | None:
    """Return which router comes first, second, … in UTF-8 byte order of ids; None where they do already."""
    encoded = [name.encode() for name in router_ids]
    by_id = sorted(range(len(encoded)), key=encoded.__getitem__)
    if by_id == list(range(len(by_id))):
        return None
    return np.array(by_id, dtype=np.uint32)


def with_routers_moved(snapshot: Snapshot, routers: Order) -> tuple[Order, dict[str, Any]]:
    """Return the order of links that an order of routers makes, and the structure in it by field."""
    place = inverse(routers)
    links = np.argsort(place[snapshot.tail], kind="stable").astype(np.uint32)
    return links, _moved(snapshot, links) | {
        "router_ids": tuple(snapshot.router_ids[i] for i in routers.tolist()),
        "router_site": snapshot.router_site[routers],
        "node_first": _first(np.diff(snapshot.node_first)[routers]),
        "tail": place[snapshot.tail[links]],
        "head": place[snapshot.head[links]],
    }


def with_links_turned(snapshot: Snapshot) -> tuple[Order, dict[str, Any]]:
    """Return the order and the structure in which every link goes the other way, under its own id.

    What leads from here to everywhere in one is what leads from everywhere to here in the other.
    """
    links = np.argsort(snapshot.head, kind="stable").astype(np.uint32)
    return links, _moved(snapshot, links) | {
        "node_first": _first(np.bincount(snapshot.head, minlength=len(snapshot.router_ids))),
        "tail": snapshot.head[links],
        "head": snapshot.tail[links],
    }


def inverse(order: Order) -> Order:
    """Return where each thing is in the order."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=np.uint32)
    return place


def _moved(snapshot: Snapshot, links: Order) -> dict[str, Any]:
    """The structure that is by link, in another order of links."""
    changes: dict[str, Any] = {name: getattr(snapshot, name)[links] for name in BY_LINK}
    reverse = changes["link_reverse"]
    moved = inverse(links)
    known = reverse != NULL_U4
    reverse[known] = moved[reverse[known]]
    changes["link_ids"] = tuple(snapshot.link_ids[i] for i in links.tolist())
    return changes


def _first(degree: npt.NDArray[np.integer]) -> npt.NDArray[np.uint32]:
    return np.concatenate(([0], np.cumsum(degree))).astype(np.uint32)
