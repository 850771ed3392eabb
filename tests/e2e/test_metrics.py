"""/metrics of a whole app: what the operator's page says to watch is there."""

import asyncio
import re
import time
from pathlib import Path

import aiohttp

from suanlu.app import App
from suanlu.config import load, load_inventory
from suanlu.simulator_process import REFERENCE_INVENTORY
from tests.kit.command import ROOT

CONFIG = f"""
inventory = "{REFERENCE_INVENTORY}"
api = {{ port = 0 }}

[[alerts.receivers]]
name = "noc"
url = "https://noc.example.net/"
secret_file = "noc.secret"
"""


async def exposition(folder: Path) -> str:
    """What an app without routers answers to a scrape."""
    (folder / "suanlu.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "noc.secret").write_text("whsec_" + "A" * 32, encoding="utf-8")
    settings = load(folder / "suanlu.toml")
    app = App(settings, load_inventory(settings), now_ns=time.time_ns)
    stop: asyncio.Event = asyncio.Event()
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        group.create_task(app.run(stop=stop, started=url.set_result))
        try:
            async with aiohttp.ClientSession() as session, session.get(f"{await url}/metrics") as answer:
                return await answer.text()
        finally:
            stop.set()


async def test_every_figure_to_watch_is_there(tmp_path: Path) -> None:
    text = await exposition(tmp_path)
    served = set(re.findall(r"^# TYPE (suanlu_\w+)", text, re.MULTILINE))
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    watched = set(re.findall(r"`(suanlu_\w+)", page))
    assert len(watched) > 15
    assert watched <= served, watched - served
    assert 'suanlu_notification_paused_seconds{receiver="noc"} 0.0' in text
    assert "suanlu_outbox_orphaned_total 0.0" in text
    assert re.search(r"^suanlu_outbox_slowest_commit_seconds \d", text, re.MULTILINE)
