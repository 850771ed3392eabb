"""The network's figures, for `/metrics/network`: links as the graph has them, interfaces as last read.

What dashboards draw over days is in the stores; this is for those who have a Prometheus and want gauges and
alert rules of their own there. Values that are unknown are left out, never 0.
"""

from collections.abc import Iterator, Mapping

from collector.schema import NO_TAG
from suanlu.figures.registry import Family
from topology.series import SeriesTable
from topology.snapshot import NULL_U4, NULL_U8, LinkState, Snapshot

NS, MICRO = 1_000_000_000, 1_000_000
LINK_LABELS = ("link", "circuit", "from_site", "to_site", "from_router", "to_router")
LINK_GAUGES = (  # name, help, the snapshot's array, how many of its units make one
    ("suanlu_link_capacity_bits_per_second", "Bandwidth of the link", "capacity_bps", 1),
    ("suanlu_link_used_bits_per_second", "Traffic in the last window", "used_bps", 1),
    ("suanlu_link_free_bits_per_second", "Free bandwidth, 5th percentile of 5 min", "free_p05_bps", 1),
    ("suanlu_link_latency_seconds", "One-way latency", "latency_us", MICRO),
    ("suanlu_link_jitter_seconds", "Variation of the latency", "jitter_us", MICRO),
    ("suanlu_link_loss_ratio", "Packets lost on the way", "loss_ppm", MICRO),
)
INTERFACE_LABELS = ("router", "interface", "site", "link")
INTERFACE_FIGURES = (  # name without its beginning, help, measurement and field of the store's schema
    ("up", "1 while it is oper-status UP", "ifstate", "oper_up"),
    ("admin_up", "1 while it is enabled", "ifstate", "admin_up"),
    ("speed_bits_per_second", "Speed, of a group that of its members", "ifrate", "speed_bps"),
    ("in_bits_per_second", "Traffic in", "ifrate", "in_bps"),
    ("out_bits_per_second", "Traffic out", "ifrate", "out_bps"),
    ("in_octets_total", "Octets in", "ifcounters", "in_octets"),
    ("out_octets_total", "Octets out", "ifcounters", "out_octets"),
    ("in_errors_total", "Packets in with errors", "ifcounters", "in_errors"),
    ("out_errors_total", "Packets out with errors", "ifcounters", "out_errors"),
    ("in_discards_total", "Packets in that were dropped", "ifcounters", "in_discards"),
    ("out_discards_total", "Packets out that were dropped", "ifcounters", "out_discards"),
    ("in_fcs_errors_total", "Frames in with a wrong checksum", "ifcounters", "in_fcs_errors"),
    ("carrier_transitions_total", "Times that the carrier came or went", "ifcounters", "carrier_transitions"),
)
Tags = Mapping[tuple[str, str], tuple[str, str]]


def families(
    snapshot: Snapshot, series: SeriesTable, tags: Tags, site_of: Mapping[str, str]
) -> Iterator[Family]:
    """Read all figures now. `tags`: (router, interface) → (site, link); `site_of`: of each router."""
    yield from _links(snapshot)
    yield from _interfaces(series, tags, site_of)


def _links(snapshot: Snapshot) -> Iterator[Family]:
    labels = _link_labels(snapshot)
    states = [LinkState(state) for state in snapshot.state.tolist()]
    usable = [float(state <= LinkState.UNCONFIRMED) for state in states]
    yield (
        "suanlu_link_up",
        "1 while paths may use it",
        "gauge",
        LINK_LABELS,
        zip(labels, usable, strict=True),
    )
    yield (
        "suanlu_link_state",
        "1 for the state that the link is in",
        "gauge",
        (*LINK_LABELS, "state"),
        [((*one, state.label), 1.0) for one, state in zip(labels, states, strict=True)],
    )
    for name, text, array, parts in LINK_GAUGES:
        values = getattr(snapshot, array)
        null = NULL_U8 if values.dtype.itemsize == 8 else NULL_U4
        known = zip(labels, values.tolist(), strict=True)
        yield (
            name,
            text,
            "gauge",
            LINK_LABELS,
            [(one, value / parts) for one, value in known if value != null],
        )
    seen = zip(labels, snapshot.used_bps_observed_at_ns.tolist(), strict=True)
    yield (
        "suanlu_link_observed_timestamp_seconds",
        "When its traffic was last heard of",
        "gauge",
        LINK_LABELS,
        [(one, at_ns / NS) for one, at_ns in seen if at_ns > 0],
    )


def _link_labels(snapshot: Snapshot) -> list[tuple[str, ...]]:
    circuits, routers, sites = snapshot.circuit_ids, snapshot.router_ids, snapshot.site_ids
    site = snapshot.router_site.tolist()
    ends = zip(
        snapshot.link_ids,
        snapshot.link_circuit.tolist(),
        snapshot.tail.tolist(),
        snapshot.head.tolist(),
        strict=True,
    )
    return [
        (link, circuits[circuit], sites[site[a]], sites[site[z]], routers[a], routers[z])
        for link, circuit, a, z in ends
    ]


def _interfaces(series: SeriesTable, tags: Tags, site_of: Mapping[str, str]) -> Iterator[Family]:
    samples: dict[tuple[str, str], list[tuple[tuple[str, ...], float]]] = {
        (measurement, field): [] for _, _, measurement, field in INTERFACE_FIGURES
    }
    for row, key in enumerate(series.keys):
        wanted = samples.get((key.measurement, key.field))
        value = None if wanted is None else series.value(row)
        if wanted is not None and value is not None:
            site, link = tags.get((key.router, key.name), (site_of.get(key.router, NO_TAG), NO_TAG))
            wanted.append(((key.router, key.name, site, link), float(value)))
    for name, text, measurement, field in INTERFACE_FIGURES:
        kind = "counter" if measurement == "ifcounters" else "gauge"
        yield (f"suanlu_interface_{name}", text, kind, INTERFACE_LABELS, samples[measurement, field])
