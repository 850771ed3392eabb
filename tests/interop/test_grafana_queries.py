"""A real InfluxDB answers every query of the boards, from Suanlu's own lines and from Telegraf's."""

import io
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
import pytest_asyncio

from collector.schema import MEASUREMENTS, Measurement
from collector.sinks import Accepted, InfluxDBSettings, InfluxDBSink
from dashboards.grafana.boards import BOARDS
from tests.kit.influxd import InfluxDB, influxdb_1, influxdb_2
from tests.kit.influxql import alert_rules, expand, queries_of, read_board
from tests.kit.rollups import HOUR_NS, rollups
from tests.kit.telegraf import FIELDS, gnmi_lines
from tests.kit.telemetry_data import STEP_NS, TAGS, telemetry

pytestmark = pytest.mark.asyncio(loop_scope="module")
STEPS = 30
DAYS = 42
NOTHING = Measurement("", (), {})
VARIABLES = {
    "site": sorted({site for site, _ in TAGS.values()}),
    "router": ["wuhan-r1", "changsha-r1"],
    "interface": ["800GE1/0/0"],
    "a": ["wuhan"],
    "z": ["changsha"],
}


@dataclass
class Filled:
    """A server with minutes of telemetry and weeks of roll-ups, until `end_ns`."""

    server: InfluxDB
    start_ns: int
    end_ns: int

    async def ask(self, query: str) -> list[list]:
        """Rows of a board's query, of all its series; roll-ups are asked for in their own time."""
        start_ns = self.end_ns - DAYS * 24 * HOUR_NS if '_1h"' in query else self.start_ns
        series = await self.server.query(expand(query, VARIABLES, start_ns, self.end_ns))
        return [row for one in series for row in one["values"]]


async def fill(server: InfluxDB, settings: InfluxDBSettings) -> Filled:
    end_ns = time.time_ns() // STEP_NS * STEP_NS
    start_ns = end_ns - STEPS * STEP_NS
    sink = InfluxDBSink(settings)
    await sink.open("log")
    batch = telemetry(start_ns, STEPS)
    assert await sink.write(1, batch) == Accepted(len(batch))
    await sink.close()
    await write(server, "\n".join(rollups(end_ns, DAYS)))
    return Filled(server, start_ns, end_ns)


async def write(server: InfluxDB, lines: str) -> None:
    headers = {"Authorization": f"Token {server.token}"} if server.token else {}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(
            f"{server.url}/write", params={"db": server.database}, data=io.BytesIO(lines.encode())
        ) as answer,
    ):
        assert answer.status == 204, await answer.text()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(tmp_path_factory) -> AsyncIterator[Filled]:
    async with influxdb_1(tmp_path_factory.mktemp("influxdb")) as server:
        yield await fill(server, InfluxDBSettings(url=server.url, api="v1"))


async def unanswered(filled: Filled, name: str) -> list[str]:
    """The queries of a board that give no row with a value in it."""
    found = []
    for place, query in queries_of(read_board(name)).items():
        rows = await filled.ask(query)
        if not any(value is not None for row in rows for value in row[1:]):
            found.append(f"{place}: {query}")
    return found


@pytest.mark.parametrize("name", sorted(BOARDS))
async def test_every_query_returns_rows_from_a_real_influxdb(filled, name):
    assert await unanswered(filled, name) == []


async def test_every_query_returns_rows_from_an_influxdb_2(tmp_path):
    async with influxdb_2(tmp_path) as server:
        settings = InfluxDBSettings(
            url=server.url, org=server.org, bucket=server.database, token=server.token
        )
        filled = await fill(server, settings)
        for name in BOARDS:
            assert await unanswered(filled, name) == []


@pytest.mark.parametrize("rule", alert_rules(), ids=lambda rule: rule["uid"])
async def test_every_query_of_grafana_s_alert_rules_returns_rows(filled, rule):
    queries = [one["model"]["query"] for one in rule["data"] if "query" in one["model"]]
    assert queries
    assert all([await filled.ask(query) for query in queries])


async def test_numbers_are_the_right_ones(filled):
    overview, capacity = queries_of(read_board("overview")), queries_of(read_board("capacity"))
    assert (await filled.ask(overview["Link ends down/A"]))[0][
        1
    ] == 2  # both ends; the member is no link's end
    assert (await filled.ask(overview["Routers reporting/A"]))[0][1] == 2
    assert (await filled.ask(overview["Busiest link/A"]))[0][1] == pytest.approx(0.1 * ((STEPS - 1) % 9))
    assert [row[1:] for row in await filled.ask(overview["Busiest links/A"])] == [
        [pytest.approx(0.2), "wuhan-changsha-1:az"],
        [pytest.approx(0.2), "wuhan-changsha-1:za"],
    ]
    # 30 % more in 42 days: the p95 of a week is 0.3 / 42 × 28 = 20 % above that of four weeks earlier
    days = {row[2]: row[1] for row in await filled.ask(capacity["Days until 80 %/A"])}
    assert days == {
        "wuhan-changsha-1:az": pytest.approx((0.8 - 0.7) / 0.2 * 28, abs=1),
        "wuhan-changsha-1:za": pytest.approx((0.8 - 0.9) / 0.2 * 28, abs=1),
    }
    assert (await filled.ask(capacity["Links over 80 %/A"]))[0][1] == 1


async def test_the_boards_read_what_telegraf_s_gnmi_input_writes(filled):
    """Counters, rates, states and optics; delays, pairs and events are made by Suanlu."""
    await filled.server.query("CREATE DATABASE telegraf", method="POST")
    server = InfluxDB(filled.server.url, "telegraf")
    await write(server, "\n".join(gnmi_lines(filled.start_ns, STEPS)))
    telegraf = Filled(server, filled.start_ns, filled.end_ns)
    asked = 0
    for name in BOARDS:
        for place, query in queries_of(read_board(name)).items():
            (measurement,) = set(re.findall(r'FROM "(\w+)"', query))
            fields = set(re.findall(r'"(\w+)"', query)) & set(MEASUREMENTS.get(measurement, NOTHING).fields)
            if measurement in FIELDS and fields <= FIELDS[measurement]:
                asked += 1
                assert await telegraf.ask(query), f"{name} {place}: {query}"
    assert asked > 50
