"""The committed boards: made by the code, whole, on a grid, and of fields that exist."""

import re

import pytest

from collector.schema import MEASUREMENTS
from dashboards.grafana.generate import BOARDS, DIRECTORY, encode
from tests.kit.influxql import queries_of, read_board

NAMES = sorted(BOARDS)
_WORDS = {"time"}


@pytest.mark.parametrize("name", NAMES)
def test_committed_board_is_what_the_code_makes(name):
    committed = (DIRECTORY / f"{name}.json").read_text()
    assert committed == encode(BOARDS[name]()), "run `python -m dashboards.grafana` and commit"


def test_every_committed_board_has_its_code():
    assert sorted(path.stem for path in DIRECTORY.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_panels_have_ids_titles_descriptions_units_and_queries(name):
    board = read_board(name)
    panels = board["panels"]
    assert board["uid"].startswith("suanlu-")
    assert board["id"] is None if "id" in board else True
    assert len({panel["id"] for panel in panels}) == len(panels) < 20
    assert len({panel["title"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["description"].endswith(".")
        assert panel["targets"]
        assert panel["datasource"] == {"type": "influxdb", "uid": "${datasource}"}
        if panel["type"] != "table":
            assert panel["fieldConfig"]["defaults"]["unit"]


@pytest.mark.parametrize("name", NAMES)
def test_panels_fill_the_grid_without_overlap(name):
    taken: set[tuple[int, int]] = set()
    for panel in read_board(name)["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken
        taken |= cells


@pytest.mark.parametrize("name", NAMES)
def test_queries_ask_for_fields_and_tags_of_the_schema(name):
    board = read_board(name)
    variables = {variable["name"] for variable in board["templating"]["list"]}
    for query in queries_of(board).values():
        (measurement,) = set(re.findall(r'FROM "(\w+)"', query))
        schema = MEASUREMENTS[measurement]
        aliases = set(re.findall(r'AS "(\w+)"', query))
        asked = set(re.findall(r'(?<!FROM )"(\w+)"', query)) - aliases - {measurement}
        assert asked <= set(schema.fields) | set(schema.tags), query
        assert set(re.findall(r"\$(\w+)", query)) <= variables | {"timeFilter", "__interval"}
        assert "$timeFilter" in query or query.startswith("SHOW")
