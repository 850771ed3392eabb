"""Running an app on an event loop of its own, until Ctrl-C or SIGTERM."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import uvloop


def until_signal(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run `main(stop)` on uvloop; `stop` is set by SIGINT or SIGTERM.

    An error that a person can act on comes out as itself, though a TaskGroup has wrapped it.
    """

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await main(stop)

    try:
        uvloop.run(run())
    except BaseExceptionGroup as group:
        raise next(_leaves(group)) from group


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
