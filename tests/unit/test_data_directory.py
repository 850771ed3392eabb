"""The data directory: one owner, and the second touches nothing."""

import socket
from pathlib import Path

import pytest

from suanlu.data_directory import DataDirectoryError, DataInUse, owned
from suanlu.simulator_process import REFERENCE_INVENTORY
from tests.unit.cli.test_commands import run


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_owner_is_alone_until_it_ends(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    with owned(data), pytest.raises(DataInUse, match="belongs to a running process"), owned(data):
        pass
    with owned(data):
        pass


def test_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataDirectoryError, match="choose another"), owned(tmp_path / "file"):
        pass


def test_second_demo_leaves_the_files_of_the_first(tmp_path: Path) -> None:
    files = {
        tmp_path / name: f"of the first: {name}"
        for name in ("suanlu.toml", "simulator.json", "inventory.json")
    }
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    with owned(tmp_path):
        result = run("demo", "--data", str(tmp_path), "--port", str(free_port()))
    assert (result.returncode, result.stderr.count("\n")) == (1, 1), result.stderr
    assert f"the data in {tmp_path} belongs to a running process" in result.stderr
    assert {path: path.read_text(encoding="utf-8") for path in files} == files


def test_serve_is_refused_where_a_demo_runs(tmp_path: Path) -> None:
    (tmp_path / "backbone.json").write_bytes(REFERENCE_INVENTORY.read_bytes())
    file = tmp_path / "suanlu.toml"
    file.write_text('inventory = "backbone.json"\ndata = "data"\n', encoding="utf-8")
    with owned(tmp_path / "data"):
        result = run("serve", str(file))
    assert (result.returncode, "belongs to a running process" in result.stderr) == (1, True), result.stderr
