"""What the rooms have agreed upon. A change here changes the contract: say so in the changelog."""

from dataclasses import fields
from typing import get_args

import msgspec
import pytest

from topology import inventory, observation, status
from topology.event import Event, EventType
from topology.observation import Observation, OperStatus, TargetPhase
from topology.publication import Publication
from topology.series import DIRTY, KIND_F64, KIND_I64, KIND_U64, REMOVED, SeriesKey, SeriesTable
from topology.settings import TopologySettings
from topology.snapshot import NULL_U4, NULL_U8, LinkState, Snapshot, Source

HEAD = ("router", "session", "seq", "observed_at_ns", "received_at_ns")

STRUCTS = {
    observation.InterfaceState: (*HEAD, "interface", "oper_status", "admin_status", "last_change_ns"),
    observation.InterfaceSpeed: (*HEAD, "interface", "speed_bps", "source"),
    observation.LagMembers: (*HEAD, "interface", "members", "lag_speed_bps", "min_links"),
    observation.Neighbour: (*HEAD, "interface", "peer_router", "peer_interface"),
    observation.Adjacency: (*HEAD, "interface", "level", "up"),
    observation.TargetState: (*HEAD, "state"),
    observation.Removed: (*HEAD, "interface", "kind", "field"),
    observation.Drain: (*HEAD, "id", "drained", "by"),
    inventory.Inventory: (
        *("name", "version", "note", "units", "legend", "deliberate_risks"),
        *("sites", "routers", "srlgs", "circuits"),
    ),
    inventory.Site: (
        *("id", "name_en", "name_zh", "lat", "lon", "kind", "role", "launch"),
        *("national_hub_cluster", "prefixes", "access_bps", "primary_router"),
    ),
    inventory.Router: (
        *("id", "site", "platform", "loopback_ipv4", "loopback_ipv6", "isis_system_id"),
        *("sr_node_sid", "target", "profile"),
    ),
    inventory.Srlg: ("id", "value", "kind", "description"),
    inventory.Circuit: (
        *("id", "kind", "a", "a_interface", "a_member_interfaces", "z", "z_interface", "z_member_interfaces"),
        *("capacity_bps", "length_km", "latency_us", "te_metric", "igp_metric", "igp_metric_za"),
        *("srlgs", "admin_groups", "min_links", "mtu_bytes"),
    ),
    Event: ("type", "id", "at", "version", "link", "router", "site", "links", "before", "after", "cause"),
    Publication: ("snapshot", "events", "structural"),
    status.LinkStatus: ("id", "state", "since_ns", "cause", "held_until_ns", "a", "z"),
    status.EndStatus: ("router", "interface", "word", "heard", "reason", "received_at_ns"),
    status.RouterStatus: ("id", "phase", "since_ns", "drained", "last_received_ns"),
    status.Inconsistency: ("id", "kind", "circuit", "detail", "since_ns"),
    status.Health: ("state", "blind_since_ns"),
    TopologySettings: (
        *("sample_interval_s", "missed_intervals", "stale_after_s", "startup_grace_s"),
        *("hold_s", "hold_max_s", "hold_forget_s", "free_window_s", "free_step_s"),
        *("publications_per_s", "refresh_s", "bandwidth_dead_band_ppm"),
        *("latency_dead_band_us", "latency_dead_band_ppm", "loss_dead_band_ppm", "inconsistency_after_s"),
    ),
}

SNAPSHOT_ARRAYS = {
    "router_site": "<u4",
    "ingress": "|u1",
    **dict.fromkeys(("node_first", "tail", "head", "link_circuit", "link_reverse"), "<u4"),
    "state": "|u1",
    **dict.fromkeys(("latency_us", "jitter_us", "loss_ppm", "te_metric", "igp_metric", "mtu_bytes"), "<u4"),
    **dict.fromkeys(("capacity_bps", "used_bps", "free_now_bps", "free_p05_bps"), "<u8"),
    **dict.fromkeys(("single_flow_max_bps", "admin_groups"), "<u8"),
    **dict.fromkeys(("srlg_first", "srlg"), "<u4"),
    **dict.fromkeys(
        ("latency_us_observed_at_ns", "jitter_us_observed_at_ns", "loss_ppm_observed_at_ns"), "<i8"
    ),
    **dict.fromkeys(("capacity_bps_observed_at_ns", "used_bps_observed_at_ns"), "<i8"),
    **dict.fromkeys(("latency_us_source", "jitter_us_source", "loss_ppm_source"), "|u1"),
    **dict.fromkeys(("capacity_bps_source", "used_bps_source"), "|u1"),
}

SERIES_ARRAYS = {
    "kind": "|u1",
    "bits": "<u8",
    "observed_at_ns": "<i8",
    "received_at_ns": "<i8",
    "prev_bits": "<u8",
    "prev_observed_at_ns": "<i8",
    "flags": "|u1",
    "dirty": "<u4",
    "dirty_count": "<u4",
}

EVENTS = [
    *("link_down", "link_up", "link_unconfirmed", "link_stale", "link_drained"),
    *("capacity_changed", "metric_changed", "router_silent", "router_back", "inconsistency"),
    *("alert_firing", "alert_acknowledged", "alert_resolved"),
    *("maintenance_started", "maintenance_ended", "reset"),
]


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_struct_has_these_fields(struct: type[msgspec.Struct]) -> None:
    assert struct.__struct_fields__ == STRUCTS[struct]


def test_observations_are_one_tagged_union_of_frozen_structs():
    kinds = get_args(Observation)
    assert [kind.__name__ for kind in kinds] == [
        *("InterfaceState", "InterfaceSpeed", "LagMembers", "Neighbour", "Adjacency"),
        *("TargetState", "Removed", "Drain"),
    ]
    for kind in kinds:
        config = kind.__struct_config__
        assert (config.frozen, config.tag, config.forbid_unknown_fields) == (True, kind.__name__, True)


def test_words_of_states_and_phases():
    assert get_args(TargetPhase) == ("connecting", "syncing", "synced", "silent", "unreachable")
    assert get_args(OperStatus) == (
        *("UP", "DOWN", "TESTING", "UNKNOWN", "DORMANT", "NOT_PRESENT", "LOWER_LAYER_DOWN"),
    )
    assert [state.label for state in sorted(LinkState)] == ["up", "unconfirmed", "stale", "drained", "down"]
    assert sorted(LinkState) == [0, 1, 2, 3, 4]


def test_words_of_sources():
    assert sorted(Source) == list(range(13))
    assert [source.label for source in sorted(Source)] == [
        *(None, "inventory", "nominal", "counters", "port_speed", "lag_speed", "members", "native"),
        *("twamp/one_way", "twamp/half_rtt", "perf_meas", "derived", "overlay"),
    ]


def test_names_of_events():
    assert list(get_args(EventType)) == EVENTS


def test_snapshot_arrays_have_these_types_in_wire_order():
    arrays = {name: Snapshot.DTYPES[name] for name in Snapshot.array_names()}
    assert list(arrays.items()) == list(SNAPSHOT_ARRAYS.items())
    assert (NULL_U4, NULL_U8) == (2**32 - 1, 2**64 - 1)


def test_snapshot_fields_beside_the_arrays():
    assert tuple(field.name for field in fields(Snapshot) if field.name not in SNAPSHOT_ARRAYS) == (
        *("epoch", "version", "structure_version", "published_at_ns", "free_p05_ready"),
        *("site_ids", "router_ids", "circuit_ids", "link_ids", "srlg_ids", "admin_group_ids"),
    )


def test_series_table_arrays_and_keys():
    table = SeriesTable()
    assert {name: getattr(table, name).dtype.str for name in SERIES_ARRAYS} == SERIES_ARRAYS
    assert SeriesKey._fields == ("router", "measurement", "name", "field")
    assert (KIND_I64, KIND_U64, KIND_F64, DIRTY, REMOVED) == (0, 1, 2, 1, 2)
