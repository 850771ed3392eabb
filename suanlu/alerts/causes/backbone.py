"""The inventory as alerting asks it: what runs through what, and what things are called."""

from collections import defaultdict
from collections.abc import Mapping

from suanlu.alerts.alert import Kind, Subject
from suanlu.alerts.text import clean
from topology.ids import circuit_of, link_id
from topology.inventory import Circuit, Inventory

NAME_LIMIT = 120
KINDS_ZH: Mapping[Kind, str] = {
    "network": "网络", "site": "站点", "router": "路由器",
    "link": "链路", "circuit": "电路", "srlg": "共享风险组", "system": "算路",
}  # fmt: skip


class Backbone:
    """Indexes over an inventory; built once."""

    def __init__(self, inventory: Inventory) -> None:
        self.network = clean(inventory.name, NAME_LIMIT)
        self.circuits: Mapping[str, Circuit] = {circuit.id: circuit for circuit in inventory.circuits}
        self.site_of: Mapping[str, str] = {router.id: router.site for router in inventory.routers}
        self.sites: tuple[str, ...] = tuple(dict.fromkeys(self.site_of.values()))
        by_router: dict[str, list[str]] = defaultdict(list)
        by_srlg: dict[str, list[str]] = defaultdict(list)
        for circuit in inventory.circuits:
            by_router[circuit.a].append(circuit.id)
            by_router[circuit.z].append(circuit.id)
            for srlg in circuit.srlgs:
                by_srlg[srlg].append(circuit.id)
        self.router_circuits: Mapping[str, tuple[str, ...]] = {r: tuple(c) for r, c in by_router.items()}
        self.srlg_circuits: Mapping[str, tuple[str, ...]] = {s: tuple(c) for s, c in by_srlg.items()}
        self._site_names = {
            site.id: clean(f"{site.name_en} {site.name_zh}", NAME_LIMIT) for site in inventory.sites
        }
        self._site_names_zh = {site.id: clean(site.name_zh, NAME_LIMIT) for site in inventory.sites}

    @staticmethod
    def links(circuit: str) -> tuple[str, str]:
        """The two links of a circuit."""
        return link_id(circuit, "az"), link_id(circuit, "za")

    def risks(self, circuit: str) -> frozenset[str]:
        """The shared-risk groups of a circuit; none of one that the inventory has not."""
        known = self.circuits.get(circuit)
        return frozenset() if known is None else frozenset(known.srlgs)

    def far_end(self, circuit: str, router: str) -> str:
        """The router at the other end of the circuit."""
        ends = self.circuits[circuit]
        return ends.z if ends.a == router else ends.a

    def site_pair(self, circuit: str) -> tuple[str, str]:
        """The sites at the circuit's ends, A first."""
        ends = self.circuits[circuit]
        return self.site_of[ends.a], self.site_of[ends.z]

    def name(self, subject: Subject) -> str:
        """The subject in words: `circuit wuhan-changsha-1 (wuhan-r1 – changsha-r1)`."""
        if subject.kind == "site":
            return f"site {subject.id} ({self._site_names.get(subject.id, '?')})"
        if subject.kind == "circuit" and subject.id in self.circuits:
            ends = self.circuits[subject.id]
            return f"circuit {subject.id} ({ends.a} – {ends.z})"
        if subject.kind == "srlg":
            return f"shared-risk group {clean(subject.id, NAME_LIMIT)}"
        return f"{subject.kind} {subject.id}"

    def name_zh(self, subject: Subject) -> str:
        """The subject in Chinese words: `电路 wuhan-changsha-1（wuhan-r1 – changsha-r1）`."""
        kind = KINDS_ZH[subject.kind]
        if subject.kind == "site":
            return f"{kind} {subject.id}（{self._site_names_zh.get(subject.id, '?')}）"
        if subject.kind == "circuit" and subject.id in self.circuits:
            ends = self.circuits[subject.id]
            return f"{kind} {subject.id}（{ends.a} – {ends.z}）"
        return f"{kind} {clean(subject.id, NAME_LIMIT)} "

    def sites_of(self, subject: Subject) -> frozenset[str]:
        """The sites that the subject is at or between; empty for the whole network."""
        if subject.kind == "site":
            return frozenset((subject.id,))
        if subject.kind == "router":
            return frozenset((self.site_of[subject.id],)) if subject.id in self.site_of else frozenset()
        if subject.kind == "srlg":
            circuits: tuple[str, ...] = self.srlg_circuits.get(subject.id, ())
        else:
            circuits = (circuit_of(subject.id) if subject.kind == "link" else subject.id,)
        return frozenset(
            site for circuit in circuits if circuit in self.circuits for site in self.site_pair(circuit)
        )
