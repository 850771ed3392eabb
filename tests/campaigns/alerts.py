"""Alerts under kill -9 and while their receiver is away: none is lost, none is told twice under two ids.

    python -m tests.campaigns.alerts [kills] [seconds of outage]     (300 and 3,600: an hour and a quarter)

A process puts alerts into its outbox and delivers them, and is killed at any moment; the next one goes on.
A third of the kills are before the outage, a third within it, a third after. Every alert that was on disk
must arrive; what arrives twice must have the same id, and at most one message a kill does.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from suanlu.alerts import Secret
from tests.kit.wait import eventually

KILLS, OUTAGE_S = 300, 3600.0
START_DEADLINE_S = 60.0
SEED = 20


@dataclass
class Hook:
    """A receiver that verifies; while it is `away` it refuses, or breaks the connection."""

    secret: str
    away: bool = False
    refused: int = 0
    ids: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        """Take a message, or do not."""
        body: Any = Webhook(self.secret).verify(await request.read(), dict(request.headers))
        if self.away:
            self.refused += 1
            if self.refused % 2 and request.transport is not None:
                request.transport.abort()  # type: ignore[attr-defined]
            return web.Response(status=503)
        self.ids.append(request.headers["webhook-id"])
        self.alerts.append(body["alert"])
        return web.Response(status=204)


@dataclass(frozen=True)
class Books:
    """What came of it."""

    kills: int
    put: frozenset[str]
    arrived: frozenset[str]
    ids: int
    repeated: int
    repeated_most: int
    refused: int
    seconds: float

    @property
    def lost(self) -> frozenset[str]:
        """Alerts that were on disk and never arrived."""
        return self.put - self.arrived

    def check(self) -> None:
        """Raise AssertionError where a promise is broken."""
        assert not self.lost, f"lost: {sorted(self.lost)[:5]}"
        assert self.ids == len(self.arrived), f"{len(self.arrived)} alerts came under {self.ids} ids"
        assert self.repeated <= self.kills, f"{self.repeated} were told again, of {self.kills} kills"


async def campaign(directory: Path, kills: int, outage_s: float) -> Books:
    """Kill so many times, with the receiver away for so long in the middle; return the books."""
    chance = random.Random(SEED)
    began = time.monotonic()
    hook = Hook(Secret.generate())
    (directory / "secret").write_text(hook.secret)
    put: set[str] = set()
    kept = 0
    third = max(1, kills // 3)
    application = web.Application()
    application.router.add_post("/hook", hook.handle)
    async with TestServer(application) as server:
        url = str(server.make_url("/hook"))
        for kill in range(kills):
            if kill == third:
                hook.away, away_since = True, time.monotonic()
            if kill == 2 * third:
                await asyncio.sleep(max(0.0, away_since + outage_s - time.monotonic()))
                hook.away = False
            pause_s = outage_s / third * 0.9 if hook.away else 0.0
            async with _process(directory, url, kept + (count := chance.randint(2, 20))) as child:
                found, told = await _alerts_of(child, count)
                await asyncio.sleep(pause_s)
            put |= told
            kept = found + count + 1  # one may have been put and not told
        hook.away = False
        async with _process(directory, url, 0):
            await eventually(lambda: put <= set(hook.alerts), deadline_s=START_DEADLINE_S + len(put) / 50)
    times = Counter(hook.ids)
    return Books(
        kills=kills,
        put=frozenset(put),
        arrived=frozenset(hook.alerts),
        ids=len(times),
        repeated=len(hook.ids) - len(times),
        repeated_most=max(times.values(), default=0),
        refused=hook.refused,
        seconds=time.monotonic() - began,
    )


async def _alerts_of(child: asyncio.subprocess.Process, count: int) -> tuple[int, set[str]]:
    """How many alerts a child's outbox held, and the next `count` that it has put on disk."""
    found = int((await _words(child))[1])
    return found, {(await _words(child))[1] for _ in range(count)}


async def _words(child: asyncio.subprocess.Process) -> list[str]:
    """The next line of the child that is no line of its log."""
    if child.stdout is None:
        raise AssertionError("the child has no output")
    async with asyncio.timeout(START_DEADLINE_S):
        while words := (await child.stdout.readline()).decode().split():
            if words[0] in ("ready", "put"):
                return words
    raise AssertionError("the child ended by itself")


@asynccontextmanager
async def _process(directory: Path, url: str, count: int) -> AsyncIterator[asyncio.subprocess.Process]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.kit.alert_process", str(directory), url, str(count)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield child
    finally:
        child.kill()
        await child.communicate()


def main() -> None:
    """Run it at the size that is asked for, and print the books."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    outage_s = float(sys.argv[2]) if len(sys.argv) > 2 else OUTAGE_S
    with tempfile.TemporaryDirectory() as directory:
        books = asyncio.run(campaign(Path(directory), kills, outage_s))
    print(
        f"{books.kills} kills, receiver away for {outage_s:g} s ({books.refused} attempts refused), "
        f"{books.seconds:.0f} s in all\n{len(books.put)} alerts on disk, {len(books.arrived)} arrived, "
        f"{len(books.lost)} lost; {books.ids} ids; {books.repeated} told again under the same id, "
        f"none more than {books.repeated_most} times"
    )
    books.check()


if __name__ == "__main__":
    main()
