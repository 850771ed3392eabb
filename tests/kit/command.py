"""`suanlu` commands in processes of their own, as a newcomer starts them; the demo among them."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import psutil

from tests.kit.servers import answers, free_port
from tests.kit.wait import eventually

ROOT = Path(__file__).parents[2]
START_DEADLINE_S = 40
STOP_DEADLINE_S = 5
_URL = re.compile(r"http://127\.0\.0\.1:\d+")


class RunningCommand:
    """`url` answers; `lines` is what it has printed so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.url = ""
        self.lines: list[str] = []
        self.children: list[psutil.Process] = []

    async def read(self) -> None:
        """Keep what it prints, to its end."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode().rstrip("\n"))

    async def started(self) -> None:
        """Return when it has printed its URL."""
        await eventually(
            lambda: self.process.returncode is not None or any(_URL.search(line) for line in self.lines),
            deadline_s=START_DEADLINE_S,
            what="it prints its URL",
        )
        found = [match[0] for line in self.lines if (match := _URL.search(line))]
        assert found, f"it ended: {self.lines}"
        self.url = found[0]
        self.children = psutil.Process(self.process.pid).children(recursive=True)

    async def ready(self) -> None:
        """Return when every router is in the graph."""
        await eventually(
            lambda: answers(f"{self.url}/readyz"), deadline_s=START_DEADLINE_S, what=f"{self.url} is ready"
        )

    async def interrupt(self) -> int:
        """Ctrl-C; return its status. TimeoutError if it takes longer than it may."""
        return await self._end(signal.SIGINT)

    async def terminate(self) -> int:
        """SIGTERM, as a service manager sends it; else as `interrupt`."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        async with asyncio.timeout(STOP_DEADLINE_S):
            return await self.process.wait()

    def children_left(self) -> list[psutil.Process]:
        """Children that still run."""
        return [child for child in self.children if _runs(child)]


def _runs(child: psutil.Process) -> bool:
    try:
        return child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it ended between the two questions
        return False


@asynccontextmanager
async def run_program(
    *command: str, cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> AsyncIterator[RunningCommand]:
    """A program with what it prints; ended by force afterwards if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        cwd=cwd, env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200", **(environment or {})},
    )  # fmt: skip
    running = RunningCommand(process)
    reading = asyncio.create_task(running.read())
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


def run_command(*arguments: str) -> AbstractAsyncContextManager[RunningCommand]:
    """`suanlu …` of this checkout."""
    return run_program(sys.executable, "-m", "suanlu.cli", *arguments)


@asynccontextmanager
async def run_demo(data: Path, *, port: int | None = None) -> AsyncIterator[RunningCommand]:
    """A demo that has started; where nothing went wrong, Ctrl-C ends it afterwards."""
    async with run_command("demo", "--port", str(port or free_port()), "--data", str(data)) as demo:
        await demo.started()
        yield demo
        if demo.process.returncode is None:
            await demo.interrupt()
