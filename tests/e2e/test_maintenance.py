"""A night of work: a window over real routers' streams, answers, alerts, and a restart in the middle."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from suanlu.alerts import Secret
from suanlu.app import App
from suanlu.config import load, load_inventory
from suanlu.simulator.backbone import SimulatedBackbone
from suanlu.simulator.settings import SimulatorSettings
from suanlu.times import NS_PER_S, rfc3339
from tests.kit.simulated import inventory_of
from tests.kit.wait import eventually

CONFIG = """inventory = "inventory.json"
api = {{ port = 0 }}
[collector]
transport = {{ insecure = true }}
connects_per_s = 200
sample_interval_s = 1
[topology]
hold_s = 0.01
[alerts]
grouping_window_ms = 50
[[alerts.receivers]]
name = "noc"
url = "{hook}"
secret_file = "secret"
allow_cidrs = ["127.0.0.0/8"]
"""


class Night:
    """A ring of four sites, somebody who is told, and the service, which may be started again."""

    def __init__(self, folder: Path, backbone: SimulatedBackbone) -> None:
        self.folder = folder
        self.backbone = backbone
        self.told: list[str] = []
        self.session: aiohttp.ClientSession

    async def hook(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.told += [f"{alert['status']} {alert['labels'].get('circuit')}" for alert in body["alerts"]]
        return web.Response(status=204)

    @asynccontextmanager
    async def service(self) -> AsyncIterator[None]:
        settings = load(self.folder / "suanlu.toml")
        app = App(settings, load_inventory(settings), now_ns=time.time_ns)
        stop, url = asyncio.Event(), asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as group:
            group.create_task(app.run(stop=stop, started=url.set_result))
            try:
                async with aiohttp.ClientSession(base_url=await url) as self.session:
                    yield
            finally:
                stop.set()

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        async with self.session.request(method, path, json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def links(self) -> dict[str, tuple[str, str | None]]:
        found = (await self.ask("GET", "/v1/topology/links"))["links"]
        return {link["id"]: (link["state"], link["maintenance"]) for link in found}

    async def is_up(self, *others: str) -> bool:
        """Whether all links are up, but for those of these circuits."""
        states = await self.links()
        return all(state == "up" for name, (state, _) in states.items() if name[:-3] not in others)

    async def sites(self) -> list[str]:
        answer = await self.ask("POST", "/v1/paths", {"from": "site-a", "to": "site-b"})
        return list(answer["paths"][0]["sites"])

    async def alert(self) -> Any:
        alerts = (await self.ask("GET", "/v1/alerts"))["alerts"]
        return next((one for one in alerts if one["state"] == "firing"), None)


@asynccontextmanager
async def night(folder: Path) -> AsyncIterator[Night]:
    ring = inventory_of("a-b", "b-c", "c-d", "d-a", a_b={"srlgs": ()})
    async with SimulatedBackbone(ring, SimulatorSettings(tick_s=0.1)) as backbone:
        one = Night(folder, backbone)
        application = web.Application()
        application.router.add_post("/hook", one.hook)
        async with TestServer(application) as server:
            (folder / "secret").write_text(Secret.generate())
            (folder / "inventory.json").write_bytes(backbone.inventory.to_json())
            (folder / "suanlu.toml").write_text(CONFIG.format(hook=server.make_url("/hook")))
            yield one


async def test_a_cut_under_a_window_wakes_nobody_until_the_window_ends(tmp_path: Path) -> None:
    async with night(tmp_path) as one:
        async with one.service():
            await eventually(one.is_up, what="all links are up")
            assert await one.sites() == ["site-a", "site-b"]
            now_ns = time.time_ns()
            asked = {
                "starts_at": rfc3339(now_ns), "ends_at": rfc3339(now_ns + 3600 * NS_PER_S),
                "subjects": [{"kind": "circuit", "id": "a-b"}], "created_by": "li.wei", "comment": "splicing",
            }  # fmt: skip
            checked = await one.ask("POST", "/v1/maintenances:check", asked)
            assert checked["severity"] == "caution"
            assert checked["effects"]["pairs_cut"] == 0
            window = (await one.ask("POST", "/v1/maintenances", asked))["maintenance"]["id"]

            async def is_drained() -> bool:
                return (await one.links())["a-b:az"] == ("drained", window)

            await eventually(is_drained, what="the link is drained and hatched")
            assert await one.sites() == ["site-a", "site-d", "site-c", "site-b"]
            await one.backbone.fault("cut", "a-b")
            alert = await eventually(one.alert, what="the cut is shown")
            assert (alert["subject"]["id"], alert["maintenance"]) == ("a-b", window)
            assert alert["effects"]["pairs_cut"] == 0
            assert alert["effects"]["pairs_slower"] == 1
        async with one.service():  # it ends and starts anew; the window goes on

            async def is_known() -> bool:
                return await one.is_up("a-b") and (await one.links())["a-b:az"] == ("down", window)

            await eventually(is_known, what="the streams are back")
            assert (await one.alert())["maintenance"] == window
            assert one.told == []
            await one.ask("POST", f"/v1/maintenances/{window}:end", {"by": "zhang.min"})
            await eventually(lambda: one.told, what="what is still down is told")
            assert (await one.alert())["maintenance"] is None
            await one.backbone.fault("restore", "a-b")
            await eventually(lambda: len(one.told) == 2, what="its end is told")
            assert one.told == ["firing a-b", "resolved a-b"]


async def test_what_falls_beside_a_window_is_told_at_once(tmp_path: Path) -> None:
    async with night(tmp_path) as one, one.service():
        await eventually(one.is_up, what="all links are up")
        now_ns = time.time_ns()
        asked = {
            "starts_at": rfc3339(now_ns), "ends_at": rfc3339(now_ns + 3600 * NS_PER_S),
            "subjects": [{"kind": "link", "id": "a-b:za"}], "created_by": "li.wei",
        }  # fmt: skip
        await one.ask("POST", "/v1/maintenances", asked)
        await one.backbone.fault("cut", "c-d")
        await eventually(lambda: one.told, what="the cut is told")
        assert one.told[0] == "firing c-d"
