"""A message on its way to one receiver, and the queue of one receiver."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Message:
    """One webhook for one receiver. `id` is its `webhook-id`, the same at every attempt.

    `due_ns` is when it may be tried next; `seq` orders the messages of the whole outbox.
    """

    seq: int
    id: str
    receiver: str
    alert_id: str
    body: bytes
    created_ns: int
    attempts: int = 0
    due_ns: int = 0


@dataclass(slots=True)
class ReceiverQueue:
    """The messages of one receiver, oldest first.

    Messages of one alert never overtake each other: where the first of them waits, the later ones do.
    `paused_until_ns` holds back all of them: the receiver itself is in trouble.
    """

    messages: deque[Message] = field(default_factory=deque)
    paused_until_ns: int = 0

    def next_messages(self, now_ns: int, most: int) -> list[Message]:
        """The oldest messages that may be sent now, together, at most so many."""
        found: list[Message] = []
        if now_ns < self.paused_until_ns:
            return found
        waiting: set[str] = set()
        for message in self.messages:
            if len(found) == most:
                break
            if message.alert_id in waiting:
                continue
            if message.due_ns <= now_ns:
                found.append(message)
            else:
                waiting.add(message.alert_id)
        return found

    def next_due_ns(self) -> int | None:
        """When `next_messages` may first have one; None where the queue is empty."""
        if not self.messages:
            return None
        heads: dict[str, int] = {}
        for message in self.messages:
            heads.setdefault(message.alert_id, message.due_ns)
        return max(self.paused_until_ns, min(heads.values()))
