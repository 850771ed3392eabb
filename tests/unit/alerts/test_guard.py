"""The SSRF guard: where webhooks may go."""

import ipaddress
import socket

import pytest

from suanlu.alerts import RefusedAddress
from suanlu.alerts.delivery.guard import Pinned, allowed, resolve

PUBLIC = ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
FORBIDDEN = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "100.64.0.1",
    "168.63.129.16",
    "198.18.1.1",
    "192.0.2.1",
    "224.0.0.1",
    "239.1.1.1",
    "255.255.255.255",
    "240.0.0.1",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]
NETWORKS = (ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd12::/32"))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert allowed(ipaddress.ip_address(address), ())


@pytest.mark.parametrize("address", FORBIDDEN)
def test_private_loopback_and_metadata_addresses_are_not(address: str) -> None:
    assert not allowed(ipaddress.ip_address(address), ())


@pytest.mark.parametrize(("address", "yes"), [("10.1.2.3", True), ("10.2.2.3", False), ("fd12::7", True)])
def test_allow_list_opens_its_networks_alone(address: str, yes: bool) -> None:
    assert allowed(ipaddress.ip_address(address), NETWORKS) is yes


@pytest.mark.parametrize(
    "url", ["https://localhost/", "https://127.0.0.1:9/", "https://[::1]/", "https://2130706433/"]
)
async def test_url_that_leads_to_loopback_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(RefusedAddress, match="not public"):
        await resolve(url, ())


async def test_plain_http_is_for_listed_addresses_alone() -> None:
    with pytest.raises(RefusedAddress, match="http is only"):
        await resolve("http://93.184.216.34/", ())
    assert str(await resolve("https://93.184.216.34/", ())) == "93.184.216.34"
    listed = (ipaddress.ip_network("127.0.0.0/8"),)
    assert str(await resolve("http://127.0.0.1/", listed)) == "127.0.0.1"


async def test_connection_goes_to_the_address_that_was_judged() -> None:
    (result,) = await Pinned(ipaddress.ip_address("93.184.216.34")).resolve("rebound.example", 443)
    assert (result["host"], result["family"], result["hostname"]) == (
        "93.184.216.34",
        socket.AF_INET,
        "rebound.example",
    )
