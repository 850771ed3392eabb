"""The OpenConfig leaves that every make but Huawei answers with.

/interfaces/interface/state (openconfig-interfaces), ethernet and aggregation below it,
/lldp (openconfig-lldp), /components of transceivers (openconfig-platform-transceiver), /system/state,
/network-instances down to the adjacencies of IS-IS (openconfig-network-instance, openconfig-isis).
"""

from collections.abc import Callable, Iterator

from suanlu.simulator.network import Port, RouterNode
from suanlu.simulator.traffic import COUNTERS
from suanlu.simulator.tree import Entry, Leaf, Read, with_peer
from suanlu.simulator.values import Kind

SCHEMA = (
    "/interfaces/interface/state/counters/carrier-transitions",
    "/interfaces/interface/state/counters/last-clear",
    "/interfaces/interface/ethernet/state/negotiated-port-speed",
    "/interfaces/interface/ethernet/state/aggregate-id",
    "/interfaces/interface/aggregation/state/member",
    "/interfaces/interface/aggregation/state/lag-speed",
    "/interfaces/interface/aggregation/state/min-links",
    "/lldp/interfaces/interface/neighbors/neighbor/state/system-name",
    "/lldp/interfaces/interface/neighbors/neighbor/state/port-id",
    "/lldp/interfaces/interface/neighbors/neighbor/state/chassis-id",
    "/lacp/interfaces/interface/members/member/state",
    "/components/component/state/temperature/instant",
    "/components/component/transceiver/physical-channels/channel/state/input-power/instant",
    "/components/component/optical-channel/state/osnr/instant",
    "/components/component/transceiver/state/pre-fec-ber/instant",
    "/qos/interfaces/interface/output/queues/queue/state/dropped-pkts",
    (
        "/network-instances/network-instance/protocols/protocol/isis/interfaces/interface/levels/level"
        "/adjacencies/adjacency/state/adjacency-state"
    ),
)


def openconfig_leaves(
    router: RouterNode, adjacency: Callable[[Port], Iterator[Leaf]], software: str
) -> Iterator[Leaf]:
    """Yield every OpenConfig leaf of a router: its make tells adjacencies its own way, and its version."""
    for port in router.ports:
        yield from _interface(port)
    for port in router.ports:
        if not port.is_group:
            yield from _neighbour(port)
    for port in router.ports:
        if not port.is_group:
            yield from _optics(port)
    for port in router.circuit_ports:
        yield from adjacency(port)
    yield from _system(router, software)


def _interface(port: Port) -> Iterator[Leaf]:
    entry = Entry(("interfaces", {}), ("interface", {"name": port.name}))
    yield entry.leaf("state/name", lambda r: port.name, Kind.TEXT, on_change=True)
    yield entry.leaf("state/ifindex", lambda r: port.index, Kind.UINT32, on_change=True)
    yield entry.leaf("state/description", lambda r: port.description, Kind.TEXT, on_change=True)
    yield entry.leaf("state/admin-status", lambda r: "UP", Kind.TEXT, on_change=True)
    yield entry.leaf("state/oper-status", lambda r: port.oper_status, Kind.TEXT, on_change=True)
    yield entry.leaf("state/last-change", lambda r: port.last_change_ns, Kind.UINT64, on_change=True)
    yield entry.leaf("state/mtu", lambda r: port.mtu_bytes, Kind.UINT32, on_change=True)
    for column, name in enumerate(COUNTERS):
        yield entry.leaf(f"state/counters/{name}", _counter(port, column), Kind.UINT64)
    yield entry.leaf("state/counters/carrier-transitions", lambda r: port.carrier_transitions, Kind.UINT64)
    yield from _group(port, entry) if port.is_group else _ethernet(port, entry)


def _counter(port: Port, column: int) -> Read:
    position = port.index - 1
    return lambda reading: reading.counters[position][column]


def _group(port: Port, entry: Entry) -> Iterator[Leaf]:
    least = port.circuit.given.min_links

    def active(_: object) -> tuple[str, ...]:
        return tuple(member.name for member in port.members if member.is_up)

    yield entry.leaf("aggregation/state/lag-type", lambda r: "STATIC", Kind.TEXT, on_change=True)
    yield entry.leaf("aggregation/state/min-links", lambda r: least, Kind.UINT32, on_change=True)
    yield entry.leaf(
        "aggregation/state/lag-speed", lambda r: port.active_bps // 1_000_000, Kind.UINT32, on_change=True
    )
    yield entry.leaf("aggregation/state/member", active, Kind.TEXTS, on_change=True)


def _ethernet(port: Port, entry: Entry) -> Iterator[Leaf]:
    speed = speed_identity(port.speed_bps)
    module = "openconfig-if-ethernet"
    yield entry.leaf(
        "ethernet/state/port-speed", lambda r: speed, Kind.IDENTITY, on_change=True, module=module
    )
    if port.group is not None:
        group = port.group.name
        yield entry.leaf("ethernet/state/aggregate-id", lambda r: group, Kind.TEXT, on_change=True)


def speed_identity(speed_bps: int) -> str:
    """The ETHERNET_SPEED identity: 400 Gbit/s is SPEED_400GB; unknown where there is no such rate."""
    giga = speed_bps // 1_000_000_000
    return f"SPEED_{giga}GB" if giga in {1, 10, 25, 40, 50, 100, 200, 400, 800, 1600} else "SPEED_UNKNOWN"


def _neighbour(port: Port) -> Iterator[Leaf]:
    entry = Entry(
        ("lldp", {}),
        ("interfaces", {}),
        ("interface", {"name": port.name}),
        ("neighbors", {}),
        ("neighbor", {"id": "1"}),
    )

    def while_heard(value_of: Callable[[Port], str]) -> Read:
        return lambda reading: value_of(port.heard) if port.is_up else None

    told: tuple[tuple[str, Callable[[Port], str]], ...] = (
        ("system-name", lambda peer: peer.router.id),
        ("port-id", lambda peer: peer.name),
        ("port-id-type", lambda _: "INTERFACE_NAME"),
        ("chassis-id", lambda peer: chassis_id(peer.router)),
        ("chassis-id-type", lambda _: "MAC_ADDRESS"),
    )
    for name, value_of in told:
        yield entry.leaf(f"state/{name}", while_heard(value_of), Kind.TEXT, on_change=True)


def openconfig_adjacency(port: Port, name: str, gone: str | None) -> Iterator[Leaf]:
    """The level-2 adjacency over a circuit; `gone` is its state without the peer, None: it is deleted."""
    entry = Entry(
        ("network-instances", {}),
        ("network-instance", {"name": "default"}),
        ("protocols", {}),
        ("protocol", {"identifier": "ISIS", "name": "core"}),
        ("isis", {}),
        ("interfaces", {}),
        ("interface", {"interface-id": name}),
        ("levels", {}),
        ("level", {"level-number": "2"}),
        ("adjacencies", {}),
        ("adjacency", {"system-id": port.peer.router.system_id}),
    )
    read = with_peer(port, "UP", gone)
    yield entry.leaf("state/adjacency-state", read, Kind.TEXT, on_change=True)


def chassis_id(router: RouterNode) -> str:
    """A locally administered MAC address, one for each router."""
    return f"02:00:5e:00:{router.index >> 8:02x}:{router.index & 0xFF:02x}"


def _optics(port: Port) -> Iterator[Leaf]:
    name = {"name": f"Optics-{port.name}"}
    part = Entry(("components", {}), ("component", name))
    yield part.leaf("state/temperature/instant", lambda r: r.temperature_c(port), Kind.DECIMAL)
    channel = Entry(
        ("components", {}),
        ("component", name),
        ("transceiver", {}),
        ("physical-channels", {}),
        ("channel", {"index": "1"}),
    )
    yield channel.leaf("state/input-power/instant", lambda r: r.rx_power_dbm(port), Kind.DECIMAL)
    yield channel.leaf("state/output-power/instant", lambda r: r.tx_power_dbm(port), Kind.DECIMAL)
    if port.circuit.given.kind == "inter_site":  # grey light within a site has no channel
        yield part.leaf("optical-channel/state/osnr/instant", lambda r: r.osnr_db(port), Kind.DECIMAL)
        yield part.leaf("transceiver/state/pre-fec-ber/instant", lambda r: r.prefec_ber(port), Kind.RATIO)


def _system(router: RouterNode, software: str) -> Iterator[Leaf]:
    entry = Entry(("system", {}), ("state", {}))
    yield entry.leaf("hostname", lambda r: router.id, Kind.TEXT, on_change=True)
    yield entry.leaf("software-version", lambda r: software, Kind.TEXT, on_change=True)
    yield entry.leaf("boot-time", lambda r: router.boot_time_ns, Kind.UINT64, on_change=True)
