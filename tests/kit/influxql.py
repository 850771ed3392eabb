"""What Grafana does to a board's query before InfluxDB gets it: macros and variables."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

POINTS = 1000
"""As many as a panel is wide."""
GRAFANA = Path(__file__).resolve().parents[2] / "dashboards" / "grafana"
BOARDS = GRAFANA / "json"
ALERTS = GRAFANA / "provisioning" / "alerting" / "suanlu.yaml"


def read_board(name: str) -> dict[str, Any]:
    """Return a committed board."""
    return json.loads((BOARDS / f"{name}.json").read_text())


def queries_of(board: dict[str, Any]) -> dict[str, str]:
    """Return every query of a board by where it stands: panels, variables, annotations."""
    queries = {
        f"{panel['title']}/{target['refId']}": target["query"]
        for panel in board["panels"]
        for target in panel.get("targets", [])
        if "query" in target  # those to the API have a path instead
    }
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            queries[f"${variable['name']}"] = variable["query"]
    for annotation in board["annotations"]["list"]:
        queries[annotation["name"]] = annotation["target"]["query"]
    return queries


def alert_rules() -> list[dict[str, Any]]:
    """Return the alert rules that Grafana is given."""
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expand(query: str, variables: dict[str, list[str]], start_ns: int, end_ns: int) -> str:
    """Fill macros and variables in; several values become `(a|b)`, escaped for a regular expression.

    Where a variable stands in quotes it has one value: the first.
    """
    query = query.replace("$timeFilter", f"time >= {start_ns} and time <= {end_ns}")
    interval_s = max(10, (end_ns - start_ns) // 1_000_000_000 // POINTS)
    query = query.replace("$__interval", f"{interval_s}s").replace("${__to}", str(end_ns // 1_000_000))
    for name, values in variables.items():
        query = query.replace(f"'${name}'", f"'{values[0]}'")
        query = query.replace(f"${name}", "(" + "|".join(map(re.escape, values)) + ")")
    if "$" in query.replace("$/", ""):
        raise ValueError(f"a variable or macro is left over: {query}")
    return query
