"""What is measured: durations, hysteresis, the past, rates, cuts, circles, dates."""

import itertools
import random
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from suanlu.alerts.alert import Subject
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.measures.backlog import Backlogs
from suanlu.alerts.measures.circle import TO_BELONG, Circle
from suanlu.alerts.measures.kept import KeptPast
from suanlu.alerts.measures.measured import Measured
from suanlu.alerts.measures.past import Past
from suanlu.alerts.measures.redundancy import isolating_cuts
from suanlu.alerts.measures.rows import Rows
from suanlu.alerts.measures.watch import Watch
from suanlu.alerts.rules.rule import NS_PER_S, RuleSettings, Threshold, effective
from suanlu.published import Published
from tests.kit.alerting import Remembered
from tests.kit.simulated import inventory_of
from topology.graph import LiveGraph
from topology.inventory import Inventory, Srlg
from topology.series import KIND_F64, KIND_I64, KIND_U64, SeriesKey, SeriesTable
from topology.settings import TopologySettings


def threshold(
    raise_at: float = 80, clear_at: float = 70, for_s: float = 60, clear_for_s: float = 30
) -> Threshold:
    return Threshold(
        raise_at=raise_at, clear_at=clear_at, for_s=for_s, clear_for_s=clear_for_s, unit="%", meaning=""
    )


def looks(watch: Watch, *figures: float, step_s: int = 30, start_s: int = 0) -> list[bool]:
    """Whether the rule is met after each look, one every `step_s`."""
    met = []
    for i, figure in enumerate(figures):
        watch.look(np.array([figure]), False, (start_s + i * step_s) * NS_PER_S)
        met.append(bool(watch.met[0]))
    return met


def test_a_rule_is_met_after_its_duration_and_over_below_the_lower_threshold() -> None:
    watch = Watch(threshold(), 1)
    assert looks(watch, 85, 85, 85, 75, 75, 65, 65) == [False, False, True, True, True, True, False]
    assert watch.since_ns[0] == np.iinfo(np.int64).max


def test_what_dips_between_begins_anew() -> None:
    assert looks(Watch(threshold(), 1), 85, 85, 75, 85, 85) == [False] * 5


def test_unknown_changes_nothing() -> None:
    met = looks(Watch(threshold(), 1), 85, np.nan, 85, np.nan, 65, np.nan, 65)
    assert met == [False, False, True, True, True, True, False]


def test_of_some_figures_little_is_bad() -> None:
    watch = Watch(threshold(raise_at=-12, clear_at=-11, for_s=0, clear_for_s=0), 1)
    assert looks(watch, -10, -13, -11.5, -10.9) == [False, True, True, False]


def test_what_is_out_of_use_is_over_at_once() -> None:
    watch = Watch(threshold(for_s=0), 2)
    watch.look(np.array([90.0, 90.0]), False, 0)
    watch.look(np.array([90.0, 90.0]), np.array([True, False]), NS_PER_S)
    assert watch.met.tolist() == [False, True]


def test_what_comes_back_must_be_better_for_twice_as_long() -> None:
    watch = Watch(threshold(for_s=0), 1)
    assert looks(watch, 90, 60, 60) == [True, True, False]
    assert looks(watch, 90, 60, 60, 60, start_s=90) == [True, True, True, False]
    assert looks(watch, 90, 60, 60, 60, 60, 60, start_s=210) == [True] * 5 + [False]


def test_usual_is_the_quantile_of_the_slots_that_are_over() -> None:
    past = Past(("a", "b"), slot_s=10, slots=4, least=2, quantile=0.5)
    for second in range(40):
        value = 100.0 if second < 30 else 900.0
        past.add(np.array([value, np.nan]), second * NS_PER_S)
    assert past.usual[0] == 100
    assert np.isnan(past.usual[1])


def test_a_rate_is_summed_over_ports_and_unknown_after_a_reset() -> None:
    table = SeriesTable()
    ports = [("r1", ("e1",)), ("r1", ("e2",))]
    rows = Rows("ifcounters", "in_errors", [ports, [("r2", ("e1",))]])
    ids = [table.add(SeriesKey("r1", "ifcounters", name, "in_errors"), KIND_U64) for name in ("e1", "e2")]
    for at_s, values in ((10, (100, 50)), (20, (150, 70)), (30, (0, 90))):
        for row, value in zip(ids, values, strict=True):
            table.write(row, value, at_s * NS_PER_S, at_s * NS_PER_S)
        rows.find(table)
    assert rows.rate(table, 0)[0] == 2.0  # of the second port alone: the first was reset
    assert np.isnan(rows.rate(table, 0)[1])
    assert np.isnan(rows.rate(table, 31 * NS_PER_S)[0])


def grouped(inventory: Inventory, groups: dict[str, tuple[str, ...]]) -> Inventory:
    def of(circuit: str) -> tuple[str, ...]:
        return tuple(name for name, members in groups.items() if circuit in members)

    changed: dict[str, Any] = {
        "srlgs": tuple(Srlg(id=name, value=i + 1, kind="duct") for i, name in enumerate(groups)),
        "circuits": tuple(
            type(c)(**{f: getattr(c, f) for f in c.__struct_fields__} | {"srlgs": of(c.id)})
            for c in inventory.circuits
        ),
    }
    return type(inventory)(**{f: getattr(inventory, f) for f in inventory.__struct_fields__} | changed)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_isolating_cuts_are_those_that_cutting_shows(seed: int) -> None:
    chance = random.Random(seed)
    sites = "abcdefg"[: chance.randint(2, 7)]
    pairs = list(itertools.combinations(sites, 2))
    names = [f"{a}-{z}#{i}" for i, (a, z) in enumerate(chance.choices(pairs, k=chance.randint(1, 12)))]
    inventory = inventory_of(*names)
    ids = [circuit.id for circuit in inventory.circuits]
    groups = {f"duct:{i}": tuple(chance.sample(ids, min(len(ids), chance.randint(2, 4)))) for i in range(3)}
    backbone = Backbone(grouped(inventory, groups))
    out = set(chance.sample(ids, chance.randint(0, len(ids) // 3)))
    whole = nx.MultiGraph()
    whole.add_nodes_from(backbone.sites)
    for circuit in ids:
        if circuit not in out:
            whole.add_edge(*backbone.site_pair(circuit), key=circuit)
    main = max(nx.connected_components(whole), key=lambda part: (len(part),))
    if sum(len(part) == len(main) for part in nx.connected_components(whole)) > 1:
        return  # two parts are the largest: either may be the main one
    found = isolating_cuts(backbone, out)
    for name, circuits in {
        **{c: (c,) for c in ids},
        **{g: m for g, m in groups.items() if len(m) > 1},
    }.items():
        cut = whole.subgraph(main).copy()
        cut.remove_edges_from([edge for edge in cut.edges(keys=True) if edge[2] in circuits])
        parts = sorted(nx.connected_components(cut), key=len)
        isolated = {site for site, cuts in found.items() if name in cuts}
        assert len(isolated) == len(main) - len(parts[-1])
        assert not isolated or isolated in [main - part for part in parts if len(part) == len(parts[-1])]


def published() -> Published:
    inventory = inventory_of("a-b", "b-c")
    return Published(LiveGraph(inventory, TopologySettings(), epoch="e", now_ns=1))


def test_pairs_that_leave_the_circle_are_counted_and_named() -> None:
    seen = published()
    memory = Remembered()
    circle = Circle(seen, "net", memory)
    near = np.array([[0.0, 9000, 18_000], [9000, 0, 9000], [18_000, 9000, 0]])
    far = np.array([[0.0, 9000, 26_000], [9000, 0, np.nan], [18_000, 9000, 0]])  # a–c one way, b–c none
    assert circle() is None
    circle.take(seen.view, far)
    for _ in range(TO_BELONG):
        circle.take(seen.view, near)
    circle.take(seen.view, far)
    ((subject, (count, text)),) = (circle() or {}).items()
    assert (subject, count) == (Subject(kind="network", id="net"), 1)
    assert text == ("1 pair: site-a–site-c 18.0 → 26.0 ms", "1 对站点：site-a–site-c 18.0 → 26.0 ms")
    again = Circle(seen, "net", memory)
    again.take(seen.view, far)  # the first look after a restart
    assert again() == circle()


class Books:
    received, buffered, last_error = 0, 0, None

    def statistics(self) -> "Books":
        return self


def test_a_backlog_is_as_old_as_what_waits() -> None:
    books, now_s = Books(), 0
    backlogs = Backlogs({"log -> history": books}, now_ns=lambda: now_s * NS_PER_S)

    def age() -> float:
        return backlogs()[Subject(kind="system", id="history")][0]

    books.received = 100
    assert age() == 0
    now_s, books.received, books.buffered = 10, 200, 80  # it goes on, a little late
    assert age() == 0
    now_s, books.received, books.buffered = 80, 900, 780  # nothing more was stored
    assert age() == 70
    now_s, books.buffered = 90, 0
    assert age() == 0


def test_ends_whose_mtus_differ_by_more_than_a_header_are_found() -> None:
    inventory, table = inventory_of("a-b", "b-c"), SeriesTable()
    graph = LiveGraph(inventory, TopologySettings(), epoch="e", now_ns=1)
    mtus = (("a", "e0", 9000), ("b", "e0", 1500), ("b", "e1", 9000), ("c", "e1", 9014))
    for router, name, mtu in mtus:
        table.write(table.add(SeriesKey(router, "ifstate", name, "mtu_bytes"), KIND_I64), mtu, 1, 1)
    measured = Measured(inventory, effective({}), table)
    measured.on_snapshot(graph.snapshot)
    for second in (0, 31):
        measured.advance(second * NS_PER_S)
    found = [(finding.rule, finding.subject.id, finding.text.en) for finding in measured.findings]
    said = "7500.0 bytes, alert from 27 bytes"
    assert found == [("mtu_mismatch", "a-b:az", said), ("mtu_mismatch", "a-b:za", said)]


def test_one_member_that_fades_among_weaker_ones_is_found() -> None:
    inventory, table = inventory_of("a-b"), SeriesTable()
    bundle = structs.replace(inventory.circuits[0], z_member_interfaces=("m1", "m2"))
    inventory = structs.replace(inventory, circuits=(bundle,))
    graph = LiveGraph(inventory, TopologySettings(), epoch="e", now_ns=1)
    rules = {"optical_power_falling": RuleSettings(past_s=560, for_s=0)}
    measured = Measured(inventory, effective(rules), table)
    measured.on_snapshot(graph.snapshot)
    rows = [table.add(SeriesKey("b", "optics", name, "rx_power_dbm"), KIND_F64) for name in ("m1", "m2")]
    found = []
    for second, powers in ((1, (-3.0, -7.0)), (12, (-3.0, -7.0)), (23, (-3.0, -7.0)), (25, (-6.0, -7.0))):
        at_ns = second * NS_PER_S
        for row, power in zip(rows, powers, strict=True):
            table.write(row, int(np.float64(power).view(np.uint64)), at_ns, at_ns)
        measured.advance(at_ns)
        found.append([(finding.rule, finding.subject.id, finding.text.en) for finding in measured.findings])
    assert found[:3] == [[], [], []]
    assert found[3] == [("optical_power_falling", "a-b:az", "3.0 dB, alert from 2 dB")]


def test_what_was_usual_is_known_after_a_restart(tmp_path: Path) -> None:
    def past(*subjects: str, slot_s: int = 10) -> Past:
        return Past(subjects, slot_s=slot_s, slots=4, least=2, quantile=0.5)

    before, now_ns = past("a", "b"), 100 * NS_PER_S
    for second in range(25):
        before.add(np.array([5.0, 7.0]), second * NS_PER_S)
    kept = KeptPast(tmp_path / "usual.npz", now_ns=lambda: now_ns)
    kept.attach({"x": before})
    kept.write()
    after, slower = past("c", "b"), past("c", "b", slot_s=20)
    KeptPast(tmp_path / "usual.npz", now_ns=lambda: now_ns).attach({"x": after})
    assert after.usual[1] == 7
    assert np.isnan(after.usual[0])
    KeptPast(tmp_path / "usual.npz", now_ns=lambda: now_ns).attach({"x": slower})
    assert np.isnan(slower.usual).all()
    late = past("a", "b")
    a_week_later_ns = now_ns + 8 * 86_400 * NS_PER_S
    KeptPast(tmp_path / "usual.npz", now_ns=lambda: a_week_later_ns).attach({"x": late})
    assert np.isnan(late.usual).all()
    whole = (tmp_path / "usual.npz").read_bytes()
    for broken in (b"nothing", b"", whole[: len(whole) // 2]):
        (tmp_path / "usual.npz").write_bytes(broken)
        kept.attach({"x": past("a", "b")})  # it is begun anew
