"""The simulated backbone as a child process, so that simulation never shares the collector's event loop."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType

import msgspec

from topology.errors import SuanluError

HOST = "127.0.0.1"
ROUTER_PORTS = 57_400
START_DEADLINE_S = 30
STOP_DEADLINE_S = 3
REFERENCE_INVENTORY = Path(__file__).parent / "reference-backbone.json"


class SimulatorError(SuanluError):
    """The simulated backbone does not start, or has ended."""


class _Ready(msgspec.Struct, frozen=True):
    """The simulator's `simulator.json`: written when all routers listen."""

    control: str


class SimulatorProcess:
    """`async with SimulatorProcess(data, day="15m") as simulator:` it starts, and is ended with the block.

    The child has a session of its own, so that Ctrl-C reaches only us, and we end it; should we vanish,
    its stdin closes and it ends by itself.
    """

    def __init__(self, data: Path, *, day: str) -> None:
        self._data = data
        self._day = day
        self._log = data / "simulator.log"
        self._child: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "SimulatorProcess":
        for name in ("inventory.json", "simulator.json"):
            (self._data / name).unlink(missing_ok=True)  # of an earlier run
        with self._log.open("wb") as log:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "suanlu.cli", "simulate", "--with-parent",
                "--inventory", str(REFERENCE_INVENTORY),
                "--out", str(self._data),
                "--base-port", str(ROUTER_PORTS), "--free-if-taken",
                "--day", self._day,
                stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )  # fmt: skip
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child and wait for it: politely, then not."""
        child = self._running
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            async with asyncio.timeout(STOP_DEADLINE_S):
                await child.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    async def ready(self, stop: asyncio.Event) -> str | None:
        """Wait until all routers listen; return the control server's URL, None if `stop` is set before.

        Raises SimulatorError where the child ends or takes too long.
        """
        file = self._data / "simulator.json"
        try:
            async with asyncio.timeout(START_DEADLINE_S):
                while not file.exists():
                    if stop.is_set():
                        return None
                    if self._running.returncode is not None:
                        raise self._failure(f"ended with status {self._running.returncode}")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise self._failure(f"was not ready within {START_DEADLINE_S} s") from None
        return msgspec.json.decode(file.read_bytes(), type=_Ready).control

    async def watch(self, stop: asyncio.Event) -> None:
        """Return when the child ends; raises SimulatorError, and sets `stop`, if nobody wanted it to."""
        status = await self._running.wait()
        if not stop.is_set():
            stop.set()
            raise self._failure(f"ended with status {status}")

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._child is None:
            raise SimulatorError("the simulated backbone has not been started")
        return self._child

    def _failure(self, what: str) -> SimulatorError:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        reason = f": {lines[-1]}" if lines else ""
        return SimulatorError(f"the simulated backbone {what}{reason} (see {self._log})")
