"""docs/pathcalc.md: its row, put into a copy of the table, is a constraint in all ways that it says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
FIRST_ROW = "    min_bandwidth_bps: Annotated["


def test_one_row_makes_a_constraint(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "pathcalc.md").read_text()
    row, example = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    for package in ("pathcalc", "topology"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.c", "__pycache__")
        )
    table = tmp_path / "pathcalc" / "constraints" / "fields.py"
    source = table.read_text()
    assert source.count(FIRST_ROW) == 1
    table.write_text(source.replace(FIRST_ROW, row + FIRST_ROW))
    command = [sys.executable, "-W", "error", "-c", example]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
