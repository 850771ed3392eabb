"""The commands: help with an example, clean errors, JSON for programs."""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from suanlu.cli.commands import app
from suanlu.cli.quantities import bandwidth_bps, latency_us, show_bandwidth, show_latency
from suanlu.cli.ways import why
from suanlu.simulator_process import REFERENCE_INVENTORY

ROOT = Path(__file__).parents[3]
COMMANDS = ("demo", "serve", "simulate", "fault", "path", "topology", "whatif", "check-config")
runner = CliRunner()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    result = runner.invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert f"Example: suanlu {command} " in re.sub(r"[\s│]+", " ", result.output)


def test_all_commands_are_listed() -> None:
    output = runner.invoke(app, ["--help"]).output
    for command in COMMANDS:
        assert command in output


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "suanlu.cli", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
        env={"PATH": "/usr/bin:/bin", "NO_COLOR": "1", **environment},
    )  # fmt: skip


def test_error_is_one_line_without_a_traceback() -> None:
    result = run("topology", SUANLU_URL="http://127.0.0.1:1")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("suanlu: no Suanlu answers at http://127.0.0.1:1 (")
    assert "suanlu demo" in result.stderr


def test_other_schemes_are_refused() -> None:
    result = run("topology", SUANLU_URL="file:///etc/passwd?")
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "http://" in result.stderr


def test_check_config_names_the_key(tmp_path: Path) -> None:
    file = tmp_path / "suanlu.toml"
    file.write_text('inventory = "backbone.json"\n[api]\nprot = 1\n', encoding="utf-8")
    result = run("check-config", str(file))
    assert result.returncode == 1
    assert "[api.prot]" in result.stderr
    assert "did you mean `port`?" in result.stderr
    result = run("check-config", str(file), "--json")
    assert (result.returncode, json.loads(result.stdout)["key"]) == (1, "api.prot")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('url = "http://127.0.0.1:1/"', "must be https; http is for addresses in allow_cidrs"),
        (
            'url = "https://a.example/"\nallow_cidrs = ["10.0.0.1/8"]',
            "receiver 'chat': allow_cidrs: 10.0.0.1/8 has host bits set",
        ),
    ],
)
def test_check_config_names_what_is_wrong_with_a_receiver(tmp_path: Path, given: str, words: str) -> None:
    file = tmp_path / "suanlu.toml"
    receiver = f'[[alerts.receivers]]\nname = "chat"\nsecret_file = "secret"\n{given}\n'
    file.write_text(f'inventory = "backbone.json"\n{receiver}', encoding="utf-8")
    result = run("check-config", str(file))
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "[alerts.receivers[0]] `receivers[0]`: " in result.stderr
    assert words in result.stderr


def test_check_config_opens_every_file(tmp_path: Path) -> None:
    (tmp_path / "backbone.json").write_bytes(REFERENCE_INVENTORY.read_bytes())
    file = tmp_path / "suanlu.toml"
    file.write_text('inventory = "backbone.json"\n[influxdb]\ntoken_file = "token"\n', encoding="utf-8")
    result = run("check-config", str(file))
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert (
        f"[influxdb.token_file] there is no file {tmp_path / 'token'}: make it, or correct" in result.stderr
    )
    assert run("serve", str(file)).stderr == result.stderr


def test_check_config_shows_what_is_wrong_with_a_router(tmp_path: Path) -> None:
    inventory = json.loads(REFERENCE_INVENTORY.read_bytes())
    name = inventory["routers"][0]["id"]
    inventory["routers"][0]["target"] = "192.0.2.1"
    (tmp_path / "backbone.json").write_text(json.dumps(inventory), encoding="utf-8")
    file = tmp_path / "suanlu.toml"
    file.write_text('inventory = "backbone.json"\n', encoding="utf-8")
    result = run("check-config", str(file))
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert f"router {name}: target '192.0.2.1' is no <host>:<port>" in result.stderr


def test_check_config_counts_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "backbone.json").write_bytes(REFERENCE_INVENTORY.read_bytes())
    file = tmp_path / "suanlu.toml"
    file.write_text('inventory = "backbone.json"\n', encoding="utf-8")
    result = run("check-config", str(file), "--json")
    assert json.loads(result.stdout) == {"ok": True, "sites": 28, "routers": 42, "targets": 0, "circuits": 76}


def test_serve_tells_a_port_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "backbone.json").write_bytes(REFERENCE_INVENTORY.read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        file = tmp_path / "suanlu.toml"
        file.write_text(f'inventory = "backbone.json"\n[api]\nport = {port}\n', encoding="utf-8")
        result = run("serve", str(file))
    assert (result.returncode, result.stderr.count("\n")) == (1, 1), result.stderr
    assert f"port {port} of 127.0.0.1 is in use" in result.stderr


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100G", 100_000_000_000),
        ("2.5T", 2_500_000_000_000),
        ("7", 7),
        ("1Mbit/s", 10**6),
        ("100gbps", 10**11),
        ("100Gbit/s", 10**11),
        ("3k", 3000),
    ],
)
def test_bandwidths_are_read(text: str, value: int) -> None:
    assert bandwidth_bps(text) == value


@pytest.mark.parametrize(("text", "value"), [("20ms", 20_000), ("17600us", 17_600), ("0.5s", 500_000)])
def test_latencies_are_read(text: str, value: int) -> None:
    assert latency_us(text) == value


@pytest.mark.parametrize(
    "option", [("--min-bandwidth", "fast"), ("--max-latency", "20"), ("--exclude", "x:y")]
)
def test_bad_quantities_are_usage_errors(option: tuple[str, str]) -> None:
    result = runner.invoke(app, ["path", "a", "b", *option])
    assert result.exit_code == 2
    assert option[1] in result.output


def test_quantities_are_shown() -> None:
    assert show_latency(6154) == "6.154 ms"
    assert show_latency(None) == "–"
    assert show_bandwidth(312_000_000_000) == "312.0 Gbit/s"
    assert show_bandwidth(0) == "0 bit/s"


def test_why_says_when_packets_take_the_best_path() -> None:
    best = {"paths": [{"links": ["l"], "latency_us": 1, "igp_metric": 1}]}
    forwarded = {"status": "predicted", "branches": [{"links": ["l"]}], "violations": []}
    assert why(best, forwarded, "latency") == "Packets take the best path."
    forwarded["status"] = "unreachable"
    assert why(best, forwarded, "latency").startswith("Packets do not arrive")
