"""Flap damping: what comes and goes is one alert that says so, and not one message each time."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from suanlu.alerts.alert import Record, Subject
from suanlu.alerts.causes.diagnosis import Cause
from suanlu.alerts.causes.incidents import Incident
from suanlu.alerts.rules.rule import NS_PER_S
from suanlu.alerts.text import Sentence

TIMES = 3
WINDOW_NS = 1800 * NS_PER_S
QUIET_NS = 600 * NS_PER_S
STAY_NS = 1800 * NS_PER_S
"""The graph itself holds a link that flaps down for minutes: that is no sign that it is down for good."""

CAME_AND_WENT = Sentence("; came and went", "；反复出现与恢复，")


class Flaps:
    """How often alerts about each subject have ended lately, and what that means for their incidents."""

    def __init__(self) -> None:
        self._ends: dict[Subject, deque[int]] = defaultdict(lambda: deque(maxlen=1000))

    def kept(self, incidents: Iterable[Incident]) -> bytes:
        """What `restore` takes after a restart."""
        quiet = {i.id: (i.quiet_at_ns, i.is_there, i.flaps) for i in incidents if i.quiet_at_ns is not None}
        return msgspec.json.encode(_Kept([(s, list(ends)) for s, ends in self._ends.items()], quiet))

    def restore(self, kept: bytes, incidents: Mapping[str, Incident]) -> None:
        """Take over the ends from before a restart, and the incidents that came and went then."""
        known = msgspec.json.decode(kept, type=_Kept)
        for subject, ends in known.ends:
            self._ends[subject].extend(ends)
        for name, (quiet_at_ns, is_there, flaps) in known.quiet.items():
            incident = incidents.get(name)
            if incident is not None and incident.record is not None:
                incident.quiet_at_ns, incident.is_there, incident.flaps = quiet_at_ns, is_there, flaps
                incident.cause = _told(incident.record)

    def stays(self, incident: Incident, cause: Cause, now_ns: int) -> bool:
        """Whether an incident whose cause is gone goes on, as one that comes and goes."""
        if incident.quiet_at_ns is not None and not incident.is_there:
            return now_ns < incident.quiet_at_ns
        incident.flaps = self._ended(cause.subject, now_ns)
        if incident.flaps < TIMES:
            return False
        incident.is_there, incident.quiet_at_ns = False, now_ns + QUIET_NS
        incident.cause = _flapping(cause, incident.flaps, is_there=False)
        if incident.key != incident.cause.key:
            incident.key, incident.due_ns = incident.cause.key, now_ns
        return True

    @staticmethod
    def damped(incident: Incident, cause: Cause, now_ns: int) -> Cause:
        """The cause as its incident tells it: one that comes and goes is not told each time."""
        if incident.quiet_at_ns is None:
            return cause
        if not incident.is_there:
            incident.is_there, incident.quiet_at_ns = True, now_ns + STAY_NS
        if (cause.subject.kind, cause.subject.id) != incident.key[1:] or now_ns >= incident.quiet_at_ns:
            incident.quiet_at_ns = None  # it is part of something else, or has come to stay
            return cause
        return _flapping(cause, incident.flaps, is_there=True)

    def _ended(self, subject: Subject, now_ns: int) -> int:
        """Note an end; return how many there were within the window."""
        for other in [s for s, ends in self._ends.items() if ends[-1] < now_ns - WINDOW_NS]:
            del self._ends[other]
        ends = self._ends[subject]
        ends.append(now_ns)
        while ends[0] < now_ns - WINDOW_NS:
            ends.popleft()
        return len(ends)


class _Kept(msgspec.Struct):
    ends: list[tuple[Subject, list[int]]]
    quiet: dict[str, tuple[int, bool, int]]


def _told(record: Record) -> Cause:
    """The cause as it was last told."""
    alert = record.alert
    return Cause(
        rule=alert.rule,
        subject=alert.subject,
        since_ns=record.since_ns,
        links=alert.links,
        covers=record.covers,
        children=alert.children,
        text=Sentence(alert.cause, alert.cause_zh),
        certainty=alert.certainty,
        evidence=tuple(map(Sentence, alert.evidence, alert.evidence_zh)),
    )


def _flapping(cause: Cause, times: int, *, is_there: bool) -> Cause:
    now = (
        Sentence("it is there now", "目前仍在") if is_there else Sentence("it is not there now", "目前已恢复")
    )
    minutes = WINDOW_NS // NS_PER_S // 60
    text = Sentence(
        cause.text.en.partition(CAME_AND_WENT.en)[0], cause.text.zh.partition(CAME_AND_WENT.zh)[0]
    )
    return replace(
        cause,
        rule="flapping",
        links=cause.links if is_there else (),
        text=text.then(
            f"{CAME_AND_WENT.en} {times} times within {minutes} min, {now.en}",
            f"{CAME_AND_WENT.zh}{minutes} 分钟内 {times} 次，{now.zh}",
        ),
    )
