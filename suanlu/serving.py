"""Running an app on an event loop of its own, until Ctrl-C or SIGTERM, and not much longer.

From the signal on everything has `LAST_DEADLINE_S` to end. A part that does not (it swallows its
cancellation, blocks the loop or a thread) is named on stderr, and the process ends without it. What was
accepted is on disk by then: the log is fsynced, the stores go on from their cursors.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from types import FrameType
from typing import Any

import uvloop

SIGNALS = (signal.SIGINT, signal.SIGTERM)
LAST_DEADLINE_S = 4.5
STUCK_STATUS = 70  # EX_SOFTWARE of sysexits.h


class Ending:
    """How a process ends: `stop` is set by the first signal, and the clock runs from then on.

    `unended` says which parts still run; whoever makes the parts sets it.
    """

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.unended: Callable[[], Iterable[str]] = tuple
        self._before = {number: signal.getsignal(number) for number in SIGNALS}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: threading.Timer | None = None

    def listen(self) -> None:
        """Take the signals, on the loop's thread."""
        self._loop = asyncio.get_running_loop()
        for number in SIGNALS:
            signal.signal(number, self.on_signal)

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Python's own handler, not the loop's: it runs also while a part blocks the loop."""
        if self._timer is None:
            self._timer = threading.Timer(LAST_DEADLINE_S, self._give_up)
            self._timer.daemon = True  # a process that ends by itself does not wait for it
            self._timer.start()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.stop.set)

    def settle(self) -> None:
        """The loop has ended, so the clock stops, unless a thread is left that may be stuck.

        The interpreter holds on to handlers, and they to all that they know, for longer than to any module.
        """
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self.unended = tuple
        if self._timer is not None and not any(_waiting_threads()):
            self._timer.cancel()
            self._timer.join()

    def _give_up(self) -> None:
        """In the timer's thread, as the loop's may be what is stuck."""
        parts = tuple(self.unended()) or tuple(_waiting_threads()) or ("the event loop",)
        sys.stderr.write(
            f"suanlu: {', '.join(parts)} did not end within {LAST_DEADLINE_S} s and "
            f"{'was' if len(parts) == 1 else 'were'} left behind\n"
        )
        sys.stderr.flush()
        os._exit(STUCK_STATUS)


def _waiting_threads() -> Iterator[str]:
    """Threads that an interpreter waits for before it ends."""
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.main_thread():
            yield f"the thread {thread.name}"


def until_signal(main: Callable[[Ending], Coroutine[Any, Any, None]]) -> None:
    """Run `main(ending)` on uvloop; `ending.stop` is set by SIGINT or SIGTERM.

    An error that a person can act on comes out as itself, though a TaskGroup has wrapped it.
    """

    ending = Ending()

    async def run() -> None:
        ending.listen()
        await main(ending)

    try:
        uvloop.run(run())
    except BaseExceptionGroup as group:
        raise next(_leaves(group)) from group
    finally:
        ending.settle()


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
