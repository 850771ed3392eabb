"""A channel: the way to one receiver. Most are HTTP POSTs; mail has one of its own."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from suanlu.alerts.delivery import guard
from suanlu.alerts.delivery.receiver_settings import EndpointSettings, Network
from suanlu.alerts.delivery.retry import retry_after
from suanlu.alerts.errors import AlertsError, RefusedAddress
from suanlu.alerts.forms import Form
from suanlu.alerts.forms.form import Notice, Outgoing
from suanlu.alerts.text import clean

RESPONSE_LIMIT_BYTES = 65_536
NS = 1_000_000_000
OF_THE_MESSAGE = frozenset({400, 405, 406, 409, 411, 413, 414, 415, 422})
"""Refusals of one message; every other failure is the receiver's own and holds back all of its messages."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to: `error` is empty where the first `carried` notices were taken."""

    error: str = ""
    carried: int = 1
    retry_after_s: float | None = None
    whole_receiver: bool = True


class Channel(Protocol):
    """`most`, `spacing_s` and `repeat_s` as a form has them."""

    most: int
    spacing_s: float
    repeat_s: float

    async def send(self, notices: Sequence[Notice]) -> Outcome:
        """Send at least the first notice; never raises for a receiver's trouble."""

    async def repeat(self) -> Outcome:
        """Send what is to be repeated."""


class Poster:
    """Posts to one endpoint: vetted addresses, no redirects, no proxies, a bounded answer, a deadline.

    Raises AlertsError for a `ca_file` that cannot be used.
    """

    def __init__(self, endpoint: EndpointSettings, timeout_s: float, now_ns: Callable[[], int]) -> None:
        self._networks: tuple[Network, ...] = endpoint.allowed_networks()
        self._tls = trust(endpoint)
        self._timeout_s = timeout_s
        self._now_ns = now_ns

    async def post(self, outgoing: Outgoing, refusal: Callable[[bytes], str]) -> Outcome:
        """Post once; `refusal` judges the body of an answer with a status of 2xx."""
        try:
            async with asyncio.timeout(self._timeout_s):
                address = await guard.resolve(outgoing.url, self._networks)
                return await self._post(outgoing, address, refusal)
        except TimeoutError:
            return Outcome(f"no answer within {self._timeout_s:g} s")
        except (aiohttp.ClientError, OSError, RefusedAddress) as error:
            return Outcome(clean(str(error)) or type(error).__name__)

    async def _post(
        self, outgoing: Outgoing, address: guard.Address, refusal: Callable[[bytes], str]
    ) -> Outcome:
        connector = aiohttp.TCPConnector(resolver=guard.Pinned(address), ssl=self._tls, force_close=True)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # a small answer must not become a large one
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=self._timeout_s),
            ) as session,
            session.post(
                outgoing.url,
                data=outgoing.body,
                headers=outgoing.headers | {"user-agent": "suanlu"},
                allow_redirects=False,
            ) as response,
        ):
            body = await response.content.read(RESPONSE_LIMIT_BYTES)
            return self._judge(response, body, outgoing.carried, refusal)

    def _judge(
        self, response: aiohttp.ClientResponse, body: bytes, carried: int, refusal: Callable[[bytes], str]
    ) -> Outcome:
        status = response.status
        if 200 <= status < 300:
            return Outcome(clean(refusal(body)), carried)
        reason = "redirects are not followed" if 300 <= status < 400 else clean(response.reason or "", 80)
        return Outcome(
            f"status {status}: {reason}",
            retry_after_s=retry_after(response.headers.get("Retry-After"), self._now_ns() // NS),
            whole_receiver=status not in OF_THE_MESSAGE,
        )


class HttpChannel:
    """A receiver that takes POSTs, in the form of its kind."""

    def __init__(self, form: Form, poster: Poster, now_ns: Callable[[], int]) -> None:
        self._form = form
        self._poster = poster
        self._now_ns = now_ns
        self.most, self.spacing_s, self.repeat_s = form.most, form.spacing_s, form.repeat_s

    async def send(self, notices: Sequence[Notice]) -> Outcome:
        """One request of as many notices as it carries."""
        return await self._poster.post(self._form.outgoing(notices, self._now_ns()), self._form.refusal)

    async def repeat(self) -> Outcome:
        """What the form wants repeated, if anything."""
        outgoing = self._form.repeated(self._now_ns())
        return Outcome() if outgoing is None else await self._poster.post(outgoing, self._form.refusal)


def trust(endpoint: EndpointSettings) -> ssl.SSLContext:
    """Return the context of an endpoint's certificates. Raises AlertsError."""
    try:
        return ssl.create_default_context(cafile=endpoint.ca_file)
    except OSError as error:  # ssl.SSLError is one
        reason = error.strerror or error
        raise AlertsError(f"the ca_file {endpoint.ca_file} cannot be used: {reason}") from error
