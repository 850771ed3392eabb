"""Webhooks over real sockets: from a fallen circuit to a receiver, also across kill -9."""

import asyncio
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import time_ns
from typing import Any

import msgspec
import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from suanlu.alerts import ReceiverSettings, Secret
from suanlu.alerts.delivery.receiver import Receiver
from tests.campaigns.alerts import campaign
from tests.kit.delivering import delivering
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


async def test_receiver_in_trouble_delays_no_other(tmp_path: Path, secret: str) -> None:
    good = Hook(secret)
    release = asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        await request.read()
        await release.wait()
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", hang)
    async with TestServer(application) as stuck, good.serve() as url:
        receivers = (
            receiver(tmp_path, str(stuck.make_url("/hook")), "stuck"),
            receiver(tmp_path, url, "good"),
        )
        async with delivering(tmp_path, *receivers) as world:
            for circuit in ("b-c-1", "a-c-1", "c-d-1"):
                world.set(circuit)
                world.wait(4000)
            await eventually(lambda: len(good.bodies) == 3, deadline_s=2)
            release.set()


async def test_retry_after_is_honoured_for_the_whole_receiver(tmp_path: Path, secret: str) -> None:
    asked = web.Response(status=429, headers={"Retry-After": "1"})
    hook = Hook(secret, lambda attempt: asked if attempt == 1 else web.Response())
    async with hook.serve() as url, delivering(tmp_path, receiver(tmp_path, url)) as world:
        started_ns = time_ns()
        world.set("b-c-1")
        world.wait(4000)
        world.set("c-d-1")
        world.wait(1000)
        await eventually(lambda: len(hook.bodies) == 2)
    assert 1.0 <= (time_ns() - started_ns) / 1e9 < 2.5
    assert hook.attempts == 3


async def test_one_refused_message_does_not_hold_back_those_of_other_alerts(
    tmp_path: Path, secret: str
) -> None:
    class Picky(Hook):
        async def handle(self, request: web.Request) -> web.Response:
            if b"b-c-1" in await request.read():
                self.attempts += 1
                return web.Response(status=422)
            return await super().handle(request)

    hook = Picky(secret)
    async with hook.serve() as url, delivering(tmp_path, receiver(tmp_path, url), retry_base_s=5) as world:
        world.set("b-c-1")
        world.wait(4000)
        world.set("c-d-1")
        world.wait(1000)
        await eventually(lambda: len(hook.bodies) == 1, deadline_s=2)


async def test_redirect_is_a_failure_and_not_followed(tmp_path: Path, secret: str) -> None:
    target = Hook(secret)
    async with target.serve() as url:
        away = web.Response(status=307, headers={"Location": url})
        hook = Hook(secret, lambda attempt: away if attempt == 1 else web.Response())
        async with hook.serve() as first, delivering(tmp_path, receiver(tmp_path, first)) as world:
            world.set("b-c-1")
            world.wait(1000)
            await eventually(lambda: hook.bodies)
    assert target.attempts == 0


async def test_endless_answer_is_cut_off(tmp_path: Path, secret: str) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        await request.read()
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            while sent < 1 << 28:
                await response.write(bytes(65_536))
                sent += 65_536
        return response

    application = web.Application()
    application.router.add_post("/hook", endless)
    async with TestServer(application) as server:
        url = str(server.make_url("/hook"))
        async with delivering(tmp_path, receiver(tmp_path, url)) as world:
            world.set("b-c-1")
            world.wait(1000)
            await eventually(lambda: world.outbox.statistics().receivers["noc"].delivered == 1)
    assert sent < 1 << 25


async def test_address_that_is_not_allow_listed_is_never_connected_to(tmp_path: Path, secret: str) -> None:
    hook = Hook(secret)
    async with hook.serve() as url:
        elsewhere = ReceiverSettings(
            name="noc", url=url, secret_file=str(tmp_path / "secret"), allow_cidrs=("10.0.0.0/8",)
        )
        async with delivering(tmp_path, elsewhere) as world:
            world.set("b-c-1")
            world.wait(1000)
            await eventually(lambda: world.outbox.statistics().receivers["noc"].failed_attempts > 1)
            assert "allow_cidrs" in world.outbox.statistics().receivers["noc"].last_error
    assert hook.attempts == 0


@asynccontextmanager
async def process(tmp_path: Path, url: str, count: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A child that alerts and delivers; killed by SIGKILL at the end of the block."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.kit.alert_process", str(tmp_path), url, str(count)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield child
    finally:
        child.kill()
        await child.communicate()


async def line_of(child: asyncio.subprocess.Process) -> str:
    assert child.stdout is not None
    async with asyncio.timeout(20):
        return (await child.stdout.readline()).decode().strip()


async def test_kill_between_firing_and_delivery_delivers_after_the_restart_with_the_same_id(
    tmp_path: Path, secret: str
) -> None:
    refused: list[str] = []

    class Reluctant(Hook):
        async def handle(self, request: web.Request) -> web.Response:
            if self.refusing:
                refused.append(request.headers["webhook-id"])
                return web.Response(status=503)
            return await super().handle(request)

        refusing = True

    hook = Reluctant(secret)
    async with hook.serve() as url:
        async with process(tmp_path, url, 1) as child:
            await eventually(lambda: refused, deadline_s=20)
        assert child.returncode == -signal.SIGKILL
        hook.refusing = False
        async with process(tmp_path, url, 1) as child:
            assert await line_of(child) == "ready 1"
            await eventually(lambda: hook.ids)
    assert set(hook.ids) == set(refused)
    assert hook.bodies == [{"alert": "a-circuit-0"}]


async def test_kills_and_a_receiver_that_is_away_lose_nothing_that_was_put(
    tmp_path: Path,
) -> None:
    books = await campaign(tmp_path, kills=5, outage_s=0.2)
    books.check()
    assert len(books.put) > books.kills
    assert books.refused


async def test_https_names_are_verified_though_the_address_is_pinned(tmp_path: Path, secret: str) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    hook = Hook(secret)
    application = web.Application()
    application.router.add_post("/hook", hook.handle)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(tls)
    server = TestServer(application, host="127.0.0.1", scheme="https")
    await server.start_server(ssl=tls)
    try:
        base = ReceiverSettings(
            name="right",
            url=f"https://localhost:{server.port}/hook",
            secret_file=str(tmp_path / "secret"),
            allow_cidrs=LOOPBACK,
            ca_file=str(tmp_path / "ca.pem"),
        )
        wrong_name = msgspec.structs.replace(
            base, name="wrong-name", url=f"https://127.0.0.1:{server.port}/hook"
        )
        unknown_authority = msgspec.structs.replace(base, name="unknown-authority", ca_file=None)
        async with delivering(tmp_path, base, wrong_name, unknown_authority) as world:
            world.set("b-c-1")
            world.wait(1000)

            def told() -> bool:
                statistics = world.outbox.statistics().receivers
                return (
                    statistics["right"].delivered == 1
                    and statistics["wrong-name"].failed_attempts > 0
                    and statistics["unknown-authority"].failed_attempts > 0
                )

            await eventually(told)
            assert "certificate" in world.outbox.statistics().receivers["wrong-name"].last_error
    finally:
        await server.close()
    assert len(hook.bodies) == 1
