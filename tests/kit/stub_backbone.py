"""A backbone that only pretends, in the shapes of the API: what the page is tested against on its own.

Loads are invented by a slow wave per link, so that a test needs neither simulator nor collectors, and can
put any link in any state and any string in any name.
"""

import math
from datetime import UTC, datetime
from typing import Any

import networkx as nx

from topology.inventory import Circuit, Inventory

JsonObject = dict[str, Any]
GBIT = 1_000_000_000


def rfc3339(at_s: float) -> str:
    """A UTC time as the API writes it."""
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _metric(value: int | None, source: str | None, age_ms: int | None = 800) -> JsonObject:
    return {"value": value, "age_ms": None if value is None else age_ms, "source": source}


class StubBackbone:
    """Sites, routers, circuits and links with states that a test sets; every change gets a version."""

    def __init__(self, inventory: Inventory, *, now_s: float) -> None:
        self.inventory = inventory
        self.epoch = rfc3339(now_s)
        self.version = 1
        self.structure_version = 1
        self.now_s = now_s
        self.health = "ok"
        self.site_of = {router.id: router.site for router in inventory.routers}
        self.names = {site.id: (site.name_en, site.name_zh) for site in inventory.sites}
        self.states: dict[str, str] = {}
        self.causes: dict[str, str] = {}
        self.since_s: dict[str, float] = {}
        self.changed: dict[str, int] = {}
        self.use: dict[str, float | None] = {}
        for index, circuit in enumerate(inventory.circuits):
            for link in (f"{circuit.id}:az", f"{circuit.id}:za"):
                self.states[link], self.since_s[link], self.changed[link] = "up", now_s - 3600, 1
                self.use[link] = self._wave(index, link, now_s)

    def _wave(self, index: int, link: str, at_s: float) -> float:
        phase = index * 2.399 + (0.6 if link.endswith("za") else 0)
        level = 0.18 + 0.75 * ((index * 0.618 + (0.11 if link.endswith("za") else 0)) % 1)
        return min(0.99, max(0, level + 0.08 * math.sin(at_s / 20 + phase)))

    def advance(self, now_s: float) -> list[str]:
        """Move a third of the loads; returns the ids of the links whose numbers changed."""
        self.now_s, self.version = now_s, self.version + 1
        moved = []
        for index, circuit in enumerate(self.inventory.circuits):
            if index % 3 == self.version % 3:
                moved += [f"{circuit.id}:az", f"{circuit.id}:za"]
        for link in moved:
            if self.use[link] is not None:
                index = [circuit.id for circuit in self.inventory.circuits].index(link.rpartition(":")[0])
                self.use[link] = self._wave(index, link, now_s)
            self.changed[link] = self.version
        return moved

    def set_state(self, link: str, state: str, cause: str | None = None) -> None:
        """A structural change of one direction."""
        self.version += 1
        self.structure_version = self.version
        self.states[link], self.changed[link], self.since_s[link] = state, self.version, self.now_s
        self.causes.pop(link, None)
        if cause:
            self.causes[link] = cause

    def header(self) -> JsonObject:
        """The `topology` object of every answer."""
        return {
            "epoch": self.epoch,
            "version": self.version,
            "structure_version": self.structure_version,
            "published_at": rfc3339(self.now_s),
            "health": self.health,
            "stale_links": [link for link, state in self.states.items() if state == "stale"],
        }

    def links(self, changed_since: int = 0) -> list[JsonObject]:
        """Both directions of every circuit that changed after that version."""
        rows = []
        for circuit in self.inventory.circuits:
            for direction in ("az", "za"):
                if self.changed[f"{circuit.id}:{direction}"] > changed_since:
                    rows.append(self.link(circuit, direction))
        return rows

    def link(self, circuit: Circuit, direction: str) -> JsonObject:
        """One direction, with every metric's value, age and source."""
        link = f"{circuit.id}:{direction}"
        ends = [(circuit.a, circuit.a_interface), (circuit.z, circuit.z_interface)]
        if direction == "za":
            ends.reverse()
        (sender, out), (receiver, into) = ends
        state, share, capacity = self.states[link], self.use[link], circuit.capacity_bps
        used = None if share is None or state == "stale" else int(capacity * share) if state != "down" else 0
        free = None if used is None else capacity - used
        nominal = circuit.kind == "intra_site" or len(circuit.id) % 5 == 0
        return {
            "id": link, "circuit": circuit.id, "direction": direction,
            "from_site": self.site_of[sender], "to_site": self.site_of[receiver],
            "from_router": sender, "to_router": receiver, "from_interface": out, "to_interface": into,
            "state": state, "since": rfc3339(self.since_s[link]), "cause": self.causes.get(link),
            "srlgs": list(circuit.srlgs), "admin_groups": list(circuit.admin_groups),
            "capacity_bps": _metric(capacity, "lag_speed"), "used_bps": _metric(used, "counters"),
            "free_now_bps": _metric(free, "counters"), "free_p05_bps": _metric(free, "counters"),
            "single_flow_max_bps": _metric(400 * GBIT, "derived"),
            "latency_us": _metric(circuit.latency_us, "nominal" if nominal else "twamp/half_rtt"),
            "jitter_us": _metric(12, "twamp/half_rtt"), "loss_ppm": _metric(None, None),
            "te_metric": _metric(circuit.te_metric, "inventory", None),
            "igp_metric": _metric(circuit.igp_metric, "inventory", None),
            "mtu_bytes": _metric(circuit.mtu_bytes, "inventory", None),
        }  # fmt: skip

    def circuits(self) -> list[JsonObject]:
        """The physical connections; a circuit is as bad as its worse direction."""
        order = ("up", "unconfirmed", "stale", "drained", "down")
        rows = []
        for circuit in self.inventory.circuits:
            links = [f"{circuit.id}:az", f"{circuit.id}:za"]
            ends = {
                name: {"site": self.site_of[router], "router": router, "interface": interface}
                for name, router, interface in (
                    ("a", circuit.a, circuit.a_interface),
                    ("z", circuit.z, circuit.z_interface),
                )
            }
            state = max((self.states[link] for link in links), key=order.index)
            rows.append({"id": circuit.id, "kind": circuit.kind, "length_km": circuit.length_km,
                         "srlgs": list(circuit.srlgs), "links": links, "state": state, **ends})  # fmt: skip
        return rows

    def sites(self) -> list[JsonObject]:
        """Sites; one without a usable link is cut off, one with a dead link degraded."""
        rows = []
        for site in self.inventory.sites:
            mine = [
                self.states[link["id"]]
                for link in self.links()
                if site.id in (link["from_site"], link["to_site"]) and link["from_site"] != link["to_site"]
            ]
            dead = [state == "down" for state in mine]
            name_en, name_zh = self.names[site.id]
            rows.append({
                "id": site.id, "name_en": name_en, "name_zh": name_zh, "lat": site.lat, "lon": site.lon,
                "kind": site.kind, "role": site.role, "prefixes": list(site.prefixes),
                "access_bps": site.access_bps, "primary_router": site.primary_router,
                "routers": [router for router, at in self.site_of.items() if at == site.id],
                "state": "drained" if all(state == "drained" for state in mine) else
                         "cut_off" if all(dead) else "degraded" if any(dead) else "up",
            })  # fmt: skip
        return rows

    def routers(self) -> list[JsonObject]:
        """Routers, all of them synced."""
        return [
            {"id": router.id, "site": router.site, "platform": router.platform, "target": "127.0.0.1:57400",
             "state": "synced", "since": self.epoch, "drained": False, "age_ms": 700}
            for router in self.inventory.routers
        ]  # fmt: skip

    def graph(self) -> nx.MultiDiGraph:
        """Routers and the links that are up, for the invented path answers."""
        graph = nx.MultiDiGraph()
        for link in self.links():
            if link["state"] == "up":
                weights = {name: link[name]["value"] for name in ("latency_us", "igp_metric")}
                graph.add_edge(link["from_router"], link["to_router"], key=link["id"], row=link, **weights)
        return graph
