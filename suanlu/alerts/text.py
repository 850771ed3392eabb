"""Texts that leave the process: control characters removed, length bounded."""

import re

TEXT_LIMIT = 500
_HOSTILE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: terminal escapes, line breaks
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # invisible, line separators, bidi overrides
    "\ud800-\udfff\ufff9-\ufffb]+"  # lone surrogates (UTF-8 cannot carry them), annotations
)


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return `text` with each run of control characters made one space, at most `limit` characters.

    A router's strings may hold anything; this is what keeps them from forging lines or terminal escapes.
    """
    plain = _HOSTILE.sub(" ", text).strip()
    return plain if len(plain) <= limit else f"{plain[: limit - 1]}…"
