"""The committed boards: made by the code, on a grid, of fields that exist; the rules that a board keeps.

The rules are those of Grafana's dashboard-linter that are not about Prometheus, and our own.
"""

import json
import re
from typing import Any

import pytest

from collector.schema import MEASUREMENTS
from dashboards.grafana.boards import BOARDS
from dashboards.grafana.generate import DIRECTORY, encode
from dashboards.grafana.parts.infinity import API_TYPE
from tests.kit.grafana_schemas import errors_of, schema
from tests.kit.influxql import queries_of, read_board

NAMES = sorted(BOARDS)
STATISTICS = ("avg", "max", "p95")
STORE = {"type": "influxdb", "uid": "${datasource}"}
API = {"type": API_TYPE, "uid": "${api}"}
BUILT_IN = {"timeFilter", "__interval", "__to"}
NOT_IN_INFLUXDB_3 = ("SHOW SERIES", "SLIMIT", "SOFFSET", "CARDINALITY", "SAMPLE(", "HOLT_WINTERS", "INTO ")

each_board = pytest.mark.parametrize("name", NAMES)


def panels_of(name: str) -> list[dict[str, Any]]:
    return read_board(name)["panels"]


def links_of(name: str) -> list[str]:
    """Every URL that a board leads to."""
    board = read_board(name)
    urls = [
        link["url"] for panel in board["panels"] for link in panel["fieldConfig"]["defaults"].get("links", [])
    ]
    return urls + [link["url"] for link in board["links"] if link.get("url")]


@each_board
def test_committed_board_is_what_the_code_makes(name):
    committed = (DIRECTORY / f"{name}.json").read_text()
    assert committed == encode(BOARDS[name]), "run `python -m dashboards.grafana` and commit"


def test_every_committed_board_has_its_code():
    assert sorted(path.stem for path in DIRECTORY.glob("*.json")) == NAMES


@each_board
def test_a_board_has_an_address_a_description_and_cannot_be_edited(name):
    board = read_board(name)
    assert board["uid"] == f"suanlu-{name}"
    assert board["title"].startswith("Suanlu: ")
    assert board["description"].endswith(".")
    assert board["tags"] == ["suanlu"]
    assert board["editable"] is False
    assert board.get("id") is None
    assert board["schemaVersion"] <= 42


@each_board
def test_every_panel_says_what_it_shows_in_which_unit_and_what_if_there_is_nothing(name):
    panels = panels_of(name)
    assert len({panel["id"] for panel in panels}) == len(panels) < 20
    for panel in panels:
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["title"]
        assert panel["description"].endswith(".")
        assert panel["targets"]
        assert defaults["unit"]
        assert defaults["noValue"]
        assert defaults["thresholds"]["steps"][0].get("value") is None
        assert panel["datasource"] in (STORE, API)
        assert {target["refId"] for target in panel["targets"]} == {t["refId"] for t in panel["targets"]}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        assert all(target["datasource"] == panel["datasource"] for target in panel["targets"])


@each_board
def test_panels_fill_the_grid_without_overlap(name):
    taken: set[tuple[int, int]] = set()
    for panel in panels_of(name):
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken
        taken |= cells
    deep = max(y for _, y in taken) + 1
    assert sum(1 for x, y in taken if (x + 1, y) not in taken and x != 23) == 0, "a row is not full"
    assert deep < 130


@each_board
def test_variables_are_chained_and_read_again_with_the_time(name):
    variables = read_board(name)["templating"]["list"]
    names = [variable["name"] for variable in variables]
    assert names[0] == "datasource"
    assert "suanlu" in names
    for place, variable in enumerate(variables):
        assert variable["label"]
        if variable["type"] == "query":
            assert variable["refresh"] == 2
            assert variable["datasource"] == STORE
            assert set(re.findall(r"\$(\w+)", variable["query"])) <= set(names[:place])


@each_board
def test_queries_ask_for_fields_and_tags_of_the_schema(name):
    board = read_board(name)
    variables = {variable["name"] for variable in board["templating"]["list"]}
    for query in queries_of(board).values():
        (measurement,) = set(re.findall(r'FROM "(\w+)"', query))
        base, _, rolled_up = (
            measurement.partition("_1h") if measurement.endswith("_1h") else (measurement, "", None)
        )
        known = MEASUREMENTS[base]
        fields = set(known.fields)
        if rolled_up is not None:
            fields = {f"{field}_{statistic}" for field in fields for statistic in STATISTICS}
        aliases = set(re.findall(r'AS "(\w+)"', query))
        asked = set(re.findall(r'(?<!FROM )"(\w+)"', query)) - aliases - {measurement}
        assert asked <= fields | set(known.tags), query
        assert set(re.findall(r"\$\{?(\w+)", query)) <= variables | BUILT_IN


@each_board
def test_queries_are_bounded_in_time_and_of_what_every_influxdb_has(name):
    for query in queries_of(read_board(name)).values():
        assert "$timeFilter" in query or "${__to}" in query or query.startswith("SHOW TAG VALUES")
        assert not any(word in query.upper() for word in NOT_IN_INFLUXDB_3), query
        assert set(re.findall(r"time\(([^)]*)\)", query)) <= {"$__interval", "1d", "1w"}, query


@each_board
def test_links_lead_to_boards_and_variables_that_there_are(name):
    own = {variable["name"] for variable in read_board(name)["templating"]["list"]}
    for url in links_of(name):
        if url.startswith("/d/"):
            uid, _, query = url.removeprefix("/d/suanlu-").partition("?")
            theirs = {variable["name"] for variable in read_board(uid)["templating"]["list"]}
            assert set(re.findall(r"var-(\w+)=", query)) <= theirs, url
            assert "${__url_time_range}" in query
        else:
            assert url.startswith("${suanlu}/#at="), url
        assert set(re.findall(r"\$\{(?!__)(\w+)", url)) <= own, url


@each_board
def test_labels_in_links_are_tags_that_the_query_groups_by(name):
    for panel in panels_of(name):
        urls = [link["url"] for link in panel["fieldConfig"]["defaults"].get("links", [])]
        wanted = set(re.findall(r"__field\.labels\.(\w+)", " ".join(urls)))
        for target in panel["targets"] if wanted else ():
            grouped = target["query"].rpartition("GROUP BY")[2]
            assert wanted <= set(re.findall(r'"(\w+)"', grouped)), (panel["title"], urls)


def test_every_board_leads_to_the_others_and_to_the_weathermap():
    for name in NAMES:
        menu, weathermap = read_board(name)["links"]
        assert (menu["type"], menu["tags"]) == ("dashboards", ["suanlu"])
        assert weathermap["url"].startswith("${suanlu}/#at=")


@each_board
def test_grafana_s_schemas_take_the_board(name):
    known = schema("dashboard")
    # Grafana matches by name or type with a text, and its SDK writes one; the schema says `object` for any.
    known["definitions"]["MatcherConfig"]["properties"]["options"] = {}
    assert errors_of(read_board(name), known) == []


@each_board
def test_grafana_s_schemas_take_options_and_custom_fields_of_every_panel(name):
    for panel in panels_of(name):
        known = schema(panel["type"].replace("-", "").lower())
        definitions = known["definitions"]
        for part, document in (
            ("Options", panel.get("options")),
            ("FieldConfig", panel["fieldConfig"]["defaults"].get("custom")),
        ):
            if document is not None and part in definitions:
                rule = {**known, **definitions[part]}
                assert errors_of(document, rule) == [], (panel["title"], part)


def test_units_are_grafana_s():
    text = json.dumps(schema("units"))
    used = {panel["fieldConfig"]["defaults"]["unit"] for name in NAMES for panel in panels_of(name)}
    assert {unit for unit in used if f'"const": {json.dumps(unit)}' not in text} == set()
