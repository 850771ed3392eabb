"""Incidents: causes followed through time, so that each is told once, widened in place, and ended."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from suanlu.alerts.alert import Record
from suanlu.alerts.causes.diagnosis import Cause


@dataclass(slots=True, eq=False)
class Incident:
    """One trouble from its first sight to its end.

    `record` is what was last announced (None: it waits to fire); `due_ns` is when there is something to
    announce, `muted` that a silence kept back what was. `cause` is None after a restart until the first
    diagnosis. `told_ns`: when it was last announced. `quiet_at_ns` is set while it comes and goes: when it
    will have been there (`is_there`) or gone for long enough; `flaps`: how often it has gone.
    """

    id: str
    key: tuple[str, str, str]
    since_ns: int
    covers: frozenset[str]
    cause: Cause | None = None
    record: Record | None = None
    due_ns: int | None = None
    muted: bool = False
    told_ns: int = 0
    quiet_at_ns: int | None = None
    is_there: bool = True
    flaps: int = 0


def match(
    incidents: Iterable[Incident], causes: Iterable[Cause]
) -> tuple[dict[int, Incident], list[Incident]]:
    """Say which incident each cause (by its position) continues, and which incidents are left without one.

    The same rule and subject is the same incident. Otherwise a cause continues one that it shares facts
    with: one that has fired before one that has not, then that of most facts, then the oldest.
    """
    found: dict[int, Incident] = {}
    rest = {incident.key: incident for incident in incidents}
    unmatched: list[tuple[int, Cause]] = []
    for position, cause in enumerate(causes):
        incident = rest.pop(cause.key, None)
        if incident is None:
            unmatched.append((position, cause))
        else:
            found[position] = incident
    ended = {incident.id: incident for incident in rest.values()}
    holders: dict[str, list[Incident]] = defaultdict(list)
    for incident in ended.values():
        for name in incident.covers:
            holders[name].append(incident)
    for position, cause in unmatched:
        shared = Counter(i.id for name in cause.covers for i in holders.get(name, ()) if i.id in ended)
        if shared:
            best = min(shared, key=lambda name: _rank(ended[name], shared[name]))
            found[position] = ended.pop(best)
    return found, list(ended.values())


def _rank(incident: Incident, shared: int) -> tuple[bool, int, int, str]:
    return incident.record is None, -shared, incident.since_ns, incident.id
