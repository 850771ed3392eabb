"""The collector: one supervised task a target, one set of columns, a batch every few milliseconds."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

import structlog

from collector._columns import Columns
from collector.batch import Batch
from collector.gnmi.backoff import ConnectRate
from collector.gnmi.planner import Plan
from collector.gnmi.session import Session, end_if_cancelled
from collector.reader import TargetReader
from collector.settings import CollectorSettings, Target
from collector.statistics import CollectorStatistics
from collector.subscriptions import load, subscriptions
from collector.tags import TagBook, TagMap
from topology.errors import SuanluError
from topology.observation import Observation
from topology.series import SeriesTable

log = structlog.get_logger("collector")


class Collector:
    """Reads all targets. State goes to `observe` and numbers to `series` at once, batches to `append`.

    `tags` is `{(router, interface): (site, link)}`; `now_ns` is the wall clock, `random` draws the waits.
    Raises SubscriptionError where a file of the settings is none.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        settings: CollectorSettings,
        *,
        tags: TagMap,
        series: SeriesTable,
        observe: Callable[[Observation], None],
        append: Callable[[Batch], None],
        now_ns: Callable[[], int],
        random: Random,
    ) -> None:
        self._settings = settings
        self._append = append
        self._columns = Columns(series)
        self._received: Counter[str] = Counter()
        self._batches = self._points = self._refused = 0
        book = TagBook(tags)
        wanted = load(settings.subscription_files)
        numbers = itertools.count(now_ns() // 1_000_000)  # above those of any earlier process
        connects = ConnectRate(settings.connects_per_s)
        self._sessions = {
            target.id: Session(
                target,
                settings,
                Plan(subscriptions(target.profile, wanted), settings),
                TargetReader(
                    target.id,
                    target.profile,
                    self._columns,
                    book,
                    observe,
                    path_limit=settings.paths_per_target,
                ),
                observe=observe,
                numbers=numbers,
                connects=connects,
                now_ns=now_ns,
                random=random,
            )
            for target in targets
        }

    async def run(self) -> None:
        """Read until cancelled; what was received is handed on before this returns."""
        try:
            async with asyncio.TaskGroup() as group:
                for session in self._sessions.values():
                    group.create_task(self._supervise(session), name=f"target {session.target.id}")
                group.create_task(self._flush_for_ever(), name="collector flush")
        finally:
            self.flush(last=True)

    async def _supervise(self, session: Session) -> None:
        """A fault of ours in one target costs that target a minute, and no other anything."""
        while True:
            try:
                await session.run()
            except Exception:
                log.exception("target_task_failed", target=session.target.id)
                end_if_cancelled()
                session.fault()
                await asyncio.sleep(self._settings.healthy_s)

    async def _flush_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.flush_s)
            self.flush()

    def flush(self, *, last: bool = False) -> None:
        """Hand on what came since the last time; `last`: also the books of updates that gave no point."""
        for name, session in self._sessions.items():
            updates = session.reader.decoder.take_received()
            if updates:
                self._received[name] += updates
        if not len(self._columns) and not (last and self._received):
            return
        new_series, series, time_ns, bits, texts = self._columns.take()
        batch = Batch(new_series, series, time_ns, bits, texts, dict(self._received))
        self._received.clear()
        try:
            self._append(batch)
        except SuanluError as error:  # the log cannot take it now: it says why and counts; we count too
            self._refused += 1
            log.error("batch_refused", points=len(batch), detail=str(error))
            return
        self._batches += 1
        self._points += len(batch)

    def statistics(self) -> CollectorStatistics:
        """Return the figures of every target, and of the batches handed on."""
        return CollectorStatistics(
            targets={name: session.statistics() for name, session in self._sessions.items()},
            batches=self._batches,
            points=self._points,
            refused_batches=self._refused,
        )
