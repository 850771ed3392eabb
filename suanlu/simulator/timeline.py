"""What will happen in the world, and when: the end of a reboot, the beats of a flapping circuit."""

import heapq
from collections.abc import Awaitable, Callable
from itertools import count

Happening = Callable[[], Awaitable[None]]


class Timeline:
    """Happenings in order of time; those of one subject can be called off together."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, str, Happening]] = []
        self._order = count()

    def at(self, due_ns: int, subject: str, happening: Happening) -> None:
        """Let something happen at `due_ns`."""
        heapq.heappush(self._heap, (due_ns, next(self._order), subject, happening))

    def call_off(self, subject: str) -> None:
        """Forget what was to happen to this subject."""
        self._heap = [entry for entry in self._heap if entry[2] != subject]
        heapq.heapify(self._heap)

    @property
    def next_ns(self) -> int | None:
        """When the next thing happens."""
        return self._heap[0][0] if self._heap else None

    def due(self, now_ns: int) -> Happening | None:
        """Take out the earliest happening that is due."""
        if self._heap and self._heap[0][0] <= now_ns:
            return heapq.heappop(self._heap)[3]
        return None
