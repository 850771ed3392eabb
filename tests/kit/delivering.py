"""A small backbone whose alerts go through a real outbox and sender to the receivers that a test serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from time import time_ns
from typing import Any

from suanlu.alerts import AlertSettings, Outbox, ReceiverSettings, Sender
from tests.kit.alerting import World, small_inventory


@asynccontextmanager
async def delivering(tmp_path: Path, *receivers: ReceiverSettings, **settings: Any) -> AsyncIterator[World]:
    """A world whose manager feeds a real outbox and sender."""
    world = World(small_inventory())
    world.settings = AlertSettings(receivers=receivers, **{"retry_base_s": 0.01, **settings})
    outbox = Outbox(tmp_path / "outbox.sqlite", world.settings, now_ns=time_ns)
    sender = Sender(world.settings, outbox, now_ns=time_ns, random=Random(1))
    world.use(outbox)
    tasks = [asyncio.create_task(outbox.run()), asyncio.create_task(sender.run())]
    try:
        yield world
    finally:
        for task in reversed(tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
