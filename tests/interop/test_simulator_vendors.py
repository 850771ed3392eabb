"""The habits of each make, without which a collector loses data, seen from outside."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
import orjson
import pytest
from pygnmi.spec.v080 import gnmi_pb2

from suanlu.simulator import SimulatedBackbone, SimulatorSettings
from tests.kit.gnmi import (
    gnmi_path,
    gnmi_stub,
    initial_values,
    one_request,
    path_text,
    subscribe_request,
    updates_of,
)
from tests.kit.simulated import reference_inventory

HUAWEI, JUNOS, ARISTA, XR, SROS = "wuhan-r1", "wuhan-r2", "jinan-r1", "beijing-r1", "zhangjiakou-r1"
COUNTERS = "/interfaces/interface[name=*]/state/counters"
STATUS = "/interfaces/interface[name=*]/state/oper-status"
IFM = "/huawei-ifm:ifm/interfaces/interface[name=*]"


@pytest.fixture
async def backbone() -> AsyncIterator[SimulatedBackbone]:
    async with SimulatedBackbone(reference_inventory(), SimulatorSettings(tick_s=0.1)) as world:
        yield world


async def responses(
    backbone: SimulatedBackbone, router: str, request: gnmi_pb2.SubscribeRequest
) -> list[gnmi_pb2.SubscribeResponse]:
    """Everything that a ONCE subscription brings."""
    async with gnmi_stub(backbone.servers[router].target) as stub:
        return [response async for response in stub.Subscribe(one_request(request))]


async def refusal(
    backbone: SimulatedBackbone, router: str, request: gnmi_pb2.SubscribeRequest
) -> tuple[grpc.StatusCode, str]:
    """The status that the RPC ends with."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await responses(backbone, router, request)
    return refused.value.code(), refused.value.details() or ""


def once(*paths: str, **of: Any) -> gnmi_pb2.SubscribeRequest:
    """A ONCE subscription."""
    return subscribe_request(*((path, "target_defined", 0) for path in paths), mode="once", **of)


async def test_huawei_refuses_a_prefix_that_is_present_but_empty(backbone: SimulatedBackbone) -> None:
    code, text = await refusal(backbone, HUAWEI, once(IFM, prefix=gnmi_pb2.Path()))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "prefix" in text
    with_target = await responses(backbone, HUAWEI, once(IFM, prefix=gnmi_pb2.Path(target="x")))
    assert with_target[0].update.prefix.target == "x"


async def test_huawei_speaks_native_paths_only(backbone: SimulatedBackbone) -> None:
    for path in (STATUS, "/ifm/interfaces/interface", "/huawei-ifm:ifm/interfaces/interfaced"):
        code, text = await refusal(backbone, HUAWEI, once(path))
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        assert "Invalid path" in text
    values = await _values(backbone, HUAWEI, once(f"{IFM}/dynamic"))
    name = "/huawei-ifm:ifm/interfaces/interface[name=Eth-Trunk1]/dynamic"
    assert values[f"{name}/oper-status"] == "up"
    assert values[f"{name}/bandwidth"] == 1_600_000_000


async def test_huawei_takes_the_module_as_origin(backbone: SimulatedBackbone) -> None:
    request = once("/ifm/interfaces/interface[name=Eth-Trunk1]/dynamic/oper-status")
    request.subscribe.subscription[0].path.origin = "huawei-ifm"
    assert list((await _values(backbone, HUAWEI, request)).values()) == ["up"]


async def test_huawei_pads_with_empty_updates_and_deletes(backbone: SimulatedBackbone) -> None:
    told = await responses(backbone, HUAWEI, once(IFM))
    empty_updates = [u for r in told for u in r.update.update if not u.HasField("val") and not u.path.elem]
    empty_deletes = [path for r in told for path in r.update.delete if not path.elem]
    assert empty_updates
    assert empty_deletes


async def test_huawei_refuses_statistics_on_change(backbone: SimulatedBackbone) -> None:
    request = subscribe_request((f"{IFM}/mib-statistics", "on_change", 0))
    code, text = await refusal(backbone, HUAWEI, request)
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "ON_CHANGE" in text


async def test_junos_splits_paths_in_any_place_and_parts_keys_from_names(
    backbone: SimulatedBackbone,
) -> None:
    told = await responses(backbone, JUNOS, once(COUNTERS))
    lengths = {len(r.update.prefix.elem) for r in told if r.update.update}
    nameless = [
        elem
        for response in told
        for path in (response.update.prefix, *(u.path for u in response.update.update))
        for elem in path.elem
        if not elem.name
    ]
    assert len(lengths) > 2
    assert nameless
    assert all(elem.key for elem in nameless)
    ports = {port.name for port in backbone.network.routers[JUNOS].ports}
    values = {path: value for response in told for path, value in updates_of(response).items()}
    assert {f"/interfaces/interface[name={p}]/state/counters/in-octets" for p in ports} <= set(values)
    assert all(r.extension[0].registered_ext.id == 1 for r in told if r.update.update)


async def test_junos_leaves_zero_counters_out_after_the_first_time(backbone: SimulatedBackbone) -> None:
    path = "/interfaces/interface[name=et-0/0/0]/state/counters"
    async with gnmi_stub(backbone.servers[JUNOS].target) as stub:
        call = stub.Subscribe(one_request(subscribe_request((path, "sample", 0.05))))
        first = await initial_values(call)
        second = updates_of(await call.read())
        call.cancel()
    assert first[f"{path}/in-errors"] == 0
    assert f"{path}/in-errors" not in second
    assert f"{path}/in-octets" in second


async def test_arista_sends_one_update_a_message_and_no_prefix(backbone: SimulatedBackbone) -> None:
    told = [r for r in await responses(backbone, ARISTA, once(COUNTERS)) if not r.sync_response]
    assert len(told) > 20
    assert all(len(r.update.update) == 1 and not r.update.HasField("prefix") for r in told)


async def test_xr_refuses_a_whole_list_for_one_bad_leaf(backbone: SimulatedBackbone) -> None:
    bad = "/interfaces/interface[name=*]/state/no-such-leaf"
    code, text = await refusal(backbone, XR, once(STATUS, bad, COUNTERS))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "No sysdb paths found" in text
    assert (await responses(backbone, XR, once(STATUS, COUNTERS)))[-1].sync_response


async def test_xr_takes_counters_on_change_and_is_silent(backbone: SimulatedBackbone) -> None:
    async with gnmi_stub(backbone.servers[XR].target) as stub:
        request = subscribe_request((COUNTERS, "on_change", 0), (STATUS, "on_change", 0))
        call = stub.Subscribe(one_request(request))
        await initial_values(call)
        await backbone.fault("cut", "beijing-zhangjiakou-1")
        seen: dict[str, Any] = {}
        while len(seen) < 3:  # two members and their group
            seen |= updates_of(await call.read())
        call.cancel()
    assert all(path.endswith("/oper-status") for path in seen)


async def test_xr_says_its_origin_and_quotes_native_keys(backbone: SimulatedBackbone) -> None:
    told = await responses(backbone, XR, once(STATUS))
    assert {r.update.prefix.origin for r in told if r.update.update} == {"openconfig"}
    path = "/Cisco-IOS-XR-perf-meas-oper:performance-measurement/nodes/node/interfaces"
    native = await responses(backbone, XR, once(path))
    assert {r.update.prefix.origin for r in native if r.update.update} == {""}
    named = [path_text(r.update.prefix) for r in native if r.update.update]
    assert all('[node="0/RP0/CPU0"]' in name and '[interface-name="' in name for name in named)
    bare = f"{path}/interface-delay[interface-name=Bundle-Ether1]/average"
    assert len(await _values(backbone, XR, once(bare))) == 1


async def test_xr_sends_a_container_as_one_json_object(backbone: SimulatedBackbone) -> None:
    request = once("/interfaces/interface[name=Bundle-Ether1]/state/counters", encoding="json_ietf")
    values = await _values(backbone, XR, request)
    ((path, document),) = values.items()
    assert path == "/interfaces/interface[name=Bundle-Ether1]/state/counters"
    assert int(orjson.loads(document)["in-octets"]) > 2**40


async def test_sros_qualifies_names_and_identities_in_json_ietf(backbone: SimulatedBackbone) -> None:
    speed = "/interfaces/interface[name=1/1/c1/1]/ethernet/state/port-speed"
    values = await _values(backbone, SROS, once(speed, encoding="json_ietf"))
    assert values == {speed: b'"openconfig-if-ethernet:SPEED_400GB"'}
    async with gnmi_stub(backbone.servers[SROS].target) as stub:
        asked = gnmi_pb2.GetRequest(path=[gnmi_path("/system/state")], encoding="JSON_IETF")
        answer = await stub.Get(asked)
    document = orjson.loads(answer.notification[0].update[0].val.json_ietf_val)
    assert document["openconfig-system:hostname"] == SROS


@pytest.mark.parametrize(
    ("router", "path", "factor"),
    [
        (XR, "/Cisco-IOS-XR-perf-meas-oper:performance-measurement/.../average", 1),
        (SROS, "/state/oam-pm/session/statistics/average-delay", 1),
        (JUNOS, "/junos/rpm/history-results/probe/rtt", 2),
        (HUAWEI, "/huawei-twamp-controller:twamp-controller/client/sessions/session/statistics/avg-delay", 2),
    ],
)
async def test_every_circuit_has_its_delay(
    backbone: SimulatedBackbone, router: str, path: str, factor: int
) -> None:
    values = await _values(backbone, router, once(path))
    ports = {port.name: port for port in backbone.network.routers[router].circuit_ports}
    assert len(values) == len(ports)
    numbers = {f"id={port.index}": port.name for port in ports.values()}  # Huawei's sessions have no name
    for name, delay_us in values.items():
        key = name.replace('"', "").rpartition("[")[2].partition("]")[0]
        port = ports[numbers.get(key) or key.partition("=")[2]]
        propagation_us = port.circuit.propagation_us * factor
        assert propagation_us <= delay_us <= propagation_us + factor * 200


async def test_arista_measures_no_delay(backbone: SimulatedBackbone) -> None:
    assert not [leaf for leaf in backbone.servers[ARISTA].tree.leaves if "delay" in leaf.key]


@pytest.mark.parametrize("router", [JUNOS, ARISTA, XR, SROS])
async def test_optics_are_told_as_decimals(backbone: SimulatedBackbone, router: str) -> None:
    values = await _values(backbone, router, once("/components/component[name=*]"))
    physical = [port for port in backbone.network.routers[router].ports if not port.is_group]
    power = [value for path, value in values.items() if path.endswith("input-power/instant")]
    assert len(power) == len(physical)
    assert all(-12 < value < 0 for value in power)


@pytest.mark.parametrize("router", [JUNOS, ARISTA, XR, SROS])
async def test_coherent_ports_tell_signal_to_noise_and_errors_before_correction(
    backbone: SimulatedBackbone, router: str
) -> None:
    values = await _values(backbone, router, once("/components/component[name=*]"))
    ports = [port for port in backbone.network.routers[router].ports if not port.is_group]
    coherent = [port for port in ports if port.circuit.given.kind == "inter_site"]
    for leaf, least, most in (("osnr/instant", 10, 31), ("pre-fec-ber/instant", 1e-8, 1e-1)):
        told = [value for path, value in values.items() if path.endswith(leaf)]
        assert len(told) == len(coherent)
        assert all(least < float(value) < most for value in told)


async def test_the_neighbour_is_gone_when_the_light_is(backbone: SimulatedBackbone) -> None:
    path = "/lldp/interfaces/interface[name=Ethernet3/1/1]/neighbors/neighbor[id=1]/state/system-name"
    async with gnmi_stub(backbone.servers[ARISTA].target) as stub:
        call = stub.Subscribe(one_request(subscribe_request((path, "on_change", 0))))
        assert await initial_values(call) == {path: "tianjin-r1"}
        await backbone.fault("cut", "tianjin-jinan-1")
        gone = (await call.read()).update
        call.cancel()
    assert [path_text(gone.prefix, deleted) for deleted in gone.delete] == [path]


async def test_members_that_are_down_leave_the_list_and_the_speed(backbone: SimulatedBackbone) -> None:
    base = "/interfaces/interface[name=lag-1]/aggregation/state"
    async with gnmi_stub(backbone.servers[SROS].target) as stub:
        request = subscribe_request((base, "on_change", 0))
        call = stub.Subscribe(one_request(request))
        first = await initial_values(call)
        await backbone.fault("degrade", "beijing-zhangjiakou-1")
        second = updates_of(await call.read())
        call.cancel()
    assert first[f"{base}/member"] == ("1/1/c1/1", "1/1/c2/1")
    assert first[f"{base}/lag-speed"] == 800_000
    assert second == {f"{base}/member": ("1/1/c2/1",), f"{base}/lag-speed": 400_000}


async def _values(
    backbone: SimulatedBackbone, router: str, request: gnmi_pb2.SubscribeRequest
) -> dict[str, Any]:
    told = await responses(backbone, router, request)
    return {path: value for response in told for path, value in updates_of(response).items()}
