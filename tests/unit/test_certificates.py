"""When certificates end: of files, of routers, and what cannot be read."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from collector.settings import Target, Transport
from suanlu.alerts.alert import Subject
from suanlu.certificates import Certificates, expiry

ENDS = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
LATE = datetime(2055, 1, 2, tzinfo=UTC)  # past 2049 the time is written in another form
NOW_NS = int((ENDS - timedelta(days=3)).timestamp()) * 10**9
AUTHORITY = trustme.CA()


def issued(ends: datetime) -> trustme.LeafCert:
    return AUTHORITY.issue_cert("127.0.0.1", not_after=ends)


def certificates(files: dict[str, Path], *targets: Target) -> Certificates:
    return Certificates(files, targets, Transport(), now_ns=lambda: NOW_NS)


@pytest.mark.parametrize("ends", [ENDS, LATE])
def test_the_end_of_a_certificate_is_read(ends):
    assert expiry(issued(ends).cert_chain_pems[0].bytes()) == ends


def test_of_several_certificates_in_a_file_the_first_to_end_counts():
    both = b"\n".join(issued(ends).cert_chain_pems[0].bytes() for ends in (LATE, ENDS))
    assert expiry(both) == ENDS


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_refused(pem):
    with pytest.raises(ValueError, match=r"no (X\.509 )?certificate"):
        expiry(pem)


async def test_days_that_are_left_are_told_by_the_key_that_names_the_file(tmp_path):
    good, bad = tmp_path / "good.pem", tmp_path / "bad.pem"
    good.write_bytes(issued(ENDS).cert_chain_pems[0].bytes())
    bad.write_bytes(b"nothing")
    found = certificates({"a.ca_file": good, "b.ca_file": bad, "c.ca_file": tmp_path / "none.pem"})
    await found.read()
    said = ("ends at 2031-05-06 07:08 UTC", "到期时间 2031-05-06 07:08 UTC")
    assert found.readings() == {Subject(kind="system", id="a.ca_file"): (3.0, said)}


async def test_a_router_s_certificate_is_read_from_its_port():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued(ENDS).configure_cert(context)
    listening = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        found = certificates({}, Target(id="r1", address=f"127.0.0.1:{port}"))
        await found.read()
        assert found.expires_s == {Subject(kind="router", id="r1"): ENDS.timestamp()}


async def test_a_router_without_tls_or_out_of_reach_has_none():
    insecure = Target(id="r1", address="127.0.0.1:1", transport=Transport(insecure=True))
    found = certificates({}, insecure, Target(id="r2", address="127.0.0.1:1"))
    await found.read()
    assert found.readings() == {}
