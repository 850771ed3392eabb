"""A real InfluxDB answers every query of the boards; Grafana's own schemas take their JSON."""

import json
import os
import time
from pathlib import Path

import pytest

from collector.sinks import Accepted, InfluxDBSettings, InfluxDBSink
from dashboards.grafana.generate import BOARDS
from tests.kit.influxd import influxdb_1
from tests.kit.influxql import expand, queries_of, read_board
from tests.kit.telemetry_data import STEP_NS, TAGS, telemetry

STEPS = 30
# Grafana's own JSON schemas: github.com/grafana/grafana-foundation-sdk, folder jsonschema.
SCHEMAS = Path(
    os.environ.get("SUANLU_TEST_GRAFANA_SCHEMAS")
    or Path(__file__).resolve().parents[3] / "shared" / "data" / "grafana-schemas"
)


async def test_every_query_returns_rows_from_a_real_influxdb(tmp_path):
    start_ns = time.time_ns() - STEPS * STEP_NS
    start_ns -= start_ns % STEP_NS
    variables = {
        "site": sorted({site for site, _ in TAGS.values()}),
        "router": sorted({router for router, _ in TAGS}),
    }
    async with influxdb_1(tmp_path) as server:
        sink = InfluxDBSink(InfluxDBSettings(url=server.url, api="v1"))
        await sink.open("log")
        batch = telemetry(start_ns, STEPS)
        assert await sink.write(1, batch) == Accepted(len(batch))
        await sink.close()
        for name in BOARDS:
            for place, query in queries_of(read_board(name)).items():
                series = await server.query(expand(query, variables, start_ns, time.time_ns()))
                rows = [row for one in series for row in one["values"]]
                assert rows, f"{place}: {query}"
                assert any(value is not None for row in rows for value in row[1:]), place


async def test_numbers_are_the_right_ones(tmp_path):
    start_ns = time.time_ns() - STEPS * STEP_NS
    variables = {"site": ["wuhan", "changsha"], "router": ["wuhan-r1", "changsha-r1"]}
    async with influxdb_1(tmp_path) as server:
        sink = InfluxDBSink(InfluxDBSettings(url=server.url, api="v1"))
        await sink.open("log")
        await sink.write(1, telemetry(start_ns, STEPS))
        await sink.close()
        queries = queries_of(read_board("overview"))

        async def ask(place: str) -> list[list]:
            (series,) = await server.query(expand(queries[place], variables, start_ns, time.time_ns()))
            return series["values"]

        assert (await ask("Link ends down/A"))[0][1] == 2  # both ends; the member is no link's end
        assert (await ask("Routers reporting/A"))[0][1] == 2
        assert (await ask("Busiest link/A"))[0][1] == pytest.approx(0.1 * ((STEPS - 1) % 9))
        assert [row[1:] for row in await ask("Busiest links/A")] == [
            [pytest.approx(0.2), "wuhan-changsha-1:az"],
            [pytest.approx(0.2), "wuhan-changsha-1:za"],
        ]


@pytest.mark.parametrize("name", sorted(BOARDS))
def test_grafana_s_schemas_take_the_board(name):
    if not SCHEMAS.is_dir():
        pytest.skip("no folder of Grafana's JSON schemas: SUANLU_TEST_GRAFANA_SCHEMAS names none")
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    board = read_board(name)
    schema = json.loads((SCHEMAS / "dashboard.jsonschema.json").read_text())
    errors = jsonschema.Draft7Validator(schema).iter_errors(board)
    assert [f"{list(error.absolute_path)}: {error.message[:200]}" for error in errors] == []
