"""The inventory: what the operator says exists. JSON in, frozen structs out.

The format is that of the reference backbone (`suanlu/reference-backbone.json`); unknown keys are
refused, every reference is checked, and ids of sites, routers and circuits are one namespace.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated, Any

import msgspec

from topology.errors import InventoryError
from topology.ids import ID, SRLG_ID

Positive = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]
Metric = Annotated[int, msgspec.Meta(ge=0, lt=1 << 24)]  # IS-IS wide metric, RFC 5305

PLATFORMS = ("cisco-iosxr", "juniper-junos", "nokia-sros", "arista-eos", "huawei-vrp", "openconfig")
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?\.?")


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A centre or exchange with one or more routers. `access_bps`: between its compute and its routers.

    `primary_router`: where its traffic enters the backbone while that can reach the target; None: in equal
    parts at all of its routers.
    """

    id: str
    name_en: str
    name_zh: str
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    kind: str = "ai_centre"
    role: str = "edge"
    launch: bool = False
    national_hub_cluster: str | None = None
    prefixes: tuple[str, ...] = ()
    access_bps: Positive | None = None
    primary_router: str | None = None


class Router(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A backbone router. `target` is the `host:port` of its gNMI server, `profile` overrides `platform`."""

    id: str
    site: str
    platform: str
    loopback_ipv4: str | None = None
    loopback_ipv6: str | None = None
    isis_system_id: str | None = None
    sr_node_sid: Natural | None = None
    target: str | None = None
    profile: str | None = None


class Srlg(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A shared-risk link group (RFC 4202); `value` is its 32-bit number as flooded (RFC 5307)."""

    id: str
    value: Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]
    kind: str
    description: str = ""


class Circuit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The physical connection of two interfaces. Where there are members the interface is the group's."""

    id: str
    kind: str = "inter_site"
    a: str
    a_interface: str
    a_member_interfaces: tuple[str, ...] = ()
    z: str
    z_interface: str
    z_member_interfaces: tuple[str, ...] = ()
    capacity_bps: Positive
    length_km: float | None = None
    latency_us: Natural | None = None
    te_metric: Metric | None = None
    igp_metric: Metric | None = None
    igp_metric_za: Metric | None = None
    srlgs: tuple[str, ...] = ()
    admin_groups: tuple[str, ...] = ()
    min_links: Positive = 1
    mtu_bytes: Positive | None = None


class Inventory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sites, routers, SRLGs and circuits of one backbone, in file order."""

    name: str
    version: int = 1
    note: str = ""
    units: dict[str, str] = {}
    legend: dict[str, str] = {}
    deliberate_risks: tuple[dict[str, str], ...] = ()
    sites: tuple[Site, ...]
    routers: tuple[Router, ...]
    srlgs: tuple[Srlg, ...] = ()
    circuits: tuple[Circuit, ...]

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise InventoryError(f"{problems[0]}{more}")

    @property
    def backup_routers(self) -> frozenset[str]:
        """Routers of sites that have another as their primary."""
        primary = {site.id: site.primary_router for site in self.sites if site.primary_router is not None}
        return frozenset(r.id for r in self.routers if primary.get(r.site, r.id) != r.id)

    @classmethod
    def from_json(cls, data: bytes | str) -> "Inventory":
        """Parse and check; raises InventoryError that names the place."""
        try:
            return msgspec.json.decode(data, type=cls)
        except msgspec.DecodeError as error:
            raise InventoryError(f"not a usable inventory: {error}") from error

    @classmethod
    def load(cls, path: Path) -> "Inventory":
        """Read a file; raises InventoryError that names the file and the place in it."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InventoryError(f"the inventory file {path} cannot be read: {error.strerror}") from error
        try:
            return cls.from_json(data)
        except InventoryError as error:
            raise InventoryError(f"{path}: {error}") from error

    def to_json(self) -> bytes:
        """Return the file's bytes, indented; `from_json` gives the same inventory back."""
        built: Any = msgspec.to_builtins(self)
        return msgspec.json.format(msgspec.json.encode(built), indent=1) + b"\n"


def _problems(inventory: Inventory) -> list[str]:
    found: list[str] = []
    sites = {site.id for site in inventory.sites}
    routers = {router.id for router in inventory.routers}
    srlgs = {srlg.id for srlg in inventory.srlgs}
    entities: list[Site | Router | Circuit] = [*inventory.sites, *inventory.routers, *inventory.circuits]
    found += [f"{e.id!r} is no id: {ID.pattern}" for e in entities if not ID.fullmatch(e.id)]
    found += [
        f"{s.id!r} is no SRLG id: <kind>:<name>" for s in inventory.srlgs if not SRLG_ID.fullmatch(s.id)
    ]
    counts = Counter([e.id for e in entities] + [srlg.id for srlg in inventory.srlgs])
    found += [f"the id {name!r} is used {count} times" for name, count in counts.items() if count > 1]
    for site in inventory.sites:
        found += [
            f"site {site.id}: {p!r} is no IP prefix"
            for p in site.prefixes
            if not _reads(ipaddress.ip_network, p)
        ]
    site_of = {router.id: router.site for router in inventory.routers}
    found += [
        f"site {site.id}: its primary_router {site.primary_router!r} is none of its routers"
        for site in inventory.sites
        if site.primary_router is not None and site_of.get(site.primary_router) != site.id
    ]
    found += [problem for router in inventory.routers for problem in _router_problems(router, sites)]
    ends: Counter[tuple[str, str]] = Counter()
    for circuit in inventory.circuits:
        for end in (circuit.a, circuit.z):
            if end not in routers:
                found.append(f"circuit {circuit.id}: there is no router {end!r}")
        found += [f"circuit {circuit.id}: there is no SRLG {s!r}" for s in circuit.srlgs if s not in srlgs]
        found += _floor_problems(circuit)
        if circuit.a == circuit.z:
            found.append(f"circuit {circuit.id}: both ends are on {circuit.a}")
        for router, interfaces in (
            (circuit.a, {circuit.a_interface, *circuit.a_member_interfaces}),
            (circuit.z, {circuit.z_interface, *circuit.z_member_interfaces}),
        ):  # a port without a group is listed as its own member
            ends.update((router, interface) for interface in interfaces)
    found += [f"interface {r}:{i} ends {n} circuits" for (r, i), n in ends.items() if n > 1]
    return found


def _router_problems(router: Router, sites: Collection[str]) -> list[str]:
    found = [] if router.site in sites else [f"there is no site {router.site!r}"]
    for key, value in (("platform", router.platform), ("profile", router.profile)):
        if value is not None and value not in PLATFORMS:
            found.append(f"{key} {value!r} is none of {', '.join(PLATFORMS)}")
    if router.loopback_ipv4 is not None and not _reads(ipaddress.IPv4Address, router.loopback_ipv4):
        found.append(f"loopback_ipv4 {router.loopback_ipv4!r} is no IPv4 address such as 192.0.2.1")
    if router.loopback_ipv6 is not None and not _reads(ipaddress.IPv6Address, router.loopback_ipv6):
        found.append(f"loopback_ipv6 {router.loopback_ipv6!r} is no IPv6 address such as 2001:db8::1")
    if router.target is not None and not _is_target(router.target):
        found.append(
            f"target {router.target!r} is no <host>:<port> such as 192.0.2.1:57400 or [2001:db8::1]:57400"
        )
    return [f"router {router.id}: {problem}" for problem in found]


def _floor_problems(circuit: Circuit) -> list[str]:
    ends = (("a", circuit.a_member_interfaces), ("z", circuit.z_member_interfaces))
    return [
        f"circuit {circuit.id}: min_links {circuit.min_links} is above the number of member interfaces"
        f" of its {end}-end: at most {len(members)}"
        for end, members in ends
        if members and circuit.min_links > len(members)  # without a list the router tells them
    ]


def _is_target(text: str) -> bool:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65_535:
        return False
    if host.startswith("[") and host.endswith("]"):
        return _reads(ipaddress.IPv6Address, host[1:-1])
    return bool(_HOST.fullmatch(host))


def _reads(type_: Callable[[str], object], text: str) -> bool:
    """Whether a type of `ipaddress` takes this text."""
    try:
        type_(text)
    except ValueError:
        return False
    return True
