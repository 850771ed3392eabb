"""What of a network does not move with its weights: made once, and shared by the engines of many snapshots.

A structure is immutable; what it makes when it is first asked for is the same whoever asks.
"""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pathcalc.any.risks import RiskTable, all_risks_of, risks_of
from pathcalc.canonical import BY_LINK, Order, router_order, with_links_turned, with_routers_moved
from pathcalc.core.graph import Wiring
from pathcalc.core.hierarchy.contraction import Hierarchy
from pathcalc.endpoints import Endpoints
from pathcalc.places import PlaceLists
from topology.snapshot import Snapshot

IDS = ("router_ids", "link_ids", "circuit_ids", "site_ids", "srlg_ids", "admin_group_ids")
ARRAYS = ("router_site", "ingress", "node_first", "srlg_first", "srlg", *sorted(BY_LINK))
FIELDS = (*IDS, *ARRAYS)
"""The fields of a snapshot that are structure."""


class Reordered(Snapshot):
    """A snapshot with its links in another order; what is by link is moved when it is first read."""

    def __init__(self, snapshot: Snapshot, order: Order, fields: dict[str, Any]) -> None:
        vars(self).update(fields, _given=snapshot, _order=order)

    def __getattr__(self, name: str) -> Any:
        if name not in Snapshot.__dataclass_fields__:
            raise AttributeError(name)
        value = getattr(self._given, name)
        if name in Snapshot.DTYPES:
            value = np.ascontiguousarray(value[self._order])
            value.setflags(write=False)
        vars(self)[name] = value
        return value


def as_given(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot in the order in which it was given."""
    return snapshot._given if isinstance(snapshot, Reordered) else snapshot


class Structure:
    """Routers, links and what they share, in canonical order (`order` None: the snapshot's own)."""

    def __init__(self, given: dict[str, Any], order: Order | None, moved: dict[str, Any]) -> None:
        self._given = given
        self.order = order
        self.fields = given | moved
        self._risks: dict[str, RiskTable | None] = {}
        self._all_risks: dict[str, RiskTable] = {}
        self.wiring = Wiring(
            node_first=self.fields["node_first"],
            tail=self.fields["tail"],
            head=self.fields["head"],
            rank=self.ranks,
            ingress=self.fields["ingress"],
        )

    @classmethod
    def of(cls, snapshot: Snapshot, previous: "Structure | None" = None) -> "Structure":
        """Return the snapshot's structure: the previous one, where it is the same."""
        if previous is not None and previous.is_of(snapshot):
            return previous
        given = {name: getattr(snapshot, name) for name in FIELDS}
        routers = router_order(snapshot)
        if routers is None:
            return cls(given, None, {})
        return cls(given, *with_routers_moved(snapshot, routers))

    def is_of(self, snapshot: Snapshot) -> bool:
        """Whether the snapshot has this structure. The fields of one live graph are the same objects."""
        given = self._given
        return all(
            (field := getattr(snapshot, name)) is given[name]
            or (field == given[name] if name in IDS else np.array_equal(field, given[name]))
            for name in FIELDS
        )

    def arranged(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot of this structure in its order."""
        return snapshot if self.order is None else Reordered(snapshot, self.order, self.fields)

    @cached_property
    def turned(self) -> "Structure":
        """The structure with every link the other way round: it arranges the snapshots that this one has."""
        return Structure(self.fields, *with_links_turned(self._frame))

    @cached_property
    def ranks(self) -> npt.NDArray[np.uint32]:
        """Each link's place in UTF-8 byte order of all ids: what breaks ties."""
        encoded = [name.encode() for name in self.fields["link_ids"]]
        rank = np.empty(len(encoded), dtype=np.uint32)
        rank[sorted(range(len(encoded)), key=encoded.__getitem__)] = np.arange(len(encoded), dtype=np.uint32)
        return rank

    @cached_property
    def endpoints(self) -> Endpoints:
        """What a query may name."""
        return Endpoints(self._frame)

    @cached_property
    def lists(self) -> PlaceLists:
        """Whole lists of what a query may name."""
        return PlaceLists(self.endpoints)

    @cached_property
    def hierarchy(self) -> Hierarchy | None:
        """The contraction hierarchy, None where the network is too dense for it."""
        try:
            return Hierarchy(self.wiring)
        except OverflowError:
            return None

    @cached_property
    def tail(self) -> list[int]:
        """Router index each link leaves."""
        return self.fields["tail"].tolist()  # type: ignore[no-any-return]

    @cached_property
    def head(self) -> list[int]:
        """Router index each link enters."""
        return self.fields["head"].tolist()  # type: ignore[no-any-return]

    @cached_property
    def router_site(self) -> list[str]:
        """Site id of each router."""
        ids = self.fields["site_ids"]
        return [ids[i] for i in self.fields["router_site"].tolist()]

    def risks(self, level: str) -> RiskTable | None:
        """What paths must not share at a level; None where the plain search knows it."""
        if level not in self._risks:
            self._risks[level] = risks_of(self._frame, level)
        return self._risks[level]

    def all_risks(self, level: str) -> RiskTable:
        """What paths must not share at a level, all of it."""
        if level not in self._all_risks:
            self._all_risks[level] = all_risks_of(self._frame, level)
        return self._all_risks[level]

    @property
    def _frame(self) -> Snapshot:
        """The structure as a snapshot of which nothing else can be read."""
        frame = Reordered.__new__(Reordered)
        vars(frame).update(self.fields)
        return frame
