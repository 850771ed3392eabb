"""A maintenance window, and the rules that one must keep to be entered."""

from typing import Literal

import msgspec

from suanlu.maintenance.errors import MaintenanceError
from topology.event import rfc3339

NS_PER_S = 1_000_000_000
LONGEST_DAYS = 30
LONGEST_NS = LONGEST_DAYS * 86_400 * NS_PER_S
LATE_NS = 60 * NS_PER_S  # a start so little past is one that was meant to be now
SubjectKind = Literal["link", "circuit", "srlg", "router", "site"]
WindowState = Literal["planned", "active", "ended"]


class Subject(msgspec.Struct, frozen=True, kw_only=True, order=True, forbid_unknown_fields=True):
    """What is worked on. A link stands for its circuit: its other direction cannot stay in use alone."""

    kind: SubjectKind
    id: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A window as somebody wants it; times in ns since the epoch."""

    starts_at_ns: int
    ends_at_ns: int
    subjects: tuple[Subject, ...]
    comment: str
    created_by: str

    def checked(self, now_ns: int) -> "Asked":
        """Return it, a start that has just passed being now, each subject once. Raises MaintenanceError."""
        if not self.subjects:
            raise MaintenanceError(
                "a window without subjects: name what is worked on, as "
                '{"kind": "circuit", "id": "wuhan-changsha-1"}',
                "subjects",
            )
        if self.ends_at_ns <= self.starts_at_ns:
            raise MaintenanceError(
                f"it ends at {rfc3339(self.ends_at_ns)}, not after its start at {rfc3339(self.starts_at_ns)}",
                "ends_at",
            )
        if self.starts_at_ns < now_ns - LATE_NS:
            raise MaintenanceError(
                f"its start, {rfc3339(self.starts_at_ns)}, is past: it is {rfc3339(now_ns)} now; "
                "what is worked on already starts now",
                "starts_at",
            )
        if self.ends_at_ns <= now_ns:
            raise MaintenanceError(
                f"its end, {rfc3339(self.ends_at_ns)}, is past: it is {rfc3339(now_ns)} now", "ends_at"
            )
        if self.ends_at_ns - self.starts_at_ns > LONGEST_NS:
            days = (self.ends_at_ns - self.starts_at_ns) / (86_400 * NS_PER_S)
            raise MaintenanceError(
                f"{days:.1f} days are longer than a window may be, {LONGEST_DAYS} days: "
                "what is out for good is no longer in the inventory",
                "ends_at",
            )
        return msgspec.structs.replace(
            self,
            starts_at_ns=max(self.starts_at_ns, now_ns),
            subjects=tuple(dict.fromkeys(self.subjects)),
        )


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A window that was entered. Times in ns since the epoch.

    `ended_at_ns` and `ended_by`: who ended it before its time, and when. `told` is the state that everybody
    has been told; it lags behind `state` while nobody looks, also over a restart.
    """

    id: str
    starts_at_ns: int
    ends_at_ns: int
    subjects: tuple[Subject, ...]
    comment: str
    created_by: str
    created_at_ns: int
    ended_at_ns: int | None = None
    ended_by: str | None = None
    told: WindowState = "planned"

    def state(self, now_ns: int) -> WindowState:
        """Where it stands by the clock."""
        if self.ended_at_ns is not None or now_ns >= self.ends_at_ns:
            return "ended"
        return "active" if now_ns >= self.starts_at_ns else "planned"

    def was_active(self, at_ns: int) -> bool:
        """Whether it was active at a moment, however it ended after that."""
        end_ns = self.ends_at_ns if self.ended_at_ns is None else min(self.ends_at_ns, self.ended_at_ns)
        return self.starts_at_ns <= at_ns < end_ns

    def overlaps(self, starts_at_ns: int, ends_at_ns: int) -> bool:
        """Whether it and another time have a moment in common."""
        return self.starts_at_ns < ends_at_ns and starts_at_ns < self.ends_at_ns
