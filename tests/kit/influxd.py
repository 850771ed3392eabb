"""InfluxDB 1.x (Debian's `influxdb`), 2.x (`SUANLU_TEST_INFLUXD`) and VictoriaMetrics, for interop tests."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.kit.servers import find_program, free_port, process, wait_for_answer

_CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc_port}"
[meta]
  dir = "{directory}/meta"
[data]
  dir = "{directory}/data"
  wal-dir = "{directory}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
  max-body-size = {max_body_bytes}
[monitor]
  store-enabled = false
[logging]
  level = "error"
"""


@dataclass
class InfluxDB:
    """A server that answers InfluxQL; `token` and `org` are those of a 2.x."""

    url: str
    database: str
    token: str = ""
    org: str = ""

    async def query(self, influxql: str, *, method: str = "GET") -> list[dict[str, Any]]:
        """Return the series of a query's first statement: each with `name`, `tags`, `columns`, `values`."""
        headers = {"Authorization": f"Token {self.token}"} if self.token else {}
        parameters = {"db": self.database, "q": influxql, "epoch": "ns"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, f"{self.url}/query", params=parameters) as reply,
        ):
            body = json.loads(await reply.text())
        assert "error" not in body, body["error"]
        (result,) = body["results"]
        assert "error" not in result, result["error"]
        return result.get("series", [])


@asynccontextmanager
async def influxdb_1(
    directory: Path, *, port: int | None = None, max_body_bytes: int = 25_000_000
) -> AsyncIterator[InfluxDB]:
    """Run Debian's InfluxDB 1.6 with an empty (or this directory's) database `suanlu`."""
    program = find_program("influxd", "influxdb")
    port = port or free_port()
    settings = _CONFIG.format(
        directory=directory, port=port, rpc_port=free_port(), max_body_bytes=max_body_bytes
    )
    with process([program, "-config", "influxdb.conf"], directory, files={"influxdb.conf": settings}):
        server = InfluxDB(f"http://127.0.0.1:{port}", "suanlu")
        await wait_for_answer(f"{server.url}/ping")
        await server.query("CREATE DATABASE suanlu", method="POST")
        yield server


@asynccontextmanager
async def influxdb_2(directory: Path) -> AsyncIterator[InfluxDB]:
    """Run the InfluxDB 2.x that `SUANLU_TEST_INFLUXD` names, set up with a bucket `suanlu`."""
    program = os.environ.get("SUANLU_TEST_INFLUXD")
    if not program:
        pytest.skip("SUANLU_TEST_INFLUXD names no influxd of generation 2")
    url = f"http://127.0.0.1:{free_port()}"
    command = [
        program,
        f"--http-bind-address={url.removeprefix('http://')}",
        f"--engine-path={directory}/engine",
        f"--bolt-path={directory}/influxd.bolt",
        f"--sqlite-path={directory}/influxd.sqlite",
        "--reporting-disabled",
        "--log-level=error",
    ]
    with process(command, directory, environment={"HOME": str(directory)}):
        await wait_for_answer(f"{url}/health")
        setup = {
            "username": "suanlu",
            "password": "suanlu-password",
            "org": "suanlu",
            "bucket": "suanlu",
            "token": "token-of-the-test",
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{url}/api/v2/setup", json=setup) as reply,
        ):
            assert reply.status == 201, await reply.text()
        yield InfluxDB(url, "suanlu", setup["token"], setup["org"])


@asynccontextmanager
async def victoria_metrics(directory: Path) -> AsyncIterator[str]:
    """Run Debian's VictoriaMetrics and give its URL."""
    program = find_program("victoria-metrics", "victoria-metrics")
    url = f"http://127.0.0.1:{free_port()}"
    command = [
        program,
        f"-httpListenAddr={url.removeprefix('http://')}",
        f"-storageDataPath={directory}/data",
        "-retentionPeriod=100y",
        "-loggerLevel=ERROR",
    ]
    with process(command, directory):
        await wait_for_answer(f"{url}/health")
        yield url
