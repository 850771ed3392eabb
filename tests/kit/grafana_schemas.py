"""Grafana's own JSON schemas, where there are any: github.com/grafana/grafana-foundation-sdk, jsonschema/."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMAS = Path(
    os.environ.get("SUANLU_TEST_GRAFANA_SCHEMAS")
    or Path(__file__).resolve().parents[3] / "shared" / "data" / "grafana-schemas"
)


def schema(name: str) -> dict[str, Any]:
    """A schema by its name; skips the test where there is no folder of them."""
    if not SCHEMAS.is_dir():
        pytest.skip("no folder of Grafana's JSON schemas: SUANLU_TEST_GRAFANA_SCHEMAS names none")
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.jsonschema.json").read_text())
    return found


def errors_of(document: Any, rule: dict[str, Any]) -> list[str]:
    """What a schema does not like about a document, by place."""
    found = jsonschema.Draft7Validator(rule).iter_errors(document)
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in found]
