"""What waits to be written to the outbox's file: the last word on each thing, however long the disk is full.

Of an alert that came and went meanwhile only the newest stay, and a message that was delivered before it
could be written leaves nothing: so what waits is bounded by what is firing, queued and kept.
"""

from collections.abc import Iterable

from suanlu.alerts.alert import Record
from suanlu.alerts.delivery import store
from suanlu.alerts.delivery.message import Message
from suanlu.alerts.silences import Silence

Key = tuple[str, str | int]
_FORGET: Key = ("forget", "")


class Pending:
    """Statements by what they are about. `take` them, write them, and say `written` or `failed`."""

    def __init__(self, resolved_kept: int, on_disk: Iterable[Record]) -> None:
        """`on_disk` are the alerts that the file has."""
        self._resolved_kept = resolved_kept
        self._waiting: dict[Key, store.Statement] = {}
        self._taken: dict[Key, store.Statement] = {}
        self._firing_on_disk = {record.alert.id for record in on_disk if record.alert.state == "firing"}
        self._firing: dict[Key, bool] = {}  # of the alerts that wait: whether they fire
        self._passed: dict[
            Key, None
        ] = {}  # those that ended and that the file knows nothing of, by their end
        self._unwritten: set[int] = set()  # messages that the file does not have yet, by `seq`

    def __len__(self) -> int:
        return len(self._waiting)

    def save_alert(self, record: Record, now_ns: int) -> None:
        """Keep an alert; of those that are over the newest alone."""
        key: Key = ("alert", record.alert.id)
        self._firing[key] = record.alert.state == "firing"
        self._set(key, store.save_record(record, now_ns))
        if self._firing[key]:
            return
        self._pass(key)
        self._set(_FORGET, store.forget_resolved(self._resolved_kept))

    def add(self, message: Message) -> None:
        """Keep a message."""
        self._unwritten.add(message.seq)
        self._set(("message", message.seq), store.add_message(message))

    def postpone(self, message: Message) -> None:
        """Keep when a message is tried again."""
        is_new = message.seq in self._unwritten
        change = store.add_message(message) if is_new else store.postpone_message(message)
        self._set(("message", message.seq), change)

    def delete(self, message: Message) -> None:
        """Keep a message no longer."""
        key: Key = ("message", message.seq)
        if message.seq in self._unwritten and key not in self._taken:
            self._unwritten.discard(message.seq)
            self._waiting.pop(key, None)
        else:
            self._set(key, store.delete_message(message))

    def save_silence(self, silence: Silence) -> None:
        """Keep a silence."""
        self._set(("silence", silence.id), store.save_silence(silence))

    def delete_silence(self, id: str) -> None:  # noqa: A002
        """Keep a silence no longer."""
        self._set(("silence", id), store.delete_silence(id))

    def save_memory(self, name: str, value: bytes) -> None:
        """Keep what a part remembers."""
        self._set(("memory", name), store.save_memory(name, value))

    def take(self) -> list[store.Statement]:
        """All that waits, to be written; what comes meanwhile waits for the next time."""
        self._taken, self._waiting = self._waiting, {}
        return list(self._taken.values())

    def written(self) -> None:
        """What was taken is on disk."""
        for key in self._taken:
            kind, name = key
            if kind == "message":
                self._unwritten.discard(int(name))
            elif kind == "alert":
                if self._firing[key]:
                    self._firing_on_disk.add(str(name))
                else:
                    self._firing_on_disk.discard(str(name))
                if key not in self._waiting:
                    del self._firing[key]
                self._passed.pop(key, None)
        self._taken = {}

    def failed(self) -> None:
        """What was taken is not on disk, or not for certain: it waits again, but for what came after it."""
        taken, self._taken = self._taken, {}
        self._waiting = {**{k: s for k, s in taken.items() if k not in self._waiting}, **self._waiting}
        for key in taken:
            if key in self._firing and not self._firing[key]:
                self._pass(key)

    def _set(self, key: Key, statement: store.Statement) -> None:
        self._waiting.pop(key, None)  # the later word goes behind what was said meanwhile
        self._waiting[key] = statement

    def _pass(self, key: Key) -> None:
        """Note an alert that is over; of those that the file knows nothing of the oldest are let go."""
        if key[1] in self._firing_on_disk or key in self._taken:
            return
        self._passed.setdefault(key)
        while len(self._passed) > self._resolved_kept:
            oldest = next(iter(self._passed))
            del self._passed[oldest], self._firing[oldest]
            self._waiting.pop(oldest, None)
