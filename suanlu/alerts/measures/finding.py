"""A finding: something measured that meets a rule."""

from dataclasses import dataclass

from suanlu.alerts.alert import Rule, Subject
from suanlu.alerts.rules.rule import RULES
from suanlu.alerts.text import Sentence

PREFIX = "measured:"


@dataclass(frozen=True, slots=True)
class Finding:
    """`since_ns`: when the figure first was beyond the threshold; `text`: what was measured, in words.

    `stands`: it is beyond it now, and not only waiting to be better for long enough.
    """

    rule: Rule
    subject: Subject
    since_ns: int
    text: Sentence
    stands: bool = True

    @property
    def name(self) -> str:
        """What a cause that explains it covers: rules of one family are about the same trouble."""
        return f"{PREFIX}{RULES[self.rule].family}:{self.subject.kind}:{self.subject.id}"


def parts_of(name: str) -> tuple[str, Subject] | None:
    """Family and subject of a covered name; None for one that is no finding's."""
    if not name.startswith(PREFIX):
        return None
    family, kind, subject = name.removeprefix(PREFIX).split(":", 2)
    return family, Subject(kind=kind, id=subject)  # type: ignore[arg-type]
