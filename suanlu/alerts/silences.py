"""Silences: alerts that nobody is to be told of for a while, in Alertmanager's terms (api/v2/openapi.yaml).

An alert that a silence matches still fires and is shown; its messages wait until no silence matches it. What
was told before is told when it ends.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Literal, Protocol

import msgspec
import re2  # linear in the length of the text, whatever the pattern; and what Alertmanager uses

from suanlu.alerts.errors import SilenceError
from topology.event import rfc3339

NS = 1_000_000_000
KEPT_NS = 5 * 86_400 * NS  # after its end, as Alertmanager does
Text = Annotated[str, msgspec.Meta(max_length=500)]
NAME = r"^[a-zA-Z_][a-zA-Z0-9_]*$"


class Matcher(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A label and what it must be; a pattern (RE2) must fit all of it. A label that is not there is ""."""

    name: Annotated[str, msgspec.Meta(pattern=NAME, max_length=100)]
    value: Text
    is_regex: bool
    is_equal: bool = True

    def check(self) -> None:
        """Raise SilenceError for a pattern that is none."""
        if self.is_regex:
            try:
                re2.compile(self.value)
            except re2.error as error:
                raise SilenceError(f"{self.value!r} is no pattern: {error}") from error

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels are so."""
        value = labels.get(self.name, "")
        found = re2.fullmatch(self.value, value) is not None if self.is_regex else value == self.value
        return found == self.is_equal


class Silence(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All matchers must match. Times are ns since the epoch here, RFC 3339 in the API."""

    id: str
    matchers: tuple[Matcher, ...]
    starts_at_ns: int
    ends_at_ns: int
    updated_at_ns: int
    created_by: str
    comment: str

    def state(self, now_ns: int) -> Literal["pending", "active", "expired"]:
        """Where it stands now."""
        if now_ns >= self.ends_at_ns:
            return "expired"
        return "active" if now_ns >= self.starts_at_ns else "pending"

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether it is about an alert with these labels."""
        return all(matcher.matches(labels) for matcher in self.matchers)


class SilenceKeeper(Protocol):
    """Where silences outlive the process."""

    @property
    def silences(self) -> tuple[Silence, ...]:
        """Those known from before."""

    def keep_silence(self, silence: Silence) -> None:
        """Remember, instead of the one with this id."""

    def forget_silence(self, id: str) -> None:  # noqa: A002
        """Remember no more."""


class Silences:
    """All silences. Calls are on the loop's thread."""

    def __init__(self, keeper: SilenceKeeper, *, now_ns: Callable[[], int]) -> None:
        self._keeper = keeper
        self._now_ns = now_ns
        self._silences = {silence.id: silence for silence in keeper.silences}
        self._forget_old()

    def all(self) -> tuple[Silence, ...]:
        """Active, pending, then expired ones; within a state by their end."""
        now_ns = self._now_ns()
        order = {"active": 0, "pending": 1, "expired": 2}
        return tuple(
            sorted(self._silences.values(), key=lambda s: (order[s.state(now_ns)], s.ends_at_ns, s.id))
        )

    def get(self, id: str) -> Silence | None:  # noqa: A002
        """The silence with this id."""
        return self._silences.get(id)

    def put(self, asked: Silence) -> Silence:
        """Add a silence, or change the one with its id (""); return it. Raises SilenceError.

        One that has ended is not changed: a new one takes its place, as Alertmanager does.
        """
        now_ns = self._now_ns()
        self._check(asked, now_ns)
        known = self._silences.get(asked.id)
        if asked.id and known is None:
            raise SilenceError(f"there is no silence {asked.id!r}: leave `id` out to make a new one")
        again = known is not None and known.state(now_ns) != "expired"
        silence = msgspec.structs.replace(
            asked,
            id=asked.id if again else _new_id(),
            starts_at_ns=asked.starts_at_ns if again else max(asked.starts_at_ns, now_ns),
            updated_at_ns=now_ns,
        )
        self._set(silence)
        self._forget_old()
        return silence

    def expire(self, id: str) -> Silence | None:  # noqa: A002
        """End a silence now; None where there is none, SilenceError where it has ended before."""
        silence, now_ns = self._silences.get(id), self._now_ns()
        if silence is None:
            return None
        if silence.state(now_ns) == "expired":
            raise SilenceError(f"the silence {id!r} has ended already")
        ended = msgspec.structs.replace(
            silence, starts_at_ns=min(silence.starts_at_ns, now_ns), ends_at_ns=now_ns, updated_at_ns=now_ns
        )
        self._set(ended)
        return ended

    def of(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """The ids of the active silences that match."""
        now_ns = self._now_ns()
        return tuple(
            silence.id
            for silence in self._silences.values()
            if silence.state(now_ns) == "active" and silence.matches(labels)
        )

    def next_end_ns(self) -> int | None:
        """When the next of the active ones ends."""
        now_ns = self._now_ns()
        active = (s.ends_at_ns for s in self._silences.values() if s.state(now_ns) == "active")
        return min(active, default=None)

    def _set(self, silence: Silence) -> None:
        self._silences[silence.id] = silence
        self._keeper.keep_silence(silence)

    def _forget_old(self) -> None:
        now_ns = self._now_ns()
        for silence in list(self._silences.values()):
            if silence.ends_at_ns + KEPT_NS < now_ns:
                del self._silences[silence.id]
                self._keeper.forget_silence(silence.id)

    @staticmethod
    def _check(asked: Silence, now_ns: int) -> None:
        if asked.ends_at_ns <= max(asked.starts_at_ns, now_ns):
            raise SilenceError(f"endsAt {rfc3339(asked.ends_at_ns)} must be later than startsAt and now")
        for matcher in asked.matchers:
            matcher.check()
        if all(matcher.matches({}) for matcher in asked.matchers):
            raise SilenceError("the matchers fit every alert: one at least must ask for a label with a value")


_OPERATORS = {"=~": (True, True), "!~": (True, False), "!=": (False, False), "=": (False, True)}
_FILTER = re.compile(r'^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^"]*?))\s*$')


def matcher_of(text: str) -> Matcher:
    """Read a matcher as people write it: `alertname="LinkDown"`, `site=~"a|b"`. Raises SilenceError."""
    found = _FILTER.match(text)
    if found is None:
        raise SilenceError(f'{text!r} is no matcher: write label="value", or !=, =~, !~ between them')
    name, operator, quoted, plain = found.groups()
    value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
    is_regex, is_equal = _OPERATORS[operator]
    matcher = Matcher(name=name, value=value, is_regex=is_regex, is_equal=is_equal)
    matcher.check()
    return matcher


def all_match(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether the labels meet every matcher."""
    return all(matcher.matches(labels) for matcher in matchers)


def _new_id() -> str:
    text = secrets.token_hex(16)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
