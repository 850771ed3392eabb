"""Secrets and secret addresses, read from their files; what is in them is never told."""

from pathlib import Path

from suanlu.alerts.delivery.receiver_settings import SCHEMES, EndpointSettings, ReceiverSettings, check_url
from suanlu.alerts.errors import SecretError


def secret_text(path: str) -> str:
    """Return what a file holds, without white space around it; raises SecretError that names the file."""
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SecretError(f"the secret file {path} cannot be read: {reason}") from None
    if not text or any(character.isspace() for character in text):
        raise SecretError(f"{path}: one word is expected, and nothing else")
    return text


def url_of(settings: EndpointSettings, default: str = "") -> str:
    """Return the address of an endpoint, from its file where it has one. Raises SecretError."""
    if settings.url_file is None:
        return settings.url or default
    url = secret_text(settings.url_file)
    kind = settings.kind if isinstance(settings, ReceiverSettings) else ""
    try:
        check_url(url, bool(settings.allow_cidrs), SCHEMES.get(kind, ("https", "http")))
    except ValueError as error:
        raise SecretError(f"{settings.url_file}: {error}") from None
    return url
