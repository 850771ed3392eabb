"""Tokens: 256 random bits that a person or program shows; the file keeps their SHA-256 alone.

The secret is random, so a plain digest cannot be turned back, and a slow one would only slow requests.
"""

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

import msgspec

from suanlu.access.scopes import Scope
from suanlu.validation import explain
from topology.errors import SuanluError

PREFIX = "suanlu_"
_DIGEST_LENGTH = 64
_LONGEST = 200  # characters of a token that somebody shows; ours are 50


class TokenError(SuanluError):
    """The file of tokens cannot be used, or what is asked of it makes no sense."""


class Token(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name for people, what its holder may do, and the digest (SHA-256, hex) of the secret.

    A `kiosk` token is for a screen on a wall: it reads, and its session lasts until the token is revoked.
    """

    name: str
    scope: Scope
    sha256: str
    kiosk: bool = False


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    tokens: tuple[Token, ...] = ()


class TokenFile:
    """The tokens of a file, read again when it has changed: who is revoked is out with the next request."""

    def __init__(self, path: Path) -> None:
        """Raises TokenError."""
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._tokens: tuple[Token, ...] = ()
        self._read()

    def find(self, secret: str) -> Token | None:
        """The token with this secret. Every digest is compared, in constant time."""
        self._read()
        digest = digest_of(secret[:_LONGEST])
        found = None
        for token in self._tokens:
            if hmac.compare_digest(token.sha256, digest):
                found = token
        return found

    def named(self, name: str) -> Token | None:
        """The token of this name."""
        self._read()
        return next((token for token in self._tokens if token.name == name), None)

    def _read(self) -> None:
        """Nobody gets in by a file that is away or broken: at the start it is an error."""
        try:
            status = self._path.stat()
        except OSError as error:
            if self._stamp is None:
                raise TokenError(f"the tokens {self._path} cannot be read: {error.strerror}") from error
            self._tokens = ()
            return
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if stamp == self._stamp:
            return
        first, self._stamp, self._tokens = self._stamp is None, stamp, ()
        try:
            self._tokens = load_tokens(self._path)
        except TokenError:
            if first:
                raise


def digest_of(secret: str) -> str:
    """What the file keeps of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def create_token(path: Path, name: str, scope: Scope, *, kiosk: bool = False) -> str:
    """Add a token to a file, which is made where there is none; the secret, told this once. TokenError."""
    tokens = load_tokens(path) if path.exists() else ()
    if not name or any(token.name == name for token in tokens):
        raise TokenError(f"a token {name!r} cannot be made: names are not empty, and {path} has each once")
    if kiosk and scope != "read":
        raise TokenError(f"a kiosk's token reads and no more: leave out the scope {scope!r}")
    secret = PREFIX + secrets.token_urlsafe(32)
    _save(path, (*tokens, Token(name=name, scope=scope, sha256=digest_of(secret), kiosk=kiosk)))
    return secret


def revoke_token(path: Path, name: str) -> None:
    """Take a token out of a file; TokenError."""
    tokens = load_tokens(path)
    kept = tuple(token for token in tokens if token.name != name)
    if len(kept) == len(tokens):
        names = ", ".join(token.name for token in tokens) or "none"
        raise TokenError(f"{path} has no token {name!r}; it has: {names}")
    _save(path, kept)


def load_tokens(path: Path) -> tuple[Token, ...]:
    """The tokens of a file; TokenError."""
    try:
        tokens = msgspec.json.decode(path.read_bytes(), type=_Table).tokens
    except OSError as error:
        raise TokenError(f"the file of tokens {path} cannot be read: {error.strerror}") from error
    except msgspec.ValidationError as error:
        raise TokenError(f"{path} holds no tokens: {explain(error, _Table).detail}") from error
    except msgspec.DecodeError as error:
        raise TokenError(f"{path} holds no tokens: it is not JSON: {error}") from error
    for token in tokens:
        if len(token.sha256) != _DIGEST_LENGTH or not token.sha256.isascii():
            raise TokenError(f"{path}: the token {token.name!r} has no SHA-256; make it with `suanlu token`")
    if len({token.name for token in tokens}) != len(tokens):
        raise TokenError(f"{path} has two tokens of one name: rename or revoke one")
    return tokens


def _save(path: Path, tokens: tuple[Token, ...]) -> None:
    """In one step and for the owner alone, so that no reader sees half of it."""
    text = msgspec.json.format(msgspec.json.encode(_Table(tokens=tokens)), indent=2)
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise TokenError(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "wb") as file:  # mkstemp makes it readable by its owner alone
        file.write(text + b"\n")
        file.flush()
        os.fsync(file.fileno())
    Path(beside).replace(path)
