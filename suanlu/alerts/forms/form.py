"""A form: what is posted to one kind of receiver, and what its answer means."""

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import msgspec

JSON = {"content-type": "application/json"}


class Entry(msgspec.Struct, frozen=True):
    """One alert of a message, by Alertmanager's names; times are RFC 3339."""

    status: str
    labels: dict[str, str]
    annotations: dict[str, str]
    startsAt: str  # noqa: N815
    endsAt: str  # noqa: N815
    generatorURL: str  # noqa: N815
    fingerprint: str

    @property
    def fires(self) -> bool:
        """False: it is resolved."""
        return self.status == "firing"


class _Body(msgspec.Struct):
    alerts: tuple[Entry, ...]


class Notice:
    """One message of the outbox: `id` is the same at every attempt, `body` Alertmanager's JSON."""

    def __init__(self, id: str, body: bytes) -> None:  # noqa: A002
        self.id = id
        self.body = body

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The alert, and after it the narrower one that it takes the place of, if it does."""
        return msgspec.json.decode(self.body, type=_Body).alerts

    @property
    def alert(self) -> Entry:
        """The alert that the message is about."""
        return self.entries[0]


class Outgoing(msgspec.Struct, frozen=True):
    """One HTTP POST; it carries the first `carried` of the notices that it was made of."""

    url: str
    headers: dict[str, str]
    body: bytes
    carried: int = 1


class Form(Protocol):
    """How one kind of receiver is spoken to.

    `most`: how many notices one request may carry. `spacing_s`: the least time between two requests, where
    the receiver allows but so many a minute: what comes up meanwhile goes out together. `repeat_s`: how
    often `repeated` is sent without news; 0: never.
    """

    most: int
    spacing_s: float
    repeat_s: float

    def outgoing(self, notices: Sequence[Notice], now_ns: int) -> Outgoing:
        """Return the request of at least the first notice."""

    def refusal(self, body: bytes) -> str:
        """What is wrong where the status was 2xx; "" where the receiver has taken it."""

    def repeated(self, now_ns: int) -> Outgoing | None:
        """What to send again for its own sake, None for nothing."""


class OneByOne:
    """What most forms share: a request a notice, no pause, nothing repeated, a 2xx is enough."""

    most = 1
    spacing_s = 0.0
    repeat_s = 0.0

    def refusal(self, body: bytes) -> str:
        """A 2xx says it all."""
        return ""

    def repeated(self, now_ns: int) -> Outgoing | None:
        """Nothing."""
        return None


def code_refusal(body: bytes, code: str, text: str) -> str:
    """Judge an answer that is 200 whatever happened: `code` must be 0, or `text` says why not."""
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        answer = None
    if not isinstance(answer, dict) or code not in answer:
        return f"the answer holds no {code!r}: {body[:120].decode(errors='replace')!r}"
    return "" if answer[code] == 0 else f"{code} {answer[code]}: {answer.get(text, '')}"
