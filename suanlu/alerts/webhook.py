"""The sender: takes messages from the outbox to their receivers, each receiver by its own task.

Signed by Standard Webhooks, over https to vetted addresses, no redirects, no proxies, 10 s an attempt,
at most 64 KiB of answer. Retries wait a random time (full jitter); Retry-After is honoured.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

import aiohttp
import structlog

from suanlu.alerts import guard
from suanlu.alerts.errors import AlertsError, RefusedAddress
from suanlu.alerts.message import Message
from suanlu.alerts.outbox import Outbox
from suanlu.alerts.settings import AlertSettings, ReceiverSettings
from suanlu.alerts.signing import Secret
from suanlu.alerts.text import clean

RESPONSE_LIMIT_BYTES = 65_536
NS = 1_000_000_000
OF_THE_MESSAGE = frozenset({400, 405, 406, 409, 411, 413, 414, 415, 422})
"""Refusals of one message; every other failure is the receiver's own and holds back all of its messages."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to; `error` is empty where the message was taken."""

    error: str = ""
    retry_after_s: float | None = None
    whole_receiver: bool = True


class WebhookSender:
    """Sends what the outbox holds until cancelled. Reads the secrets' files once, here.

    Raises SecretError, or AlertsError for a `ca_file`, that cannot be used. `random` is for the jitter alone.
    """

    def __init__(
        self, settings: AlertSettings, outbox: Outbox, *, now_ns: Callable[[], int], random: Random
    ) -> None:
        self._deliveries = [
            _Delivery(receiver, settings, outbox, now_ns=now_ns, random=random)
            for receiver in settings.receivers
        ]

    async def run(self) -> None:
        """Deliver to every receiver; one receiver's trouble never delays another."""
        async with asyncio.TaskGroup() as tasks:
            for delivery in self._deliveries:
                tasks.create_task(delivery.run(), name=f"webhook-{delivery.name}")


class _Delivery:
    def __init__(
        self,
        receiver: ReceiverSettings,
        settings: AlertSettings,
        outbox: Outbox,
        *,
        now_ns: Callable[[], int],
        random: Random,
    ) -> None:
        self.name = receiver.name
        self._receiver = receiver
        self._networks = receiver.allowed_networks()
        self._secret = Secret.load(receiver.secret_file)
        self._tls = _trust(receiver)
        self._settings = settings
        self._outbox = outbox
        self._now_ns = now_ns
        self._random = random

    async def run(self) -> None:
        while True:
            message = await self._outbox.next_message(self.name)
            outcome = await self._attempt(message)
            if not outcome.error:
                self._outbox.delivered(message)
                continue
            wait_s = delay_s(self._settings, self._random, message.attempts, outcome.retry_after_s)
            log.warning(
                "webhook_failed",
                receiver=self.name,
                webhook_id=message.id,
                attempt=message.attempts + 1,
                error=outcome.error,
                retry_s=round(wait_s, 3),
            )
            self._outbox.failed(
                message, delay_s=wait_s, error=outcome.error, whole_receiver=outcome.whole_receiver
            )

    async def _attempt(self, message: Message) -> Outcome:
        try:
            async with asyncio.timeout(self._settings.request_timeout_s):
                address = await guard.resolve(self._receiver.url, self._networks)
                return await self._post(message, address)
        except TimeoutError:
            return Outcome(f"no answer within {self._settings.request_timeout_s:g} s")
        except (aiohttp.ClientError, OSError, RefusedAddress) as error:
            return Outcome(clean(str(error)) or type(error).__name__)

    async def _post(self, message: Message, address: guard.Address) -> Outcome:
        timestamp_s = self._now_ns() // NS
        headers = self._secret.headers(message.id, timestamp_s, message.body)
        headers["content-type"] = "application/json"
        headers["user-agent"] = "suanlu"
        connector = aiohttp.TCPConnector(resolver=guard.Pinned(address), ssl=self._tls, force_close=True)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # a small answer must not become a large one
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=self._settings.request_timeout_s),
            ) as session,
            session.post(
                self._receiver.url, data=message.body, headers=headers, allow_redirects=False
            ) as response,
        ):
            await response.content.read(RESPONSE_LIMIT_BYTES)
            return self._judge(response)

    def _judge(self, response: aiohttp.ClientResponse) -> Outcome:
        status = response.status
        if 200 <= status < 300:
            return Outcome()
        reason = "redirects are not followed" if 300 <= status < 400 else clean(response.reason or "", 80)
        return Outcome(
            f"status {status}: {reason}",
            retry_after_s=retry_after(response.headers.get("Retry-After"), self._now_ns() // NS),
            whole_receiver=status not in OF_THE_MESSAGE,
        )


def _trust(receiver: ReceiverSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=receiver.ca_file)
    except OSError as error:  # ssl.SSLError is one
        reason = error.strerror or error
        raise AlertsError(
            f"the ca_file {receiver.ca_file} of receiver {receiver.name!r} cannot be used: {reason}"
        ) from error


def delay_s(settings: AlertSettings, random: Random, attempts: int, retry_after_s: float | None) -> float:
    """How long to wait after a failure that `attempts` others preceded: full jitter under a doubling ceiling.

    What Retry-After asks for is the least, up to `retry_after_cap_s`; at most a tenth of it is added.
    """
    ceiling_s = min(settings.retry_cap_s, settings.retry_base_s * 2.0 ** min(attempts, 32))
    jitter_s = random.uniform(0, ceiling_s)
    if retry_after_s is None:
        return jitter_s
    asked_s = min(retry_after_s, settings.retry_after_cap_s)
    return asked_s + min(jitter_s, asked_s / 10)


def retry_after(value: str | None, now_s: int) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); None: unusable."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.fromtimestamp(now_s, tz=UTC)).total_seconds())
