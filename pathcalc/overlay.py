"""The network as if: things down, and values of links other than they are."""

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from pathcalc.constraints.exclusion import links_of
from pathcalc.endpoints import NEAR_MATCHES
from pathcalc.errors import InvalidQuery
from topology.errors import UnknownNode
from topology.snapshot import OBSERVED, LinkState, Snapshot, Source

FIELDS = (
    "latency_us",
    "jitter_us",
    "loss_ppm",
    "te_metric",
    "igp_metric",
    "mtu_bytes",
    "capacity_bps",
    "free_now_bps",
    "free_p05_bps",
    "single_flow_max_bps",
)
"""The values of a link that can be set."""

KINDS = ("circuits", "links", "routers", "srlgs", "sites")
MOST_COMPARED = 2_000  # names that an unknown one is compared with


class Overlay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is down, ids of circuits, links, SRLGs, sites and routers; and values set, by link and field.

    None is unknown. Nothing follows from a value that is set: free bandwidth stays when capacity changes. A
    link that is down is so whatever is set.
    """

    down: tuple[str, ...] = ()
    set: Mapping[str, Mapping[str, int | None]] = {}


Values = dict[str, tuple[list[int], list[int]]]
"""{field: (links, values)} by index in the snapshot, null as it is there."""

NO_LINKS = np.empty(0, np.intp)


class Changes(NamedTuple):
    """An overlay by index: links down, and values."""

    down: npt.NDArray[np.intp]
    values: Values


def changes_of(snapshot: Snapshot, overlay: Overlay) -> Changes:
    """Return what an overlay changes. Raises UnknownNode with near matches, InvalidQuery."""
    down = np.zeros(len(snapshot.link_ids), dtype=np.bool_)
    for name in overlay.down:
        down |= links_of(snapshot, kind_of(snapshot, name), name)
    by_field: dict[str, dict[str, int | None]] = {}
    for link, values in overlay.set.items():
        for field, value in values.items():
            by_field.setdefault(field, {})[link] = value
    return Changes(np.flatnonzero(down), values_of(snapshot, by_field, "overlay.set"))


def values_of(snapshot: Snapshot, by_field: Mapping[str, Mapping[str, int | None]], where: str) -> Values:
    """Return {field: {link: value}} by index. Raises UnknownNode and InvalidQuery; `where` it names."""
    return {
        field: (
            [_link(snapshot, link) for link in values],
            [_checked(snapshot, field, link, value, where) for link, value in values.items()],
        )
        for field, values in by_field.items()
    }


def applied(snapshot: Snapshot, changes: Changes) -> Snapshot:
    """Return the snapshot with the changes; what is set has no age, and `overlay` as its source."""
    altered: dict[str, Any] = {}

    def put(name: str, links: Any, values: Any) -> None:
        array = getattr(snapshot, name).copy()
        array[links] = values
        altered[name] = array

    if changes.down.size:
        put("state", changes.down, LinkState.DOWN)
    for field, (links, values) in changes.values.items():
        put(field, links, np.array(values, dtype=Snapshot.DTYPES[field]))
        if field in OBSERVED:
            known = [value != null_of(field) for value in values]
            put(f"{field}_observed_at_ns", links, 0)
            put(f"{field}_source", links, np.where(known, Source.OVERLAY, Source.NONE))
    return dataclasses.replace(snapshot, **altered)


def kind_of(snapshot: Snapshot, name: str) -> str:
    """Return which of `KINDS` an id is of. Raises UnknownNode."""
    found = next((kind for kind in KINDS if name in getattr(snapshot, f"{kind[:-1]}_index")), None)
    if found is None:
        near = _near(name, (known for kind in KINDS for known in getattr(snapshot, f"{kind[:-1]}_ids")))
        raise UnknownNode(name, near, "circuit, link, router, SRLG or site")
    return found


def null_of(field: str) -> int:
    """The value that stands for unknown in a field's array."""
    return int(np.iinfo(Snapshot.DTYPES[field]).max)


def _link(snapshot: Snapshot, name: str) -> int:
    found = snapshot.link_index.get(name)
    if found is None:
        raise UnknownNode(name, _near(name, snapshot.link_ids), "link")
    return found


def _checked(snapshot: Snapshot, field: str, link: str, value: object, where: str) -> int:
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, NEAR_MATCHES)
        hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(FIELDS)}"
        raise InvalidQuery(where, f"a link's {field!r} cannot be set; {hint}")
    null = null_of(field)
    if value is None:
        return null
    if type(value) is not int or not 0 <= value < null:
        raise InvalidQuery(where, f"{field} of {link}: {value!r} is no whole number from 0 to {null - 1:,}")
    return value


def _near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    alike = islice((other for other in known if other[:2] == name[:2]), MOST_COMPARED)
    return tuple(difflib.get_close_matches(name, alike, NEAR_MATCHES))
