"""Webhooks over real sockets: from a fallen circuit to a receiver, also across kill -9."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from time import time_ns
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from suanlu.alerts import AlertSettings, Outbox, ReceiverSettings, Secret, WebhookSender
from suanlu.alerts.receiver import Receiver
from tests.kit.alerting import World, small_inventory
from tests.kit.wait import eventually

LOOPBACK = ("127.0.0.0/8",)


class Hook:
    """A receiver that verifies with the `standardwebhooks` package and remembers; `answer` may refuse."""

    def __init__(self, secret: str, answer: Callable[[int], web.Response] | None = None) -> None:
        self._webhook = Webhook(secret)
        self._answer = answer
        self.attempts = 0
        self.ids: list[str] = []
        self.bodies: list[Any] = []

    async def handle(self, request: web.Request) -> web.Response:
        data = await request.read()
        verified = self._webhook.verify(data, dict(request.headers))
        self.attempts += 1
        response = web.Response(status=204) if self._answer is None else self._answer(self.attempts)
        if response.status < 300:
            self.ids.append(request.headers["webhook-id"])
            self.bodies.append(verified)
        return response

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        application = web.Application()
        application.router.add_post("/hook", self.handle)
        async with TestServer(application) as server:
            yield str(server.make_url("/hook"))


@pytest.fixture
def secret(tmp_path: Path) -> str:
    text = Secret.generate()
    (tmp_path / "secret").write_text(text)
    return text


def receiver(tmp_path: Path, url: str, name: str = "noc") -> ReceiverSettings:
    return ReceiverSettings(name=name, url=url, secret_file=str(tmp_path / "secret"), allow_cidrs=LOOPBACK)


@asynccontextmanager
async def delivering(tmp_path: Path, *receivers: ReceiverSettings, **settings: Any) -> AsyncIterator[World]:
    """A world whose manager feeds a real outbox and sender."""
    world = World(small_inventory())
    world.settings = AlertSettings(receivers=receivers, **{"retry_base_s": 0.01, **settings})
    outbox = Outbox(tmp_path / "outbox.sqlite", world.settings, now_ns=time_ns)
    sender = WebhookSender(world.settings, outbox, now_ns=time_ns, random=Random(1))
    world.use(outbox)
    tasks = [asyncio.create_task(outbox.run()), asyncio.create_task(sender.run())]
    try:
        yield world
    finally:
        for task in reversed(tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_fallen_circuit_reaches_the_receiver_signed(tmp_path: Path, secret: str) -> None:
    hook = Hook(secret)
    async with hook.serve() as url, delivering(tmp_path, receiver(tmp_path, url)) as world:
        world.set("b-c-1")
        world.wait(1000)
        await eventually(lambda: len(hook.bodies) == 1)
        world.set("b-c-1", state="up")
        await eventually(lambda: len(hook.bodies) == 2)
    assert [body["status"] for body in hook.bodies] == ["firing", "resolved"]
    assert len(set(hook.ids)) == 2


async def test_receiver_of_the_demo_prints_one_line_an_alert(tmp_path: Path, secret: str) -> None:
    lines: list[str] = []
    demo = Receiver(Secret(secret), write=lines.append)
    async with TestServer(demo.application()) as server:
        url = str(server.make_url("/webhook"))
        async with delivering(tmp_path, receiver(tmp_path, url)) as world:
            world.set("b-c-1")
            world.wait(1000)
            await eventually(lambda: lines)
    assert "FIRING" in lines[0]
    assert "circuit b-c-1 (b-r1 – c-r1) is down" in lines[0]


async def test_refused_message_is_tried_again_with_the_same_id(tmp_path: Path, secret: str) -> None:
    hook = Hook(secret, lambda attempt: web.Response(status=503 if attempt < 4 else 200))
    async with hook.serve() as url, delivering(tmp_path, receiver(tmp_path, url)) as world:
        world.set("b-c-1")
        world.wait(1000)
        await eventually(lambda: hook.bodies)
    assert hook.attempts == 4
    assert len(hook.ids) == 1
