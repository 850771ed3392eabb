"""The outbox: alerts and their messages, durable before anything is sent.

An alert and its messages are committed together in a thread of their own; only then do the receivers'
queues see them. What was committed is sent after a crash, with the same `webhook-id`.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import msgspec
import structlog

from suanlu.alerts.alert import Record, digest
from suanlu.alerts.delivery import store
from suanlu.alerts.delivery.message import Message, ReceiverQueue
from suanlu.alerts.delivery.pending import Pending
from suanlu.alerts.settings import AlertSettings
from suanlu.alerts.silences import Silence

RETRY_S = 1.0
NS = 1_000_000_000
log = structlog.get_logger()


class QueueStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """One receiver's queue: what waits, and what became of the rest since the start."""

    queued: int
    oldest_age_s: float
    paused_s: float
    delivered: int
    failed_attempts: int
    dropped_too_old: int
    dropped_overflow: int
    last_error: str


class OutboxStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """The whole outbox. `slowest_commit_ms` is since the start; `commit_errors` should be 0."""

    receivers: dict[str, QueueStatistics]
    commits: int
    commit_errors: int
    slowest_commit_ms: float
    orphaned: int


class Outbox:
    """Durable queues, one a receiver. `records`, `silences` and `memory` are what the file
    knew when it was opened.

    All calls are on the loop's thread; `executor` (one thread; its own where None) does the disk's work.
    """

    def __init__(
        self,
        path: Path,
        settings: AlertSettings,
        *,
        now_ns: Callable[[], int],
        executor: Executor | None = None,
    ) -> None:
        """Open the file, creating it where there is none; raises OutboxError. Blocks for some ms."""
        self._settings = settings
        self._now_ns = now_ns
        self._is_own = executor is None
        self._executor = executor or ThreadPoolExecutor(1, thread_name_prefix="suanlu-outbox")
        self._store = store.OutboxStore(path)
        self.records: tuple[Record, ...] = tuple(self._store.records())
        self.silences: tuple[Silence, ...] = tuple(self._store.silences())
        self.memory: Mapping[str, bytes] = self._store.memory()
        self._queues = {receiver.name: ReceiverQueue() for receiver in settings.receivers}
        self._changed = {name: asyncio.Event() for name in self._queues}
        self._pending = Pending(settings.resolved_kept, self.records)
        self._new: list[Message] = []
        self._work = asyncio.Event()
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in self._queues}
        self._last_error: dict[str, str] = {}
        self._commits = self._commit_errors = self._orphaned = 0
        self._slowest_commit_ns = 0
        self._seq = 0
        self._restore()

    def _restore(self) -> None:
        for message in self._store.messages():
            self._seq = message.seq
            message.due_ns = 0  # a restart tries everything at once
            if message.receiver in self._queues:
                self._queues[message.receiver].messages.append(message)
            else:  # its receiver is no longer configured
                self._orphaned += 1
                self._pending.delete(message)
        if self._pending:
            self._work.set()

    def put(self, record: Record, bodies: Mapping[str, bytes]) -> None:
        """Keep an alert and queue its messages, one body a receiver; both or neither survive a crash."""
        now_ns = self._now_ns()
        self._pending.save_alert(record, now_ns)
        for receiver, body in bodies.items():
            self._seq += 1
            message = Message(
                seq=self._seq,
                id=f"msg_{digest(record.alert.id, str(record.revision), receiver)}",
                receiver=receiver,
                alert_id=record.alert.id,
                body=body,
                created_ns=now_ns,
            )
            self._pending.add(message)
            self._new.append(message)
        self._work.set()

    def keep(self, record: Record) -> None:
        """Keep what is known of an alert; nobody is told."""
        self.put(record, {})

    def keep_silence(self, silence: Silence) -> None:
        """Keep a silence, instead of the one with its id."""
        self._pending.save_silence(silence)
        self._work.set()

    def forget_silence(self, id: str) -> None:  # noqa: A002
        """Keep a silence no longer."""
        self._pending.delete_silence(id)
        self._work.set()

    def remember(self, name: str, value: bytes) -> None:
        """Keep what a part has to know after a restart, instead of what it kept by this name."""
        self._pending.save_memory(name, value)
        self._work.set()

    async def run(self) -> None:
        """Commit what is put until cancelled; what is left is committed on the way out."""
        try:
            while True:
                await self._work.wait()
                self._work.clear()
                if not await self._commit_in_thread():
                    await asyncio.sleep(RETRY_S)
                    self._work.set()
        finally:
            # The executor has one thread, so this comes after a commit that is under way.
            self._executor.submit(self._commit, self._pending.take()).result()
            if self._is_own:
                self._executor.shutdown()
            self._store.close()

    async def _commit_in_thread(self) -> bool:
        statements, messages = self._pending.take(), self._new
        self._new = []
        done = False
        try:
            loop = asyncio.get_running_loop()
            done = await loop.run_in_executor(self._executor, self._commit, statements)
        finally:
            if done:
                self._pending.written()
            else:  # failed or cancelled: every statement may be executed twice
                self._pending.failed()
        # A disk that is full must not hide an alert, so its messages go out even so.
        self._enqueue(messages)
        return done

    def _commit(self, statements: list[store.Statement]) -> bool:
        started_ns = self._now_ns()
        try:
            self._store.commit(statements)
        except sqlite3.Error as error:
            self._commit_errors += 1
            log.error("outbox_commit_failed", error=str(error), statements=len(statements))
            return False
        self._commits += 1
        self._slowest_commit_ns = max(self._slowest_commit_ns, self._now_ns() - started_ns)
        return True

    def _enqueue(self, messages: list[Message]) -> None:
        for message in messages:
            queue = self._queues[message.receiver].messages
            queue.append(message)
            if len(queue) > self._settings.messages_kept:
                self._give_up(queue[0], "overflow")
            self._changed[message.receiver].set()

    async def next_messages(self, receiver: str, most: int) -> list[Message]:
        """Wait for the oldest messages that may be sent to this receiver now; they stay queued until told."""
        queue, changed = self._queues[receiver], self._changed[receiver]
        while True:
            changed.clear()
            now_ns = self._now_ns()
            self._drop_old(queue, now_ns)
            messages = queue.next_messages(now_ns, most)
            if messages:
                return messages
            due_ns = queue.next_due_ns()
            try:
                async with asyncio.timeout(None if due_ns is None else max(0.0, (due_ns - now_ns) / NS)):
                    await changed.wait()
            except TimeoutError:
                continue

    def _drop_old(self, queue: ReceiverQueue, now_ns: int) -> None:
        oldest_ns = now_ns - int(self._settings.message_age_s * NS)
        for message in [m for m in queue.messages if m.created_ns < oldest_ns]:
            self._give_up(message, "too_old")

    def _give_up(self, message: Message, reason: str) -> None:
        self._counts[message.receiver][reason] += 1
        log.warning("notification_dropped", receiver=message.receiver, reason=reason, webhook_id=message.id)
        self._remove(message)

    def _remove(self, message: Message) -> None:
        queue = self._queues[message.receiver].messages
        if message in queue:
            queue.remove(message)
        self._pending.delete(message)
        self._work.set()

    def delivered(self, message: Message) -> None:
        """The receiver has taken it."""
        self._counts[message.receiver]["delivered"] += 1
        self._queues[message.receiver].paused_until_ns = 0
        self._remove(message)

    def failed(self, message: Message, *, delay_s: float, error: str, whole_receiver: bool) -> None:
        """An attempt failed: try again after `delay_s`; `whole_receiver` holds back all its messages."""
        due_ns = self._now_ns() + int(delay_s * NS)
        message.attempts += 1
        if whole_receiver:
            self._queues[message.receiver].paused_until_ns = due_ns
        message.due_ns = due_ns
        self._counts[message.receiver]["failed"] += 1
        self._last_error[message.receiver] = error
        self._pending.postpone(message)
        self._work.set()

    def statistics(self) -> OutboxStatistics:
        """Counters of now, for `/metrics`."""
        now_ns = self._now_ns()
        return OutboxStatistics(
            receivers={name: self._queue_statistics(name, now_ns) for name in self._queues},
            commits=self._commits,
            commit_errors=self._commit_errors,
            slowest_commit_ms=self._slowest_commit_ns / 1e6,
            orphaned=self._orphaned,
        )

    def _queue_statistics(self, name: str, now_ns: int) -> QueueStatistics:
        queue, counts = self._queues[name], self._counts[name]
        oldest_ns = queue.messages[0].created_ns if queue.messages else now_ns
        return QueueStatistics(
            queued=len(queue.messages),
            oldest_age_s=max(0, now_ns - oldest_ns) / NS,
            paused_s=max(0, queue.paused_until_ns - now_ns) / NS,
            delivered=counts["delivered"],
            failed_attempts=counts["failed"],
            dropped_too_old=counts["too_old"],
            dropped_overflow=counts["overflow"],
            last_error=self._last_error.get(name, ""),
        )
