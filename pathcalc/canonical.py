"""One order for one graph: routers by id or place, links by (tail, id), whatever order the input had.

Searches break what ties are left by index, so the same graph must have the same indexes everywhere.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from topology.snapshot import NULL_U4, Snapshot

Order = npt.NDArray[np.uint32]
LEAST_ALONG_LINKS = 5_000
"""Routers from which on their order is by place in the network."""

BY_LINK = frozenset(["tail", "head", "link_circuit", "link_reverse", "admin_groups"])
"""The arrays of structure that have one entry a link."""


def router_order(snapshot: Snapshot) -> Order | None:
    """Return which router comes first, second, …; None where they are in that order already.

    By UTF-8 byte order of ids; in large networks along their links, so that what a search looks at is near
    in memory.
    """
    encoded = [name.encode() for name in snapshot.router_ids]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    if len(order) >= LEAST_ALONG_LINKS:
        order = _along_links(snapshot, order)
    if order == list(range(len(order))):
        return None
    return np.array(order, dtype=np.uint32)


def _along_links(snapshot: Snapshot, by_id: list[int]) -> list[int]:
    """Breadth first from a router at the edge, links in order of ids (Cuthill and McKee 1969)."""
    first, head = snapshot.node_first.tolist(), snapshot.head.tolist()

    def visited(starts: list[int]) -> list[int]:
        found: list[int] = []
        seen = bytearray(len(starts))
        for start in starts:
            if seen[start]:
                continue
            seen[start] = 1
            at = len(found)
            found.append(start)
            while at < len(found):
                router = found[at]
                at += 1
                for other in head[first[router] : first[router + 1]]:
                    if not seen[other]:
                        seen[other] = 1
                        found.append(other)
        return found

    return visited([visited(by_id)[-1], *by_id])


def with_routers_moved(snapshot: Snapshot, routers: Order) -> tuple[Order, dict[str, Any]]:
    """Return the order of links that an order of routers makes, and the structure in it by field."""
    place = inverse(routers)
    links = np.argsort(place[snapshot.tail], kind="stable").astype(np.uint32)
    return links, _moved(snapshot, links) | {
        "router_ids": tuple(snapshot.router_ids[i] for i in routers.tolist()),
        "router_site": snapshot.router_site[routers],
        "ingress": snapshot.ingress[routers],
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
