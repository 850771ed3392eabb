"""Signatures: the `standardwebhooks` package accepts ours, and we accept its."""

import base64
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from suanlu.alerts import Secret, SecretError

BODY = '{"名": "深圳"}'.encode()


def test_standardwebhooks_accepts_our_signature() -> None:
    text = Secret.generate()
    headers = Secret(text).headers("msg_1", int(time.time()), BODY)
    assert Webhook(text).verify(BODY, headers) == {"名": "深圳"}
    with pytest.raises(WebhookVerificationError):
        Webhook(text).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(Secret.generate()).verify(BODY, headers)


def test_we_accept_the_signature_of_standardwebhooks() -> None:
    text = Secret.generate()
    signature = Webhook(text).sign("msg_1", datetime.fromtimestamp(1_800_000_000, UTC), BODY.decode())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1800000000",
        "webhook-signature": f"v1,AAAA {signature}",
    }
    secret = Secret(text)
    assert secret.verify(headers, BODY, now_s=1_800_000_299)
    assert not secret.verify(headers, BODY, now_s=1_800_000_301)
    assert not secret.verify(headers | {"webhook-id": "msg_2"}, BODY, now_s=1_800_000_000)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", ["", "nonsense", "١٢٣", "v1,", "-5", "9" * 30])
def test_headers_of_a_stranger_are_refused_without_an_error(name: str, value: str) -> None:
    secret = Secret(Secret.generate())
    headers = secret.headers("msg_1", 1000, BODY) | {name: value}
    assert not secret.verify(headers, BODY, now_s=1000)


def test_secret_shows_nothing_of_itself(tmp_path: Path) -> None:
    text = Secret.generate()
    (tmp_path / "secret").write_text(f"{text}\n")
    secret = Secret.load(str(tmp_path / "secret"))
    assert text.removeprefix("whsec_")[:8] not in repr(secret)
    assert secret.headers("a", 1, b"") == Secret(text).headers("a", 1, b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not base64!", "not base64"),
        ("whsec_" + base64.b64encode(bytes(8)).decode(), "8 bytes"),
        (None, "No such file"),
    ],
)
def test_unusable_secret_names_its_file_but_not_its_content(
    tmp_path: Path, content: str | None, words: str
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SecretError, match=words) as error:
        Secret.load(str(path))
    assert str(path) in str(error.value)
    assert content is None or content not in str(error.value)
