"""Subscribe against simulated routers over real sockets, decoded by the generated messages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from suanlu.simulator import SimulatedBackbone, SimulatorSettings
from tests.kit.gnmi import gnmi_stub, initial_values, one_request, subscribe_request, updates_of
from topology.inventory import Inventory

REFERENCE = Path(__file__).parents[2] / "suanlu" / "reference-backbone.json"


@pytest.fixture
async def backbone() -> AsyncIterator[SimulatedBackbone]:
    async with SimulatedBackbone(Inventory.load(REFERENCE), SimulatorSettings(tick_s=0.1)) as world:
        yield world


async def test_initial_values_and_sync_come_then_samples(backbone: SimulatedBackbone) -> None:
    path = "/interfaces/interface[name=lag-1]/state/counters"
    request = subscribe_request((path, "sample", 0.05))
    async with gnmi_stub(backbone.servers["zhangjiakou-r1"].target) as stub:
        call = stub.Subscribe(one_request(request))
        first = await initial_values(call)
        second = updates_of(await call.read())
        call.cancel()
    assert first.keys() == second.keys()
    assert second[f"{path}/in-octets"] > first[f"{path}/in-octets"] > 0


@pytest.mark.parametrize(
    ("router", "path"),
    [
        ("beijing-r1", "/interfaces/interface[name=Bundle-Ether1]/state/oper-status"),
        ("zhangjiakou-r1", "/interfaces/interface[name=lag-1]/state/oper-status"),
    ],
)
async def test_a_cut_is_told_on_change(backbone: SimulatedBackbone, router: str, path: str) -> None:
    async with gnmi_stub(backbone.servers[router].target) as stub:
        call = stub.Subscribe(one_request(subscribe_request((path, "on_change", 0))))
        assert await initial_values(call) == {path: "UP"}
        await backbone.fault("cut", "beijing-zhangjiakou-1")
        assert updates_of(await call.read()) == {path: "LOWER_LAYER_DOWN"}
        await backbone.fault("restore", "beijing-zhangjiakou-1")
        assert updates_of(await call.read()) == {path: "UP"}
        call.cancel()
