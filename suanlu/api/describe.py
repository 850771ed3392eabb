"""From the live graph to documents: what a site, router, circuit and link look like now."""

import copy
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, cast

import numpy as np

from suanlu.api.documents import (
    CircuitDocument,
    EndDocument,
    InconsistencyDocument,
    InterfaceDocument,
    LinkDocument,
    LinkStateName,
    Measured,
    RouterDocument,
    SiteDocument,
    SiteState,
)
from suanlu.times import age_ms, rfc3339
from topology.ids import link_id
from topology.inventory import Circuit, Inventory, Router, Site
from topology.snapshot import NULL_U4, NULL_U8, OBSERVED, LinkState, Snapshot, Source
from topology.status import Inconsistency, RouterStatus

_OBSERVED_LIKE = {"free_now_bps": "used_bps", "free_p05_bps": "used_bps"}
METRICS = (
    "capacity_bps",
    "used_bps",
    "free_now_bps",
    "free_p05_bps",
    "single_flow_max_bps",
    "latency_us",
    "jitter_us",
    "loss_ppm",
    "te_metric",
    "igp_metric",
    "mtu_bytes",
)
_USABLE = (LinkState.UP, LinkState.UNCONFIRMED, LinkState.STALE)


class StateReason(Protocol):
    """Since when (ns) something is as it is, and why."""

    @property
    def since_ns(self) -> int: ...
    @property
    def cause(self) -> str: ...


class States(Protocol):
    """What is told beside a snapshot: by the live graph of now, by the past of then."""

    def link_status(self, link: str) -> StateReason: ...
    @property
    def router_states(self) -> Mapping[str, RouterStatus]: ...
    @property
    def inconsistencies(self) -> tuple[Inconsistency, ...]: ...


class Describer:
    """Describes the things of one inventory by a graph's state; holds what never changes."""

    def __init__(
        self,
        inventory: Inventory,
        states: States,
        maintenance_of: Callable[[str], str | None] = lambda _circuit: None,
    ) -> None:
        """`maintenance_of` is asked for the active window of a circuit."""
        self._states = states
        self._maintenance_of = maintenance_of
        self.inventory = inventory
        self.sites = {site.id: site for site in inventory.sites}
        self.routers = {router.id: router for router in inventory.routers}
        self.circuits = {circuit.id: circuit for circuit in inventory.circuits}
        self._routers_of = {
            site.id: tuple(router.id for router in inventory.routers if router.site == site.id)
            for site in inventory.sites
        }
        self._interfaces_of = _interfaces(inventory)

    def of(self, states: States, maintenance_of: Callable[[str], str | None]) -> "Describer":
        """The same inventory by other states and windows: those of the past."""
        other = copy.copy(self)
        other._states = states
        other._maintenance_of = maintenance_of
        return other

    def link(self, snapshot: Snapshot, index: int, now_ns: int) -> LinkDocument:
        """The document of the link with this index."""
        name = snapshot.link_ids[index]
        circuit = self.circuits[snapshot.circuit_ids[snapshot.link_circuit[index]]]
        forward = name == link_id(circuit.id, "az")
        start, end = _ends(circuit)
        if not forward:
            start, end = end, start
        status = self._states.link_status(name)
        metrics = {metric: measured(snapshot, metric, index, now_ns) for metric in METRICS}
        return LinkDocument(
            id=name,
            circuit=circuit.id,
            direction="az" if forward else "za",
            from_site=self.routers[start.router].site,
            to_site=self.routers[end.router].site,
            from_router=start.router,
            to_router=end.router,
            from_interface=start.interface,
            to_interface=end.interface,
            state=_state_name(snapshot.state[index]),
            since=rfc3339(status.since_ns),
            cause=None if snapshot.state[index] == LinkState.UP else status.cause or None,
            maintenance=self._maintenance_of(circuit.id),
            srlgs=circuit.srlgs,
            admin_groups=circuit.admin_groups,
            **metrics,
        )

    def circuit(self, snapshot: Snapshot, circuit: Circuit) -> CircuitDocument:
        """The document of a circuit."""
        links = (link_id(circuit.id, "az"), link_id(circuit.id, "za"))
        a, z = (
            EndDocument(site=self.routers[end.router].site, router=end.router, interface=end.interface)
            for end in _ends(circuit)
        )
        return CircuitDocument(
            id=circuit.id,
            kind=circuit.kind,
            a=a,
            z=z,
            length_km=circuit.length_km,
            srlgs=circuit.srlgs,
            links=links,
            state=_state_name(max(snapshot.state[snapshot.link_index[link]] for link in links)),
            maintenance=self._maintenance_of(circuit.id),
        )

    def router(self, router: Router, now_ns: int) -> RouterDocument:
        """The document of a router."""
        status = self._states.router_states[router.id]
        return RouterDocument(
            id=router.id,
            site=router.site,
            platform=router.platform,
            target=router.target,
            state=status.phase,
            since=rfc3339(status.since_ns),
            drained=status.drained,
            age_ms=age_ms(status.last_received_ns, now_ns),
            interfaces=self._interfaces_of.get(router.id, ()),
        )

    def site(self, snapshot: Snapshot, site: Site) -> SiteDocument:
        """The document of a site."""
        return SiteDocument(
            id=site.id,
            name_en=site.name_en,
            name_zh=site.name_zh,
            lat=site.lat,
            lon=site.lon,
            kind=site.kind,
            role=site.role,
            prefixes=site.prefixes,
            access_bps=site.access_bps,
            primary_router=site.primary_router,
            routers=self._routers_of[site.id],
            state=self._site_state(snapshot, site.id),
        )

    def inconsistencies(self) -> tuple[InconsistencyDocument, ...]:
        """What does not agree, as the graph lists it."""
        return tuple(
            InconsistencyDocument(
                id=item.id,
                kind=item.kind,
                circuit=item.circuit,
                detail=item.detail,
                since=rfc3339(item.since_ns),
            )
            for item in self._states.inconsistencies
        )

    def _site_state(self, snapshot: Snapshot, site: str) -> SiteState:
        index = snapshot.site_index[site]
        inside = snapshot.router_site == index
        crossing = inside[snapshot.tail] != inside[snapshot.head]
        states = snapshot.state[crossing]
        if not np.isin(states, _USABLE).any():
            return "drained" if self._is_drained(site, states) else "cut_off"
        touching = snapshot.state[inside[snapshot.tail] | inside[snapshot.head]]
        seen = all(self._states.router_states[r].phase == "synced" for r in self._routers_of[site])
        return "up" if seen and (touching == LinkState.UP).all() else "degraded"

    def _is_drained(self, site: str, states: np.ndarray) -> bool:
        """Whether somebody took the site out on purpose: all its routers, or every link to elsewhere."""
        routers = self._routers_of[site]
        if routers and all(self._states.router_states[router].drained for router in routers):
            return True
        return states.size > 0 and bool((states == LinkState.DRAINED).all())


def measured(snapshot: Snapshot, metric: str, index: int, now_ns: int) -> Measured:
    """A metric of a link with its age and source."""
    raw = getattr(snapshot, metric)[index]
    value = None if raw == (NULL_U4 if raw.dtype == np.uint32 else NULL_U8) else int(raw)
    observed = _OBSERVED_LIKE.get(metric, metric)
    if observed not in OBSERVED:
        return Measured(value=value, age_ms=None, source=None if value is None else "inventory")
    at_ns = int(getattr(snapshot, f"{observed}_observed_at_ns")[index])
    source = Source(int(getattr(snapshot, f"{observed}_source")[index])).label
    return Measured(value=value, age_ms=age_ms(at_ns, now_ns), source=source)


def _state_name(state: Any) -> LinkStateName:
    return cast(LinkStateName, LinkState(int(state)).label)


def _ends(circuit: Circuit) -> tuple["_End", "_End"]:
    return _End(circuit.a, circuit.a_interface), _End(circuit.z, circuit.z_interface)


class _End(NamedTuple):
    router: str
    interface: str


def _interfaces(inventory: Inventory) -> Mapping[str, tuple[InterfaceDocument, ...]]:
    found: dict[str, list[InterfaceDocument]] = {}
    for circuit in inventory.circuits:
        for end, direction in zip(_ends(circuit), ("az", "za"), strict=True):
            document = InterfaceDocument(
                name=end.interface, circuit=circuit.id, link=link_id(circuit.id, direction)
            )
            found.setdefault(end.router, []).append(document)
    return {router: tuple(documents) for router, documents in found.items()}
