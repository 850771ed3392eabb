"""The recorder: graph, alerts -> journal file, and the file read again, all in one thread of its own."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import structlog

from collector.threads import finish_in, named_thread
from suanlu.alerts import Alert
from suanlu.past import store
from suanlu.past.settings import JournalSettings
from topology.graph import LiveGraph
from topology.journal import Journal
from topology.publication import Publication

Result = TypeVar("Result")
NS = 1_000_000_000
ALIVE_S = 10.0  # how exact the end of a run is known that was killed
FORGET_S = 600.0
_log = structlog.get_logger(__name__)


class Recorder:
    """Notes what is published; `run` writes it. All calls are on the loop's thread.

    A process that is killed loses what was published in the last moment before it, and the next start's first
    frame says how things are then.
    """

    def __init__(
        self, path: Path, settings: JournalSettings, graph: LiveGraph, *, now_ns: Callable[[], int]
    ) -> None:
        """Open the file; raises JournalError. Blocks for some ms."""
        self._settings = settings
        self._now_ns = now_ns
        self._thread = named_thread("suanlu-journal")
        self._store = store.JournalStore(path)
        self._journal = Journal(graph)
        self._epoch = graph.snapshot.epoch
        self._started_ns = now_ns()
        self._full_due_ns = self._forget_due_ns = 0
        self._statements: list[store.Statement] = []
        self._work = asyncio.Event()
        self.errors = 0
        self._write_whole(self._started_ns)

    def on_publication(self, publication: Publication) -> None:
        """Note what a publication changed beside numbers."""
        frame = self._journal.on_publication(publication, self._now_ns())
        if frame is not None:
            self._statements.append(store.save_frame(frame))
            self._work.set()

    def on_alerts(self, alerts: Iterable[Alert], at_ns: int) -> None:
        """Note alerts that fired, were taken on, or ended."""
        for alert in alerts:
            self._statements.append(store.save_alert(alert, at_ns))
            self._work.set()

    async def read(self, function: Callable[[store.JournalStore], Result]) -> Result:
        """Let a function read the file, after everything that was noted until now."""

        def read() -> Result:
            return function(self._store)

        self._statements.append(self._alive(self._now_ns()))
        await self._commit_noted()
        return await finish_in(self._thread, read)

    async def run(self) -> None:
        """Write until cancelled; what is left is written on the way out."""
        try:
            while True:
                now_ns = self._now_ns()
                self._advance(now_ns)
                await self._commit_noted()
                if now_ns >= self._forget_due_ns:
                    self._forget_due_ns = now_ns + int(FORGET_S * NS)
                    await finish_in(self._thread, self._forget, now_ns)
                try:
                    async with asyncio.timeout(ALIVE_S):
                        await self._work.wait()
                except TimeoutError:
                    continue
        finally:
            self._advance(self._now_ns())
            self.close()

    def close(self) -> None:
        """Write what is noted and close the file; for one that never ran, and by `run` at its end."""
        self._thread.submit(self._commit, self._statements).result()
        self._thread.shutdown()
        self._store.close()

    def _advance(self, now_ns: int) -> None:
        if now_ns >= self._full_due_ns:
            self._write_whole(now_ns)
        elif (frame := self._journal.changed(now_ns)) is not None:
            self._statements.append(store.save_frame(frame))
        self._statements.append(self._alive(now_ns))

    def _write_whole(self, now_ns: int) -> None:
        self._full_due_ns = now_ns + int(self._settings.full_every_s * NS)
        self._statements.append(store.save_frame(self._journal.whole(now_ns)))
        self._statements.append(self._alive(now_ns))

    def _alive(self, now_ns: int) -> store.Statement:
        return store.save_run(store.Run(self._epoch, self._started_ns, now_ns))

    async def _commit_noted(self) -> None:
        self._work.clear()
        statements, self._statements = self._statements, []
        if statements:
            await finish_in(self._thread, self._commit, statements)

    # ── in the thread "suanlu-journal" ────────────────────────────────────────────────────────────

    def _commit(self, statements: list[store.Statement]) -> None:
        try:
            self._store.commit(statements)
        except sqlite3.Error as error:  # a disk that is full costs the past, not the present
            self.errors += 1
            _log.error("journal_not_written", error=str(error), statements=len(statements))

    def _forget(self, now_ns: int) -> None:
        try:
            if removed := self._store.forget(self._settings, now_ns):
                _log.info("journal_forgot", frames=removed)
        except sqlite3.Error as error:
            _log.error("journal_not_forgotten", error=str(error))
