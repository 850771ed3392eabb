"""`suanlu alert` and `suanlu maintenance`: what an engineer on a terminal sees and does."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from suanlu.cli.quantities import duration_s
from suanlu.times import parse_rfc3339
from tests.kit.asked_server import Server, asked_server

ALERT: dict[str, Any] = {
    "id": "a-5f0c1b2a9d3e7788", "rule": "circuit_down", "severity": "warning", "state": "firing",
    "subject": {"kind": "circuit", "id": "am-1"}, "summary": "circuit am-1 (a – m) is down",
    "cause": "a says that it is down", "since": "2026-03-01T08:00:00.000Z", "resolved_at": None,
    "children": [{"kind": "link", "id": "am-1:az"}], "links": ["am-1:az"], "certainty": "certain",
    "evidence": ["a says that it is down"], "effects": {"text": "cuts 0 pairs, slows 2, speeds 0"},
    "acknowledged": None, "silenced_by": [], "maintenance": None, "runbook_url": "http://noc/r",
    "map_url": "http://noc/#at",
}  # fmt: skip
WINDOW: dict[str, Any] = {
    "id": "m-5f0c1b2a9d3e", "state": "active", "starts_at": "2026-03-01T08:00:00.000Z",
    "ends_at": "2026-03-01T10:00:00.000Z", "subjects": [{"kind": "circuit", "id": "am-1"}],
    "links": ["am-1:az", "am-1:za"], "comment": "splicing", "created_by": "li.wei", "ended_at": None,
    "ended_by": None,
}  # fmt: skip
TOPOLOGY = {"sites": [{"id": "a"}], "routers": [{"id": "a-r1"}], "circuits": [{"id": "am-1"}]}


@pytest.fixture
def server() -> Iterator[Server]:
    with asked_server() as found:
        over = ALERT | {"id": "a-7777", "state": "resolved", "summary": "circuit am-2 is up again"}
        found.answers["/v1/alerts"] = (200, {"alerts": [ALERT, over]})
        found.answers["/v1/alerts?state=firing"] = (200, {"alerts": [ALERT]})
        found.answers["/v1/topology"] = (200, TOPOLOGY)
        yield found


def test_list_shows_what_fires_and_what_it_does(server: Server) -> None:
    output = server.run("alert", "list").output
    assert "a-5f0c1b2a9d3e7788" in output
    assert "cuts 0 pairs" in output
    assert server.asked[-1][0] == "/v1/alerts?state=firing"


def test_list_has_the_newest_first_and_nothing_cut(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    summary = "circuit am-9 " + "x" * 300
    newer = ALERT | {"id": "a-9999", "since": "2026-03-01T20:00:00.000Z", "summary": summary}
    over = ALERT | {"id": "a-7777", "state": "resolved", "resolved_at": "2026-03-01T21:00:00.000Z"}
    server.answers["/v1/alerts"] = (200, {"alerts": [ALERT, over, newer]})
    try:
        lines = server.run("alert", "list", "--state", "all").output.splitlines()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert [line.split("a-")[1][:4] for line in lines if "  a-" in line] == ["9999", "5f0c", "7777"]
    assert f"warning   2026-03-02 04:00:00 (03-01 20:00:00 UTC)  a-9999  {summary}" in lines
    assert "    ended: 2026-03-02 05:00:00 (03-01 21:00:00 UTC)" in lines
    assert "    affected, while it lasted: cuts 0 pairs, slows 2, speeds 0" in lines


def test_who_takes_an_alert_on_says_who(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USER", raising=False)
    run = server.run("alert", "ack", "a-5f")
    assert run.exit_code != 0
    assert "--by li.wei" in run.output


def test_show_says_all_that_is_known(server: Server) -> None:
    output = server.run("alert", "show", "a-5f").output
    for said in (
        "warning: circuit am-1",
        "certainty: certain",
        "affects:   cuts 0",
        "with it:   link am-1:az",
    ):
        assert said in output
    assert "taken by" not in output


def test_show_names_who_has_it_and_what_mutes_it(server: Server) -> None:
    taken = {"by": "li.wei", "at": "…", "note": "crew called", "ticket": "INC-1", "owner": "zhang.min"}
    muted = ALERT | {"acknowledged": taken, "maintenance": "m-1", "silenced_by": ["s-1"]}
    server.answers["/v1/alerts"] = (200, {"alerts": [muted]})
    output = server.run("alert", "show", "a-5f").output
    assert "taken by:  zhang.min (INC-1; crew called)" in output
    assert "muted by:  maintenance m-1, silence s-1" in output


@pytest.mark.parametrize(
    ("beginning", "said"), [("a-9", "no alert's id begins with 'a-9'"), ("a-", "begins 2 ids")]
)
def test_an_alert_must_be_named_by_one_beginning(server: Server, beginning: str, said: str) -> None:
    result = server.run("alert", "show", beginning)
    assert result.exit_code == 1
    assert said in str(result.exception)


def test_ack_says_who_and_why(server: Server) -> None:
    said = {"by": "li.wei", "note": "crew called", "ticket": "INC-1", "owner": ""}
    path = "/v1/alerts/a-5f0c1b2a9d3e7788:ack"
    server.answers[path] = (200, {"alert": ALERT | {"acknowledged": said}})
    result = server.run(
        "alert", "ack", "a-5f", "--by", "li.wei", "--note", "crew called", "--ticket", "INC-1"
    )
    assert "a-5f0c1b2a9d3e7788 is with li.wei (INC-1; crew called)" in result.output
    assert server.asked[-1] == (path, said)


def test_silence_is_about_this_alert_for_so_long(server: Server) -> None:
    server.answers["/api/v2/silences"] = (200, {"silenceID": "s-1"})
    assert "silence s-1" in server.run("alert", "silence", "a-5f", "--for", "90m", "--by", "li.wei").output
    _, body = server.asked[-1]
    assert body["matchers"] == [{"name": "incident", "value": ALERT["id"], "isRegex": False}]
    assert parse_rfc3339(body["endsAt"]) - parse_rfc3339(body["startsAt"]) == 90 * 60 * 10**9


def test_unsilence_ends_it(server: Server) -> None:
    server.answers["/api/v2/silence/s-1"] = (200, None)
    assert "s-1 has ended" in server.run("alert", "unsilence", "s-1").output


def test_a_window_is_entered_by_plain_ids(server: Server) -> None:
    server.answers["/v1/maintenances"] = (200, {"maintenance": WINDOW})
    result = server.run(
        *("maintenance", "add", "am-1", "a", "a-r1", "duct:north", "am-2:za"),
        *("--start", "2026-03-01T16:00+08:00", "--for", "2h", "--by", "li.wei", "--comment", "splicing"),
    )
    assert "m-5f0c1b2a9d3e: 2026-03-01T08:00:00.000Z to 2026-03-01T10:00:00.000Z, 2 links" in result.output
    _, body = server.asked[-1]
    kinds = [(subject["kind"], subject["id"]) for subject in body["subjects"]]
    assert kinds == [
        ("circuit", "am-1"), ("site", "a"), ("router", "a-r1"), ("srlg", "duct:north"), ("link", "am-2:za"),
    ]  # fmt: skip
    assert (body["starts_at"], body["ends_at"]) == (WINDOW["starts_at"], WINDOW["ends_at"])


def test_a_check_is_a_verdict_and_its_reasons(server: Server) -> None:
    cut = {"kind": "circuit", "id": "mz-1", "sites": ["z"], "pairs_cut": 4}
    full = {"link": "am-2:az", "utilisation": 0.93, "moved_bps": 10**11}
    found = {
        "severity": "caution", "verdict": "With care: …", "effects": {"text": "cuts 0 pairs"},
        "redundancy_lost": [cut], "circuits_over_80_percent": [full],
    }  # fmt: skip
    server.answers["/v1/maintenances:check"] = (200, found)
    output = server.run("maintenance", "check", "am-1", "--for", "2h").output
    assert output.splitlines() == [
        "With care: …",
        "affects: cuts 0 pairs",
        "next cut circuit mz-1: isolates z (4 pairs)",
        "am-2:az: 93% with 100.0 Gbit/s more, an estimate from the load of now",
    ]


def test_windows_are_listed_and_ended(server: Server) -> None:
    ended = WINDOW | {"id": "m-7", "state": "ended", "ended_at": WINDOW["ends_at"]}
    server.answers["/v1/maintenances"] = (200, {"maintenances": [WINDOW, ended]})
    output = server.run("maintenance", "list").output
    assert ("m-5f0c1b2a9d3e" in output, "m-7" in output) == (True, False)
    assert "m-7" in server.run("maintenance", "list", "--ended").output
    server.answers["/v1/maintenances/m-7:end"] = (200, {"maintenance": ended})
    assert "m-7 has ended" in server.run("maintenance", "end", "m-7", "--by", "li.wei").output
    assert server.asked[-1] == ("/v1/maintenances/m-7:end", {"by": "li.wei"})


def test_how_long_must_be_said_in_one_way(server: Server) -> None:
    for times in ((), ("--for", "2h", "--end", "2026-03-01T10:00Z")):
        result = server.run("maintenance", "check", "am-1", *times)
        assert result.exit_code == 2
        assert "--for" in result.output


def test_answers_for_programs_are_the_servers_own(server: Server) -> None:
    assert json.loads(server.run("alert", "list", "--json").output)["alerts"][0] == ALERT
    assert json.loads(server.run("alert", "show", "a-5f", "--json").output) == ALERT


@pytest.mark.parametrize(("text", "seconds"), [("2h", 7200), ("90m", 5400), ("1d12h", 129_600), ("45s", 45)])
def test_durations_as_people_write_them(text: str, seconds: int) -> None:
    assert duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "0h", "2", "h", "2h ", "-2h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="no duration"):
        duration_s(text)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nosuch", "'nosuch'; `suanlu topology circuits`, `routers` and `sites` list what there is"),
        ("am-2", "no circuit, router or site is called 'am-2'; did you mean am-1?"),
    ],
)
def test_a_window_on_what_there_is_not_says_what_there_is(server: Server, name: str, said: str) -> None:
    result = server.run("maintenance", "check", name, "--for", "1h")
    assert result.exit_code == 1
    assert said in str(result.exception)
    assert [path for path, _ in server.asked] == ["/v1/topology"]
