"""The whole demo as its user starts it: a process, its data in a directory, ended by Ctrl-C."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp

from tests.kit.servers import free_port
from tests.kit.wait import eventually

ROOT = Path(__file__).resolve().parents[2]
START_DEADLINE_S = 60
STOP_DEADLINE_S = 10


@contextmanager
def running_demo(directory: Path, *arguments: str) -> Iterator[str]:
    """The URL of a demo that is ready; what it printed is in `demo.log` of the directory."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "suanlu.cli", "demo", "--port", str(port), "--data", str(directory)]
    with (directory / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        try:
            asyncio.run(_ready(url, process))
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_DEADLINE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


async def _ready(url: str, process: subprocess.Popen[bytes]) -> None:
    async with aiohttp.ClientSession() as session:

        async def ready() -> bool:
            assert process.poll() is None, "the demo ended while starting: see demo.log"
            try:
                async with session.get(f"{url}/readyz") as answer:
                    return answer.status == 200
            except aiohttp.ClientConnectionError:
                return False

        await eventually(ready, deadline_s=START_DEADLINE_S, what=f"the demo at {url} is ready")
