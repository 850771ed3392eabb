"""The demo: a simulated backbone in a process of its own, everything else here, and a webhook receiver.

The collector talks to the simulator's routers exactly as to real ones: through an inventory with targets
and a configuration file, both of which stay in the data directory for whoever wants to look.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web

from suanlu.alerts.delivery.receiver import Receiver
from suanlu.alerts.delivery.signing import Secret
from suanlu.api.simulator import FaultDone
from suanlu.app import App
from suanlu.config import load, load_inventory
from suanlu.serving import Ending
from suanlu.simulator_process import SimulatorProcess
from topology.observation import Drain

HOST = "127.0.0.1"
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
connects_per_s = 200
transport = {{ insecure = true }}  # the simulated routers speak no TLS

[topology]
hold_s = 5

[alerts]
external_url = "http://{host}:{port}"

[alerts.rules.optical_power_falling]
past_s = 1800  # a week is the default; here light that fades should be told within minutes
for_s = 10

[alerts.rules.optical_power_low]
for_s = 10

[[alerts.receivers]]
name = "demo"
url = "http://{host}:{webhook_port}{webhook_path}"
secret_file = "{secret_file}"
allow_cidrs = ["127.0.0.1/32"]  # loopback and private addresses are refused unless named here
"""


class Demo:
    """What the demo runs beside its simulator, in a data directory."""

    def __init__(
        self, data: Path, port: int, *, now_ns: Callable[[], int], write: Callable[[str], None]
    ) -> None:
        self._data = data
        self._port = port
        self._now_ns = now_ns
        self._write = write

    async def run(
        self, simulator: SimulatorProcess, ending: Ending, *, started: Callable[[str], None]
    ) -> None:
        """Run until `ending.stop`. Raises PortInUse, and SimulatorError if the simulator ends by itself."""
        stop = ending.stop
        async with self._receiver() as webhook_port:
            control = await simulator.ready(stop)
            if control is None:
                return
            settings = load(self._write_config(webhook_port))
            app = App(
                settings,
                load_inventory(settings),
                now_ns=self._now_ns,
                forward_fault=lambda body: self._forward_fault(app, control, body),
            )
            ending.unended = app.unended
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(simulator.watch(stop), name="simulator -> stop")
                await app.run(stop=stop, started=started)
                watch.cancel()

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

    def _write_config(self, webhook_port: int) -> Path:
        path = self._data / "suanlu.toml"
        text = _CONFIG.format(
            host=HOST,
            port=self._port,
            sample_interval_s=SAMPLE_INTERVAL_S,
            webhook_port=webhook_port,
            webhook_path=WEBHOOK_PATH,
            secret_file=self._secret_file().name,
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
        if status < 300:
            self._tell_drain(app, msgspec.json.decode(answered, type=FaultDone))
        return status, answered

    def _tell_drain(self, app: App, done: FaultDone) -> None:
        """Tell the graph of what is drained; it knows routers and circuits, so a group is its circuits."""
        if done.action not in ("drain", "undrain"):
            return
        now_ns = self._now_ns()
        for name in done.circuits if done.kind == "srlg" else (done.id,):
            app.publisher.observe(
                Drain(
                    router="", session=0, seq=0, observed_at_ns=now_ns, received_at_ns=now_ns,
                    id=name, drained=done.action == "drain", by="operator",
                )
            )  # fmt: skip
