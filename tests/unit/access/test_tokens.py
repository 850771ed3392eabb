"""The file of tokens, the key of sessions, and `suanlu token`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from suanlu.access import TokenError, TokenFile, create_token, revoke_token, session_key
from suanlu.cli.commands import app
from suanlu.config import ConfigError, parse


def test_the_file_keeps_digests_alone_and_is_its_owners(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    secret = create_token(file, "li.wei", "operate")
    assert secret not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    token = TokenFile(file).find(secret)
    assert token is not None
    assert (token.name, token.scope) == ("li.wei", "operate")
    assert TokenFile(file).find(secret[:-1]) is None
    assert TokenFile(file).find(token.sha256) is None


def test_a_change_of_the_file_holds_at_once_and_a_broken_one_lets_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    first = create_token(file, "a", "read")
    tokens = TokenFile(file)
    second = create_token(file, "b", "read")
    assert tokens.find(second) is not None
    revoke_token(file, "a")
    assert tokens.find(first) is None
    file.write_text("{")
    assert tokens.find(second) is None
    file.unlink()
    assert tokens.named("b") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ('{"tokens": [{"name": "a"}]}', "scope"),
        ('{"tokens": [{"name": "a", "scope": "root", "sha256": ""}]}', "scope"),
        ('{"tokens": [{"name": "a", "scope": "read", "sha256": "secret"}]}', "no SHA-256"),
    ],
)
def test_a_file_that_is_wrong_says_how(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(text)
    with pytest.raises(TokenError, match=words):
        TokenFile(file)


def test_names_are_there_once_and_a_kiosk_reads(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    create_token(file, "a", "read")
    for name, scope, kiosk in (("a", "read", False), ("", "read", False), ("wall", "operate", True)):
        with pytest.raises(TokenError):
            create_token(file, name, scope, kiosk=kiosk)  # type: ignore[arg-type]
    with pytest.raises(TokenError, match="it has: a"):
        revoke_token(file, "b")


def test_the_key_of_sessions_stays_and_is_the_owners(tmp_path: Path) -> None:
    key = session_key(tmp_path / "data")
    assert len(key) == 32
    assert session_key(tmp_path / "data") == key
    assert (tmp_path / "data" / "session.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "data" / "session.key").write_bytes(b"short")
    with pytest.raises(TokenError, match="too short"):
        session_key(tmp_path / "data")


def test_the_command_makes_shows_and_revokes(tmp_path: Path) -> None:
    file = str(tmp_path / "tokens.json")
    runner = CliRunner()
    made = runner.invoke(app, ["token", "create", "li.wei", "--scope", "query", "--file", file])
    assert made.exit_code == 0
    assert made.stdout.startswith("suanlu_")
    wall = runner.invoke(app, ["token", "create", "wall", "--kiosk", "--file", file])
    assert "/login#token=suanlu_" in wall.stdout
    assert (
        runner.invoke(app, ["token", "list", "--file", file]).stdout == "li.wei  query\nwall  read  kiosk\n"
    )
    assert runner.invoke(app, ["token", "create", "x", "--scope", "root", "--file", file]).exit_code == 2
    assert runner.invoke(app, ["token", "revoke", "li.wei", "--file", file]).exit_code == 0
    assert [token["name"] for token in json.loads(Path(file).read_text())["tokens"]] == ["wall"]


def test_only_with_tokens_does_the_server_listen_to_others() -> None:
    with pytest.raises(ConfigError, match="suanlu token create"):
        parse('inventory = "i.json"\n[api]\nhost = "0.0.0.0"\n')
    settings = parse(
        'inventory = "i.json"\n[api]\nhost = "0.0.0.0"\ntokens_file = "tokens.json"\n', folder=Path("/etc")
    )
    assert settings.api.tokens_file == "/etc/tokens.json"
