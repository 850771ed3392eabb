"""The InfluxDB sink against real servers: 1.6 by its own endpoint, 2.x and VictoriaMetrics by v2."""

import aiohttp

from collector.sinks import Accepted, InfluxDBSettings, InfluxDBSink, Rejected, Unavailable
from tests.kit.batches import SECOND_NS, interface_series, make_batch
from tests.kit.influxd import influxdb_1, influxdb_2, victoria_metrics
from tests.kit.servers import free_port
from tests.kit.wait import eventually
from topology.series import KIND_F64, KIND_U64

NOW_NS = 1_790_000_000 * SECOND_NS
ODD_NAME = 'Eth 1/1,x="a"=%5C\\'
SERIES = (
    interface_series(0, "in_bps", name=ODD_NAME),
    interface_series(1, "in_util", name=ODD_NAME, kind=KIND_F64),
    interface_series(2, "in_octets", measurement="ifcounters", kind=KIND_U64),
    interface_series(3, "oper_status", measurement="ifstate"),
)
STATUS = 'DOWN "loss, of = light"\\ \n光'


async def open_sink(settings: InfluxDBSettings) -> InfluxDBSink:
    sink = InfluxDBSink(settings)
    await sink.open("log")
    return sink


def batch():
    points = [(0, NOW_NS, 2**62 + 1), (1, NOW_NS, 0.1), (2, NOW_NS, 2**63 - 1)]
    return make_batch(SERIES, points, [(3, NOW_NS, STATUS)])


async def test_influxdb_1_gives_back_what_was_written(tmp_path):
    async with influxdb_1(tmp_path) as server:
        sink = await open_sink(InfluxDBSettings(url=server.url, api="v1"))
        assert await sink.write(1, batch()) == Accepted(4)
        assert await sink.write(2, batch()) == Accepted(4)  # the same again overwrites
        (rate,) = await server.query("SELECT * FROM ifrate")
        row = dict(zip(rate["columns"], rate["values"][0], strict=True))
        assert len(rate["values"]) == 1
        assert (row["in_bps"], row["in_util"], row["time"]) == (2**62 + 1, 0.1, NOW_NS)
        assert row["name"] == 'Eth 1/1,x="a"=%255C%5C'
        (state,) = await server.query("SELECT oper_status FROM ifstate WHERE source = 'wuhan-r1'")
        assert state["values"][0][1] == STATUS
        (counters,) = await server.query("SELECT in_octets FROM ifcounters")
        assert counters["values"][0][1] == 2**63 - 1
        await sink.close()


async def test_influxdb_1_a_type_conflict_costs_only_its_line(tmp_path):
    async with influxdb_1(tmp_path) as server:
        sink = await open_sink(InfluxDBSettings(url=server.url, api="v1"))
        await sink.write(1, batch())
        conflict = interface_series(0, "in_bps", name="other", kind=KIND_F64)
        good = interface_series(1, "out_bps", name="other")
        points = [(1, NOW_NS + i, i) for i in range(20)] + [(0, NOW_NS + 50, 0.5)]
        outcome = await sink.write(2, make_batch([conflict, good], points))
        assert isinstance(outcome, Rejected)
        assert (outcome.stored, outcome.rejected) == (20, 1)
        assert "field type conflict" in outcome.first_error
        (stored,) = await server.query("SELECT count(out_bps) FROM ifrate")
        assert stored["values"][0][1] == 20
        await sink.close()


async def test_influxdb_1_limits_and_absences(tmp_path):
    async with influxdb_1(tmp_path, max_body_bytes=2000) as server:
        sink = await open_sink(InfluxDBSettings(url=server.url, api="v1"))
        points = [(0, NOW_NS + i, i) for i in range(100)]
        assert await sink.write(1, make_batch(SERIES, points)) == Accepted(100)
        (stored,) = await server.query("SELECT count(in_bps) FROM ifrate")
        assert stored["values"][0][1] == 100
        nowhere = await open_sink(InfluxDBSettings(url=server.url, api="v1", database="nowhere"))
        outcome = await nowhere.write(1, batch())
        assert isinstance(outcome, Unavailable)
        assert "database not found" in outcome.reason
        await sink.close()
        await nowhere.close()


async def test_influxdb_1_may_be_away_and_come_back(tmp_path):
    port = free_port()
    sink = await open_sink(InfluxDBSettings(url=f"http://127.0.0.1:{port}", api="v1"))
    assert isinstance(await sink.write(1, batch()), Unavailable)
    async with influxdb_1(tmp_path, port=port) as server:
        await sink.write(1, batch())
        assert await server.query("SELECT * FROM ifrate")
    assert isinstance(await sink.write(2, batch()), Unavailable)
    async with influxdb_1(tmp_path, port=port) as server:
        assert await sink.write(2, batch()) == Accepted(4)
        assert await server.query("SELECT * FROM ifrate")
    await sink.close()


async def test_influxdb_2_gives_back_what_was_written(tmp_path):
    async with influxdb_2(tmp_path / "server") as server:
        (tmp_path / "token").write_text(server.token)
        settings = InfluxDBSettings(url=server.url, org=server.org, token_file=str(tmp_path / "token"))
        sink = await open_sink(settings)
        assert await sink.write(1, batch()) == Accepted(4)
        (rate,) = await server.query("SELECT * FROM ifrate")
        row = dict(zip(rate["columns"], rate["values"][0], strict=True))
        assert (row["in_bps"], row["name"]) == (2**62 + 1, 'Eth 1/1,x="a"=%255C%5C')
        bad = make_batch([interface_series(0, "in_bps", kind=KIND_F64)], [(0, NOW_NS + 1, 0.5)])
        outcome = await sink.write(2, bad)
        assert isinstance(outcome, Rejected)
        assert outcome.rejected == 1
        await sink.close()


async def test_victoria_metrics_takes_the_v2_endpoint(tmp_path):
    async with victoria_metrics(tmp_path) as url:
        sink = await open_sink(InfluxDBSettings(url=url))
        assert await sink.write(1, batch()) == Accepted(4)
        query = {"match[]": 'ifrate_in_util{source="wuhan-r1"}', "start": "0"}

        async def exported() -> str:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{url}/api/v1/export", params=query) as reply,
            ):
                return await reply.text()

        assert '"values":[0.1]' in await eventually(exported, what="VictoriaMetrics shows the value")
        await sink.close()
