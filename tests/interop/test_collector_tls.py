"""TLS of the collector, against a real server over a real socket: who is believed, what is said if not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import grpc
import msgspec
import pytest
from structlog.testing import capture_logs

from collector.settings import Target, Transport
from tests.kit.certificates import Authority
from tests.kit.collecting import Collected, collecting
from tests.kit.scripted_target import ScriptedTarget
from tests.kit.wait import eventually

ADDRESS, NAME = "127.0.0.1", "r1.suanlu.example"
PAST, FUTURE = datetime(2020, 1, 1), datetime(2098, 1, 1)  # noqa: DTZ001 - as trustme takes them


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "stranger")


@asynccontextmanager
async def reading(
    credentials: grpc.ServerCredentials | None, **transport: Any
) -> AsyncIterator[tuple[ScriptedTarget, Collected]]:
    """A router with these credentials, and a collector that reads it by this transport."""
    server = ScriptedTarget()
    async with server.listening(credentials):
        target = Target(id="r1", address=server.address, transport=Transport(**transport))
        async with collecting([target]) as seen:
            yield server, seen


def spoil(name: str, content: bytes | None) -> None:
    """Put something else into a file, or take it away."""
    if content is None:
        Path(name).unlink()
    else:
        Path(name).write_bytes(content)


async def reason_of_failure(credentials: grpc.ServerCredentials | None, **transport: Any) -> str:
    """What the one log line says of a router that cannot be read; it has learned nothing from us."""
    transport.setdefault("credentials_file", None)
    with capture_logs() as logs:
        async with reading(credentials, **transport) as (server, seen):
            await eventually(lambda: "unreachable" in seen.phases("r1"))
            assert not server.calls
    line = next(entry for entry in logs if entry["event"] == "target_lost")
    assert line["target"] == "r1"
    assert "\n" not in line["reason"]
    return str(line["reason"]).replace(server.address, "ADDRESS")


async def test_router_of_a_trusted_authority_is_read(authority: Authority) -> None:
    async with reading(authority.server(ADDRESS), ca_file=authority.ca_file) as (_, seen):
        await eventually(lambda: seen.of("r1").phase == "synced")
        assert not seen.of("r1").insecure
        assert seen.of("r1").errors == {}


async def test_authority_that_is_not_trusted(authority: Authority, stranger: Authority) -> None:
    assert await reason_of_failure(authority.server(ADDRESS), ca_file=stranger.ca_file) == (
        f"ADDRESS: its certificate is signed by no authority in {stranger.ca_file}:"
        " set ca_file to the authority that signed it"
    )


async def test_without_a_ca_file_the_systems_authorities_count(authority: Authority) -> None:
    assert "no authority in the system's store" in await reason_of_failure(authority.server(ADDRESS))


async def test_certificate_of_another_name(authority: Authority) -> None:
    assert await reason_of_failure(authority.server(NAME), ca_file=authority.ca_file) == (
        "ADDRESS: its certificate is not for 127.0.0.1:"
        " set server_name to a name that it is for, or issue one that has this name"
    )


async def test_server_name_says_whose_certificate_is_meant(authority: Authority) -> None:
    transport = {"ca_file": authority.ca_file, "server_name": NAME}
    async with reading(authority.server(NAME), **transport) as (_, seen):
        await eventually(lambda: seen.of("r1").phase == "synced")
    reason = await reason_of_failure(authority.server(ADDRESS), **transport)
    assert f"its certificate is not for {NAME}" in reason


async def test_certificate_that_has_expired(authority: Authority) -> None:
    credentials = authority.server(ADDRESS, not_after=PAST)
    assert await reason_of_failure(credentials, ca_file=authority.ca_file) == (
        "ADDRESS: its certificate has expired: renew it on the router"
    )


async def test_certificate_that_is_not_valid_yet(authority: Authority) -> None:
    credentials = authority.server(ADDRESS, not_before=FUTURE)
    assert await reason_of_failure(credentials, ca_file=authority.ca_file) == (
        "ADDRESS: its certificate is not valid yet: set the clock, the router's or this host's"
    )


async def test_client_certificate_that_is_demanded_is_given(authority: Authority) -> None:
    credentials = authority.server(ADDRESS, clients=authority)
    async with reading(credentials, ca_file=authority.ca_file, **authority.client()) as (_, seen):
        await eventually(lambda: seen.of("r1").phase == "synced")


async def test_client_certificate_that_is_demanded_and_not_there(authority: Authority) -> None:
    credentials = authority.server(ADDRESS, clients=authority)
    assert await reason_of_failure(credentials, ca_file=authority.ca_file) == (
        "ADDRESS: it ended the TLS handshake: it probably wants a client certificate,"
        " so set certificate_file and key_file"
    )


async def test_client_certificate_that_the_router_does_not_trust(
    authority: Authority, stranger: Authority
) -> None:
    credentials, ours = authority.server(ADDRESS, clients=authority), stranger.client()
    reason = await reason_of_failure(credentials, ca_file=authority.ca_file, **ours)
    assert f"it probably refuses the client certificate {ours['certificate_file']}" in reason


async def test_renewed_files_are_used_by_the_next_connect(authority: Authority, stranger: Authority) -> None:
    trusted = stranger.ca_file
    async with reading(authority.server(ADDRESS), ca_file=trusted) as (_, seen):
        await eventually(lambda: "unreachable" in seen.phases("r1"))
        spoil(trusted, authority.certificate)
        await eventually(lambda: seen.of("r1").phase == "synced")


async def test_router_without_tls_is_not_read_without_tls(authority: Authority) -> None:
    assert await reason_of_failure(None, ca_file=authority.ca_file) == (
        "ADDRESS: it does not speak TLS on this port: enable TLS there, or set insecure = true to do without"
    )


async def test_router_with_tls_is_not_read_in_the_clear(authority: Authority) -> None:
    assert await reason_of_failure(authority.server(ADDRESS), insecure=True) == (
        "ADDRESS: it ends a connection without TLS: it probably wants TLS, so take insecure = true away"
    )


async def test_password_goes_only_to_a_router_that_proved_who_it_is(
    authority: Authority, stranger: Authority, tmp_path: Path
) -> None:
    (tmp_path / "credentials").write_text("operator\nsesame\n")
    secret = {"credentials_file": str(tmp_path / "credentials")}
    await reason_of_failure(authority.server(ADDRESS), ca_file=stranger.ca_file, **secret)
    await reason_of_failure(None, ca_file=authority.ca_file, **secret)
    async with reading(authority.server(ADDRESS), ca_file=authority.ca_file, **secret) as (server, seen):
        await eventually(lambda: seen.of("r1").phase == "synced")
        told = {(one["username"], one["password"]) for one in (*server.calls, *server.metadata)}
        assert told == {("operator", "sesame")}


async def test_password_that_is_wrong_is_said_with_its_file(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("operator\nsesame\n")
    server = ScriptedTarget()
    server.capabilities = (grpc.StatusCode.UNAUTHENTICATED, "no such user")
    transport = Transport(ca_file=authority.ca_file, credentials_file=str(tmp_path / "credentials"))
    with capture_logs() as logs:
        async with server.listening(authority.server(ADDRESS)):
            target = Target(id="r1", address=server.address, transport=transport)
            async with collecting([target], unauthenticated_retry_s=60) as seen:
                await eventually(lambda: "unreachable" in seen.phases("r1"))
                assert seen.of("r1").errors == {"Unauthenticated": 1}
    (line,) = [entry for entry in logs if entry["event"] == "target_lost"]
    assert line["reason"] == (
        f"{server.address} does not know us (no such user): check user name and password in"
        f" {transport.credentials_file}"
    )
    assert "sesame" not in str(logs)


@pytest.mark.parametrize(
    ("which", "content", "words"),
    [
        ("ca_file", b"", "ca_file {ca_file} holds no certificate in PEM"),
        ("ca_file", b"junk\xff", "ca_file {ca_file} holds no certificate in PEM"),
        ("ca_file", None, "the file {ca_file} cannot be read: No such file"),
        ("key_file", b"junk", "certificate_file {certificate_file} and key_file {key_file} are no pair"),
        ("key_file", None, "the file {key_file} cannot be read: No such file"),
        ("certificate_file", b"", "certificate_file {certificate_file} and key_file {key_file} are no pair"),
    ],
)
async def test_file_that_cannot_be_used_is_named(
    authority: Authority, which: str, content: bytes | None, words: str
) -> None:
    files = {"ca_file": authority.ca_file, **authority.client()}
    spoil(files[which], content)
    assert words.format(**files) in await reason_of_failure(authority.server(ADDRESS), **files)


async def test_key_of_another_certificate_is_refused(authority: Authority, stranger: Authority) -> None:
    files = {**authority.client(), "key_file": stranger.client()["key_file"]}
    reason = await reason_of_failure(authority.server(ADDRESS), ca_file=authority.ca_file, **files)
    assert reason.endswith("are no pair of PEM files without a pass phrase: key values mismatch")


@pytest.mark.parametrize(
    ("transport", "words"),
    [
        ({"certificate_file": "c.pem"}, "need each other"),
        ({"key_file": "c.key"}, "need each other"),
        ({"insecure": True, "ca_file": "ca.pem"}, "exclude each other"),
        ({"insecure": True, "server_name": NAME}, "exclude each other"),
    ],
)
def test_transport_that_contradicts_itself_is_refused(transport: dict[str, Any], words: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        msgspec.convert(transport, Transport)
