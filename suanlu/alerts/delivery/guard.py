"""The SSRF guard: which addresses webhooks may go to, and a resolver that pins the one that was judged.

A receiver's name is resolved once an attempt; the connection goes to the very address that was judged,
so that a name that changes its mind in between (DNS rebinding) gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from suanlu.alerts.delivery.receiver_settings import Network
from suanlu.alerts.errors import RefusedAddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

METADATA = frozenset(
    ipaddress.ip_address(address)
    for address in (
        "169.254.169.254",  # AWS, GCP, Azure, OpenStack; Tencent's and Huawei's too
        "100.100.100.200",  # Alibaba Cloud
        "168.63.129.16",  # Azure's wire server: a public address
        "fd00:ec2::254",  # AWS over IPv6
    )
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052


def allowed(address: Address, networks: Sequence[Network]) -> bool:
    """Say whether webhooks may go to `address`: public, or in one of `networks`.

    An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4, Teredo) is judged by both.
    """
    if any(address.version == network.version and address in network for network in networks):
        return True
    inner = _carried(address)
    if inner is not None:
        return allowed(inner, networks) and (address in NAT64 or _is_mapped(address) or address.is_global)
    return address.is_global and not address.is_multicast and address not in METADATA


def _is_mapped(address: Address) -> bool:
    return isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None


def _carried(address: Address) -> ipaddress.IPv4Address | None:
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


async def resolve(url: str, networks: Sequence[Network]) -> Address:
    """Resolve the URL's host once and return the first address that webhooks may go to.

    Plain http is for addresses in `networks` alone. Raises RefusedAddress where none may be used, OSError
    where the name does not resolve; the caller sets the deadline.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    found = await asyncio.get_running_loop().getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]
    plain = parts.scheme == "http"
    for address in addresses:
        listed = any(address.version == n.version and address in n for n in networks)
        if listed or (not plain and allowed(address, networks)):
            return address
    shown = ", ".join(str(address) for address in addresses[:3])
    rule = "http is only for addresses in allow_cidrs" if plain else "not public and not in allow_cidrs"
    raise RefusedAddress(f"{host} is {shown}: {rule}")


class Pinned(AbstractResolver):
    """A resolver that knows one address; names in TLS and in the Host header stay the URL's."""

    def __init__(self, address: Address) -> None:
        self._address = address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the pinned address, whatever is asked."""
        v6 = self._address.version == 6
        return [
            ResolveResult(
                hostname=host,
                host=str(self._address),
                port=port,
                family=socket.AF_INET6 if v6 else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""
