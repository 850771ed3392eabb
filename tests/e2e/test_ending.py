"""Ctrl-C ends the process within five seconds, whatever a part of it does, and says which one that was."""

import sys
from pathlib import Path

import pytest

from suanlu.simulator_process import REFERENCE_INVENTORY
from tests.kit.command import run_command, run_program


@pytest.mark.parametrize(
    ("how", "named"),
    [("swallow", "the stuck part"), ("block", "the stuck part"), ("thread", "the thread stuck-thread")],
)
async def test_part_that_does_not_end_is_named_and_left_behind(tmp_path: Path, how: str, named: str) -> None:
    (tmp_path / "backbone.json").write_bytes(REFERENCE_INVENTORY.read_bytes())
    config = tmp_path / "suanlu.toml"
    config.write_text('inventory = "backbone.json"\n[api]\nport = 0\n', encoding="utf-8")
    async with run_program(sys.executable, "-m", "tests.kit.stuck_process", str(config), how) as stuck:
        await stuck.started()
        before = len(stuck.lines)
        assert await stuck.interrupt() == 70
    assert stuck.lines[before:] == [f"suanlu: {named} did not end within 4.5 s and was left behind"]


@pytest.mark.parametrize("how", ["interrupt", "terminate"])
async def test_end_is_quiet(tmp_path: Path, how: str) -> None:
    (tmp_path / "backbone.json").write_bytes(REFERENCE_INVENTORY.read_bytes())
    config = tmp_path / "suanlu.toml"
    config.write_text('inventory = "backbone.json"\n[api]\nport = 0\n', encoding="utf-8")
    async with run_command("serve", str(config)) as serve:
        await serve.started()
        before = len(serve.lines)
        assert await getattr(serve, how)() == 0
    assert serve.lines[before:] == ["suanlu has ended."], "no part and no library has more to say"
