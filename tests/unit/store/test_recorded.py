"""What the server itself stores: delays between sites, and points of any measurement."""

import networkx as nx
import numpy as np

from collector.batch import Batch
from collector.points import Point, PointRecorder
from pathcalc import PathEngine
from suanlu.published import View
from suanlu.recorded.pairs import SAY_AGAIN_NS, PairRecorder
from topology.given import from_networkx
from topology.series import SeriesTable


def recorder(batches: list[Batch]) -> PointRecorder:
    return PointRecorder(SeriesTable(), batches.append)


def view_of(**latency_us: int) -> View:
    """Sites a, m, z; a and z are also joined directly, which the IGP takes where it is no longer."""
    graph = nx.MultiDiGraph()
    for name, us in latency_us.items():
        for source, target in (name, name[::-1]):
            graph.add_edge(source, target, latency_us=us, igp_metric=us, bandwidth_bps=10**11)
    for node in graph:
        graph.nodes[node]["site"] = f"site-{node}"
    snapshot = from_networkx(graph)
    return View(snapshot, PathEngine(snapshot), stamp=None, changed=np.zeros(0))  # type: ignore[arg-type]


def fields(pairs: PairRecorder, view: View, now_ns: int) -> dict[str, dict]:
    return {f"{p.tags['a']} {p.tags['z']}": dict(p.fields) for p in pairs.points(view, now_ns)}


def test_points_become_one_batch_and_their_series_are_announced_once():
    batches: list[Batch] = []
    points = recorder(batches)
    for moment in (1, 2):
        tags = {"a": "x", "z": "y", "routing": "igp"}
        points.record("pair", moment, [Point(tags, {"latency_us": 7, "best_us": None, "route": "x > y"})])
    first, second = batches
    assert [entry.field for entry in first.new_series] == ["latency_us", "route"]
    assert first.new_series[0].tags == (("a", "x"), ("routing", "igp"), ("z", "y"))
    assert (first.bits.tolist(), first.time_ns.tolist()) == ([7], [1])
    assert [(text.time_ns, text.value) for text in second.texts] == [(2, "x > y")]
    assert second.new_series == ()


def test_a_tag_without_a_value_is_a_dash():
    batches: list[Batch] = []
    recorder(batches).record("event", 1, [Point({"kind": "link_down"}, {"text": "x"})])
    assert dict(batches[0].new_series[0].tags)["site"] == "-"


def test_each_pair_has_its_delay_and_its_way():
    pairs = PairRecorder(None, None, now_ns=lambda: 0)  # type: ignore[arg-type]
    found = fields(pairs, view_of(am=10, mz=20, az=50), 0)
    assert len(found) == 6
    assert found["site-a site-z"] == {
        "latency_us": 30,
        "best_us": 30,
        "reachable": 1,
        "route_changes": 0,
        "route": "site-a > site-m > site-z",
    }


def test_a_way_is_said_when_it_changes_and_again_after_a_while():
    pairs = PairRecorder(None, None, now_ns=lambda: 0)  # type: ignore[arg-type]
    one, other = view_of(am=10, mz=20, az=50), view_of(am=10, mz=20, az=30)
    assert fields(pairs, one, 0)["site-a site-z"]["route"] is not None
    assert fields(pairs, one, 1)["site-a site-z"]["route"] is None
    moved = fields(pairs, other, 2)["site-a site-z"]
    assert (moved["route"], moved["route_changes"]) == ("site-a > site-m > site-z (+1)", 1)
    assert fields(pairs, other, 3)["site-a site-z"]["route"] is None
    assert fields(pairs, other, 2 + SAY_AGAIN_NS)["site-a site-z"]["route"] is not None


def test_what_cannot_be_reached_has_no_delay():
    pairs = PairRecorder(None, None, now_ns=lambda: 0)  # type: ignore[arg-type]
    found = fields(pairs, view_of(am=10, zy=5), 0)["site-a site-z"]
    assert (found["latency_us"], found["best_us"], found["reachable"]) == (None, None, 0)
    assert found["route"] == "no way"
