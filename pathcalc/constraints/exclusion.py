"""Exclusions by id → the links that they rule out."""

from collections.abc import Iterator, Mapping

import numpy as np

from pathcalc.constraints.fields import Exclude
from pathcalc.errors import InvalidQuery
from topology.snapshot import Snapshot


def links_of(snapshot: Snapshot, kind: str, name: str) -> Iterator[int]:
    """Yield the indexes of the links that excluding one thing rules out.

    `kind`: sites, routers, circuits, links or srlgs. Raises InvalidQuery for a name that there is not.
    """
    index: Mapping[str, int] = {
        "sites": snapshot.site_index,
        "routers": snapshot.router_index,
        "circuits": snapshot.circuit_index,
        "links": snapshot.link_index,
        "srlgs": snapshot.srlg_index,
    }[kind]
    at = index.get(name)
    if at is None:
        raise InvalidQuery(f"exclude.{kind}", f"there is no {kind[:-1]} {name!r}")
    if kind == "links":
        yield at
        return
    if kind == "sites":
        site = snapshot.router_site
        hit = (site[snapshot.tail] == at) | (site[snapshot.head] == at)
    elif kind == "routers":
        hit = (snapshot.tail == at) | (snapshot.head == at)
    elif kind == "circuits":
        hit = snapshot.link_circuit == at
    else:
        circuits = np.repeat(np.arange(len(snapshot.circuit_ids)), np.diff(snapshot.srlg_first))
        hit = np.isin(snapshot.link_circuit, circuits[snapshot.srlg == at])
    yield from np.flatnonzero(hit).tolist()


def excluded_links(snapshot: Snapshot, exclude: Exclude) -> frozenset[int]:
    """Return the indexes of all links that the exclusions rule out. Raises InvalidQuery."""
    return frozenset(
        link
        for kind in exclude.__struct_fields__
        for name in getattr(exclude, kind)
        for link in links_of(snapshot, kind, name)
    )
