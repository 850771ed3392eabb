"""GET /v1/optics and /v1/events/past: what the map reads from the store."""

from pathlib import Path

import numpy as np

from collector.batch import Batch, NewSeries
from collector.history import History
from collector.sinks import DuckDBSink, HistoryDatabase
from tests.unit.api.conftest import NS, World
from topology.series import KIND_F64, KIND_I64

HOUR = 3600 * NS
PORT = (("name", "to-b1/ab-1"), ("site", "a"), ("source", "a1"))


async def test_the_weakest_channel_of_each_receiver_with_the_day_before(world: World) -> None:
    sink = DuckDBSink(world.database, now_ns=lambda: world.now_ns)
    await sink.open("log")
    light = [(1, 20 * HOUR, -3.0), (1, 0, -9.0), (2, 20 * HOUR, -2.0), (2, 0, -4.0)]
    batch = Batch(
        new_series=(
            NewSeries(0, KIND_I64, "ifrate", (("link", "ab-1:az"), *PORT), "out_bps"),
            NewSeries(1, KIND_F64, "optics", (("channel", "1"), *PORT), "rx_power_dbm"),
            NewSeries(2, KIND_F64, "optics", (("channel", "2"), *PORT), "rx_power_dbm"),
        ),
        series=np.array([0, *(series for series, _, _ in light)], np.uint32),
        time_ns=np.array([world.now_ns - NS, *(world.now_ns - NS - age for _, age, _ in light)], np.int64),
        bits=np.array([7, *np.array([dbm for *_, dbm in light]).view(np.uint64)], np.uint64),
        texts=(),
        received={},
    )
    await sink.write(1, batch)
    status, answer = await world.get("/v1/optics")
    assert status == 200, answer
    [row] = answer["links"]
    assert (row["link"], row["rx_power_dbm"], row["rx_power_dbm_before"]) == ("ab-1:az", -9.0, -3.0)
    assert [port["interface"] for port in row["ports"]] == ["to-b1/ab-1"]


async def test_a_bundle_has_the_light_of_its_weakest_member_and_of_each(tmp_path: Path) -> None:
    database, now_ns = HistoryDatabase(tmp_path / "history.duckdb"), 40 * HOUR
    sink = DuckDBSink(database, now_ns=lambda: now_ns)
    await sink.open("log")
    members = (("a1", "m1"), ("a1", "m2"), ("a1", "m3"))
    tags = [(("channel", "1"), ("name", name), ("site", "a"), ("source", router)) for router, name in members]
    powers = np.array([-4.0, -9.5]).view(np.uint64)
    await sink.write(
        1,
        Batch(
            new_series=tuple(NewSeries(i, KIND_F64, "optics", tags[i], "rx_power_dbm") for i in (0, 1)),
            series=np.array([0, 1], np.uint32),
            time_ns=np.full(2, now_ns - NS, np.int64),
            bits=powers,
            texts=(),
            received={},
        ),
    )
    history = History(database, members={"ab-1:az": members})
    [light] = await history.received_light(now_ns)
    assert (light.link, light.rx_power_dbm) == ("ab-1:az", -9.5)
    told = [(port.interface, port.rx_power_dbm) for port in light.ports]
    assert told == [("m2", -9.5), ("m1", -4.0), ("m3", None)]
    history = History(database, links=("ab-1:az",), members={"ab-1:az": members})
    columns = await history.link("ab-1:az", "rx_power_dbm", now_ns - 2 * NS, now_ns, 2 * NS)
    assert (columns.min.tolist(), columns.max.tolist()) == ([-9.5], [-4.0])
    await database.close()


async def test_without_anything_stored_both_are_empty(world: World) -> None:
    await world.database.open()
    sink = DuckDBSink(world.database, now_ns=lambda: world.now_ns)
    await sink.open("log")
    assert (await world.get("/v1/optics"))[1]["links"] == []
    assert (await world.get("/v1/events/past"))[1] == {"events": []}


async def test_a_time_that_is_none_is_refused(world: World) -> None:
    assert (await world.get("/v1/events/past?from=yesterday"))[0] == 400
