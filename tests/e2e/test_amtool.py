"""Alertmanager's own client against our API: amtool lists, silences and lets go; a person acknowledges."""

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from suanlu.app import App
from suanlu.config import load, load_inventory
from suanlu.simulator import SimulatedBackbone
from suanlu.simulator.settings import SimulatorSettings
from tests.kit.simulated import reference_inventory
from tests.kit.wait import eventually

CONFIG = """inventory = "inventory.json"
api = { port = 0 }
[collector]
transport = { insecure = true }
connects_per_s = 200
"""


@asynccontextmanager
async def watching(folder: Path, backbone: SimulatedBackbone) -> AsyncIterator[str]:
    """The whole service on a simulated backbone; its URL."""
    (folder / "inventory.json").write_bytes(backbone.inventory.to_json())
    (folder / "suanlu.toml").write_text(CONFIG)
    settings = load(folder / "suanlu.toml")
    app = App(settings, load_inventory(settings), now_ns=time.time_ns)
    stop, url = asyncio.Event(), asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        group.create_task(app.run(stop=stop, started=url.set_result))
        try:
            yield await url
        finally:
            stop.set()


async def amtool(url: str, *arguments: str) -> str:
    program = shutil.which("amtool")
    if program is None:
        pytest.skip("there is no amtool on PATH (Debian: apt install prometheus-alertmanager)")
    process = await asyncio.create_subprocess_exec(
        program, f"--alertmanager.url={url}", *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    return out.decode()


async def test_amtool_lists_and_silences_our_alerts(tmp_path: Path) -> None:
    async with (
        SimulatedBackbone(reference_inventory(), SimulatorSettings()) as backbone,
        watching(tmp_path, backbone) as url,
        aiohttp.ClientSession(base_url=url) as session,
    ):

        async def listed(*more: str) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = json.loads(await amtool(url, "-o", "json", "alert", "query", *more))
            return found

        async def fires() -> bool:
            async with session.get("/readyz") as ready:
                if ready.status != 200:
                    return False
            return len(await listed()) == 1

        async def is_ready() -> bool:
            async with session.get("/readyz") as ready:
                return ready.status == 200

        await eventually(is_ready, deadline_s=40)
        await backbone.fault("cut", "wuhan-changsha-1")
        await eventually(fires, deadline_s=20)
        (alert,) = await listed("alertname=CircuitDown")
        assert alert["labels"]["circuit"] == "wuhan-changsha-1"
        assert await listed("circuit=beijing-shanghai-1") == []
        made = await amtool(url, "silence", "add", "-a", "li.wei", "-c", "splicing", "circuit=~wuhan-.*")
        assert await listed() == []
        (silenced,) = await listed("--silenced")
        assert silenced["status"]["silencedBy"] == [made.strip()]
        assert "splicing" in await amtool(url, "silence", "query")
        await amtool(url, "silence", "expire", made.strip())
        assert len(await listed()) == 1
        incident = alert["labels"]["incident"]
        async with session.post(f"/v1/alerts/{incident}:ack", json={"by": "li.wei"}) as answer:
            assert (await answer.json())["alert"]["acknowledged"]["by"] == "li.wei"
        (alert,) = await listed()
        assert alert["annotations"]["acknowledged_by"] == "li.wei"
        async with session.post("/v1/alerts/none:ack", json={"by": "li.wei"}) as answer:
            assert answer.status == 404
