"""The alert manager: takes what the graph publishes, finds causes, and tells each of them once.

A cause waits a short grouping window before its alert fires, so that a wider one can take its place. An
alert that has fired is widened in place: same id, same group for its receivers. Its end is always told.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from msgspec import structs

from suanlu.alerts.alert import Acknowledgement, Alert, Record, Subject, digest
from suanlu.alerts.causes.aftermath import Aftermath
from suanlu.alerts.causes.backbone import Backbone
from suanlu.alerts.causes.diagnosis import BLIND_RULES, Cause, diagnose
from suanlu.alerts.causes.drains import drains_of
from suanlu.alerts.causes.facts import Facts
from suanlu.alerts.causes.flapping import Flaps
from suanlu.alerts.causes.incidents import Incident, match
from suanlu.alerts.causes.measured import MovedOnto, with_findings
from suanlu.alerts.causes.news import has_news, news_due_ns
from suanlu.alerts.causes.sites import cut_off
from suanlu.alerts.causes.storm import gathered
from suanlu.alerts.composing import Composer
from suanlu.alerts.delivery.telling import Keeper, Teller
from suanlu.alerts.forms.body import labels_of
from suanlu.alerts.measures.finding import Finding
from suanlu.alerts.measures.measured import Measured
from suanlu.alerts.rules import sentences
from suanlu.alerts.rules.rule import NS_PER_S, RULES, effective
from suanlu.alerts.settings import AlertSettings
from suanlu.alerts.silences import Silences
from suanlu.effects import Effects
from topology.event import Event, EventType, rfc3339
from topology.inventory import Inventory
from topology.publication import Publication
from topology.status import RouterStatus

NS_PER_MS = 1_000_000
REFRESH_NS = 5 * NS_PER_S
FLAPS = "flaps"  # of what the outbox remembers


class AlertManager:
    """Alerts of one backbone. All calls are on the loop's thread; `advance` when `next_due_ns` is past."""

    def __init__(
        self,
        inventory: Inventory,
        settings: AlertSettings,
        outbox: Keeper,
        silences: Silences,
        *,
        now_ns: Callable[[], int],
        effects_of: Callable[[Collection[str]], Effects | None] = lambda _links: None,
        moved_onto: MovedOnto = lambda _links: (),
        measured: Measured | None = None,
        reason_of: Callable[[str], str] = lambda _link: "",
        maintained_by: Callable[[Alert], str | None] = lambda _alert: None,
    ) -> None:
        """Alerts that `outbox` still has as firing go on where they were.

        `effects_of` says what the loss of links does; it is asked early, and again for each message.
        `moved_onto` says which links have taken over their traffic.
        `measured` finds what figures say; `reason_of` is why the graph holds a link to be down, now.
        `maintained_by` says which maintenance window an alert is part of: it is muted while that lasts.
        """
        self._backbone = Backbone(inventory)
        self._settings = settings
        self._rules = effective(settings.rules)
        self._teller = Teller(
            self._backbone, settings, outbox, silences, now_ns=now_ns, maintained_by=self._window_of
        )
        self._measured = measured
        self._reason_of = reason_of
        self._flaps = Flaps()
        self._refresh_ns = 0
        self._aftermath = Aftermath()
        self._silences = silences
        self._now_ns = now_ns
        self._effects_of = effects_of
        self._moved_onto = moved_onto
        self._composer = Composer(self._backbone, self._rules, settings, effects_of)
        self._maintained_by = maintained_by
        self._window_ns = settings.grouping_window_ms * NS_PER_MS
        self._facts = Facts()
        self._incidents: dict[str, Incident] = {}
        self._resolved: dict[str, Alert] = {}
        self._stale = False
        self._version = ("", 0)
        self._next_event = 0
        self._memory = outbox
        self._kept_flaps = outbox.memory.get(FLAPS, b"")
        self._restore(outbox.records)

    def _restore(self, records: Iterable[Record]) -> None:
        for record in records:
            alert = record.alert
            if alert.state == "resolved":
                self._resolved[alert.id] = alert
                continue
            self._facts.restore(record.fallen, record.routers)
            key = (alert.rule, alert.subject.kind, alert.subject.id)
            self._incidents[alert.id] = Incident(alert.id, key, record.since_ns, record.covers, record=record)
            self._incidents[alert.id].muted = not record.told
            self._incidents[alert.id].told_ns = self._now_ns()
            if self._measured is not None and (RULES[alert.rule].measure or alert.rule == "flapping"):
                self._measured.resume(alert.rule, record.covers, record.since_ns)
            self._teller.repeat(record)
        if self._kept_flaps:
            self._flaps.restore(self._kept_flaps, self._incidents)

    def on_publication(self, publication: Publication) -> None:
        """Take the links' states of a new snapshot; cheap where none has changed."""
        snapshot = publication.snapshot
        self._version, self._next_event = (snapshot.epoch, snapshot.version), len(publication.events)
        self._stale |= self._facts.observe_snapshot(snapshot)
        self._facts.observe_events(publication.events)
        if self._measured is not None:
            self._measured.on_snapshot(snapshot)

    def on_targets(self, router_states: Mapping[str, RouterStatus]) -> None:
        """Take the states of the routers' telemetry streams."""
        self._stale |= self._facts.observe_routers(router_states, self._now_ns())

    def next_due_ns(self) -> int | None:
        """When `advance` next has something to do; 0: now; None: not before something changes."""
        if self._stale:
            return 0
        times = [incident.due_ns for incident in self._incidents.values() if incident.due_ns is not None]
        times += [i.quiet_at_ns for i in self._incidents.values() if i.quiet_at_ns is not None]
        if self._measured is not None and (measure_ns := self._measured.next_due_ns()) is not None:
            times.append(measure_ns)
        changes = self._facts.next_change_ns(self._settings.recovery_ms * NS_PER_MS)
        if any(i.muted for i in self._incidents.values()):
            if self._unsilenced():
                return 0
            ends = self._silences.next_end_ns()  # a maintenance's end is looked for at every call
            times += [] if ends is None else [ends]
        return min(times if changes is None else [*times, changes], default=None)

    def alerts(self) -> tuple[Alert, ...]:
        """Alerts that fire, oldest first, then resolved ones, newest first."""
        firing = sorted(self._incidents.values(), key=lambda incident: (incident.since_ns, incident.id))
        resolved = sorted(self._resolved.values(), key=lambda alert: alert.resolved_at or "", reverse=True)
        current = [self._current(i, i.record) for i in firing if i.record is not None]
        return (
            *(
                structs.replace(
                    alert,
                    silenced_by=self._silences.of(labels_of(alert)),
                    maintenance=self._window_of(alert),
                )
                for alert in current
            ),
            *resolved,
        )

    def acknowledge(self, alert_id: str, said: Acknowledgement, now_ns: int) -> tuple[Alert, Event] | None:
        """Note who has taken a firing alert on; return it and the event, None where no such alert fires."""
        incident = self._incidents.get(alert_id)
        if incident is None or incident.record is None:
            return None
        alert = structs.replace(self._current(incident, incident.record), acknowledged=said)
        incident.record = structs.replace(incident.record, alert=alert)
        self._teller.keep(incident.record)
        return alert, self._event("alert_acknowledged", alert, now_ns)

    def advance(self, now_ns: int) -> tuple[Event, ...]:
        """Find the causes anew where facts have changed; fire, widen and resolve what is due."""
        events: list[Event] = []
        if self._measured is not None:
            self._stale |= self._measured.advance(now_ns)
        changes = self._facts.next_change_ns(self._settings.recovery_ms * NS_PER_MS)
        quiet = any(i.quiet_at_ns is not None and i.quiet_at_ns <= now_ns for i in self._incidents.values())
        self._refresh(now_ns)
        if self._stale or quiet or (changes is not None and changes <= now_ns):
            self._stale = False
            events += self._reconcile(now_ns)
        due = [i for i in self._incidents.values() if i.due_ns is not None and i.due_ns <= now_ns]
        events += [
            self._announce(incident, now_ns)
            for incident in sorted(due, key=_causes_before_sites)
            if has_news(incident)
        ]
        self._end_silences()
        return tuple(events)

    def _refresh(self, now_ns: int) -> None:
        """Say anew, every few seconds, what is measured and why the graph holds links to be down."""
        if now_ns < self._refresh_ns:
            return
        self._refresh_ns = now_ns + REFRESH_NS
        self._stale |= self._facts.observe_reasons(self._reason_of)
        self._stale |= self._measured is not None and bool(self._measured.findings)

    def _end_silences(self) -> None:
        """Tell what fires and was not told because of a silence that has ended."""
        for incident, record in self._unsilenced():
            alert = structs.replace(record.alert, maintenance=None)
            told = structs.replace(record, alert=alert, revision=record.revision + 1)
            incident.record, incident.muted = self._teller.tell(told, None)

    def _unsilenced(self) -> list[tuple[Incident, Record]]:
        return [
            (incident, incident.record)
            for incident in self._incidents.values()
            if incident.muted
            and incident.record is not None
            and not self._teller.is_muted(incident.record.alert)
        ]

    def _reconcile(self, now_ns: int) -> list[Event]:
        causes = diagnose(self._backbone, self._facts, self._settings, now_ns)
        self._facts.settle(
            covered=(name for cause in causes for name in cause.covers),
            cut=(
                name.removeprefix("router:")
                for cause in causes
                if cause.rule not in BLIND_RULES
                for name in cause.covers
            ),
        )
        causes += cut_off(self._backbone, self._facts, causes)
        if "outage_storm" in self._rules:
            causes = gathered(self._backbone, causes, self._storm_covers())
        if self._measured is not None:
            causes = self._with_findings(self._measured.findings, causes, now_ns)
        causes = [cause for cause in causes if cause.rule in self._rules]
        continued, ended = match(self._incidents.values(), causes)
        for position, cause in enumerate(causes):
            self._follow(continued.get(position), cause, now_ns)
        holder = {name: cause for cause in causes for name in cause.covers}
        for incident in ended:  # what a cut brought takes a while to pass, too
            brought = incident.cause.brought if incident.cause is not None else ()
            self._aftermath.begin(brought, now_ns)
        over = [incident for incident in ended if not self._stays(incident, holder, now_ns)]
        events = [event for incident in over for event in self._end(incident, holder, now_ns)]
        if (kept := self._flaps.kept(self._incidents.values())) != self._kept_flaps:
            self._kept_flaps = kept
            self._memory.remember(FLAPS, kept)
        return events

    def _with_findings(self, found: Sequence[Finding], causes: list[Cause], now_ns: int) -> list[Cause]:
        """The causes with what is measured."""
        for incident in self._incidents.values():
            if incident.cause is not None and incident.cause.drained.difference(self._facts.drained):
                self._aftermath.begin(incident.cause.covers, now_ns)  # it is given back
        return with_findings(
            self._backbone,
            causes,
            found,
            self._aftermath.passing(found, now_ns),
            moved_onto=self._moved_onto,
            drains=drains_of(self._facts.drained, self._reason_of),
            told=frozenset[str]().union(*(i.covers for i in self._incidents.values() if i.record)),
        )

    def _window_of(self, alert: Alert) -> str | None:
        """The maintenance window that an alert is part of; what its drain fills is, unless it is critical."""
        incident = self._incidents.get(alert.id)
        cause = None if incident is None else incident.cause
        if cause is None or not cause.drained:
            return self._maintained_by(alert)
        if alert.severity == "critical":
            return None
        links = tuple(sorted(cause.drained))
        drained = Subject(kind="link", id=links[0])
        return self._maintained_by(structs.replace(alert, subject=drained, links=links, children=()))

    def _storm_covers(self) -> frozenset[str]:
        storms = (i.covers for i in self._incidents.values() if i.key[0] == "outage_storm" and i.record)
        return frozenset[str]().union(*storms)

    def _stays(self, incident: Incident, holder: Mapping[str, Cause], now_ns: int) -> bool:
        """Whether an incident without a cause goes on, as one that comes and goes."""
        if incident.record is None or incident.cause is None or "flapping" not in self._rules:
            return False
        if any(name in holder for name in incident.covers):
            return False
        return self._flaps.stays(incident, incident.cause, now_ns)

    def _follow(self, incident: Incident | None, cause: Cause, now_ns: int) -> None:
        wait_ns = self._wait_ns(cause)
        if incident is None:
            name = f"a-{digest(*cause.key, str(cause.since_ns), str(now_ns))}"
            incident = Incident(name, cause.key, cause.since_ns, cause.covers, due_ns=now_ns + wait_ns)
            self._incidents[name] = incident
            self._effects_of(cause.links)  # what takes long is ready when the alert fires
        cause = self._flaps.damped(incident, cause, now_ns)
        changed, before = incident.key != cause.key, incident.key
        incident.key, incident.covers, incident.cause = cause.key, cause.covers, cause
        if incident.record is not None:
            if has_news(incident):
                told = incident.record.alert
                due_ns = news_due_ns(self._rules, incident, told, self._window_ns, now_ns)
                incident.due_ns = due_ns if incident.due_ns is None else min(due_ns, incident.due_ns)
        elif changed and before[0] in BLIND_RULES:
            incident.due_ns = now_ns + wait_ns  # it has become a cause of another urgency

    def _wait_ns(self, cause: Cause) -> int:
        """How long a cause waits for a wider one, before it fires."""
        if cause.rule in BLIND_RULES:
            return self._settings.silence_grace_ms * NS_PER_MS
        return self._window_ns

    def _current(self, incident: Incident, record: Record) -> Alert:
        """The announced alert with the children and links that it has now."""
        if incident.cause is None:
            return record.alert
        return self._composer.alert(incident, incident.cause, record.announced_ns or record.since_ns)

    def _announce(self, incident: Incident, now_ns: int) -> Event:
        cause, before = incident.cause, incident.record
        if cause is None:
            raise AssertionError("an incident is due only after a diagnosis")
        announced_ns = now_ns if before is None else before.announced_ns or before.since_ns
        alert = self._composer.alert(incident, cause, announced_ns)
        alert = structs.replace(alert, maintenance=self._window_of(alert))
        links, routers = self._facts.links, self._facts.routers
        incident.due_ns, incident.told_ns = None, now_ns
        incident.record = Record(
            alert=alert,
            since_ns=incident.since_ns,
            covers=cause.covers | cause.brought | (before.covers if before is not None else frozenset()),
            told=before.told if before is not None else frozenset(),
            revision=1 if before is None else before.revision + 1,
            fallen={name: links[name].since_ns for name in sorted(cause.covers) if name in links},
            routers={
                name: (routers[name].since_ns, routers[name].cut)
                for name in (covered.removeprefix("router:") for covered in sorted(cause.covers))
                if name in routers
            },
            announced_ns=announced_ns,
        )
        incident.record, incident.muted = self._teller.tell(
            incident.record, None if before is None else before.alert
        )
        return self._event("alert_firing", alert, now_ns)

    def _end(self, incident: Incident, holder: Mapping[str, Cause], now_ns: int) -> list[Event]:
        del self._incidents[incident.id]
        if incident.record is None:
            return []  # it never fired
        announced = incident.record.alert
        wider = next((holder[name] for name in sorted(incident.covers) if name in holder), None)
        sentence = (
            sentences.resolved(self._backbone, announced.rule, announced.subject)
            if wider is None
            else sentences.widened(self._backbone, announced.subject, wider.subject)
        )
        alert = structs.replace(
            announced,
            state="resolved",
            resolved_at=rfc3339(now_ns),
            summary=sentence.en,
            summary_zh=sentence.zh,
        )
        record = structs.replace(
            incident.record, alert=alert, revision=incident.record.revision + 1, fallen={}, routers={}
        )
        self._resolved[alert.id] = alert
        while len(self._resolved) > self._settings.resolved_kept:
            del self._resolved[next(iter(self._resolved))]
        self._teller.tell(record, announced)
        return [self._event("alert_resolved", alert, now_ns)]

    def _event(self, kind: EventType, alert: Alert, now_ns: int) -> Event:
        epoch, version = self._version
        number, self._next_event = self._next_event, self._next_event + 1  # after the publication's own
        subject = alert.subject
        return Event(
            type=kind,
            id=f"{epoch}/{version}/{number}",
            at=rfc3339(now_ns),
            version=version,
            link=subject.id if subject.kind == "link" else None,
            router=subject.id if subject.kind == "router" else None,
            site=subject.id if subject.kind == "site" else None,
            links=alert.links,
            after={"alert": alert.id, "rule": alert.rule, "subject": subject.id, "summary": alert.summary},
            cause=alert.cause,
        )


def _causes_before_sites(incident: Incident) -> tuple[bool, int, str]:
    return incident.key[0] == "site_cut_off", incident.since_ns, incident.id
