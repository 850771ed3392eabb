"""Sessions of browsers: a cookie that names a token and is signed, so that a restart logs nobody out.

The cookie holds no secret of the token. It is good while its token is: who is revoked is out at once.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from suanlu.access.tokens import Token, TokenError, TokenFile
from suanlu.times import NS_PER_S

COOKIE = "suanlu_session"
PERSON_S = 12 * 3600  # a shift and the hand-over
KIOSK_S = 365 * 24 * 3600
_KEY_BYTES = 32
_LONGEST = 600


class Sessions:
    """Makes and checks cookies; `key` signs them, `now_ns` is the wall clock."""

    def __init__(self, tokens: TokenFile, key: bytes, *, now_ns: Callable[[], int]) -> None:
        self._tokens = tokens
        self._key = key
        self._now_ns = now_ns

    def open(self, token: Token) -> tuple[str, int]:
        """The value of a cookie for a token, and how many seconds it lasts."""
        lasts_s = KIOSK_S if token.kiosk else PERSON_S
        said = f"{_text(token.name)}.{self._now_ns() // NS_PER_S + lasts_s}"
        return f"{said}.{self._signature(said, token)}", lasts_s

    def token(self, cookie: str) -> Token | None:
        """The token of a cookie that we signed, that has not ended, and whose token is still there."""
        name, _, rest = cookie[:_LONGEST].partition(".")
        ends, _, signature = rest.partition(".")
        token = self._tokens.named(_name(name))
        if token is None or not ends.isascii() or not ends.isdecimal() or not signature.isascii():
            return None
        if not hmac.compare_digest(signature, self._signature(f"{name}.{ends}", token)):
            return None
        return token if int(ends) > self._now_ns() // NS_PER_S else None

    def _signature(self, said: str, token: Token) -> str:
        # of the digest, too: a new token of an old name is another one
        return hmac.new(self._key, f"{said}.{token.sha256}".encode(), hashlib.sha256).hexdigest()


def session_key(directory: Path) -> bytes:
    """The key of a data directory, made at the first start; TokenError where it cannot be kept."""
    path = directory / "session.key"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            beside = path.with_suffix(".new")
            beside.unlink(missing_ok=True)
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(_KEY_BYTES))
            beside.replace(path)
        key = path.read_bytes()
    except OSError as error:
        raise TokenError(f"the key of sessions {path} cannot be kept: {error.strerror}") from error
    if len(key) < _KEY_BYTES:
        raise TokenError(f"{path} is too short for a key: remove it, and log in again")
    return key


def _text(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _name(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""  # no token has this name
