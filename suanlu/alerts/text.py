"""Texts that leave the process: in two languages, control characters removed, length bounded."""

import re
from collections.abc import Collection
from typing import NamedTuple

TEXT_LIMIT = 500
SHOWN = 4
_HOSTILE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: terminal escapes, line breaks
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # invisible, line separators, bidi overrides
    "\ud800-\udfff\ufff9-\ufffb]+"  # lone surrogates (UTF-8 cannot carry them), annotations
)


class Sentence(NamedTuple):
    """The same in English and in Chinese."""

    en: str
    zh: str

    def then(self, en: str, zh: str) -> "Sentence":
        """The sentence, and another after it."""
        return Sentence(self.en + en, self.zh + zh)


def listed(names: Collection[str]) -> Sentence:
    """The first few names in order, and how many more."""
    shown, more = sorted(names)[:SHOWN], len(names) - SHOWN
    found = Sentence(", ".join(shown), "、".join(shown))
    return found.then(f" and {more} more", f" 等 {len(names)} 个") if more > 0 else found


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return `text` with each run of control characters made one space, at most `limit` characters.

    A router's strings may hold anything; this is what keeps them from forging lines or terminal escapes.
    """
    plain = _HOSTILE.sub(" ", text).strip()
    return plain if len(plain) <= limit else f"{plain[: limit - 1]}…"
