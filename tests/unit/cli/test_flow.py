"""`suanlu flow`: what it asks, and how it shows the answer to people."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kit.asked_server import Server, asked_server

PIN = {"segments": []}
PATH = {
    "flow_bps": 40_000_000_000, "links": ["am-1:az", "mz-1:az"], "routers": ["a", "m", "z"],
    "latency_us": 5000, "hop_count": 2, "pin": PIN,
}  # fmt: skip
MAX = {
    "bandwidth_basis": "free_now", "value_bps": 40_000_000_000, "min_cut": ["mz-1:az"], "paths": [PATH],
    "forwarded": {"status": "predicted", "value_bps": 30_000_000_000, "bottleneck_links": ["am-1:az"]},
}  # fmt: skip
SHARED = {
    "status": "optimal", "bandwidth_basis": "free_now", "total_bps": 10**11,
    "demands": [
        {"from": "a", "to": {"any_of": ["y", "z"]}, "rate_bps": 10**11, "limit": "links", "paths": [PATH],
         "bottleneck_links": ["mz-1:az"]},
        {"from": "b", "to": "z", "rate_bps": 0, "limit": "no_path", "paths": [], "bottleneck_links": []},
    ],
}  # fmt: skip


@pytest.fixture
def server() -> Any:
    with asked_server() as found:
        found.answers["/v1/flows:max"] = (200, MAX)
        found.answers["/v1/flows:allocate"] = (200, SHARED)
        yield found


def test_max_shows_paths_the_cut_and_what_fits_unsteered(server: Server) -> None:
    result = server.run("flow", "max", "a", "y,z", "--basis", "capacity")
    assert result.exit_code == 0, result.output
    assert server.asked[0] == (
        "/v1/flows:max",
        {"from": "a", "to": {"any_of": ["y", "z"]}, "bandwidth_basis": "capacity"},
    )
    assert "a –am-1→ m → z" in result.output
    assert "40.0 Gbit/s fit at once (free_now); no more, as everything must pass mz-1:az." in result.output
    assert "If nobody steers, 30.0 Gbit/s fit: then am-1:az is full." in result.output


def test_demands_are_lines_of_a_file(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "demands"
    file.write_text("# nightly\na y,z 100G x3  # copies\n\nb z\n")
    result = server.run("flow", "allocate", str(file), "--routing", "igp")
    assert result.exit_code == 0, result.output
    [(url, body)] = server.asked
    assert url == "/v1/flows:allocate"
    assert (body["routing"], body["bandwidth_basis"]) == ("igp", "free_p05")
    assert body["demands"] == [
        {"from": "a", "to": {"any_of": ["y", "z"]}, "max_bps": 10**11, "weight": 3},
        {"from": "b", "to": "z"},
    ]
    for words in ("100.0 Gbit/s in all (optimal, free_now)", "y,z", "mz-1:az", "no path"):
        assert words in result.output


def test_demands_are_json_on_standard_input(server: Server) -> None:
    asked = {"demands": [{"from": "a", "to": "z"}], "routing": "igp"}
    result = server.run("flow", "allocate", "-", "--json", text=json.dumps(asked))
    assert json.loads(result.output) == SHARED
    assert server.asked == [("/v1/flows:allocate", asked | {"bandwidth_basis": "free_p05"})]


@pytest.mark.parametrize("call", ["max", "allocate"])
def test_both_are_asked_as_if_it_were_so(server: Server, call: str) -> None:
    args = ["a", "z"] if call == "max" else ["-"]
    as_if = ["--down", "am-1", "--down", "m", "--set", "mz-1:az.capacity_bps=5"]
    result = server.run("flow", call, *args, *as_if, text="a z\n")
    assert result.exit_code == 0, result.output
    url, body = server.asked[0]
    assert url == f"/v1/flows:{call}"
    assert body["overlay"] == {"down": ["am-1", "m"], "set": [{"link": "mz-1:az", "capacity_bps": 5}]}


@pytest.mark.parametrize(
    ("text", "words"), [("a", "write FROM TO"), ("a z wide", "is no bandwidth"), ("{", "is not JSON")]
)
def test_demands_that_cannot_be_read_are_refused(server: Server, text: str, words: str) -> None:
    result = server.run("flow", "allocate", "-", text=text)
    assert (result.exit_code, server.asked) == (2, [])
    assert words in " ".join(result.output.split())


def test_file_that_is_not_there_is_refused(server: Server, tmp_path: Path) -> None:
    result = server.run("flow", "allocate", str(tmp_path / "none"))
    assert (result.exit_code, server.asked) == (2, [])
