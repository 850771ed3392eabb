"""/metrics of a whole app: what the operator's page says to watch is there."""

import asyncio
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from suanlu.app import App
from suanlu.config import load, load_inventory
from suanlu.simulator_process import REFERENCE_INVENTORY
from tests.kit.command import ROOT

RULES = ROOT / "dashboards" / "prometheus" / "suanlu.rules.yaml"
RULES_TEST = RULES.with_name("suanlu.rules.test.yaml")
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


def _rules(text: str) -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


async def test_every_rule_is_about_figures_that_there_are(tmp_path: Path) -> None:
    text = await exposition(tmp_path, "/metrics", "/metrics/network")
    served = set(re.findall(r"^# TYPE (suanlu_\w+)", text, re.MULTILINE))
    rules = RULES.read_text(encoding="utf-8")
    asked = set(re.findall(r"suanlu_\w+", " ".join(rule["expr"] for rule in _rules(rules))))
    assert len(asked) > 10
    assert asked <= served, asked - served
    assert 'suanlu_link_up{circuit="wuhan-changsha-1",from_router="wuhan-r1",' in text


@pytest.mark.parametrize("arguments", [("check", "rules", RULES), ("test", "rules", RULES_TEST)])
def test_prometheus_takes_the_rules_and_they_fire_when_they_should(arguments: tuple[str, ...]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool on PATH (it comes with Prometheus)")
    done = subprocess.run([promtool, *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


async def test_the_page_of_counters_has_every_figure_and_no_other(tmp_path: Path) -> None:
    text = await exposition(tmp_path, "/metrics", "/metrics/network")
    types = re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE)
    served = {name for name in types if not name.endswith("_created")}  # of the client's own making
    page = (ROOT / "docs" / "counters.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", page, re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(served)
    cells = [row.split(" | ") for _, row in rows]
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in cells)
    assert 'suanlu_notification_paused_seconds{receiver="noc"} 0.0' in text
    assert "suanlu_outbox_orphaned_total 0.0" in text
    assert re.search(r"^suanlu_outbox_slowest_commit_seconds \d", text, re.MULTILINE)
