"""Commands that ask a server: one batch for one snapshot, tables for pipes, problems for programs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

from suanlu.api.documents import SiteState
from suanlu.cli.commands import app
from suanlu.cli.tables import PIPED_WIDTH
from suanlu.cli.ways import why
from suanlu.version import version
from tests.kit.asked_server import Server, asked_server

PROBLEM = {"type": "/problems/unknown-endpoint", "title": "t", "status": 422, "detail": "no site 'b'"}
SEGMENTS = [{"node": "z", "sid": 16001}]


def path(*links: str, share: int = 0) -> dict[str, Any]:
    return {
        "links": list(links), "routers": ["a", "m", "z"], "latency_us": 5000, "bandwidth_bps": 10**11,
        "hop_count": 2, "igp_metric": 20, "pin": {"segments": SEGMENTS}, "weight_ppm": share,
    }  # fmt: skip


def forwarded(number: int) -> dict[str, Any]:
    branches = [path(f"am-{1 + n % 2}:az", "mz-1:az", share=10**6 // number) for n in range(number)]
    return {
        "status": "predicted", "branches": branches, "violations": [], "bandwidth_bps": 10**11,
        "latency_us": {"min": 5000, "max": 6000},
    }  # fmt: skip


@pytest.fixture
def server() -> Iterator[Server]:
    with asked_server() as found:
        best = {"paths": [path("am-2:za", "mz-1:az")], "explanation": {"objections": []}}
        found.answers["/v1/paths:batch"] = (200, {"answers": [best, forwarded(8)]})
        yield found


def test_path_asks_best_and_forwarded_of_one_snapshot(server: Server) -> None:
    assert server.run("path", "a", "z", "--json").exit_code == 0
    [(url, body)] = server.asked
    assert url == "/v1/paths:batch"
    assert [query.get("routing", "any") for query in body["queries"]] == ["any", "igp"]


def test_path_names_circuits_where_parallel_ones_exist_and_counts_the_rest(server: Server) -> None:
    result = server.run("path", "a", "z")
    assert result.exit_code == 0, result.output
    assert "a –am-2→ m → z" in result.output
    assert "a –am-1→ m → z" in result.output
    assert "and 2 more" in result.output
    assert max(map(len, result.output.splitlines()[:8])) <= PIPED_WIDTH


def test_piped_row_is_one_line(server: Server) -> None:
    routers = [f"router-{number}" for number in range(8)]
    answers = server.answers["/v1/paths:batch"][1]["answers"]
    links = [f"c-{number}:az" for number in range(7)]
    answers[0]["paths"][0] |= {"routers": routers, "links": links}
    assert " → ".join(routers) in server.run("path", "a", "z").output


def test_refused_query_of_the_batch_is_an_error(server: Server) -> None:
    server.answers["/v1/paths:batch"] = (200, {"answers": [PROBLEM, PROBLEM]})
    result = server.run("path", "a", "b")
    assert (result.exit_code, str(result.exception)) == (1, "no site 'b'")


@pytest.mark.parametrize("command", [("path", "a", "b"), ("whatif",), ("topology",), ("fault", "cut", "b")])
def test_json_of_an_error_is_the_problem_document(server: Server, command: tuple[str, ...]) -> None:
    server.answers = dict.fromkeys(
        ("/v1/paths:batch", "/v1/whatif", "/v1/topology/links", "/simulator/faults"), (422, PROBLEM)
    )
    result = server.run(*command, "--json")
    assert (result.exit_code, json.loads(result.output)) == (1, PROBLEM)


@pytest.mark.parametrize(
    ("option", "asked"),
    [("srlg", {"level": "srlg", "count": 2}), ("site:3", {"level": "site", "count": 3})],
)
def test_disjoint_paths_are_two_or_as_many_as_said(
    server: Server, option: str, asked: dict[str, object]
) -> None:
    server.answers["/v1/paths:batch"] = (200, {"answers": [PROBLEM, PROBLEM]})
    server.run("path", "a", "z", "--disjoint", option)
    assert server.asked[0][1]["queries"][0]["disjoint"] == asked


@pytest.mark.parametrize("option", ["planet", "srlg:1", "srlg:17", "srlg:", "srlg:x"])
def test_disjoint_that_cannot_be_is_refused(server: Server, option: str) -> None:
    result = server.run("path", "a", "z", "--disjoint", option)
    assert (result.exit_code, server.asked) == (2, [])
    assert "LEVEL:COUNT" in result.output


def test_k_and_disjoint_exclude_each_other(server: Server) -> None:
    result = server.run("path", "a", "z", "--k", "2", "--disjoint", "srlg")
    assert (result.exit_code, server.asked) == (2, [])
    assert "exclude each other" in result.output


def test_unknown_state_is_refused_with_the_list(server: Server) -> None:
    result = server.run("topology", "sites", "--state", "bogus")
    assert (result.exit_code, server.asked) == (2, [])
    for state in get_args(SiteState):
        assert state in result.output


def test_version_is_told() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"suanlu {version()}\n")


def test_why_knows_that_the_best_path_is_one_of_the_branches() -> None:
    said = why({"paths": [path("am-1:az", "mz-1:az")]}, forwarded(2), "latency")
    assert said == (
        "The best path is one of 2 equal-cost ways: 50.0 % of the packets take it, the others arrive by "
        "other ways (5.000 ms to 6.000 ms); who wants all of them on it must "
        "pin it, by the segments z (16001)."
    )


def test_an_overlay_is_asked_of_both_questions(server: Server) -> None:
    options = ("--down", "am-1", "--set", "mz-1:az.latency_us=9000", "--set", "mz-1:az.jitter_us=null")
    assert server.run("path", "a", "z", *options).exit_code == 0
    ((_, asked), *_) = server.asked
    overlay = {"down": ["am-1"], "set": [{"link": "mz-1:az", "latency_us": 9000, "jitter_us": None}]}
    assert [query["overlay"] for query in asked["queries"]] == [overlay, overlay]


@pytest.mark.parametrize("item", ["mz-1:az", "latency_us=9", "mz-1:az.latency_us=9ms"])
def test_a_value_to_set_that_cannot_be_read_is_refused(server: Server, item: str) -> None:
    result = server.run("path", "a", "z", "--set", item)
    assert result.exit_code == 2
    assert "LINK.FIELD=NUMBER" in " ".join(result.output.split())
    assert not server.asked


def test_report_is_written_as_the_server_made_it(server: Server, tmp_path: Path) -> None:
    server.answers["/v1/reports/week?format=json&lang=zh"] = (200, {"kind": "week"})
    server.answers["/v1/reports/week?from=2026-03-01T00%3A00%3A00Z&format=md&lang=en"] = (200, {"kind": "md"})
    target = tmp_path / "week.json"
    assert server.run("report", "week", "--format", "json", "--lang", "zh", "-o", str(target)).exit_code == 0
    assert json.loads(target.read_text()) == {"kind": "week"}
    assert '"md"' in server.run("report", "week", "--from", "2026-03-01T00:00:00Z").output
