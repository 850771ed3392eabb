"""The gate that a configuration asks for."""

from collections.abc import Callable
from pathlib import Path

from suanlu.access.gate import Gate
from suanlu.access.sessions import Sessions, session_key
from suanlu.access.tokens import TokenFile


def gate_of(tokens_file: str | None, data: Path, external_url: str, now_ns: Callable[[], int]) -> Gate:
    """Everybody on this machine may ask, or with a file of tokens their holders; raises TokenError."""
    if tokens_file is None:
        return Gate(external_url=external_url)
    tokens = TokenFile(Path(tokens_file))
    return Gate(tokens, Sessions(tokens, session_key(data), now_ns=now_ns), external_url)
