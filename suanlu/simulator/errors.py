"""What the simulator refuses. Each is one sentence: what, where, remedy.

SuanluError
└── FaultError            also ValueError: a command that cannot be carried out
    ├── UnknownActionError
    ├── UnknownSubjectError   also LookupError
    └── WrongSubjectError
"""

import difflib
from collections.abc import Iterable

from topology.errors import SuanluError


class FaultError(SuanluError, ValueError):
    """A fault that cannot be played. `near`: what was perhaps meant, best first."""

    def __init__(self, message: str, near: tuple[str, ...] = ()) -> None:
        self.near = near
        super().__init__(message)


class UnknownActionError(FaultError):
    """There is no such action."""

    def __init__(self, action: str, known: Iterable[str]) -> None:
        known = tuple(known)
        near = tuple(difflib.get_close_matches(action, known))
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        super().__init__(f"no fault is called {action!r}; {hint}", near)


class UnknownSubjectError(FaultError, LookupError):
    """No circuit, router or SRLG has this id."""

    def __init__(self, subject: str, known: Iterable[str]) -> None:
        known = tuple(known)
        near = tuple(difflib.get_close_matches(subject, known, n=4, cutoff=0.5))
        near = near or tuple(name for name in known if subject and subject in name)[:4]
        listed = "`suanlu topology circuits` and `suanlu topology routers` list what there is"
        hint = f"; did you mean {', '.join(near)}?" if near else f"; {listed}"
        super().__init__(f"no circuit, router or SRLG is called {subject!r}{hint}", near)


class WrongSubjectError(FaultError):
    """The action does not apply to this kind of thing."""

    def __init__(self, action: str, subject: str, kind: str, takes: str) -> None:
        super().__init__(f"{action} takes a {takes}, and {subject} is a {kind}")
