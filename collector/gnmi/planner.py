"""What to ask a router, after what it refused: no I/O, only decisions.

The error decides: an encoding that is not implemented -> the next one; ON_CHANGE refused -> SAMPLE for
that path; an interval too small -> the minimum that the router names, or twice as long; a path that it
does not have -> quarantined, and asked for again a day later, or when the router restarted or has other
software.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import grpc

from collector.gnmi.request import Request
from collector.settings import CollectorSettings
from collector.subscriptions import StreamName, Subscription

REFUSALS = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.OUT_OF_RANGE,
    }
)
Action = Literal["encoding", "sample", "interval", "quarantine"]
LONGEST_INTERVAL_S = 300.0
_UNIT_S = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ns|us|ms|seconds?|sec|s)\b")


@dataclass
class Wish:
    """A subscription and what has become of it."""

    subscription: Subscription
    mode: Literal["sample", "on_change"]
    interval_s: float
    quarantined_until_s: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def request(self, heartbeat_s: float) -> Request:
        """Return it as a request of a SubscriptionList."""
        return Request(
            self.subscription.path, self.mode, self.interval_s if self.mode == "sample" else heartbeat_s
        )


@dataclass(frozen=True)
class Refusal:
    """What the router answered to a list of wishes."""

    code: grpc.StatusCode
    text: str

    @property
    def of_encoding(self) -> bool:
        """Whether it is the encoding that is refused."""
        return self.code is grpc.StatusCode.UNIMPLEMENTED and "encod" in self.text.lower()

    @property
    def of_interval(self) -> bool:
        """Whether a sample interval is refused."""
        return "interval" in self.text.lower()

    @property
    def minimum_s(self) -> float | None:
        """The shortest interval that the text names, e.g. `minimum interval is 10 s`."""
        found = _DURATION.findall(self.text.lower())
        return max(round(float(number) * _UNIT_S[unit], 9) for number, unit in found) if found else None


class Plan:
    """The wishes of one target. Times are of any one clock in seconds."""

    def __init__(self, wanted: Iterable[Subscription], settings: CollectorSettings) -> None:
        self._settings = settings
        self._encodings: tuple[str, ...] = settings.encodings
        self._tried: set[str] = set()
        self.encoding: str = self._encodings[0]
        self.wishes = [Wish(one, one.mode, one.interval_s or settings.sample_interval_s) for one in wanted]

    def offer(self, encodings: Sequence[str]) -> None:
        """Take what Capabilities lists: ours in our order; a router that lists none is asked all."""
        common = tuple(name for name in self._settings.encodings if name in encodings)
        self._encodings = common or self._settings.encodings
        if self.encoding not in self._encodings or not self._tried:
            self.encoding = next((e for e in self._encodings if e not in self._tried), self._encodings[0])

    def active(self, stream: StreamName, now_s: float) -> list[Wish]:
        """Return what to ask in this stream now."""
        return [w for w in self.wishes if w.subscription.stream == stream and w.quarantined_until_s <= now_s]

    def requests(self, wishes: Iterable[Wish]) -> list[Request]:
        """Return wishes as requests."""
        return [wish.request(self._settings.heartbeat_s) for wish in wishes]

    def release(self) -> None:
        """The router restarted, or has other software: it may know more paths now."""
        for wish in self.wishes:
            wish.quarantined_until_s = 0.0

    def quarantined(self, now_s: float) -> list[Wish]:
        """Return the paths that are not asked for, each with its reasons."""
        return [wish for wish in self.wishes if wish.quarantined_until_s > now_s]

    def shortest_interval_s(self, now_s: float) -> float:
        """Return how soon something has to come from a healthy router."""
        sampled = [w.interval_s for w in self.wishes if w.mode == "sample" and w.quarantined_until_s <= now_s]
        return min(sampled, default=self._settings.heartbeat_s)

    def whole_list(self, wishes: Sequence[Wish], refusal: Refusal, now_s: float) -> Action | None:
        """Decide on a refusal that says of itself what is wrong; None: the list has to be bisected."""
        if refusal.of_encoding and self._next_encoding():
            return "encoding"
        sampled = [wish for wish in wishes if wish.mode == "sample"]
        if refusal.of_interval and sampled and self._lengthen(sampled, refusal):
            return "interval"
        if len(wishes) == 1:
            return self._one(wishes[0], refusal, now_s)
        named = [wish for wish in wishes if _names(refusal.text, wish.subscription.path)]
        if len(named) == 1:
            return self._one(named[0], refusal, now_s)
        return None

    def _one(self, wish: Wish, refusal: Refusal, now_s: float) -> Action:
        wish.reasons.append(f"{refusal.code.name}: {refusal.text}")
        if wish.mode == "on_change":
            wish.mode = "sample"
            return "sample"
        wish.quarantined_until_s = now_s + self._settings.quarantine_s
        return "quarantine"

    def _next_encoding(self) -> bool:
        self._tried.add(self.encoding)
        for encoding in (*self._encodings, *self._settings.encodings):
            if encoding not in self._tried:
                self.encoding = encoding
                return True
        return False

    def _lengthen(self, wishes: Sequence[Wish], refusal: Refusal) -> bool:
        """Lengthen the intervals that are below the minimum; False where none can be lengthened any more."""
        shortest = min(wish.interval_s for wish in wishes)
        minimum = refusal.minimum_s
        floor = minimum if minimum and minimum > shortest else shortest * 2
        if floor > LONGEST_INTERVAL_S:
            return False
        for wish in wishes:
            if wish.interval_s < floor:
                wish.interval_s = floor
                wish.reasons.append(f"{refusal.code.name}: {refusal.text}")
        return True


def _names(text: str, path: str) -> bool:
    """Whether a refusal names this very path, with or without the keys."""
    bare = re.sub(r"\[[^\]]*\]", "", path)
    plain = re.sub(r"\[[^\]]*\]", "", text)
    return bool(re.search(re.escape(bare) + r"(?![\w/-])", plain))
