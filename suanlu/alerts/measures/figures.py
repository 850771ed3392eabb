"""The figures of every link that rules are about, from the snapshot and the series table, in arrays."""

from collections.abc import Mapping

import numpy as np

from suanlu.alerts.alert import Rule
from suanlu.alerts.measures.past import Past
from suanlu.alerts.measures.rows import Rows
from suanlu.alerts.rules.rule import NS_PER_S
from topology.ids import circuit_of
from topology.inventory import Circuit, Inventory
from topology.series import SeriesTable
from topology.snapshot import NULL_U4, NULL_U8, LinkState, Snapshot

FRESH_NS = 40 * NS_PER_S
OPTICS_FRESH_NS = 120 * NS_PER_S
LEAST_RISE_US = 500
LEAST_PACKETS_PER_S = 10
MILLION = 1e6
Port = tuple[str, tuple[str, ...]]


class LinkFigures:
    """Figures of the links of a snapshot, in its order.

    `past_s`: how much of the past latency and light are compared with, by rule.
    """

    def __init__(
        self,
        inventory: Inventory,
        link_ids: tuple[str, ...],
        table: SeriesTable,
        *,
        past_s: Mapping[Rule, float],
    ) -> None:
        circuits = {circuit.id: circuit for circuit in inventory.circuits}
        senders = [_ports(circuits[circuit_of(link)], link.endswith(":az")) for link in link_ids]
        receivers = [_ports(circuits[circuit_of(link)], link.endswith(":za")) for link in link_ids]
        lit = [(i, router, name) for i, ends in enumerate(receivers) for router, (name,) in ends]
        optics = [[(router, _optic_names(name))] for _, router, name in lit]
        self._link_of_light = np.array([i for i, _, _ in lit], np.int64)
        self._table = table
        self._rows: Mapping[str, Rows] = {
            "out_discards": Rows("ifcounters", "out_discards", senders),
            "out_pkts": Rows("ifcounters", "out_pkts", senders),
            "in_errors": Rows("ifcounters", "in_errors", receivers),
            "in_fcs_errors": Rows("ifcounters", "in_fcs_errors", receivers),
            "in_pkts": Rows("ifcounters", "in_pkts", receivers),
            "rx_power_dbm": Rows("optics", "rx_power_dbm", optics),
            "mtu_a": Rows("ifstate", "mtu_bytes", _interfaces(circuits, link_ids, sender=True)),
            "mtu_z": Rows("ifstate", "mtu_bytes", _interfaces(circuits, link_ids, sender=False)),
        }
        day_s, week_s = past_s["latency_high"], past_s["optical_power_falling"]
        ports = [f"{router} {name}" for _, router, name in lit]
        self._latency = Past(link_ids, slot_s=day_s / 48, slots=48, least=2, quantile=0.5)
        self._light = Past(ports, slot_s=week_s / 56, slots=56, least=2, quantile=0.75)

    @property
    def pasts(self) -> Mapping[str, Past]:
        """What is compared with its own past."""
        return {"latency_us": self._latency, "rx_power_dbm": self._light}

    def read(self, snapshot: Snapshot, now_ns: int) -> Mapping[Rule, np.ndarray]:
        """Return f8[m] for each rule about links, nan where unknown."""
        for rows in self._rows.values():
            rows.find(self._table)
        since_ns = now_ns - FRESH_NS
        rate = {
            name: self._rows[name].rate(self._table, since_ns)
            for name in ("out_discards", "out_pkts", "in_errors", "in_fcs_errors", "in_pkts")
        }
        latency = _known(snapshot.latency_us, NULL_U4)
        latency[out_of_use(snapshot)] = np.nan
        light = self._rows["rx_power_dbm"].least(self._table, now_ns - OPTICS_FRESH_NS)
        light[out_of_use(snapshot)[self._link_of_light]] = np.nan
        self._latency.add(latency, now_ns)
        self._light.add(light, now_ns)
        capacity = _known(snapshot.capacity_bps, NULL_U8)
        capacity[capacity == 0] = np.nan
        damaged = np.fmax(rate["in_errors"], rate["in_fcs_errors"])
        return {
            "utilisation_high": 100 * (1 - _known(snapshot.free_p05_bps, NULL_U8) / capacity),
            "utilisation_critical": 100 * _known(snapshot.used_bps, NULL_U8) / capacity,
            "latency_high": _rise_percent(latency, self._latency.usual),
            "loss_high": _known(snapshot.loss_ppm, NULL_U4),
            "drops_high": _share_ppm(rate["out_discards"], rate["out_pkts"]),
            "errors_high": _share_ppm(damaged, rate["in_pkts"]),
            "optical_power_low": -self._worst_port(-light),
            "optical_power_falling": self._worst_port(self._light.usual - light),
            "mtu_mismatch": self._mtu_difference(),
        }

    def _worst_port(self, of_ports: np.ndarray) -> np.ndarray:
        """The largest of each link's ports, f8[m]: of a bundle one member may fade among good ones."""
        worst = np.full(len(self._latency.subjects), np.nan)
        np.fmax.at(worst, self._link_of_light, of_ports)
        return worst

    def _mtu_difference(self) -> np.ndarray:
        """MTUs are told when they change, not sampled: however old, the last is what is so."""
        difference: np.ndarray = np.abs(
            self._rows["mtu_a"].most(self._table, 1) - self._rows["mtu_z"].most(self._table, 1)
        )
        return difference


def out_of_use(snapshot: Snapshot) -> np.ndarray:
    """Links that carry nothing by design or by fault, and cannot be judged by what they carry."""
    result: np.ndarray = snapshot.state >= LinkState.DRAINED
    return result


def _ports(circuit: Circuit, is_a: bool) -> list[Port]:
    router = circuit.a if is_a else circuit.z
    members = circuit.a_member_interfaces if is_a else circuit.z_member_interfaces
    return [
        (router, (port,)) for port in members or ((circuit.a_interface if is_a else circuit.z_interface),)
    ]


def _interfaces(circuits: Mapping[str, Circuit], links: tuple[str, ...], *, sender: bool) -> list[list[Port]]:
    found: list[list[Port]] = []
    for link in links:
        circuit = circuits[circuit_of(link)]
        is_a = link.endswith(":az") == sender
        found.append([(circuit.a, (circuit.a_interface,)) if is_a else (circuit.z, (circuit.z_interface,))])
    return found


def _optic_names(port: str) -> tuple[str, ...]:
    """What routers call the transceiver of a port: after the port, with or without a word before it."""
    return (port, f"Optics-{port}", f"Optics{port}")


def _known(array: np.ndarray, null: int) -> np.ndarray:
    values: np.ndarray = np.where(array == null, np.nan, array.astype(np.float64))
    return values


def _share_ppm(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Of so few packets as a keepalive's a share says nothing."""
    enough = whole >= LEAST_PACKETS_PER_S
    share: np.ndarray = np.where(enough, MILLION * part / np.where(enough, whole + part, 1), np.nan)
    return share


def _rise_percent(latency_us: np.ndarray, usual_us: np.ndarray) -> np.ndarray:
    rise = latency_us - usual_us
    percent: np.ndarray = np.where(
        rise < LEAST_RISE_US, np.minimum(rise, 0), 100 * rise / np.maximum(usual_us, 1)
    )
    return percent
