"""Mail: what came up together in one message, by SMTP with TLS.

`smtps://` is TLS from the start, `smtp://` is STARTTLS and refused where the server has none. The
`Message-ID` is that of the first notice, so that a mail sent again is known as the same.
"""

import asyncio
import socket
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import urlsplit

import aiosmtplib

from suanlu.alerts.delivery import guard
from suanlu.alerts.delivery.channel import Outcome, trust
from suanlu.alerts.delivery.receiver_settings import ReceiverSettings
from suanlu.alerts.errors import RefusedAddress
from suanlu.alerts.forms import secret_text, url_of
from suanlu.alerts.forms.form import Notice
from suanlu.alerts.forms.words import digest, summary, title
from suanlu.alerts.text import clean

PORTS = {"smtps": 465, "smtp": 587}
LIMIT_BYTES = 200_000
SUBJECT_LIMIT = 150
PERMANENT = range(550, 560)  # this message is refused (RFC 5321, 4.2.1), not the server in trouble


class MailChannel:
    """One mail server and those who read. Raises SecretError, or AlertsError for a `ca_file`."""

    most = 50
    spacing_s = 10.0
    repeat_s = 0.0

    def __init__(self, settings: ReceiverSettings, timeout_s: float) -> None:
        self._settings = settings
        self._url = url_of(settings)
        self._tls = trust(settings)
        self._password = None if settings.secret_file is None else secret_text(settings.secret_file)
        self._timeout_s = timeout_s

    async def send(self, notices: Sequence[Notice]) -> Outcome:
        """One mail of as many notices as have room in it."""
        message, carried = self._message(notices)
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._deliver(message)
        except TimeoutError:
            return Outcome(f"no answer within {self._timeout_s:g} s")
        except aiosmtplib.SMTPResponseException as error:
            return Outcome(clean(f"{error.code} {error.message}"), whole_receiver=error.code not in PERMANENT)
        except (aiosmtplib.SMTPException, OSError, RefusedAddress) as error:
            return Outcome(clean(str(error)) or type(error).__name__)
        return Outcome(carried=carried)

    async def repeat(self) -> Outcome:
        """Mail is not repeated."""
        return Outcome()

    def _message(self, notices: Sequence[Notice]) -> tuple[EmailMessage, int]:
        settings = self._settings
        text, carried = digest(notices, settings.language, LIMIT_BYTES)
        first = notices[0].alert
        more = f" (+{carried - 1})" if carried > 1 else ""
        message = EmailMessage()
        message["Subject"] = clean(
            f"{title(first, settings.language)}: {summary(first, settings.language)}{more}", SUBJECT_LIMIT
        )
        message["From"] = settings.sender
        message["To"] = ", ".join(settings.to)
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{notices[0].id}@suanlu>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer from a holiday
        message.set_content(text)
        return message, carried

    async def _deliver(self, message: EmailMessage) -> None:
        parts = urlsplit(self._url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        address = await guard.resolve(self._url, self._settings.allowed_networks())
        client = aiosmtplib.SMTP(
            hostname=host,  # whom the certificate must name
            port=None,
            sock=await _connected(address, port),  # the client's from here on
            use_tls=parts.scheme == "smtps",
            start_tls=parts.scheme == "smtp",
            tls_context=self._tls,
            username=self._settings.user,
            password=self._password,
            timeout=self._timeout_s,
        )
        async with client:
            await client.send_message(message)


async def _connected(address: guard.Address, port: int) -> socket.socket:
    """A socket that is connected to the very address that was judged."""
    sock = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (str(address), port))
    except BaseException:
        sock.close()
        raise
    return sock
