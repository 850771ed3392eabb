"""When certificates expire: those that the configuration names, and those that routers show.

An expired certificate silences a router from one second to the next, and one of an authority silences all,
so the day is known beforehand: it is a figure of `/metrics` and what the rule `certificate_expiry` measures.
"""

import asyncio
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from collector.settings import Target, Transport
from suanlu.alerts.alert import Subject
from suanlu.alerts.text import Sentence

PERIOD_S = 3600
DEADLINE_S = 10
AT_ONCE = 8
DAY_S = 86_400
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_UTC_TIME, _VERSION = 0x17, 0xA0
_log = structlog.get_logger("certificates")


class Certificates:
    """configuration, routers -> alerts, metrics: when each certificate ends.

    `files`: by the key that names it. `expires_s`: by subject, Unix time; what could not be read is left out,
    or as it was read last.
    """

    def __init__(
        self,
        files: Mapping[str, Path],
        targets: Sequence[Target],
        transport: Transport,
        *,
        now_ns: Callable[[], int],
    ) -> None:
        self._files = files
        self._targets = [
            (target, own) for target in targets if not (own := target.transport or transport).insecure
        ]
        self._now_ns = now_ns
        self.expires_s: dict[Subject, float] = {}

    async def run(self) -> None:
        """Read all of them, and again every hour, until cancelled."""
        while True:
            await self.read()
            await asyncio.sleep(PERIOD_S)

    async def read(self) -> None:
        """Read all of them once."""
        for key, path in self._files.items():
            try:
                ends = expiry(await asyncio.to_thread(path.read_bytes))
            except (OSError, ValueError) as error:
                _log.warning("certificate_unreadable", key=key, reason=str(error))
                continue
            self.expires_s[Subject(kind="system", id=key)] = ends.timestamp()
        turns = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for target, transport in self._targets:
                group.create_task(self._ask(target, transport, turns), name=f"certificate of {target.id}")

    async def _ask(self, target: Target, transport: Transport, turns: asyncio.Semaphore) -> None:
        async with turns:
            try:
                async with asyncio.timeout(DEADLINE_S):
                    shown = await shown_by(target.address, transport)
            except (OSError, TimeoutError, ValueError):  # the collector says why it is not reached
                return
        self.expires_s[Subject(kind="router", id=target.id)] = shown.timestamp()

    def readings(self) -> Mapping[Subject, tuple[float, Sentence]]:
        """By subject, the days that are left, and when it ends in words."""
        now_s = self._now_ns() / 1e9
        return {subject: ((ends - now_s) / DAY_S, _ends(ends)) for subject, ends in self.expires_s.items()}


def _ends(unix_s: float) -> Sentence:
    at = f"{datetime.fromtimestamp(unix_s, UTC):%Y-%m-%d %H:%M} UTC"
    return Sentence(f"ends at {at}", f"到期时间 {at}")


async def shown_by(address: str, transport: Transport) -> datetime:
    """When the certificate ends that a server shows. It is only read, so nobody's word is asked for it.

    Raises OSError, TimeoutError, ValueError.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    if transport.certificate_file and transport.key_file:
        context.load_cert_chain(transport.certificate_file, transport.key_file)
    host, _, port = address.rpartition(":")
    _, writer = await asyncio.open_connection(
        host.strip("[]"), int(port), ssl=context, server_hostname=transport.server_name or host.strip("[]")
    )
    try:
        der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    return _not_after(der)


def expiry(pem: bytes) -> datetime:
    """When the first of the certificates in a PEM file ends. Raises ValueError where there is none."""
    found = [_not_after(ssl.PEM_cert_to_DER_cert(one.decode("ascii"))) for one in _PEM.findall(pem)]
    if not found:
        raise ValueError("there is no certificate (PEM) in it")
    return min(found)


def _not_after(der: bytes) -> datetime:
    """The end of validity of an X.509 certificate (RFC 5280, 4.1): the fields before it are passed over."""
    try:
        tbs = next(_elements(next(_elements(der))[1]))[1]
        fields = [element for element in _elements(tbs) if element[0] != _VERSION]
        validity = fields[3][1]  # after serial number, signature algorithm and issuer
        _, (tag, text) = _elements(validity)
    except (IndexError, StopIteration) as error:
        raise ValueError("it is no X.509 certificate") from error
    digits = text.decode("ascii")
    if tag == _UTC_TIME:  # two digits of the year: 50 is 1950, 49 is 2049
        digits = ("19" if digits >= "50" else "20") + digits
    return datetime.strptime(digits, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element of DER, one after another."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            octets = length & 0x7F
            length, at = int.from_bytes(data[at : at + octets], "big"), at + octets
        yield tag, data[at : at + length]
        at += length
