"""Suanlu is killed while a circuit is down: the alert is not told twice, and its end is that of the first."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from suanlu.alerts import Secret
from suanlu.simulator.backbone import SimulatedBackbone
from suanlu.simulator.settings import SimulatorSettings
from tests.kit.alerting import small_inventory
from tests.kit.servers import free_port
from tests.kit.wait import eventually

ROOT = Path(__file__).parents[2]
CIRCUIT = "b-c-1"
CONFIG = """
inventory = "inventory.json"
data = "data"
[api]
port = {port}
[collector]
sample_interval_s = 1
transport = {{ insecure = true }}
[topology]
hold_s = 1
[alerts]
grouping_window_ms = 200
[[alerts.receivers]]
name = "noc"
url = "{hook}"
secret_file = "{secret}"
allow_cidrs = ["127.0.0.0/8"]
"""


class Hook:
    """A receiver that keeps each message that it verified once, as its id tells."""

    def __init__(self) -> None:
        self.secret = Secret.generate()
        self._messages: dict[str, Any] = {}

    @property
    def bodies(self) -> list[Any]:
        return list(self._messages.values())

    async def handle(self, request: web.Request) -> web.Response:
        body = Webhook(self.secret).verify(await request.read(), dict(request.headers))
        self._messages.setdefault(request.headers["webhook-id"], body)
        return web.Response(status=204)

    def told(self) -> list[tuple[str, str]]:
        """Status and alert name of each message."""
        return [(body["status"], body["alerts"][0]["labels"]["alertname"]) for body in self.bodies]


@asynccontextmanager
async def serving(config: Path) -> AsyncIterator[None]:
    """`suanlu serve` until the end of the block, then SIGKILL."""
    with (config.parent / "serve.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "suanlu.cli", "serve", str(config)),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def state(session: aiohttp.ClientSession, url: str, link: str) -> str | None:
    """The state of a link; None while nobody answers."""
    try:
        async with session.get(f"{url}/v1/topology/links/{link}") as answer:
            return (await answer.json())["link"]["state"] if answer.status == 200 else None
    except aiohttp.ClientError:
        return None


async def test_alert_that_fired_before_a_kill_is_ended_after_it_and_not_told_twice(tmp_path: Path) -> None:
    hook, port = Hook(), free_port()
    url, link = f"http://127.0.0.1:{port}", f"{CIRCUIT}:az"
    (tmp_path / "secret").write_text(hook.secret)
    application = web.Application()
    application.router.add_post("/hook", hook.handle)
    config = tmp_path / "suanlu.toml"
    async with (
        TestServer(application) as receiver,
        SimulatedBackbone(small_inventory(), SimulatorSettings()) as backbone,
        aiohttp.ClientSession() as session,
    ):
        (tmp_path / "inventory.json").write_bytes(backbone.inventory.to_json())
        config.write_text(
            CONFIG.format(port=port, hook=receiver.make_url("/hook"), secret=tmp_path / "secret")
        )

        async def is_state(wanted: str) -> bool:
            return await state(session, url, link) == wanted

        async with serving(config):
            await eventually(lambda: is_state("up"), deadline_s=30, what="the circuit is up")
            await backbone.fault("cut", CIRCUIT)
            await eventually(lambda: hook.bodies, what="the alert")
        await backbone.fault("cut", "c-d-1")  # while nobody watches
        async with serving(config):
            await eventually(lambda: is_state("down"), deadline_s=30, what="the circuit is still down")
            await eventually(lambda: len(hook.bodies) > 1, what="the alert on what fell meanwhile")
            assert hook.bodies[1]["alerts"][0]["labels"]["circuit"] == "c-d-1"
            await backbone.fault("restore", CIRCUIT)
            await eventually(lambda: len(hook.bodies) > 2, what="the end of the first alert")
    first, last = hook.bodies[0], hook.bodies[2]
    assert hook.told() == [("firing", "CircuitDown"), ("firing", "CircuitDown"), ("resolved", "CircuitDown")]
    assert last["groupKey"] == first["groupKey"]
    for name in ("fingerprint", "labels", "startsAt"):
        assert last["alerts"][0][name] == first["alerts"][0][name]
    assert "Traceback" not in (tmp_path / "serve.log").read_text()
