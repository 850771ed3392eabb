"""The store schema: measurements, their tags and their fields. Dashboards, docs and tests read this.

Names follow what users of Telegraf's gNMI input have. Every line of a measurement carries the same tag
keys; where there is no link or site the tag is `-` (InfluxDB refuses empty tags). `source` is the router
id, `name` the interface, `link` the directed link that leaves that interface. `pair` is from site `a` to
site `z`; `suanlu` is the server itself: `instance` is the router, store or receiver that a figure is of.
"""

from dataclasses import dataclass
from typing import Literal

from topology.series import KIND_F64, KIND_I64, KIND_TEXT, KIND_U64

NO_TAG = "-"
ROLLED_UP = ("ifrate", "link_latency", "optics", "pair")
"""Measurements of which there are roll-ups: counters only rise, and states are not means."""
FieldKind = Literal["int", "uint", "float", "text"]
SERIES_KIND = {"int": KIND_I64, "uint": KIND_U64, "float": KIND_F64, "text": KIND_TEXT}


@dataclass(frozen=True)
class Measurement:
    """`fields` maps a field to its pinned kind; `name_tag` is the tag that a series key's `name` becomes."""

    name: str
    tags: tuple[str, ...]
    fields: dict[str, FieldKind]
    name_tag: str | None = "name"


OWN_FIGURES = (
    "targets",
    "targets_synced",
    "updates",
    "gaps",
    "errors",
    "dropped_values",
    "appended_values",
    "stored_values",
    "buffered_values",
    "quarantined_values",
    "available",
    "size_bytes",
    "links_up",
    "links_down",
    "links_blind",
    "inconsistencies",
    "alerts_critical",
    "alerts_warning",
    "queued_messages",
    "failed_attempts",
    "loop_lag_us",
)
"""Fields of the measurement `suanlu`: the server's own figures, `stage` saying of which part."""
_INTERFACE_TAGS = ("source", "name", "site", "link")

MEASUREMENTS = {
    measurement.name: measurement
    for measurement in (
        Measurement(
            "ifcounters",
            _INTERFACE_TAGS,
            dict.fromkeys(
                (
                    "in_octets",
                    "out_octets",
                    "in_pkts",
                    "out_pkts",
                    "in_errors",
                    "out_errors",
                    "in_discards",
                    "out_discards",
                    "in_fcs_errors",
                    "carrier_transitions",
                ),
                "uint",
            ),
        ),
        Measurement(
            "ifrate",
            _INTERFACE_TAGS,
            {"in_bps": "int", "out_bps": "int", "speed_bps": "int", "in_util": "float", "out_util": "float"},
        ),
        Measurement(
            "ifstate",
            _INTERFACE_TAGS,
            {
                "oper_up": "int",
                "admin_up": "int",
                "speed_bps": "int",
                "last_change": "int",
                "mtu_bytes": "int",
                "oper_status": "text",
                "description": "text",
            },
        ),
        Measurement(
            "link_latency",
            ("link", "a", "z", "method", "source", "name"),
            {"latency_us": "int", "jitter_us": "int", "loss_ppm": "int"},
        ),
        Measurement(
            "optics",
            ("source", "name", "channel", "site"),
            {
                "rx_power_dbm": "float",
                "tx_power_dbm": "float",
                "osnr_db": "float",
                "prefec_ber": "float",
                "temp_c": "float",
            },
        ),
        Measurement("isis", ("source", "peer", "level", "site"), {"up": "int", "metric": "int"}, "peer"),
        Measurement("event", ("kind", "severity", "source", "site"), {"text": "text", "link": "text"}, None),
        Measurement(
            "pair",
            ("a", "z", "routing"),
            {
                "latency_us": "int",
                "best_us": "int",
                "reachable": "int",
                "route_changes": "int",
                "route": "text",
            },
            None,
        ),
        Measurement("suanlu", ("instance", "stage"), dict.fromkeys(OWN_FIGURES, "int"), None),
    )
}
