"""Gauges of links and interfaces: units, what is unknown, what is gone."""

import dataclasses

import networkx as nx
import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from suanlu.figures import Metrics, network
from topology.given import from_networkx
from topology.series import KIND_I64, KIND_U64, SeriesKey, SeriesTable
from topology.snapshot import LinkState, Snapshot

TAGS = {("a", "Eth1"): ("site-a", "c:az")}


def read(snapshot: Snapshot, series: SeriesTable) -> dict[tuple[str, str], dict[str, float]]:
    """{(name, router or link): {what else labels it: value}}, as a Prometheus would read it."""
    families = network.families(snapshot, series, TAGS, {"a": "site-a", "z": "site-z"})
    text = Metrics.exposition_of(families)[0].decode()
    found: dict[tuple[str, str], dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            subject = (
                sample.labels.get("link", "-") if "circuit" in sample.labels else sample.labels["router"]
            )
            rest = sample.labels.get("state") or sample.labels.get("interface", "")
            found.setdefault((sample.name, subject), {})[rest] = sample.value
    return found


def two_links() -> Snapshot:
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "z", key="c:az", circuit="c", latency_us=1_500, bandwidth_bps=10**11, loss_ppm=20)
    graph.add_edge("z", "a", key="c:za", circuit="c", bandwidth_bps=10**11)
    return from_networkx(graph)


def test_links_are_in_base_units_and_what_is_unknown_is_left_out() -> None:
    snapshot = two_links()
    down = np.array([LinkState.UP, LinkState.DOWN], dtype=np.uint8)
    found = read(dataclasses.replace(snapshot, state=down), SeriesTable())
    assert found["suanlu_link_latency_seconds", "c:az"] == {"": 0.0015}
    assert found["suanlu_link_loss_ratio", "c:az"] == {"": 2e-05}
    assert found["suanlu_link_capacity_bits_per_second", "c:az"] == {"": 1e11}
    assert ("suanlu_link_latency_seconds", "c:za") not in found
    assert (found["suanlu_link_up", "c:az"], found["suanlu_link_up", "c:za"]) == ({"": 1}, {"": 0})
    assert found["suanlu_link_state", "c:za"] == {"down": 1}


def test_interfaces_are_as_last_read_and_gone_when_the_router_says_so() -> None:
    series = SeriesTable()
    octets = series.add(SeriesKey("a", "ifcounters", "Eth1", "in_octets"), KIND_U64)
    rate = series.add(SeriesKey("a", "ifrate", "Eth1", "in_bps"), KIND_I64)
    other = series.add(SeriesKey("z", "ifstate", "Eth9", "oper_up"), KIND_I64)
    series.add(SeriesKey("z", "ifstate", "Eth8", "oper_up"), KIND_I64)  # nothing was read yet
    series.write(octets, 2**63, 1, 1)
    series.write(rate, 8_000, 1, 1)
    series.write(other, 1, 1, 1)
    found = read(two_links(), series)
    assert found["suanlu_interface_in_octets_total", "a"] == {"Eth1": 2.0**63}
    assert found["suanlu_interface_in_bits_per_second", "a"] == {"Eth1": 8_000}
    assert found["suanlu_interface_up", "z"] == {"Eth9": 1}
    series.remove(rate)
    assert ("suanlu_interface_in_bits_per_second", "a") not in read(two_links(), series)
