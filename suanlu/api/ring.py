"""The event ring: the latest events, kept so that a client that lost its connection can go on.

Readers follow it by position. Nobody has a queue of their own, so a slow reader costs nothing; one that
falls out of the ring is told so with a `reset`.
"""

import asyncio
from collections import deque
from collections.abc import Iterable

import msgspec

from topology.event import Event


class Stored(msgspec.Struct, frozen=True):
    """An event and its server-sent form."""

    id: str
    frame: bytes


class EventRing:
    """The last `size` events of an epoch. Positions count up from 0 and are never reused."""

    def __init__(self, epoch: str, size: int) -> None:
        self._events: deque[Stored] = deque(maxlen=size)
        self._epoch = epoch
        self._origin_id = f"{epoch}/0/0"
        self._version = self._in_version = 0
        self._next = 0
        self._arrival = asyncio.Event()
        self.closed = False

    @property
    def end(self) -> int:
        """The position after the newest event: where a new reader starts."""
        return self._next

    @property
    def start(self) -> int:
        """The position of the oldest event still kept."""
        return self._next - len(self._events)

    @property
    def newest_id(self) -> str:
        """What a reader at the end names as Last-Event-ID, also before there is any event."""
        return self._events[-1].id if self._events else self._origin_id

    def extend(self, events: Iterable[Event]) -> None:
        """Append events and wake every reader.

        Graph and alerts number their events apart; the id that counts is the one given here.
        """
        before = self._next
        for event in events:
            self._version, self._in_version = event.version, self._number(event.version)
            event_id = f"{self._epoch}/{event.version}/{self._in_version}"
            self._events.append(Stored(event_id, frame(msgspec.structs.replace(event, id=event_id))))
            self._next += 1
        if self._next != before:
            self._wake()

    def close(self) -> None:
        """No more events will come: every reader ends."""
        self.closed = True
        self._wake()

    def after(self, event_id: str) -> int | None:
        """The position after the event with this id; None if the ring does not hold it (any more)."""
        for back in range(1, len(self._events) + 1):
            if self._events[-back].id == event_id:
                return self._next - back + 1
        return 0 if event_id == self._origin_id and self.start == 0 else None

    def read(self, position: int) -> tuple[list[bytes], int] | None:
        """The frames from `position` on and where to go on; None if they have left the ring."""
        if position < self.start:
            return None
        newest_first = [self._events[-back].frame for back in range(1, self._next - position + 1)]
        return newest_first[::-1], self._next

    async def wait_beyond(self, position: int) -> None:
        """Return as soon as there is an event at `position`, or the ring is closed."""
        while self._next <= position and not self.closed:
            await self._arrival.wait()

    def _number(self, version: int) -> int:
        return self._in_version + 1 if version == self._version else 0

    def _wake(self) -> None:
        self._arrival.set()
        self._arrival = asyncio.Event()


def frame(event: Event) -> bytes:
    """The event as `text/event-stream` (WHATWG HTML, 9.2); its JSON has no line breaks."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (
        event.id.encode(),
        event.type.encode(),
        msgspec.json.encode(event),
    )
