"""/metrics of a whole app: what the operator's page says to watch is there."""

import asyncio
import re
import shutil
import subprocess
import time
from pathlib import Path

import aiohttp
import pytest

from suanlu.app import App
from suanlu.config import load, load_inventory
from suanlu.simulator_process import REFERENCE_INVENTORY
from tests.kit.command import ROOT

RULES = ROOT / "dashboards" / "prometheus" / "suanlu.rules.yaml"
CONFIG = f"""
inventory = "{REFERENCE_INVENTORY}"
api = {{ port = 0 }}

[[alerts.receivers]]
name = "noc"
url = "https://noc.example.net/"
secret_file = "noc.secret"
"""


async def exposition(folder: Path, *pages: str) -> str:
    """What an app without routers answers to scrapes."""
    (folder / "suanlu.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "noc.secret").write_text("whsec_" + "A" * 32, encoding="utf-8")
    settings = load(folder / "suanlu.toml")
    app = App(settings, load_inventory(settings), now_ns=time.time_ns)
    stop: asyncio.Event = asyncio.Event()
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        group.create_task(app.run(stop=stop, started=url.set_result))
        try:
            async with aiohttp.ClientSession(base_url=await url) as session:
                texts = []
                for page in pages:
                    async with session.get(page) as answer:
                        texts.append(await answer.text())
                return "\n".join(texts)
        finally:
            stop.set()


async def test_every_rule_is_about_figures_that_there_are(tmp_path: Path) -> None:
    text = await exposition(tmp_path, "/metrics", "/metrics/network")
    served = set(re.findall(r"^# TYPE (suanlu_\w+)", text, re.MULTILINE))
    rules = RULES.read_text(encoding="utf-8")
    asked = set(re.findall(r"suanlu_\w+", " ".join(re.findall(r"^ +expr: (.*)", rules, re.MULTILINE))))
    assert len(asked) > 10
    assert asked <= served, asked - served
    assert 'suanlu_link_up{circuit="wuhan-changsha-1",from_router="wuhan-r1",' in text


def test_prometheus_takes_the_rules() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool on PATH (it comes with Prometheus)")
    checked = subprocess.run([promtool, "check", "rules", RULES], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


async def test_every_figure_to_watch_is_there(tmp_path: Path) -> None:
    text = await exposition(tmp_path, "/metrics", "/metrics/network")
    served = set(re.findall(r"^# TYPE (suanlu_\w+)", text, re.MULTILINE))
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    watched = set(re.findall(r"`(suanlu_\w+)", page))
    assert len(watched) > 15
    assert watched <= served, watched - served
    assert 'suanlu_notification_paused_seconds{receiver="noc"} 0.0' in text
    assert "suanlu_outbox_orphaned_total 0.0" in text
    assert re.search(r"^suanlu_outbox_slowest_commit_seconds \d", text, re.MULTILINE)
