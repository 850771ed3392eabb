"""The demo: a simulated backbone in a process of its own, everything else here, and a webhook receiver.

The collector talks to the simulator's routers exactly as to real ones: through an inventory with targets
and a configuration file, both of which stay in the data directory for whoever wants to look.
"""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web

from suanlu.alerts.receiver import Receiver
from suanlu.alerts.signing import Secret
from suanlu.api.server import refuse_taken_port
from suanlu.app import App
from suanlu.config import REFERENCE_INVENTORY, load, load_inventory
from topology.errors import SuanluError
from topology.inventory import Inventory
from topology.observation import Drain

HOST = "127.0.0.1"
ROUTER_PORTS = 57_400
START_DEADLINE_S = 30
CHILD_STOP_DEADLINE_S = 3
FAULT_DEADLINE_S = 10
WEBHOOK_PATH = "/webhook"
SAMPLE_INTERVAL_S = 2
_CONFIG = """# Written by `suanlu demo` at each start; `suanlu serve` takes a file like this for real routers.
inventory = "inventory.json"
data = "."

[api]
port = {port}

[collector]
sample_interval_s = {sample_interval_s}  # 10 is the default; a demo should move
transport = {{ insecure = true }}  # the simulated routers speak no TLS

[topology]
hold_s = 5

[alerts]
external_url = "http://{host}:{port}"

[[alerts.receivers]]
name = "demo"
url = "http://{host}:{webhook_port}{webhook_path}"
secret_file = "{secret_file}"
allow_cidrs = ["127.0.0.1/32"]  # loopback and private addresses are refused unless named here
"""


class DemoError(SuanluError):
    """The demo cannot start."""


class Simulator(msgspec.Struct, frozen=True):
    """The simulator's `simulator.json`."""

    control: str


class Demo:
    """One run of the demo in a data directory."""

    def __init__(
        self, data: Path, port: int, *, day: str, now_ns: Callable[[], int], write: Callable[[str], None]
    ) -> None:
        self._data = data
        self._port = port
        self._day = day
        self._now_ns = now_ns
        self._write = write

    async def run(self, *, stop: asyncio.Event, started: Callable[[str], None]) -> None:
        """Run until `stop` is set. Raises PortInUse and DemoError before anything is left running."""
        refuse_taken_port(HOST, self._port)
        self._data.mkdir(parents=True, exist_ok=True)
        async with self._simulator() as child, self._receiver() as webhook_port:
            simulator = await self._simulator_ready(child, stop)
            if simulator is None:
                return
            settings = load(self._write_config(webhook_port))
            app = App(
                settings,
                load_inventory(settings),
                now_ns=self._now_ns,
                forward_fault=lambda body: self._forward_fault(app, simulator.control, body),
            )
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._watch(child, stop), name="simulator -> stop")
                await app.run(stop=stop, started=started)
                watch.cancel()

    @asynccontextmanager
    async def _simulator(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The child. It has a session of its own, so that Ctrl-C reaches only us, and we end it; should we
        vanish, its stdin closes and it ends by itself."""
        for name in ("inventory.json", "simulator.json"):
            (self._data / name).unlink(missing_ok=True)
        with (self._data / "simulator.log").open("wb") as log:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "suanlu.cli", "simulate", "--with-parent",
                "--inventory", str(REFERENCE_INVENTORY),
                "--out", str(self._data),
                "--base-port", str(_router_base_port()),
                "--day", self._day,
                stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )  # fmt: skip
        try:
            yield child
        finally:
            await _end(child)

    @asynccontextmanager
    async def _receiver(self) -> AsyncIterator[int]:
        """The webhook receiver on a free port; it prints what it got."""
        secret_file = self._secret_file()
        if not secret_file.exists():
            secret_file.touch(mode=0o600)
            secret_file.write_text(Secret.generate() + "\n", encoding="utf-8")
        receiver = Receiver(Secret.load(str(secret_file)), write=lambda line: self._write(f"webhook  {line}"))
        runner = web.AppRunner(receiver.application(WEBHOOK_PATH), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, 0).start()
            yield int(runner.addresses[0][1])
        finally:
            await runner.cleanup()

    async def _simulator_ready(
        self, child: asyncio.subprocess.Process, stop: asyncio.Event
    ) -> Simulator | None:
        """Wait until all routers listen; None if we are to stop before."""
        file = self._data / "simulator.json"
        try:
            async with asyncio.timeout(START_DEADLINE_S):
                while not file.exists():
                    if stop.is_set():
                        return None
                    if child.returncode is not None:
                        raise DemoError(self._failure(f"ended with status {child.returncode}"))
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise DemoError(self._failure(f"was not ready within {START_DEADLINE_S} s")) from None
        return msgspec.json.decode(file.read_bytes(), type=Simulator)

    async def _watch(self, child: asyncio.subprocess.Process, stop: asyncio.Event) -> None:
        """A simulator that ends by itself ends the demo."""
        status = await child.wait()
        if not stop.is_set():
            stop.set()
            raise DemoError(self._failure(f"ended with status {status}"))

    def _failure(self, what: str) -> str:
        log = self._data / "simulator.log"
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        reason = f": {lines[-1]}" if lines else ""
        return f"the simulated backbone {what}{reason} (see {log})"

    def _write_config(self, webhook_port: int) -> Path:
        path = self._data / "suanlu.toml"
        text = _CONFIG.format(
            host=HOST,
            port=self._port,
            sample_interval_s=SAMPLE_INTERVAL_S,
            webhook_port=webhook_port,
            webhook_path=WEBHOOK_PATH,
            secret_file=str(self._secret_file().resolve()).replace("\\", "\\\\").replace('"', '\\"'),
        )
        path.write_text(text, encoding="utf-8")
        return path

    def _secret_file(self) -> Path:
        return self._data / "webhook.secret"

    async def _forward_fault(self, app: App, control: str, body: bytes) -> tuple[int, bytes]:
        """Pass a fault on. A drain is the operator's decision, so the graph is told of it, too."""
        timeout = aiohttp.ClientTimeout(total=FAULT_DEADLINE_S)
        url = f"{control}/simulator/faults"
        async with aiohttp.ClientSession(timeout=timeout) as session, session.post(url, data=body) as answer:
            status, answered = answer.status, await answer.read()
        fault = msgspec.json.decode(body, type=dict[str, str])
        if status < 300 and fault["action"] in ("drain", "undrain"):
            now_ns = self._now_ns()
            app.publisher.observe(
                Drain(
                    router="", session=0, seq=0, observed_at_ns=now_ns, received_at_ns=now_ns,
                    id=fault["id"], drained=fault["action"] == "drain", by="operator",
                )
            )  # fmt: skip
        return status, answered


async def _end(child: asyncio.subprocess.Process) -> None:
    """End the child and wait for it: politely, then not."""
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        async with asyncio.timeout(CHILD_STOP_DEADLINE_S):
            await child.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def _router_base_port() -> int:
    """57400 where that and the ports after it are free, else 0: any free ports."""
    count = len(Inventory.load(REFERENCE_INVENTORY).routers)
    for port in range(ROUTER_PORTS, ROUTER_PORTS + count):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                return 0
    return ROUTER_PORTS
