"""What the simulator itself says it sent: the reference that a collector's books are held against."""

from typing import Any

from suanlu.simulator.values import Value

Entry = tuple[int, str, int, Value]
"""Stream number, path, timestamp in ns, value."""


class RouterLedger:
    """The updates that one router handed to its streams."""

    def __init__(self, *, full: bool) -> None:
        self.updates = 0
        self.deletes = 0
        self.messages = 0
        self.streams = 0
        self.last: dict[str, tuple[int, Value]] = {}
        self.entries: list[Entry] | None = [] if full else None

    def record(self, stream: int, at_ns: int, values: list[tuple[str, Value]]) -> None:
        """Note values that were written to a stream, by path."""
        self.updates += len(values)
        for path, value in values:
            self.last[path] = (at_ns, value)
        if self.entries is not None:
            self.entries.extend((stream, path, at_ns, value) for path, value in values)

    def forget(self, paths: list[str]) -> None:
        """Note deletes that were written to a stream."""
        self.deletes += len(paths)
        for path in paths:
            self.last.pop(path, None)

    def summary(self) -> dict[str, Any]:
        """Counts only."""
        return {
            "updates": self.updates,
            "deletes": self.deletes,
            "messages": self.messages,
            "streams": self.streams,
            "series": len(self.last),
        }


class Ledger:
    """One RouterLedger a router."""

    def __init__(self, routers: list[str], *, full: bool) -> None:
        self.routers = {router: RouterLedger(full=full) for router in routers}

    @property
    def updates(self) -> int:
        """Updates sent by all routers."""
        return sum(router.updates for router in self.routers.values())
