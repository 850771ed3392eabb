"""pygnmi, as an operator would use it, against simulated routers of every make."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any

import pytest
from pygnmi.client import gNMIclient, gNMIException

from suanlu.simulator import SimulatedBackbone, SimulatorSettings
from tests.kit.simulated import reference_inventory

# pygnmi's reader thread dies of the cancellation that its own close() causes
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")

OPENCONFIG = {
    "beijing-r1": "Bundle-Ether1",
    "beijing-r2": "ae0",
    "zhangjiakou-r1": "lag-1",
    "jinan-r1": "Ethernet3/1/1",
}


@pytest.fixture
async def backbone() -> AsyncIterator[SimulatedBackbone]:
    settings = SimulatorSettings(default_sample_interval_s=0.1)
    async with SimulatedBackbone(reference_inventory(), settings) as world:
        yield world


async def with_client(backbone: SimulatedBackbone, router: str, use: Callable[[gNMIclient], Any]) -> Any:
    """Run pygnmi, which blocks, in a thread of its own."""
    host, _, port = backbone.servers[router].target.partition(":")

    def work() -> Any:
        with gNMIclient(target=(host, int(port)), insecure=True) as client:
            return use(client)

    return await asyncio.to_thread(work)


@pytest.mark.parametrize("router", [*OPENCONFIG, "wuhan-r1"])
async def test_capabilities(backbone: SimulatedBackbone, router: str) -> None:
    answer = await with_client(backbone, router, lambda client: client.capabilities())
    assert answer["gnmi_version"] == "0.8.0"
    assert {"json_ietf", "proto"} <= set(answer["supported_encodings"])
    model = "huawei-ifm" if router == "wuhan-r1" else "openconfig-interfaces"
    assert model in {entry["name"] for entry in answer["supported_models"]}


@pytest.mark.parametrize("router", OPENCONFIG)
async def test_get_of_a_container_is_one_document(backbone: SimulatedBackbone, router: str) -> None:
    path = f"/interfaces/interface[name={OPENCONFIG[router]}]/state"
    answer = await with_client(backbone, router, lambda client: client.get(path=[path], encoding="json_ietf"))
    (update,) = answer["notification"][0]["update"]
    document = {name.rpartition(":")[2]: value for name, value in update["val"].items()}
    assert update["path"] == path.strip("/")
    assert document["oper-status"] == "UP"
    assert int(document["counters"]["in-octets"]) > 2**40
    assert isinstance(document["counters"]["in-octets"], str)


async def test_get_of_huawei_needs_a_prefix_that_says_something(backbone: SimulatedBackbone) -> None:
    path = "interfaces/interface[name=Eth-Trunk1]/dynamic"

    def get(client: gNMIclient, **prefix: str) -> Any:
        return client.get(path=[path], encoding="json_ietf", **prefix)

    with pytest.raises(gNMIException, match="prefix is empty"):
        await with_client(backbone, "wuhan-r1", get)
    answer = await with_client(backbone, "wuhan-r1", lambda client: get(client, prefix="huawei-ifm:ifm"))
    document = answer["notification"][0]["update"][0]["val"]
    assert document["oper-status"] == "up"
    assert document["bandwidth"] == "1600000000"


async def test_an_unknown_path_names_itself(backbone: SimulatedBackbone) -> None:
    with pytest.raises(gNMIException, match="interfaces/interfaced"):
        await with_client(
            backbone, "jinan-r1", lambda client: client.get(path=["/interfaces/interfaced"], encoding="proto")
        )


def subscription(path: str, **of: Any) -> dict[str, Any]:
    """A subscription in pygnmi's form."""
    return {"subscription": [{"path": path, **of}], "encoding": "proto"}


@pytest.mark.parametrize("router", OPENCONFIG)
async def test_subscribe_once(backbone: SimulatedBackbone, router: str) -> None:
    wanted = subscription(f"/interfaces/interface[name={OPENCONFIG[router]}]/state/oper-status")
    wanted["mode"] = "once"

    def read(client: gNMIclient) -> list[dict[str, Any]]:
        return list(client.subscribe_once(wanted))

    answers = await with_client(backbone, router, read)
    values = [u["val"] for answer in answers for u in answer.get("update", {}).get("update", [])]
    assert values == ["UP"]


@pytest.mark.parametrize("router", OPENCONFIG)
async def test_subscribe_sample(backbone: SimulatedBackbone, router: str) -> None:
    path = f"/interfaces/interface[name={OPENCONFIG[router]}]/state/counters/out-octets"
    wanted = subscription(path, mode="sample", sample_interval=100_000_000) | {"mode": "stream"}

    def read(client: gNMIclient) -> list[int]:
        stream = client.subscribe_stream(wanted)
        try:
            seen: list[int] = []
            while len(seen) < 4:
                answer = stream.get_update(timeout=10)
                seen += [u["val"] for u in answer.get("update", {}).get("update", [])]
            return seen
        finally:
            stream.close()

    values = await with_client(backbone, router, read)
    assert all(later > earlier for earlier, later in pairwise(values)), values


async def test_subscribe_on_change(backbone: SimulatedBackbone) -> None:
    path = "/interfaces/interface[name=Ethernet3/1/1]/state/oper-status"
    wanted = subscription(path, mode="on_change") | {"mode": "stream"}
    loop = asyncio.get_running_loop()

    def read(client: gNMIclient) -> list[str]:
        stream = client.subscribe_stream(wanted)
        try:
            seen: list[str] = []
            while len(seen) < 3:
                answer = stream.get_update(timeout=10)
                values = [u["val"] for u in answer.get("update", {}).get("update", [])]
                for _ in values:
                    action = "cut" if len(seen) == 0 else "restore"
                    done = asyncio.run_coroutine_threadsafe(backbone.fault(action, "tianjin-jinan-1"), loop)
                    done.result(10)
                seen += values
            return seen
        finally:
            stream.close()

    assert await with_client(backbone, "jinan-r1", read) == ["UP", "DOWN", "UP"]


async def test_values_of_json_ietf_are_told_as_rfc_7951_has_them(backbone: SimulatedBackbone) -> None:
    path = "/interfaces/interface[name=Ethernet3/1/1]"
    answer = await with_client(
        backbone, "jinan-r1", lambda client: client.get(path=[path], encoding="json_ietf")
    )
    document = answer["notification"][0]["update"][0]["val"]
    assert document["ethernet"]["state"]["port-speed"] == "openconfig-if-ethernet:SPEED_800GB"
    assert json.dumps(document["state"]["ifindex"]).isdigit()
