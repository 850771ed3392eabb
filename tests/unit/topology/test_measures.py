"""Rates and delays: which end's word counts, for how long, and the free bandwidth behind them."""

import numpy as np
import pytest

from tests.kit.telemetry import S, Telemetry, backbone, circuit
from topology import SeriesKey
from topology.series import KIND_F64, KIND_U64
from topology.snapshot import NULL_U4, NULL_U8, Source

G = S
A, Z = "to-z-c1", "to-a-c1"


@pytest.fixture
def world() -> Telemetry:
    return Telemetry(backbone(circuit("c1", "a", "z"))).all_up()


def published(world: Telemetry, name: str) -> list[int]:
    """A column of the snapshot after the next due publication: [az, za]."""
    world.now_ns += S // 10
    world.graph.advance(world.now_ns)
    world.graph.publish(world.now_ns)
    column: list[int] = getattr(world.graph.snapshot, name).tolist()
    return column


def test_unknown_is_null_not_zero(world):
    assert published(world, "used_bps") == [NULL_U8, NULL_U8]
    assert published(world, "free_now_bps") == published(world, "free_p05_bps") == [NULL_U8, NULL_U8]
    assert published(world, "jitter_us") == published(world, "loss_ppm") == [NULL_U4, NULL_U4]


def test_used_is_the_larger_of_senders_out_and_receivers_in(world):
    world.measure("a", "ifrate", A, out_bps=30 * G, in_bps=5 * G)
    assert published(world, "used_bps") == [30 * G, 5 * G]
    world.measure("z", "ifrate", Z, in_bps=33 * G, out_bps=4 * G)
    assert published(world, "used_bps") == [33 * G, 5 * G]
    assert published(world, "used_bps_source") == [Source.COUNTERS, Source.COUNTERS]
    assert published(world, "free_now_bps") == [67 * G, 95 * G]


def test_more_than_the_capacity_leaves_nothing_free(world):
    world.measure("a", "ifrate", A, out_bps=101 * G)
    assert published(world, "free_now_bps") == [0, NULL_U8]


def test_rate_counts_for_three_intervals_and_then_is_unknown(world):
    world.measure("a", "ifrate", A, out_bps=30 * G)
    measured_ns = world.now_ns
    world.after(29)
    assert published(world, "used_bps")[0] == 30 * G
    assert published(world, "used_bps_observed_at_ns")[0] == measured_ns
    world.after(1)
    assert published(world, "used_bps")[0] == NULL_U8
    assert published(world, "used_bps_observed_at_ns")[0] == 0
    assert published(world, "used_bps_source")[0] == Source.NONE


def test_removed_series_is_unknown_at_once(world):
    world.measure("a", "ifrate", A, out_bps=30 * G)
    assert published(world, "used_bps")[0] == 30 * G
    world.table.remove(world.table.find(SeriesKey("a", "ifrate", A, "out_bps")))
    world.graph.read_series(world.table, world.now_ns)
    assert published(world, "used_bps")[0] == NULL_U8


def test_each_direction_has_its_senders_delay_where_both_measure(world):
    world.measure("a", "link_latency", A, latency_us=1100, jitter_us=7, loss_ppm=3)
    world.measure("z", "link_latency", Z, latency_us=1300)
    assert published(world, "latency_us") == [1100, 1300]
    assert published(world, "jitter_us") == [7, 7]
    assert published(world, "loss_ppm") == [3, 3]


def test_other_ends_delay_counts_where_the_sender_does_not_measure(world):
    world.table.sources[world.table.add(SeriesKey("z", "link_latency", Z, "latency_us"), 0)] = (
        "twamp/half_rtt"
    )
    world.measure("z", "link_latency", Z, latency_us=1300)
    assert published(world, "latency_us") == [1300, 1300]
    assert published(world, "latency_us_source") == [Source.TWAMP_HALF_RTT] * 2


def test_delay_that_is_no_longer_measured_is_nominal_again(world):
    world.measure("a", "link_latency", A, latency_us=1100)
    assert published(world, "latency_us") == [1100, 1100]
    world.after(30)
    assert published(world, "latency_us") == [1000, 1000]
    assert published(world, "latency_us_source") == [Source.NOMINAL] * 2
    assert published(world, "latency_us_observed_at_ns") == [0, 0]


def test_circuit_without_nominal_delay_has_none():
    world = Telemetry(backbone(circuit("c1", "a", "z", latency_us=None))).all_up()
    assert published(world, "latency_us") == [NULL_U4, NULL_U4]
    assert published(world, "latency_us_source") == [Source.NONE] * 2


@pytest.mark.parametrize(("value", "expected"), [(12.5, 12), (float("nan"), NULL_U4), (1e30, NULL_U4 - 1)])
def test_float_series_are_rounded_and_never_overflow(world, value, expected):
    row = world.table.add(SeriesKey("a", "link_latency", A, "jitter_us"), KIND_F64)
    world.table.write(row, int(np.float64(value).view(np.uint64)), world.now_ns, world.now_ns)
    world.graph.read_series(world.table, world.now_ns)
    assert published(world, "jitter_us") == [expected, expected]


def test_unsigned_value_beyond_63_bits_is_unknown(world):
    row = world.table.add(SeriesKey("a", "ifrate", A, "out_bps"), KIND_U64)
    world.table.write(row, 2**63, world.now_ns, world.now_ns)
    world.graph.read_series(world.table, world.now_ns)
    assert published(world, "used_bps")[0] == NULL_U8


def test_table_may_grow_between_two_reads(world):
    for i in range(5000):
        world.table.add(SeriesKey("a", "optics", f"port-{i}", "temp_c"), 0)
    world.measure("a", "ifrate", A, out_bps=30 * G)
    assert world.table.generation == 1
    assert published(world, "used_bps")[0] == 30 * G


def test_any_series_of_a_router_is_a_sign_of_life(world):
    world.after(29, hearing=False)
    world.hear()
    world.after(29, hearing=False)
    assert world.state("c1:az") == "up"


# free_p05_bps


def steadily(world: Telemetry, seconds: int, out_bps: int) -> None:
    for _ in range(seconds // 5):
        world.now_ns += 5 * S
        world.measure("a", "ifrate", A, out_bps=out_bps)
        world.measure("z", "optics", "x", temp_c=1)
        world.graph.advance(world.now_ns)
    world.graph.publish(world.now_ns)


def test_free_p05_is_free_now_before_there_are_five_minutes_of_history(world):
    steadily(world, 150, 90 * G)
    steadily(world, 100, 20 * G)
    assert not world.graph.snapshot.free_p05_ready
    assert world.graph.snapshot.free_p05_bps[0] == 80 * G


def test_free_p05_remembers_the_busiest_twentieth_of_five_minutes(world):
    steadily(world, 280, 20 * G)
    steadily(world, 20, 90 * G)
    assert world.graph.snapshot.free_p05_ready
    steadily(world, 30, 20 * G)
    assert world.graph.snapshot.free_now_bps[0] == 80 * G
    assert world.graph.snapshot.free_p05_bps[0] == 10 * G
    steadily(world, 275, 20 * G)
    assert world.graph.snapshot.free_p05_bps[0] == 80 * G


def test_free_p05_forgets_a_peak_of_less_than_a_twentieth(world):
    steadily(world, 285, 20 * G)
    steadily(world, 15, 90 * G)
    steadily(world, 5, 20 * G)
    assert world.graph.snapshot.free_p05_bps[0] == 80 * G


def test_free_p05_is_unknown_where_used_is(world):
    steadily(world, 300, 20 * G)
    world.after(31)
    assert published(world, "free_p05_bps")[0] == NULL_U8
