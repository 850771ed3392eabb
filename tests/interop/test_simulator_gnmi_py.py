"""gnmi-py, an independent client with its own generated messages, reads simulated routers."""

import asyncio
import json

import pytest

from suanlu.simulator import SimulatedBackbone
from tests.kit.gnmi_py import ENVIRONMENT, gnmi_py_python
from tests.kit.simulated import reference_inventory

CLIENT = "tests/interop/gnmi_py_client.py"


@pytest.mark.timeout(240)
async def test_gnmi_py_asks_and_subscribes() -> None:
    python = await asyncio.to_thread(gnmi_py_python)
    async with SimulatedBackbone(reference_inventory()) as backbone:
        for router, interface in (("jinan-r1", "Ethernet3/1/1"), ("zhangjiakou-r1", "lag-1")):
            process = await asyncio.create_subprocess_exec(
                python,
                CLIENT,
                backbone.servers[router].target,
                interface,
                env=ENVIRONMENT,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, errors = await asyncio.wait_for(process.communicate(), 60)
            assert process.returncode == 0, errors.decode()
            _check(json.loads(out), f"/interfaces/interface[name={interface}]/state")


def _check(report: dict, state: str) -> None:  # type: ignore[type-arg]
    assert report["version"] == "0.8.0"
    assert "openconfig-interfaces" in report["models"]
    names = {name.rpartition(":")[2]: value for name, value in report["get"][0].items()}
    assert int(names["in-octets"]) > 2**40
    assert report["once"]["sync"] == 1
    assert report["once"][f"{state}/oper-status"] == ["UP"]
    samples = report["sample"][f"{state}/counters/in-octets"]
    assert len(samples) >= 5
    assert samples == sorted(samples)
    assert samples[-1] > samples[0]
    assert report["sample"]["deadline"] is True
