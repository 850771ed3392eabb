"""What a store is to the collector: something that takes a batch and says honestly what became of it."""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Protocol

from collector.batch import Batch
from collector.sinks.settings import PumpSettings
from topology.errors import SuanluError


class SinkError(SuanluError):
    """A store cannot be used at all; the message says which and what helps."""


@dataclass(frozen=True)
class Accepted:
    """Every value is in the store, but for those `dropped` by rule (reason -> values)."""

    stored: int
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rejected:
    """The store took some and refused others for good; `first_error` is what it said about the first."""

    stored: int
    rejected: int
    first_error: str
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Unavailable:
    """Nothing is known to be stored: send the same batch again, not before `retry_after_s` if it is told."""

    reason: str
    retry_after_s: float | None = None


Outcome = Accepted | Rejected | Unavailable


class Sink(Protocol):
    """A store. `thread` reads its log and encodes its batches; `pumping` says how it likes them."""

    name: str
    pumping: PumpSettings

    @property
    def thread(self) -> Executor:
        """The thread that this store's work is done in."""

    async def open(self, log: str) -> int | None:
        """Make ready; return the seq up to which it has the log of this identity, None: it cannot tell."""

    async def write(self, seq: int, batch: Batch) -> Outcome:
        """Store the values of the records up to `seq`. Raises only what is a defect of ours."""

    async def close(self) -> None:
        """Give connections back."""
