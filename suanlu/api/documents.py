"""The documents of the topology resources: what a site, router, circuit and link look like as JSON.

Every metric of a link carries its value, age and source; an unknown value is null, never 0.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from suanlu.published import Stamp

LinkStateName = Literal["up", "unconfirmed", "stale", "drained", "down"]
Phase = Literal["connecting", "syncing", "synced", "silent", "unreachable"]
SiteState = Literal["up", "degraded", "drained", "cut_off"]
Moment = Annotated[str, Meta(description="RFC 3339, UTC", examples=["2026-03-01T08:00:00.123Z"])]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A metric. `age_ms` is null where nothing was ever measured; `source` says where it is from."""

    value: int | None
    age_ms: int | None
    source: str | None


class LinkDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One direction of a circuit. `cause` is the evidence for a state that is not up; null if it is up.

    `maintenance` is the active window that it is worked on in, by id; null outside of any.
    """

    id: str
    circuit: str
    direction: Literal["az", "za"]
    from_site: str
    to_site: str
    from_router: str
    to_router: str
    from_interface: str
    to_interface: str
    state: LinkStateName
    since: Moment
    cause: str | None
    maintenance: str | None
    srlgs: tuple[str, ...]
    admin_groups: tuple[str, ...]
    capacity_bps: Measured
    used_bps: Measured
    free_now_bps: Measured
    free_p05_bps: Measured
    single_flow_max_bps: Measured
    latency_us: Measured
    jitter_us: Measured
    loss_ppm: Measured
    te_metric: Measured
    igp_metric: Measured
    mtu_bytes: Measured


class SiteDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A centre or exchange. `degraded`: some of its links do not work, or its routers are not heard.

    `cut_off`: no usable link leaves or enters it; `drained`: the same, on purpose. `primary_router`: where
    its traffic enters the backbone while that can; None: in equal parts at all of its routers.
    """

    id: str
    name_en: str
    name_zh: str
    lat: float
    lon: float
    kind: str
    role: str
    prefixes: tuple[str, ...]
    access_bps: int | None
    primary_router: str | None
    routers: tuple[str, ...]
    state: SiteState


class InterfaceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An interface that ends a circuit; `link` is the one that leaves here."""

    name: str
    circuit: str
    link: str


class RouterDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A router and how its telemetry is; `age_ms` is the time since anything came from it."""

    id: str
    site: str
    platform: str
    target: str | None
    state: Phase
    since: Moment
    drained: bool
    age_ms: int | None
    interfaces: tuple[InterfaceDocument, ...]


class EndDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One end of a circuit."""

    site: str
    router: str
    interface: str


class CircuitDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A physical connection; its state is the worse of its two links."""

    id: str
    kind: str
    a: EndDocument
    z: EndDocument
    length_km: float | None
    srlgs: tuple[str, ...]
    links: tuple[str, str]
    state: LinkStateName
    maintenance: str | None


class InconsistencyDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Two sources that disagree about a circuit; `id` is `<kind>:<circuit>`."""

    id: str
    kind: str
    circuit: str
    detail: str
    since: Moment


class TopologyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The whole live graph."""

    topology: Stamp
    name: str
    sites: tuple[SiteDocument, ...]
    routers: tuple[RouterDocument, ...]
    circuits: tuple[CircuitDocument, ...]
    links: tuple[LinkDocument, ...]
    inconsistencies: tuple[InconsistencyDocument, ...]


class SitesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Sites in inventory order."""

    topology: Stamp
    sites: tuple[SiteDocument, ...]


class RoutersAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Routers in inventory order."""

    topology: Stamp
    routers: tuple[RouterDocument, ...]


class CircuitsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Circuits in inventory order."""

    topology: Stamp
    circuits: tuple[CircuitDocument, ...]


class LinksAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Links in the order of the snapshot: by the router they leave, then by id."""

    topology: Stamp
    links: tuple[LinkDocument, ...]


class SiteAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One site."""

    topology: Stamp
    site: SiteDocument


class RouterAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One router."""

    topology: Stamp
    router: RouterDocument


class CircuitAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One circuit."""

    topology: Stamp
    circuit: CircuitDocument


class LinkAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One link."""

    topology: Stamp
    link: LinkDocument
