"""GET /v1/links/{id}/history: windows, units, and a store that is away."""

import numpy as np
import pytest

from collector.batch import Batch, NewSeries
from collector.points import Point, PointRecorder
from collector.sinks import DuckDBSink
from tests.unit.api.conftest import NS, World
from topology.series import KIND_I64, SeriesTable

PATH = "/v1/links/ab-1:az/history"
START_NS = 1_772_352_000 * NS


async def store(world: World, values: list[int]) -> None:
    sink = DuckDBSink(world.database, now_ns=lambda: world.now_ns)
    await sink.open("log")
    tags = (("link", "ab-1:az"), ("name", "to-b1/ab-1"), ("site", "a"), ("source", "a1"))
    batch = Batch(
        new_series=(NewSeries(0, KIND_I64, "ifrate", tags, "out_bps"),),
        series=np.zeros(len(values), np.uint32),
        time_ns=START_NS + np.arange(len(values), dtype=np.int64) * NS,
        bits=np.array(values, np.int64).view(np.uint64),
        texts=(),
        received={},
    )
    await sink.write(1, batch)


async def test_steps_hold_least_mean_and_greatest(world: World) -> None:
    await store(world, [100, 300, 200, 500])
    query = "metric=used_bps&from=2026-03-01T08:00:00Z&to=2026-03-01T08:00:04Z&step=2s"
    status, answer = await world.get(f"{PATH}?{query}")
    assert status == 200, answer
    assert answer == {
        "link": "ab-1:az", "metric": "used_bps", "unit": "bit/s", "step_ms": 2000, "resolution": "raw",
        "t": ["2026-03-01T08:00:00.000Z", "2026-03-01T08:00:02.000Z"],
        "min": [100, 200], "mean": [200, 350], "max": [300, 500],
    }  # fmt: skip
    assert [type(value) for value in (*answer["min"], *answer["max"])] == [int] * 4


async def test_store_that_is_away_costs_only_history(world: World) -> None:
    status, problem = await world.get(PATH)
    assert (status, problem["type"]) == (503, "about:blank")
    assert (await world.get("/readyz"))[0] == 200
    assert (await world.paths(from_="a", to="d"))[0] == 200


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("metric=colour", 400, "allowed: used_bps"),
        ("from=yesterday", 400, "RFC 3339"),
        ("from=2026-03-01T08:00:00", 400, "RFC 3339"),
        ("from=2026-03-01T08:00:01Z&to=2026-03-01T08:00:00Z", 400, "earlier"),
        ("step=5", 400, "500ms, 10s, 5m, 1h"),
        ("step=0s", 400, "500ms"),
        ("step=1ms", 400, "`step` is too short: it makes more than 10,000 steps"),
        ("start=1", 400, "unknown parameter"),
    ],
)
async def test_bad_window_is_refused(world: World, query: str, status: int, words: str) -> None:
    got, problem = await world.get(f"{PATH}?{query}")
    assert (got, words in problem["detail"]) == (status, True), problem


async def test_unknown_link_is_not_found(world: World) -> None:
    assert (await world.get("/v1/links/zz:az/history"))[0] == 404


async def test_pair_history_tells_delay_and_ways(world: World) -> None:
    batches: list[Batch] = []
    recorder = PointRecorder(SeriesTable(), batches.append)
    sink = DuckDBSink(world.database, now_ns=lambda: world.now_ns)
    await sink.open("log")
    ways = [(-60, "a > b > d"), (0, None), (10, "a > b > d"), (20, "a > c > d"), (30, "a > b > d")]
    for seq, (second, route) in enumerate(ways, 1):
        fields = {"latency_us": 20_000 + second, "best_us": 10_000, "route": route}
        points = [Point({"a": "a", "z": "d", "routing": "igp"}, fields)]
        recorder.record("pair", START_NS + second * NS, points)
        await sink.write(seq, batches[-1])
    query = "from=2026-03-01T08:00:00Z&to=2026-03-01T08:00:40Z&step=20s"
    status, answer = await world.get(f"/v1/pairs/a/d/history?{query}")
    assert status == 200, answer
    assert answer == {
        "a": "a", "b": "d", "metric": "latency_us", "unit": "µs", "step_ms": 20_000, "resolution": "raw",
        "t": ["2026-03-01T08:00:00.000Z", "2026-03-01T08:00:20.000Z"],
        "min": [20_000, 20_020], "mean": [20_005, 20_025], "max": [20_010, 20_030],
        "routes": [
            {"since": "2026-03-01T07:59:00.000Z", "route": "a > b > d"},
            {"since": "2026-03-01T08:00:20.000Z", "route": "a > c > d"},
            {"since": "2026-03-01T08:00:30.000Z", "route": "a > b > d"},
        ],
    }  # fmt: skip
    status, back = await world.get(f"/v1/pairs/d/a/history?{query}")
    assert (status, back["t"], back["routes"]) == (200, [], [])
    assert (await world.get(f"/v1/pairs/a/zz/history?{query}"))[0] == 404
    status, problem = await world.get("/v1/pairs/a/d/history?metric=route")
    assert (status, "allowed: latency_us" in problem["detail"]) == (400, True)
