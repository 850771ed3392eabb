"""What a window takes out of use, from the inventory: circuits, routers, sites."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suanlu.alerts import Alert
from suanlu.maintenance.errors import UnknownSubject
from suanlu.maintenance.window import Subject
from topology.ids import circuit_of, link_id
from topology.inventory import Inventory

NEAR_MATCHES = 3


@dataclass(frozen=True)
class Scope:
    """What is worked on, with what hangs on it: a router's circuits, a site's routers.

    `drains` are the ids that the graph is told of: routers, and circuits of which no router is worked on.
    """

    circuits: frozenset[str] = frozenset()
    routers: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    drains: frozenset[str] = frozenset()

    @property
    def links(self) -> tuple[str, ...]:
        """Both links of every circuit, by id."""
        return tuple(link_id(circuit, way) for circuit in sorted(self.circuits) for way in ("az", "za"))

    def covers(self, alert: Alert) -> bool:
        """Whether all that the alert is about is worked on: its subject, its links and its children.

        A shared-risk group is, where all of its links that are down are: who works on the one circuit that
        fell is not to be woken, and if another falls with it somebody is.
        """
        links_covered = all(circuit_of(link) in self.circuits for link in alert.links)
        return (
            links_covered
            and (self._has(alert.subject.kind, alert.subject.id) or self._is_group(alert))
            and all(self._has(child.kind, child.id) for child in alert.children)
        )

    @staticmethod
    def _is_group(alert: Alert) -> bool:
        return alert.subject.kind == "srlg" and bool(alert.links)

    def _has(self, kind: str, name: str) -> bool:
        if kind == "link":
            return circuit_of(name) in self.circuits
        held = {"circuit": self.circuits, "router": self.routers, "site": self.sites}.get(kind)
        return held is not None and name in held

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(
            self.circuits | other.circuits,
            self.routers | other.routers,
            self.sites | other.sites,
            self.drains | other.drains,
        )


class Places:
    """The inventory as maintenance asks it; built once."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._site_of = {router.id: router.site for router in inventory.routers}
        self._routers_of: dict[str, set[str]] = {site.id: set() for site in inventory.sites}
        for router in inventory.routers:
            self._routers_of[router.site].add(router.id)
        self._circuits_of: dict[str, set[str]] = defaultdict(set)
        by_srlg: dict[str, set[str]] = {srlg.id: set() for srlg in inventory.srlgs}
        for circuit in inventory.circuits:
            self._circuits_of[circuit.a].add(circuit.id)
            self._circuits_of[circuit.z].add(circuit.id)
            for srlg in circuit.srlgs:
                by_srlg.setdefault(srlg, set()).add(circuit.id)
        circuits = {circuit.id: {circuit.id} for circuit in inventory.circuits}
        links = {link_id(name, way): {name} for name in circuits for way in ("az", "za")}
        self._circuits: Mapping[str, Mapping[str, set[str]]] = {
            "circuit": circuits, "link": links, "srlg": by_srlg,
        }  # fmt: skip

    def scope(self, subjects: Iterable[Subject]) -> Scope:
        """Return what these subjects are. Raises UnknownSubject for one that the inventory has not."""
        circuits: set[str] = set()
        routers: set[str] = set()
        for place, subject in enumerate(subjects):
            known = self._known(subject.kind)
            if subject.id not in known:
                raise _missing(subject, known, f"subjects/{place}/id")
            if subject.kind == "router":
                routers.add(subject.id)
            elif subject.kind == "site":
                routers |= self._routers_of[subject.id]
            else:
                circuits |= self._circuits[subject.kind][subject.id]
        of_routers = {circuit for router in routers for circuit in self._circuits_of[router]}
        sites = {self._site_of[router] for router in routers}
        return Scope(
            circuits=frozenset(circuits | of_routers),
            routers=frozenset(routers),
            sites=frozenset(site for site in sites if self._routers_of[site] <= routers),
            drains=frozenset(routers | (circuits - of_routers)),
        )

    def known_scope(self, subjects: Iterable[Subject]) -> Scope:
        """Return what these subjects are, without those that the inventory no longer has."""
        return self.scope(subject for subject in subjects if subject.id in self._known(subject.kind))

    def _known(self, kind: str) -> Mapping[str, object]:
        if kind == "router":
            return self._site_of
        return self._routers_of if kind == "site" else self._circuits[kind]


def _missing(subject: Subject, known: Iterable[str], field: str) -> UnknownSubject:
    near = tuple(difflib.get_close_matches(subject.id, list(known), NEAR_MATCHES))
    lists = {"router": "routers", "site": "sites"}.get(subject.kind, "circuits")
    hint = (
        f": did you mean {', '.join(near)}?"
        if near
        else f"; `GET /v1/topology/{lists}` names those there are"
    )
    return UnknownSubject(f"there is no {subject.kind} {subject.id!r}{hint}", field, near)
