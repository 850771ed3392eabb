"""docs/grafana.md: every board is on it, and what it shows to copy can be read."""

import re
import tomllib
from pathlib import Path

from collector.schema import MEASUREMENTS
from dashboards.grafana.boards import BOARDS
from suanlu.api.frames import ROUTES
from tests.kit.influxql import ALERTS, read_board

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "grafana.md").read_text(encoding="utf-8")


def test_every_board_is_on_the_page_under_its_title():
    rows = dict(re.findall(r"^\| \*\*(.+?)\*\* `/d/suanlu-(\w+)`", PAGE, re.MULTILINE))
    assert {uid: title for title, uid in rows.items()} == {
        name: read_board(name)["title"].removeprefix("Suanlu: ") for name in BOARDS
    }


def test_every_frame_is_on_the_page():
    assert all(f"`GET {route.path}" in PAGE for route in ROUTES)


def test_every_alert_rule_is_on_the_page():
    titles = re.findall(r"^ +title: (.*)", ALERTS.read_text(), re.MULTILINE)
    assert titles
    assert all(f"*{title}*" in PAGE for title in titles)


def test_telegraf_s_configuration_is_toml_that_makes_our_measurements():
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    given = tomllib.loads(text)
    names = {one["name"] for source in given["inputs"]["gnmi"] for one in source["subscription"]}
    renamed = {
        one["measurement"]: one["dest"]
        for rule in given["processors"]["rename"]
        for one in rule["replace"]
        if "measurement" in one
    }
    assert {renamed.get(name, name) for name in names} <= set(MEASUREMENTS)
