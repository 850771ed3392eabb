"""The boards' JSON, which is committed: people who use the boards need neither this nor the SDK.

It is of the classic kind (schema version 42), which Grafana 10 to 13 load from a file.
"""

from collections.abc import Callable
from pathlib import Path

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards.grafana.boards import BOARDS

DIRECTORY = Path(__file__).parent / "json"


def encode(build: Callable[[], Dashboard]) -> str:
    """Return a board's JSON, keys sorted, so that a change shows as a small difference."""
    return JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(build().build()) + "\n"


def write_boards() -> None:
    """Write every board, and take away the JSON of those that are no more."""
    DIRECTORY.mkdir(exist_ok=True)
    for old in DIRECTORY.glob("*.json"):
        if old.stem not in BOARDS:
            old.unlink()
    for name, build in BOARDS.items():
        path = DIRECTORY / f"{name}.json"
        path.write_text(encode(build))
        print(f"wrote {path}")
