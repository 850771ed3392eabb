"""docs/pathcalc.md: its row, put into a copy of the table, is a constraint in all ways that it says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pathcalc.constraints.fields import TERMS

ROOT = Path(__file__).parents[3]
FIRST_ROW = "    min_bandwidth_bps: Annotated["
IN_THE_API = """
import msgspec

from suanlu.api.requests import PathQuery

body = b'{"from": "a", "to": "b", "constraints": {"min_capacity_bps": 40}}'
asked = msgspec.json.decode(body, type=PathQuery)
assert asked.constraints.min_capacity_bps == 40
assert "min_capacity_bps" in str(msgspec.json.schema(PathQuery))
"""


@pytest.mark.parametrize("field", dict.fromkeys(term.field for term in TERMS))
def test_the_page_of_the_api_names_each_constraint(field: str) -> None:
    (section,) = re.findall(
        r"^## 13\..*?(?=^## )", (ROOT / "docs" / "api.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert f"`{field}`" in section


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
    command = [sys.executable, "-W", "error", "-c", example + IN_THE_API]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}  # the packages of the copy come before it
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
