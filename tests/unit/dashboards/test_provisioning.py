"""What Grafana and `docker compose` are given: whole, pinned, on this host alone, of names that exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.grafana.boards import BOARDS
from dashboards.grafana.parts.infinity import API_TYPE
from suanlu.config import parse
from tests.kit.grafana_schemas import errors_of, schema
from tests.kit.influxql import alert_rules

ROOT = Path(__file__).resolve().parents[3]
PROVISIONING = ROOT / "dashboards" / "grafana" / "provisioning"
FILES = sorted(PROVISIONING.glob("*/*.yaml"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
EXPRESSION = "__expr__"


def provisioned(kind: str) -> dict[str, Any]:
    return yaml.safe_load((PROVISIONING / kind / "suanlu.yaml").read_text())


def test_there_are_data_sources_boards_and_alerts():
    assert [path.parent.name for path in FILES] == ["alerting", "dashboards", "datasources"]
    assert all(yaml.safe_load(path.read_text())["apiVersion"] == 1 for path in FILES)


def test_data_sources_are_of_the_types_that_boards_choose_from():
    types = {source["type"] for source in provisioned("datasources")["datasources"]}
    assert types == {"influxdb", API_TYPE, "alertmanager"}


def test_every_variable_of_the_environment_is_set_by_compose():
    asked = {name for path in FILES for name in re.findall(r"\$([A-Z_]+)", _uncommented(path))}
    assert asked
    assert asked <= set(COMPOSE["services"]["grafana"]["environment"])


def _uncommented(path: Path) -> str:
    return "\n".join(line for line in path.read_text().splitlines() if not line.lstrip().startswith("#"))


def test_alert_rules_ask_data_sources_and_boards_that_there_are():
    sources = {source["uid"] for source in provisioned("datasources")["datasources"]} | {EXPRESSION}
    points = {point["name"] for point in provisioned("alerting")["contactPoints"]}
    found = alert_rules()
    assert len({rule["uid"] for rule in found}) == len(found)
    for rule in found:
        assert {query["datasourceUid"] for query in rule["data"]} <= sources
        assert rule["condition"] in {query["refId"] for query in rule["data"]}
        assert rule["annotations"]["__dashboardUid__"].removeprefix("suanlu-") in BOARDS
        assert rule["annotations"]["summary"]
        assert rule["notification_settings"]["receiver"] in points


@pytest.mark.parametrize("rule", alert_rules(), ids=lambda rule: rule["uid"])
def test_grafana_s_schema_takes_the_rule(rule):
    known = schema("alerting")
    of_group = {"orgID": 1, "folderUID": "suanlu", "ruleGroup": "suanlu"}
    assert errors_of(rule | of_group, {**known, **known["definitions"]["Rule"]}) == []


def test_grafana_s_schema_takes_the_contact_point():
    known = schema("alerting")
    for point in provisioned("alerting")["contactPoints"]:
        for receiver in point["receivers"]:
            assert errors_of(receiver, {**known, **known["definitions"]["ContactPoint"]}) == []


def test_compose_mounts_what_there_is_and_listens_on_this_host_alone():
    for name, service in COMPOSE["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in COMPOSE["volumes"], (
                volume
            )
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        tag = service["image"].rpartition(":")[2]
        assert re.match(r"\d+\.\d", tag), f"{name} is of no version: {service['image']}"
        others = {*service.get("depends_on", []), service.get("network_mode", "service:").partition(":")[2]}
        assert others - {""} <= set(COMPOSE["services"])


def test_compose_serves_with_a_configuration_that_is_whole():
    settings = parse((ROOT / "deploy" / "suanlu.toml").read_text())
    assert settings.influxdb is not None
    assert settings.influxdb.url == COMPOSE["services"]["grafana"]["environment"]["INFLUXDB_URL"]
    assert settings.influxdb.bucket == COMPOSE["services"]["influxdb"]["environment"]["INFLUXDB_DB"]
    assert f"127.0.0.1:{settings.api.port}" in COMPOSE["services"]["front"]["command"]


def test_the_image_is_built_from_files_that_there_are():
    allowed = re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert allowed
    assert all((ROOT / name).exists() for name in allowed)
