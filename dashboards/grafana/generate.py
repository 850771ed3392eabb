"""The boards' JSON, which is committed: people who use the boards need neither this nor the SDK.

It is of the classic kind (schema version 42), which Grafana 10 to 13 load from a file.
"""

from collections.abc import Callable
from pathlib import Path

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards.grafana.overview import overview

DIRECTORY = Path(__file__).parent / "boards"
BOARDS: dict[str, Callable[[], Dashboard]] = {"overview": overview}


def encode(board: Dashboard) -> str:
    """Return a board's JSON, keys sorted, so that a change shows as a small difference."""
    return JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(board.build()) + "\n"


def write_boards() -> None:
    """Write every board."""
    DIRECTORY.mkdir(exist_ok=True)
    for name, build in BOARDS.items():
        path = DIRECTORY / f"{name}.json"
        path.write_text(encode(build()))
        print(f"wrote {path}")
