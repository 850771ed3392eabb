"""Signatures of Standard Webhooks 1.0.0: HMAC-SHA256 over `<id>.<timestamp>.<body>`."""

import base64
import binascii
import hashlib
import hmac
import secrets
from pathlib import Path

from suanlu.alerts.errors import SecretError

PREFIX = "whsec_"
SECRET_MIN_BYTES, SECRET_MAX_BYTES = 24, 64  # Standard Webhooks 1.0.0, "Signature scheme"


class Secret:
    """The symmetric key that a receiver shares with us; its repr shows nothing of it."""

    __slots__ = ("_key",)

    def __init__(self, text: str) -> None:
        try:
            self._key = base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            raise SecretError(f"the webhook secret is not base64: write {PREFIX}<base64>") from None
        if not SECRET_MIN_BYTES <= len(self._key) <= SECRET_MAX_BYTES:
            raise SecretError(
                f"the webhook secret has {len(self._key)} bytes: {SECRET_MIN_BYTES} to {SECRET_MAX_BYTES} "
                "are allowed"
            )

    def __repr__(self) -> str:
        return "Secret(…)"

    @classmethod
    def generate(cls) -> str:
        """Return the text of a new random secret: `whsec_` and 32 bytes in base64."""
        return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()

    @classmethod
    def load(cls, path: str) -> "Secret":
        """Read a secret's file; raises SecretError that names the file, never what is in it."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise SecretError(f"the webhook secret file {path} cannot be read: {reason}") from None
        try:
            return cls(text)
        except SecretError as error:
            raise SecretError(f"{path}: {error}") from None

    def sign(self, message_id: str, timestamp_s: int, body: bytes) -> str:
        """Return the `webhook-signature` of one attempt: `v1,` and the base64 of the HMAC."""
        content = f"{message_id}.{timestamp_s}.".encode() + body
        return "v1," + base64.b64encode(hmac.digest(self._key, content, hashlib.sha256)).decode()

    def headers(self, message_id: str, timestamp_s: int, body: bytes) -> dict[str, str]:
        """The three headers; the timestamp is that of the attempt, the id that of the message."""
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp_s),
            "webhook-signature": self.sign(message_id, timestamp_s, body),
        }

    def verify(self, headers: dict[str, str], body: bytes, *, now_s: int, tolerance_s: int = 300) -> bool:
        """Say whether a received message is authentic and its timestamp within the tolerance.

        `headers` with names in lower case. Any one of several `v1` signatures will do (key rotation).
        """
        timestamp = headers.get("webhook-timestamp", "")
        if not timestamp.isascii() or not timestamp.isdigit() or abs(int(timestamp) - now_s) > tolerance_s:
            return False
        expected = self.sign(headers.get("webhook-id", ""), int(timestamp), body)
        given = headers.get("webhook-signature", "").split(" ")
        return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)
