"""The world as documents: what the control server shows, and what tests hold telemetry against."""

from typing import TYPE_CHECKING, Any

from suanlu.simulator.network import CircuitNode
from topology.ids import link_id

if TYPE_CHECKING:
    from suanlu.simulator.backbone import SimulatedBackbone


def state_document(backbone: "SimulatedBackbone") -> dict[str, Any]:
    """Routers, circuits and links as they are now; rates in bit/s, times in ns since the Unix epoch."""
    traffic, now_ns = backbone.traffic, backbone.now_ns()
    elapsed_s = (now_ns - traffic.started_ns) / 1e9
    return {
        "at_ns": now_ns,
        "seed": backbone.settings.seed,
        "hour": round(traffic.demand.hour(elapsed_s), 3),
        "updates_sent": backbone.ledger.updates,
        "routers": _routers(backbone),
        "circuits": [_circuit(circuit) for circuit in backbone.network.circuits.values()],
        "links": _links(backbone),
        "srlgs": {name: [c.id for c in members] for name, members in backbone.network.srlgs.items()},
    }


def _routers(backbone: "SimulatedBackbone") -> list[dict[str, Any]]:
    flows = backbone.traffic.flows
    return [
        {
            "id": router.id,
            "profile": router.profile,
            "target": backbone.servers[router.id].target,
            "powered": router.is_powered,
            "mute": router.is_mute,
            "drained": router.is_drained,
            "boot_time_ns": router.boot_time_ns,
            "entering_bps": round(float(flows.entering_bps[router.index])),
            "leaving_bps": round(float(flows.leaving_bps[router.index])),
        }
        for router in backbone.network.routers.values()
    ]


def _circuit(circuit: CircuitNode) -> dict[str, Any]:
    return {
        "id": circuit.id,
        "up": circuit.is_up,
        "cut": circuit.is_cut,
        "drained": circuit.is_drained,
        "degraded": circuit.is_degraded,
        "dimmed_db": max(port.dimmed_db for port in circuit.a.physical),
        "miswired": circuit.a.physical[0].stray is not None,
        "members": len(circuit.a.members),
        "members_down": circuit.members_down,
        "congestion_bps": circuit.congestion_bps,
    }


def _links(backbone: "SimulatedBackbone") -> list[dict[str, Any]]:
    traffic = backbone.traffic
    rows = []
    for circuit in backbone.network.circuits.values():
        for direction, port in (("az", circuit.a), ("za", circuit.z)):
            link = traffic.link_of(port)
            rows.append(
                {
                    "id": link_id(circuit.id, direction),
                    "up": circuit.is_up,
                    "capacity_bps": round(float(traffic.capacity_bps[link])),
                    "offered_bps": round(float(traffic.flows.offered_bps[link])),
                    "carried_bps": round(float(traffic.flows.carried_bps[link])),
                    "dropped_bps": round(float(traffic.flows.dropped_bps[link])),
                    "latency_us": round(backbone.reading(port.router.id).delay_us(port), 1),
                }
            )
    return rows


def ledger_document(backbone: "SimulatedBackbone", router: str | None, start: int) -> dict[str, Any]:
    """Counts of every router; of one router also the last values, and the entries from `start`.

    `entries` (stream, path, timestamp in ns, value) are there only where the full ledger is kept.
    """
    ledger = backbone.ledger
    if router is None:
        return {
            "updates": ledger.updates,
            "routers": {name: book.summary() for name, book in ledger.routers.items()},
        }
    book = ledger.routers[router]
    document = {
        "router": router,
        **book.summary(),
        "last": {path: {"t_ns": at_ns, "value": value} for path, (at_ns, value) in book.last.items()},
    }
    if book.entries is not None:
        document["entries"] = book.entries[start:]
        document["next"] = len(book.entries)
    return document
