"""The control server and the command, from outside."""

import asyncio
import contextlib
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import grpc
import grpc.aio
import pytest

from suanlu.ports import PortInUse
from suanlu.simulator import SimulatedBackbone, SimulatorSettings
from suanlu.simulator.command import run_simulator
from suanlu.simulator.control import ControlServer
from tests.kit.gnmi import gnmi_stub, initial_values, one_request, subscribe_request, updates_of
from tests.kit.simulated import REFERENCE, reference_inventory
from tests.kit.wait import eventually
from topology.inventory import Inventory

BOOT = "/system/state/boot-time"
COUNTERS = "/interfaces/interface[name=Ethernet3/1/1]/state/counters"


class Control:
    """A client of the control server."""

    def __init__(self, session: aiohttp.ClientSession, backbone: SimulatedBackbone) -> None:
        self.backbone = backbone
        self._session = session

    async def get(self, path: str) -> Any:
        async with self._session.get(path) as answer:
            return answer.status, await answer.json(content_type=None)

    async def fault(self, action: str, subject: str) -> tuple[int, Any]:
        return await self.post(json.dumps({"action": action, "id": subject}))

    async def post(self, body: str) -> tuple[int, Any]:
        async with self._session.post("/simulator/faults", data=body) as answer:
            return answer.status, await answer.json(content_type=None)


@pytest.fixture
async def control() -> AsyncIterator[Control]:
    settings = SimulatorSettings(tick_s=0.05, reboot_s=0.5)
    async with (
        SimulatedBackbone(reference_inventory(), settings) as backbone,
        ControlServer(backbone) as server,
        aiohttp.ClientSession(server.url) as session,
    ):
        yield Control(session, backbone)


async def test_a_fault_says_what_it_was_done_to(control: Control) -> None:
    status, done = await control.fault("cut", "duct:tongguan-1")
    assert status == 200
    assert done["circuits"] == ["xian-zhengzhou-1", "xian-zhengzhou-2"]
    _, state = await control.get("/simulator/state")
    assert {c["id"] for c in state["circuits"] if not c["up"]} == set(done["circuits"])
    links = {link["id"]: link for link in state["links"]}
    assert links["xian-zhengzhou-1:az"]["carried_bps"] == 0
    assert links["xian-chengdu-1:az"]["carried_bps"] > 1e9


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ('{"action": "cutt", "id": "wuhan-r1"}', 422, "did you mean cut"),
        ('{"action": "cut", "id": "wuhan-changsha-2"}', 404, "wuhan-changsha-1"),
        ('{"action": "mute", "id": "wuhan-changsha-1"}', 422, "takes a router"),
        ('{"action": "cut"}', 400, "`id`"),
        ('{"action": "cut", "id": "wuhan-r1", "for": 3}', 400, "`for`"),
        ("cut wuhan-r1", 400, "malformed"),
    ],
)
async def test_what_cannot_be_done_is_a_problem(control: Control, body: str, status: int, words: str) -> None:
    answered, problem = await control.post(body)
    assert answered == status == problem["status"]
    assert words in problem["detail"]
    slug = {400: "invalid-request", 404: "unknown-subject", 422: "fault-refused"}[status]
    assert problem["type"] == f"/problems/{slug}"


async def test_the_ledger_is_readable(control: Control) -> None:
    async with gnmi_stub(control.backbone.servers["jinan-r1"].target) as stub:
        call = stub.Subscribe(one_request(subscribe_request((COUNTERS, "sample", 0.05), mode="once")))
        received = await initial_values(call)
    status, whole = await control.get("/simulator/ledger")
    assert status == 200
    assert whole["routers"]["jinan-r1"]["updates"] == len(received) == whole["updates"]
    _, book = await control.get("/simulator/ledger?router=jinan-r1")
    assert {path: entry["value"] for path, entry in book["last"].items()} == received
    status, problem = await control.get("/simulator/ledger?router=jinan-r3")
    assert (status, problem["near"][0]) == (404, "jinan-r1")


async def test_a_reboot_cuts_the_stream_and_starts_counters_and_boot_time_anew(control: Control) -> None:
    backbone = control.backbone
    target = backbone.servers["jinan-r1"].target
    async with gnmi_stub(target) as stub:
        call = stub.Subscribe(
            one_request(subscribe_request((COUNTERS, "sample", 0.05), (BOOT, "on_change", 0)))
        )
        before = await initial_values(call)
        await control.fault("reboot", "jinan-r1")
        with pytest.raises(grpc.aio.AioRpcError) as lost:
            await _read_on(call)
        assert lost.value.code() is grpc.StatusCode.UNAVAILABLE
        assert not backbone.servers["jinan-r1"].is_listening
        assert not backbone.network.circuits["tianjin-jinan-1"].is_up
    await eventually(lambda: backbone.servers["jinan-r1"].is_listening)
    assert backbone.servers["jinan-r1"].target == target
    async with gnmi_stub(target) as stub:
        request = subscribe_request((COUNTERS, "sample", 0.05), (BOOT, "on_change", 0))
        call = stub.Subscribe(one_request(request))
        after = await initial_values(call)
        later = updates_of(await call.read())
        call.cancel()
    assert after[BOOT] > before[BOOT]
    assert after[f"{COUNTERS}/in-octets"] < before[f"{COUNTERS}/in-octets"]
    assert later
    await eventually(lambda: backbone.network.circuits["tianjin-jinan-1"].is_up)


async def _read_on(call: Any) -> None:
    while await call.read() is not grpc.aio.EOF:
        pass


async def test_a_taken_port_is_a_clear_error() -> None:
    async with SimulatedBackbone(reference_inventory()) as backbone:
        taken = backbone.servers["shenzhen-r1"].port
        other = SimulatedBackbone(reference_inventory(), SimulatorSettings(base_port=taken))
        with pytest.raises(PortInUse, match=f"port {taken} of 127.0.0.1 is in use, so shenzhen-r1"):
            await other.__aenter__()
        async with ControlServer(backbone) as control:
            port = int(control.url.rpartition(":")[2])
            second = SimulatedBackbone(reference_inventory(), SimulatorSettings(control_port=port))
            with pytest.raises(PortInUse, match="control server"):
                await ControlServer(second).__aenter__()


async def test_all_ports_are_free_ones_where_one_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]
        settings = SimulatorSettings(base_port=taken - 3, free_if_taken=True)
        async with SimulatedBackbone(reference_inventory(), settings) as backbone:
            ports = [server.port for server in backbone.servers.values()]
            assert len(set(ports)) == len(ports)
            assert taken not in ports
            assert ports[0] != taken - 3


async def test_the_command_writes_where_everything_listens(tmp_path: Path) -> None:
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(
        run_simulator(REFERENCE, tmp_path, SimulatorSettings(), started=lambda _, url: told.set_result(url))
    )
    url = await asyncio.wait_for(told, 20)
    inventory = Inventory.load(tmp_path / "inventory.json")
    assert json.loads((tmp_path / "simulator.json").read_bytes()) == {"control": url}
    async with gnmi_stub(inventory.routers[-1].target or "") as stub:
        call = stub.Subscribe(
            one_request(
                subscribe_request(("/huawei-ifm:ifm/interfaces/interface", "on_change", 0), mode="once")
            )
        )
        assert await initial_values(call)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_the_command_runs_and_ends_on_an_interrupt(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "suanlu.cli",
        "simulate",
        "--base-port",
        "0",
        "--out",
        tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    await eventually((tmp_path / "simulator.json").exists, deadline_s=30)
    process.send_signal(signal.SIGINT)
    out, errors = await asyncio.wait_for(process.communicate(), 20)
    assert b"42 routers listen" in out
    assert b"Traceback" not in errors
    assert process.returncode == 0
