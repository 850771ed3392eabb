"""Inconsistencies: what contradicts itself, listed once it has done so for long enough.

The two ends of a circuit never report a change at the same moment, so a contradiction that is gone within
seconds is no finding.
"""

from collections.abc import Iterable

from topology.liveness import NEVER_NS
from topology.settings import TopologySettings, nanoseconds
from topology.status import Inconsistency, InconsistencyKind


class Inconsistencies:
    """Those that are listed and those that wait for their time."""

    def __init__(self, settings: TopologySettings) -> None:
        self._patience_ns = nanoseconds(settings.inconsistency_after_s)
        self._waiting: dict[str, Inconsistency] = {}
        self._listed: dict[str, Inconsistency] = {}

    @property
    def listed(self) -> tuple[Inconsistency, ...]:
        """The findings, by id."""
        return tuple(self._listed[name] for name in sorted(self._listed))

    def put(self, kind: InconsistencyKind, circuit: str, detail: str | None, now_ns: int) -> None:
        """Say what is wrong about a circuit, or None that nothing of this kind is."""
        name = f"{kind}:{circuit}"
        if detail is None:
            self._waiting.pop(name, None)
            self._listed.pop(name, None)
            return
        known = self._listed.get(name) or self._waiting.get(name)
        since_ns = now_ns if known is None else known.since_ns
        found = Inconsistency(id=name, kind=kind, circuit=circuit, detail=detail, since_ns=since_ns)
        (self._listed if name in self._listed else self._waiting)[name] = found

    def advance(self, now_ns: int) -> Iterable[Inconsistency]:
        """List those whose time has come, and return them."""
        due = [found for found in self._waiting.values() if now_ns - found.since_ns >= self._patience_ns]
        for found in due:
            self._listed[found.id] = self._waiting.pop(found.id)
        return due

    def next_due_ns(self) -> int:
        """When the next one is to be listed; NEVER_NS where none waits."""
        waiting = (found.since_ns for found in self._waiting.values())
        return min((since_ns + self._patience_ns for since_ns in waiting), default=NEVER_NS)
