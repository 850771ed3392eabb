"""Exclusions by id → the links that they rule out."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from pathcalc.errors import InvalidQuery
from topology.snapshot import Snapshot


def links_of(snapshot: Snapshot, kind: str, name: str) -> npt.NDArray[np.bool_]:
    """Return the mask of the links that excluding one thing rules out.

    `kind`: sites, routers, circuits, links or srlgs. Raises InvalidQuery for a name that there is not.
    """
    index: Mapping[str, int] = getattr(snapshot, f"{kind[:-1]}_index")
    at = index.get(name)
    if at is None:
        raise InvalidQuery(f"exclude.{kind}", f"there is no {kind[:-1]} {name!r}")
    hit: npt.NDArray[np.bool_]
    if kind == "links":
        hit = np.arange(len(snapshot.link_ids)) == at
    elif kind == "sites":
        site = snapshot.router_site
        hit = (site[snapshot.tail] == at) | (site[snapshot.head] == at)
    elif kind == "routers":
        hit = (snapshot.tail == at) | (snapshot.head == at)
    elif kind == "circuits":
        hit = snapshot.link_circuit == at
    else:
        circuits = np.repeat(np.arange(len(snapshot.circuit_ids)), np.diff(snapshot.srlg_first))
        hit = np.isin(snapshot.link_circuit, circuits[snapshot.srlg == at])
    return hit


def banned(snapshot: Snapshot, kind: str, names: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Return the mask of all links that the exclusions of one kind rule out. Raises InvalidQuery."""
    mask = np.zeros(len(snapshot.link_ids), dtype=np.bool_)
    for name in names:
        mask |= links_of(snapshot, kind, name)
    return mask
