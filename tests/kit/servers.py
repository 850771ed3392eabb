"""Real stores on free loopback ports, their data in a temporary directory, ended with the test."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.kit.wait import eventually


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def find_program(name: str, package: str) -> str:
    """Return the path of a program; skip the test, saying which Debian package has it, where it is absent."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not on PATH (Debian: apt install {package})")
    return path


@contextmanager
def process(
    command: list[str],
    directory: Path,
    *,
    files: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Run a server while the context lasts, in `directory`, with these files in it."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in (files or {}).items():
        (directory / name).write_text(text)
    with (directory / "output.log").open("wb") as output:
        child = subprocess.Popen(
            command, stdout=output, stderr=output, cwd=directory, env=os.environ | dict(environment or {})
        )
        try:
            yield
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(10)


async def answers(url: str) -> bool:
    """Say whether a GET of this URL is answered with a success."""
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as reply:
            return reply.status < 300
    except (aiohttp.ClientError, OSError):
        return False


async def wait_for_answer(url: str) -> str:
    """Return when a server answers; AssertionError after 20 s."""
    await eventually(lambda: answers(url), deadline_s=20, what=f"{url} answers")
    return url
