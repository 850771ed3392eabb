"""How late the stores are: for how long each has had values waiting that it was given before."""

from collections.abc import Callable, Mapping
from typing import Protocol

from suanlu.alerts.alert import Subject
from suanlu.alerts.measures.measured import Readings
from suanlu.alerts.rules.rule import NS_PER_S
from suanlu.alerts.text import Sentence


class Books(Protocol):
    """What is read of a pump's statistics."""

    @property
    def received(self) -> int:
        """Values that are to be stored."""

    @property
    def buffered(self) -> int:
        """Values in the log, not yet stored."""

    @property
    def last_error(self) -> str | None:
        """What the store said when it last refused."""


class Pump(Protocol):
    """What has books."""

    def statistics(self) -> Books:
        """The books of now."""


class Backlogs:
    """Of each pump, how long ago its store was last past what it had been given then, in s."""

    def __init__(self, pumps: Mapping[str, Pump], *, now_ns: Callable[[], int]) -> None:
        self._pumps = pumps
        self._now_ns = now_ns
        self._marks: dict[str, tuple[int, int]] = {}  # by pump: values received at a time, and that time

    def __call__(self) -> Readings:
        """Read the books."""
        now_ns = self._now_ns()
        return {
            Subject(kind="system", id=name.rpartition(" ")[2]): self._reading(name, pump.statistics(), now_ns)
            for name, pump in self._pumps.items()
        }

    def _reading(self, name: str, books: Books, now_ns: int) -> tuple[float, Sentence]:
        done = books.received - books.buffered
        received, at_ns = self._marks.get(name, (0, now_ns))
        if done >= received:  # all that had come by then is stored: begin a new look
            received, at_ns = books.received, now_ns
        self._marks[name] = received, at_ns
        age_s = (now_ns - at_ns) / NS_PER_S
        text = Sentence(
            f"{books.buffered} values wait, {age_s:.0f} s behind",
            f"{books.buffered} 个数值待写入，落后 {age_s:.0f} s",
        )
        error = books.last_error
        return age_s, text.then(f"; it says: {error}", f"；存储返回：{error}") if error else text
