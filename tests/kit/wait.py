"""Waiting for a condition with a deadline, instead of sleeping."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TypeVar

Result = TypeVar("Result")
POLL_S = 0.01


async def eventually(
    condition: Callable[[], Result | Awaitable[Result]], *, deadline_s: float = 10, what: str = ""
) -> Result:
    """Return the first true result of `condition` (plain or async); AssertionError past the deadline."""
    end = time.monotonic() + deadline_s
    while True:
        result = condition()
        if isawaitable(result):
            result = await result
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline_s} s: {what or condition}; last result {result!r}")
        await asyncio.sleep(POLL_S)
