"""Named threads for what may block: the log's disk and the stores."""

import asyncio
import functools
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def named_thread(name: str) -> ThreadPoolExecutor:
    """Return an executor of one thread that carries exactly this name."""

    def take_name() -> None:
        threading.current_thread().name = name

    return ThreadPoolExecutor(1, thread_name_prefix=name, initializer=take_name)


async def finish_in(
    thread: Executor, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run a function in a thread; when cancelled, wait for it to end before the cancellation goes on.

    A thread cannot be interrupted, and what it works on must not be touched meanwhile.
    """
    work = asyncio.get_running_loop().run_in_executor(thread, functools.partial(function, *args, **kwargs))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise
