"""Huawei VRP8: native paths with their module on the first element, no empty prefix, empty fillers.

Facts: huawei-ifm.yang, huawei-ifm-trunk.yang, huawei-isis.yang, huawei-lldp.yang, huawei-pic.yang,
huawei-twamp-controller.yang, huawei-twamp-statistics.yang (Huawei/yang, NE40E 8.22); telegraf#12273 (a
prefix that is present but empty is refused), telegraf#17412 (empty updates and deletes as fillers: they
mean nothing, and never the root). Decimals of optics are strings.
"""

from collections.abc import Iterator, Sequence

import grpc

from suanlu.simulator import wire
from suanlu.simulator.network import Port, RouterNode
from suanlu.simulator.traffic import (
    IN_DISCARDS,
    IN_ERRORS,
    IN_OCTETS,
    IN_PKTS,
    OUT_DISCARDS,
    OUT_ERRORS,
    OUT_OCTETS,
    OUT_PKTS,
)
from suanlu.simulator.tree import Entry, Leaf, Read, Tree, when_up, with_peer
from suanlu.simulator.values import Kind
from suanlu.simulator.vendors.dialect import Answer, Dialect, Refusal
from suanlu.simulator.wire import Elem, Path

COUNTER_NAMES = (
    ("receive-byte", IN_OCTETS),
    ("send-byte", OUT_OCTETS),
    ("receive-packet", IN_PKTS),
    ("send-packet", OUT_PKTS),
    ("receive-error-packet", IN_ERRORS),
    ("send-error-packet", OUT_ERRORS),
    ("receive-drop-packet", IN_DISCARDS),
    ("send-drop-packet", OUT_DISCARDS),
)
TWAMP_PACKETS_A_S = 100
FILLER_UPDATE = wire.field(4, b"")
SCHEMA = (
    "/ifm-trunk/trunks/trunk/members/member/status",
    "/ifm-trunk/trunks/trunk/min-up-num",
    "/lldp/lldp-interfaces/lldp-interface/neighbors/neighbor/system-name",
    "/lldp/lldp-interfaces/lldp-interface/neighbors/neighbor/port-id",
    "/twamp-controller/client/sessions/session/statistics/avg-delay",
    "/twamp-controller/client/sessions/session/binded-interface",
    "/twamp-controller/client/sessions/session/link-bundle-if",
    "/network-instance/instances/instance/isis/sites/site/peers/peer/status",
)


class HuaweiVrp(Dialect):
    """See the module."""

    profile = "huawei-vrp"
    origins = (
        "",
        "huawei-ifm",
        "huawei-ifm-trunk",
        "huawei-lldp",
        "huawei-pic",
        "huawei-twamp-controller",
        "huawei-network-instance",
    )
    organization = "Huawei Technologies Co., Ltd."
    software = "V800R022C10"

    def tree(self, router: RouterNode) -> Tree:
        """The native leaves."""
        return Tree(_leaves(router), SCHEMA)

    def models(self) -> tuple[tuple[str, str, str], ...]:
        """The native models."""
        versions = (
            "2023-02-01",
            "2022-08-01",
            "2022-05-01",
            "2022-09-01",
            "2022-03-01",
            "2022-09-25",
            "2022-06-01",
        )
        names = (*self.origins[1:], "huawei-system")
        return tuple(
            (name, self.organization, version) for name, version in zip(names, versions, strict=True)
        )

    def takes_origin(self, origin: str) -> bool:
        """Modules alone, by their names."""
        return origin == "huawei-system"

    def check_prefix(self, prefix: Path | None) -> None:
        """A prefix that is present must say something."""
        if prefix is not None and not prefix.elems and not prefix.origin and not prefix.target:
            raise Refusal(grpc.StatusCode.INVALID_ARGUMENT, "Invalid request: the prefix is empty.")

    def resolve(self, prefix: Path | None, path: Path) -> tuple[Elem, ...]:
        """The module stands as origin, or before the first element; one of them is needed."""
        found = super().resolve(prefix, path)
        origin = path.origin or (prefix.origin if prefix else "")
        if origin and found and ":" not in found[0][0]:
            found = ((f"{origin}:{found[0][0]}", found[0][1]), *found[1:])
        if not found or ":" not in found[0][0]:
            named = found[0][0] if found else ""
            raise Refusal(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"Invalid path: the first element {named!r} has no module, write it as huawei-ifm:ifm.",
            )
        return found

    def unknown_path(self, pattern: tuple[Elem, ...]) -> Refusal:
        """The path is no node of a loaded model."""
        names = "/".join(name for name, _ in pattern)
        return Refusal(grpc.StatusCode.INVALID_ARGUMENT, f"Invalid path: /{names} is unknown.")

    def check_on_change(self, leaves: Sequence[Leaf]) -> None:
        """Statistics are sampled only."""
        for leaf in leaves:
            if not leaf.on_change:
                message = f"Invalid subscription: {leaf.key} does not support ON_CHANGE."
                raise Refusal(grpc.StatusCode.INVALID_ARGUMENT, message)

    def notifications(self, answer: Answer) -> Iterator[bytes]:
        """Each Notification ends in a filler; deletes come alone."""
        for number, body in enumerate(super().notifications(answer)):
            yield body + (wire.field(5, b"") if number % 2 else FILLER_UPDATE)


def _leaves(router: RouterNode) -> Iterator[Leaf]:
    for port in router.ports:
        yield from _interface(port)
    for port in router.ports:
        yield from _trunk(port) if port.is_group else _physical(port)
    for port in router.circuit_ports:
        yield from _twamp(port)
        yield from _peer(port)
    entry = Entry(("huawei-system:system", {}), ("system-info", {}))
    yield entry.leaf("sys-name", lambda r: router.id, Kind.TEXT, on_change=True)
    yield entry.leaf("boot-time", lambda r: router.boot_time_ns, Kind.UINT64, on_change=True)


def _interface(port: Port) -> Iterator[Leaf]:
    entry = Entry(("huawei-ifm:ifm", {}), ("interfaces", {}), ("interface", {"name": port.name}))
    yield entry.leaf("description", lambda r: port.description, Kind.TEXT, on_change=True)
    yield entry.leaf("admin-status", lambda r: "up", Kind.TEXT, on_change=True)
    yield entry.leaf("dynamic/admin-status", lambda r: "up", Kind.TEXT, on_change=True)
    yield entry.leaf("dynamic/oper-status", lambda r: _status(port), Kind.TEXT, on_change=True)
    yield entry.leaf("dynamic/bandwidth", lambda r: _bandwidth_kbps(port), Kind.UINT64, on_change=True)
    yield entry.leaf("mtu", lambda r: port.mtu_bytes, Kind.UINT32, on_change=True)
    position = port.index - 1
    for name, column in COUNTER_NAMES:
        yield entry.leaf(f"mib-statistics/{name}", _counter(position, column), Kind.UINT64)


def _counter(position: int, column: int) -> Read:
    return lambda reading: reading.counters[position][column]


def _status(port: Port) -> str:
    return "up" if port.is_up else "down"


def _bandwidth_kbps(port: Port) -> int:
    return (port.active_bps if port.is_group else port.speed_bps) // 1000


def _trunk(port: Port) -> Iterator[Leaf]:
    path: tuple[tuple[str, dict[str, str]], ...] = (
        ("huawei-ifm-trunk:ifm-trunk", {}),
        ("trunks", {}),
        ("trunk", {"name": port.name}),
    )
    least = port.circuit.given.min_links
    yield Entry(*path).leaf("min-up-num", lambda r: least, Kind.UINT32, on_change=True)
    for member in port.members:
        entry = Entry(*path, ("members", {}), ("member", {"name": member.name}))
        yield entry.leaf("status", _told_status(member), Kind.TEXT, on_change=True)


def _told_status(port: Port) -> Read:
    return lambda reading: _status(port)


def _physical(port: Port) -> Iterator[Leaf]:
    entry = Entry(
        ("huawei-lldp:lldp", {}),
        ("lldp-interfaces", {}),
        ("lldp-interface", {"interface-name": port.name}),
        ("neighbors", {}),
        ("neighbor", {"index": "1"}),
    )
    heard = when_up(port, lambda r: port.heard.router.id)
    yield entry.leaf("system-name", heard, Kind.TEXT, on_change=True)
    yield entry.leaf("port-id", when_up(port, lambda r: port.heard.name), Kind.TEXT, on_change=True)
    optic = Entry(("huawei-pic:pic", {}), ("optical-modules", {}), ("optical-module", {"name": port.name}))
    yield optic.leaf("rx-power", lambda r: f"{r.rx_power_dbm(port):.2f}", Kind.TEXT)
    yield optic.leaf("tx-power", lambda r: f"{r.tx_power_dbm(port):.2f}", Kind.TEXT)
    yield optic.leaf("temperature", lambda r: f"{r.temperature_c(port):.1f}", Kind.TEXT)


def _twamp(port: Port) -> Iterator[Leaf]:
    """A session, of a number; its counts are of one period of ten seconds, of packets both ways."""
    entry = Entry(
        ("huawei-twamp-controller:twamp-controller", {}),
        ("client", {}),
        ("sessions", {}),
        ("session", {"id": str(port.index)}),
    )
    bound = "link-bundle-if" if port.is_group else "binded-interface"
    yield entry.leaf(bound, lambda r: port.name, Kind.TEXT, on_change=True)
    sent = TWAMP_PACKETS_A_S * 10
    told: tuple[tuple[str, Read], ...] = (
        ("avg-delay", lambda r: round(r.round_trip_us(port))),
        ("avg-jitter", lambda r: round(r.jitter_us(port))),
        ("send-count", lambda r: sent),
        ("loss-count", lambda r: round(r.round_trip_loss(port) * sent)),
    )
    for name, read in told:
        yield entry.leaf(f"statistics/{name}", when_up(port, read), Kind.UINT32)


def _peer(port: Port) -> Iterator[Leaf]:
    """The IS-IS peer: `up` or, while hellos are one-way, `init`; one that is lost has no entry."""
    peer = {
        "system-id": port.peer.router.system_id,
        "level": "level-2",
        "circuit-id": f"{port.index:010d}",
        "interface-name": port.name,
    }
    entry = Entry(
        ("huawei-network-instance:network-instance", {}),
        ("instances", {}),
        ("instance", {"name": "_public_"}),
        ("huawei-isis:isis", {}),
        ("sites", {}),
        ("site", {"id": "1"}),
        ("peers", {}),
        ("peer", peer),
    )
    yield entry.leaf("status", with_peer(port, "up", None), Kind.TEXT, on_change=True)
