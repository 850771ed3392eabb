"""Receivers of each kind over real sockets: a robot that refuses, a storm, mail, an Alertmanager."""

import asyncio
import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from suanlu.alerts import AlertSettings, ReceiverSettings
from suanlu.alerts.delivery.heartbeat import Heartbeat
from suanlu.alerts.settings import HeartbeatSettings
from tests.kit.delivering import delivering
from tests.kit.servers import free_port
from tests.kit.wait import eventually

LOOPBACK = ("127.0.0.0/8",)
ROOT = Path(__file__).resolve().parents[2]


class Robot:
    """A chat's robot: answers 200 always, and refuses in the body as often as `refusals` says."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.bodies: list[Any] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        code = 130101 if len(self.bodies) <= self.refusals else 0
        return web.json_response({"errcode": code, "errmsg": "send too fast" if code else "ok"})

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        application = web.Application()
        application.router.add_post("/robot/send", self.handle)
        async with TestServer(application) as server:
            yield str(server.make_url("/robot/send?access_token=t"))


def robot(tmp_path: Path, url: str, kind: Any = "dingtalk") -> ReceiverSettings:
    file = tmp_path / "address"
    file.write_text(url)
    return ReceiverSettings(name="chat", kind=kind, url_file=str(file), allow_cidrs=LOOPBACK, language="zh")


async def test_a_robot_that_refuses_in_its_answer_is_told_again(tmp_path: Path) -> None:
    chat = Robot(refusals=1)
    async with chat.serve() as url, delivering(tmp_path, robot(tmp_path, url)) as world:
        world.set("b-c-1")
        world.wait(1000)
        await eventually(lambda: len(chat.bodies) == 2)
        statistics = world.outbox.statistics().receivers["chat"]
        await eventually(lambda: world.outbox.statistics().receivers["chat"].delivered == 1)
    assert "send too fast" in statistics.last_error
    assert chat.bodies[0] == chat.bodies[1]
    assert "电路 b-c-1" in chat.bodies[0]["text"]["content"]


async def test_a_storm_is_few_messages_for_a_robot(tmp_path: Path) -> None:
    chat = Robot()
    async with chat.serve() as url, delivering(tmp_path, robot(tmp_path, url)) as world:
        for circuit in ("a-c-1", "b-c-1", "c-d-1"):
            world.set(circuit)
            world.wait(4000)
            world.set(circuit, state="up")
            world.wait(4000)
        await eventually(lambda: world.outbox.statistics().receivers["chat"].delivered == 6)
    said = "\n".join(body["text"]["content"] for body in chat.bodies)
    assert len(chat.bodies) <= 3
    assert said.count("【告警") == said.count("【恢复") == 3


class Mailbox:
    """What a mail server got; logging in as noc is asked for."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.clients = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content or b"", policy=default))
        return "250 taken"

    @staticmethod
    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"noc", b"hush"))


class TellingSMTP(SMTP):
    """Counts its clients: not before the last has gone may the server's loop end."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.clients += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.event_handler.clients -= 1


class MailServer(Controller):
    def factory(self) -> SMTP:
        return TellingSMTP(self.handler, **self.SMTP_kwargs)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it is TLS from the start
async def test_mail_goes_by_tls_with_a_password(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    (tmp_path / "password").write_text("hush")
    mailbox = Mailbox()
    server = MailServer(
        mailbox, hostname="127.0.0.1", port=free_port(), ssl_context=context, server_hostname="localhost",
        authenticator=mailbox.authenticate, auth_required=True, auth_require_tls=False,
    )  # fmt: skip
    server.start()
    try:
        receiver = ReceiverSettings(
            name="mail", kind="email", url=f"smtps://localhost:{server.port}",
            allow_cidrs=(*LOOPBACK, "::1/128"),
            ca_file=str(tmp_path / "ca.pem"), user="noc", secret_file=str(tmp_path / "password"),
            sender="suanlu@example.net", to=("noc@example.net",),
        )  # fmt: skip
        async with delivering(tmp_path, receiver) as world:
            world.set("b-c-1")
            world.wait(1000)
            await eventually(lambda: mailbox.mails and mailbox.clients == 0)
    finally:
        server.stop()
    (mail,) = mailbox.mails
    assert mail["To"] == "noc@example.net"
    assert "CircuitDown: circuit b-c-1" in mail["Subject"]
    assert "Cause: " in mail.get_content()


@asynccontextmanager
async def alertmanager(directory: Path) -> AsyncIterator[str]:
    program = shutil.which("prometheus-alertmanager")
    if program is None:
        pytest.skip(
            "there is no prometheus-alertmanager on PATH (Debian: apt install prometheus-alertmanager)"
        )
    (directory / "am.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    address = f"127.0.0.1:{free_port()}"
    with (directory / "am.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *[program, f"--config.file={directory}/am.yml", f"--storage.path={directory}/am",
             f"--web.listen-address={address}", "--cluster.listen-address="],
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        await eventually(lambda: _answers(f"http://{address}/-/ready"), deadline_s=20)
        yield f"http://{address}"
    finally:
        process.kill()
        await process.wait()


async def _answers(url: str) -> bool:
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


async def _firing(url: str) -> list[str]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/api/v2/alerts") as response:
        return [entry["labels"]["alertname"] for entry in await response.json()]


async def test_an_alertmanager_has_what_fires_and_not_what_ended(tmp_path: Path) -> None:
    async with alertmanager(tmp_path) as url:
        receiver = ReceiverSettings(name="am", kind="alertmanager", url=url, allow_cidrs=LOOPBACK)
        async with delivering(tmp_path, receiver) as world:
            world.set("b-c-1")
            world.wait(1000)

            async def has_it() -> bool:
                return await _firing(url) == ["CircuitDown"]

            async def has_none() -> bool:
                return await _firing(url) == []

            await eventually(has_it)
            world.set("b-c-1", state="up")
            world.wait(1000)
            await eventually(has_none)


async def test_the_heartbeat_is_heard(tmp_path: Path) -> None:
    heard = asyncio.Event()

    async def hear(_request: web.Request) -> web.Response:
        heard.set()
        return web.Response()

    application = web.Application()
    application.router.add_post("/alive", hear)
    async with TestServer(application) as server:
        settings = HeartbeatSettings(url=str(server.make_url("/alive")), allow_cidrs=LOOPBACK, interval_s=60)
        beat = asyncio.create_task(Heartbeat(settings, AlertSettings(), now_ns=lambda: 0).run())
        async with asyncio.timeout(10):
            await heard.wait()
        beat.cancel()


async def test_the_command_says_what_a_receiver_answers_to_a_test(tmp_path: Path) -> None:
    chat = Robot(refusals=1)
    async with chat.serve() as url:
        (tmp_path / "address").write_text(url)
        (tmp_path / "suanlu.toml").write_text(
            'inventory = "i.json"\n[[alerts.receivers]]\nname = "chat"\nkind = "dingtalk"\n'
            'url_file = "address"\nallow_cidrs = ["127.0.0.0/8"]\n'
        )
        refused = await command(tmp_path, "chat")
        taken = await command(tmp_path, "chat")
        unknown = await command(tmp_path, "noc")
    assert (
        refused[0],
        "chat did not take the test message: errcode 130101: send too fast" in refused[1],
    ) == (1, True)
    assert taken[0] == 0
    assert "nothing has happened" in json.dumps(chat.bodies[1])
    assert "there is no receiver 'noc'" in unknown[1]


async def command(folder: Path, receiver: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "suanlu.cli", "alert", "test", str(folder / "suanlu.toml"), receiver,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()
