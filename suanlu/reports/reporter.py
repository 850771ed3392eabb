"""The reporter: journal, store and engine -> a report as data."""

import asyncio
from collections.abc import Callable
from typing import get_args

from collector.use import Uses
from suanlu.maintenance import Schedule
from suanlu.past import BeforeJournal, Past, Recorder
from suanlu.past.store import JournalStore
from suanlu.published import View
from suanlu.reports.availability import availability
from suanlu.reports.circles import circles
from suanlu.reports.document import Kind, Load, Report
from suanlu.reports.maintenances import works
from suanlu.reports.risks import risks, table_of_use
from suanlu.times import NS_PER_S, rfc3339
from topology.inventory import Inventory
from topology.snapshot import NULL_U8, Snapshot

KINDS: tuple[Kind, ...] = get_args(Kind)
LENGTH_S: dict[Kind, int] = {"shift": 8 * 3600, "week": 7 * 86_400, "capacity": 28 * 86_400}
TREND_WEEKS = 12
LOAD_STEPS = 240
LEAST_STEP_S = 300


class Reporter:
    """Makes reports. `view` is the present; `end` of a report may be earlier."""

    def __init__(
        self,
        inventory: Inventory,
        recorder: Recorder,
        past: Past,
        uses: Uses,
        maintenances: Schedule,
        *,
        view: Callable[[], View],
        now_ns: Callable[[], int],
    ) -> None:
        self._inventory = inventory
        self._recorder = recorder
        self._past = past
        self._uses = uses
        self._maintenances = maintenances
        self._view = view
        self._now_ns = now_ns

    async def report(self, kind: Kind, start_ns: int, end_ns: int) -> Report:
        """Return the report of a time. Raises BeforeJournal; SinkError where the store cannot be read.

        What lies before the journal began is time that nobody watched.
        """
        now_ns = self._now_ns()
        frames, runs, alerts = await self._recorder.read(
            lambda store: (
                store.frames(start_ns, end_ns),
                store.runs(),
                store.alerts_between(start_ns, end_ns),
            )
        )
        if not frames:
            begins_ns = await self._recorder.read(JournalStore.begins_ns)
            raise BeforeJournal(rfc3339(end_ns), None if begins_ns is None else rfc3339(begins_ns))
        kept = await asyncio.to_thread(availability, self._inventory, frames, runs, start_ns, end_ns)
        uses = await self._uses.during(start_ns, end_ns)
        view = self._view() if end_ns >= now_ns else (await self._past.at(end_ns)).view
        step_ns = max(LEAST_STEP_S, (end_ns - start_ns) // NS_PER_S // LOAD_STEPS) * NS_PER_S
        load = await self._uses.load(start_ns, end_ns, step_ns)
        weeks = await self._uses.weekly(end_ns, TREND_WEEKS)
        return Report(
            kind=kind,
            network=self._inventory.name,
            start=rfc3339(start_ns),
            end=rfc3339(end_ns),
            made_at=rfc3339(now_ns),
            seconds=(end_ns - start_ns) // NS_PER_S,
            watched_s=kept.watched_s,
            sites={site.id: (site.name_en, site.name_zh) for site in self._inventory.sites},
            alerts=tuple(sorted(alerts, key=lambda alert: (alert.since, alert.id))),
            outages=kept.outages,
            maintenances=tuple(works(self._maintenances, start_ns, end_ns)),
            circuits=kept.circuits,
            pairs=tuple(pair for pair in kept.pairs if pair.availability != 1.0),
            pairs_total=len(kept.pairs),
            use=table_of_use(uses, weeks, _capacities(view.snapshot)),
            load=Load(
                t=tuple(rfc3339(step.t_ns) for step in load), bps=tuple(round(step.bps) for step in load)
            ),
            circles=await asyncio.to_thread(circles, view.engine),
            risks=await asyncio.to_thread(risks, view.engine, uses),
        )


def _capacities(snapshot: Snapshot) -> dict[str, int | None]:
    values = snapshot.capacity_bps.tolist()
    return {
        link: None if value == NULL_U8 else value
        for link, value in zip(snapshot.link_ids, values, strict=True)
    }
