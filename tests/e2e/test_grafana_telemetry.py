"""The boards over the whole backbone: simulated routers, a server, a real InfluxDB, every query answered."""

import json
import os
import sys
import time
from pathlib import Path

import aiohttp

from dashboards.grafana.boards import BOARDS
from suanlu.simulator_process import REFERENCE_INVENTORY
from tests.kit.influxd import InfluxDB, influxdb_1
from tests.kit.influxql import expand, queries_of, read_board
from tests.kit.servers import free_port, process
from tests.kit.wait import eventually

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
SUANLU = (sys.executable, "-m", "suanlu.cli")
CIRCUIT = "qingyang-xian-1"
PAIR = {"a": ["qingyang"], "z": ["xian"]}
WEEKS = '_1h"'
"""What hours and weeks make is not there in the first minute; other tests fill it in."""
_CONFIG = """
inventory = "{simulated}/inventory.json"
[api]
port = {port}
[collector]
sample_interval_s = 2
transport = {{ insecure = true }}
[influxdb]
url = "{url}"
api = "v1"
"""


def read_control(directory: Path) -> str:
    """The URL where the simulator takes faults."""
    return json.loads((directory / "simulator.json").read_bytes())["control"]


async def cut(control: str) -> None:
    """Cut a circuit, for an event to be stored."""
    fault = {"action": "cut", "id": CIRCUIT}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{control}/simulator/faults", json=fault) as reply,
    ):
        assert reply.status < 300, await reply.text()


def interface_of_circuit() -> str:
    """The interface at the A end of the circuit that is cut."""
    inventory = json.loads(REFERENCE_INVENTORY.read_bytes())
    return next(one["a_interface"] for one in inventory["circuits"] if one["id"] == CIRCUIT)


async def tag_values(server: InfluxDB, key: str) -> list[str]:
    """The values that a board's variable has."""
    series = await server.query(f'SHOW TAG VALUES FROM "ifrate" WITH KEY = "{key}"')
    return [value for one in series for _, value in one["values"]]


async def test_every_query_of_every_board_is_answered_by_the_backbone_s_telemetry(tmp_path):
    simulated, serving = tmp_path / "simulated", tmp_path / "serving"
    start_ns = time.time_ns()
    async with influxdb_1(tmp_path / "influxdb") as server:
        config = _CONFIG.format(simulated=simulated, port=free_port(), url=server.url)
        simulate = [*SUANLU, "simulate", "--out", str(simulated), "--base-port", "0"]
        serve = [*SUANLU, "serve", "suanlu.toml"]
        with process(simulate, simulated, environment=ENVIRONMENT):
            await eventually((simulated / "simulator.json").exists, deadline_s=30)
            with process(serve, serving, files={"suanlu.toml": config}, environment=ENVIRONMENT):

                async def routers() -> bool:
                    return len(await tag_values(server, "source")) == 42

                await eventually(routers, deadline_s=60, what="every router's traffic is in InfluxDB")
                await cut(read_control(simulated))
                variables = {name: await tag_values(server, name) for name in ("site", "source")}
                variables |= PAIR | {"router": variables.pop("source"), "interface": [interface_of_circuit()]}

                left = {
                    f"{name}: {place}": query
                    for name in BOARDS
                    for place, query in queries_of(read_board(name)).items()
                    if WEEKS not in query
                }

                async def all_answered() -> bool:
                    for place, query in list(left.items()):
                        if await server.query(expand(query, variables, start_ns, time.time_ns())):
                            del left[place]
                    return not left

                try:
                    await eventually(all_answered, deadline_s=45)
                except AssertionError:
                    raise AssertionError(f"no rows: {list(left)}") from None
                down = queries_of(read_board("overview"))["Link ends down/A"]

                async def both_ends_down() -> bool:
                    (series,) = await server.query(expand(down, variables, start_ns, time.time_ns()))
                    return series["values"][0][1] == 2

                await eventually(both_ends_down, deadline_s=20, what="the cut shows at both ends")
